//! Sizes and offsets: proven at compile time to have no padding, and printed to be compared with the C headers.

/// A struct of the ABI. Implemented by `abi_struct!` alone.
pub trait Layout {
    /// Appends "name size" and "name.member offset" lines, the C names.
    fn describe(out: &mut String);
}

/// All structs, in a fixed order, one line for each size and offset.
pub fn print_layout() -> String {
    let mut out = String::new();
    super::types::describe(&mut out);
    super::host::describe(&mut out);
    super::filter::describe(&mut out);
    super::router::describe(&mut out);
    super::turn::describe(&mut out);
    out
}

/// The size of what a pointer points to, without looking there.
pub const fn size_behind<T>(_: *const T) -> usize {
    core::mem::size_of::<T>()
}

/// A `repr(C)` struct, its size (which is the sum of its members: no padding) and its C name.
macro_rules! abi_struct {
    ($(#[$meta:meta])* $name:ident, $c:literal, $size:literal { $($(#[$note:meta])* $field:ident: $type:ty,)* }) => {
        $(#[$meta])*
        #[repr(C)]
        #[derive(Clone, Copy)]
        pub struct $name { $($(#[$note])* pub $field: $type,)* }
        const _: () = assert!(core::mem::size_of::<$name>() == $size, "size differs from the header's");
        const _: () = assert!(0 $(+ core::mem::size_of::<$type>())* == $size, "has padding");
        impl $crate::raw::Layout for $name {
            fn describe(out: &mut String) {
                let value = core::mem::MaybeUninit::<$name>::uninit();
                let base = value.as_ptr();
                out.push_str(&format!("{} {}\n", $c, core::mem::size_of::<$name>()));
                $(
                    // No reference to uninitialized memory is made, only an address.
                    let at = unsafe { core::ptr::addr_of!((*base).$field) } as usize - base as usize;
                    out.push_str(&format!("{}.{} {}\n", $c, stringify!($field).trim_start_matches("r#"), at));
                )*
            }
        }
    };
}

/// `describe` for several structs.
macro_rules! abi_describe {
    ($($name:ident),* $(,)?) => {
        pub(super) fn describe(out: &mut String) { $(<$name as $crate::raw::Layout>::describe(out);)* }
    };
}

/// A member of a struct that the other side made, if its `size` reaches that far.
macro_rules! member {
    ($object:expr, $type:ty, $field:ident) => {{
        let object: *const $type = $object;
        let at = core::ptr::addr_of!((*object).$field);
        let end = at as usize - object as usize + $crate::raw::size_behind(at);
        if core::ptr::addr_of!((*object).size).read() as usize >= end {
            Some(at.read())
        } else {
            None
        }
    }};
}
