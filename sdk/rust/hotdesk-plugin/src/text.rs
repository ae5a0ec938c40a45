//! Texts and arrays across the boundary.
use core::ffi::c_void;

use crate::raw;

pub(crate) fn to_raw(text: &str) -> raw::Text {
    bytes_to_raw(text.as_bytes())
}
pub(crate) fn bytes_to_raw(bytes: &[u8]) -> raw::Text {
    raw::Text { data: bytes.as_ptr().cast(), size: bytes.len() as u64 }
}
pub(crate) const EMPTY: raw::Text = raw::Text { data: core::ptr::null(), size: 0 };

/// # Safety
/// `text` points to as many bytes as it says, for `'a`.
pub(crate) unsafe fn bytes_of<'a>(text: raw::Text) -> &'a [u8] {
    if text.data.is_null() || text.size == 0 {
        return &[];
    }
    core::slice::from_raw_parts(text.data.cast(), text.size as usize)
}

/// As [`bytes_of`]; what is no UTF-8, against the ABI, is the empty text.
pub(crate) unsafe fn text_of<'a>(text: raw::Text) -> &'a str {
    core::str::from_utf8(bytes_of(text)).unwrap_or("")
}

/// The elements of an array, which may be larger than this crate knows them.
///
/// # Safety
/// `array` holds elements of the type `T` for as long as the iterator is used.
pub(crate) unsafe fn elements<T>(array: raw::Array) -> impl Iterator<Item = *const T> {
    let count = if array.items.is_null() { 0 } else { array.count as usize };
    (0..count).map(move |i| array.items.cast::<u8>().wrapping_add(i * array.stride as usize).cast::<T>())
}

/// # Safety
/// As [`elements`], of `hotdesk_attribute`.
pub(crate) unsafe fn attribute<'a>(array: raw::Array, name: &str) -> Option<&'a str> {
    let found = elements::<raw::Attribute>(array).find(|&one| text_of((*one).name) == name)?;
    Some(text_of((*found).value))
}

/// A sink that collects into a vector.
pub(crate) fn collecting(into: &mut Vec<u8>) -> raw::Sink {
    unsafe extern "C" fn write(sink: *const raw::Sink, data: *const c_void, bytes: u64) -> raw::ResultCode {
        if bytes != 0 {
            let piece = core::slice::from_raw_parts(data.cast::<u8>(), bytes as usize);
            (*(*sink).context.cast::<Vec<u8>>()).extend_from_slice(piece);
        }
        raw::OK
    }
    raw::Sink {
        size: core::mem::size_of::<raw::Sink>() as u32,
        reserved: 0,
        context: (into as *mut Vec<u8>).cast(),
        write: Some(write),
    }
}
