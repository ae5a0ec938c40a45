use core::ffi::c_void;
use std::os::raw::c_char;

pub const ABI_MAJOR: u32 = 1;
pub const ABI_MINOR: u32 = 1;

pub type Call = u64;
pub type ResultCode = i32;
pub const OK: ResultCode = 0;
pub const PENDING: ResultCode = 1;
pub const SKIP: ResultCode = 2;
pub const E_INVALID: ResultCode = -1;
pub const E_UNSUPPORTED: ResultCode = -2;
pub const E_DENIED: ResultCode = -3;
pub const E_TIMEOUT: ResultCode = -4;
pub const E_BUDGET: ResultCode = -5;
pub const E_OVERLOAD: ResultCode = -6;
pub const E_STATE: ResultCode = -7;
pub const E_GONE: ResultCode = -8;
pub const E_INTERNAL: ResultCode = -9;
pub const E_CRASHED: ResultCode = -10;

abi_struct! { Text, "hotdesk_text", 16 { data: *const c_char, size: u64, } }
abi_struct! {
    #[derive(PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
    Id, "hotdesk_id", 16 { bytes: [u8; 16], }
}
abi_struct! { Array, "hotdesk_array", 24 { items: *const c_void, count: u64, stride: u64, } }
abi_struct! { Attribute, "hotdesk_attribute", 40 { size: u32, reserved: u32, name: Text, value: Text, } }

/// What `create` and `init` make: the plugin's own, behind a pointer.
#[repr(C)]
pub struct Instance {
    _opaque: [u8; 0],
}
#[repr(C)]
pub struct Shared {
    _opaque: [u8; 0],
}

abi_struct! {
    Sink, "hotdesk_sink", 24 {
        size: u32,
        reserved: u32,
        context: *mut c_void,
        write: Option<unsafe extern "C" fn(sink: *const Sink, data: *const c_void, bytes: u64) -> ResultCode>,
    }
}
abi_struct! {
    Source, "hotdesk_source", 24 {
        size: u32,
        reserved: u32,
        context: *mut c_void,
        read: Option<unsafe extern "C" fn(source: *const Source, data: *mut c_void, capacity: u64, bytes: *mut u64) -> ResultCode>,
    }
}
abi_struct! {
    Host, "hotdesk_host", 40 {
        size: u32,
        abi_major: u32,
        abi_minor: u32,
        reserved: u32,
        version: *const c_char,
        internal: *mut c_void,
        get_extension: Option<unsafe extern "C" fn(host: *const Host, id: *const c_char) -> *const c_void>,
    }
}
abi_struct! {
    PluginDescriptor, "hotdesk_plugin_descriptor", 80 {
        size: u32,
        abi_major: u32,
        abi_minor: u32,
        reserved: u32,
        id: *const c_char,
        version: *const c_char,
        build_id: *const c_char,
        init: Option<unsafe extern "C" fn(host: *const Host, shared: *mut *mut Shared) -> ResultCode>,
        deinit: Option<unsafe extern "C" fn(shared: *mut Shared)>,
        create: Option<unsafe extern "C" fn(shared: *mut Shared, host: *const Host, instance: *mut *mut Instance) -> ResultCode>,
        destroy: Option<unsafe extern "C" fn(instance: *mut Instance)>,
        get_extension: Option<unsafe extern "C" fn(id: *const c_char) -> *const c_void>,
    }
}
pub type Query = unsafe extern "C" fn(abi_major: u32, abi_minor: u32) -> *const PluginDescriptor;

abi_describe!(Text, Id, Array, Attribute, Sink, Source, Host, PluginDescriptor);
