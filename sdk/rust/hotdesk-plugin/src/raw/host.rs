use core::ffi::c_void;
use std::os::raw::c_char;

use super::types::*;

pub const EXT_CALL: &str = "hotdesk.call/1";
pub const EXT_CONFIG: &str = "hotdesk.config/1";
pub const EXT_LOG: &str = "hotdesk.log/1";
pub const EXT_KV: &str = "hotdesk.kv/1";
pub const EXT_TIMER: &str = "hotdesk.timer/1";
pub const EXT_METRICS: &str = "hotdesk.metrics/1";
pub const EXT_CLOCK: &str = "hotdesk.clock/1";
pub const EXT_POST: &str = "hotdesk.post/1";
pub const EXT_HTTP: &str = "hotdesk.http/1";
pub const EXT_KNOWLEDGE: &str = "hotdesk.knowledge/1";
pub const EXT_MESSAGES: &str = "hotdesk.messages/1";
pub const EXT_REGEX: &str = "hotdesk.regex/1";

abi_struct! {
    HostCall, "hotdesk_host_call", 48 {
        size: u32,
        reserved: u32,
        keep: Option<unsafe extern "C" fn(call: Call, data: *const c_char, bytes: u64) -> *const c_char>,
        fail: Option<unsafe extern "C" fn(call: Call, code: ResultCode, path: Text, text: Text) -> ResultCode>,
        set_user: Option<unsafe extern "C" fn(call: Call, user: *mut c_void) -> ResultCode>,
        get_user: Option<unsafe extern "C" fn(call: Call) -> *mut c_void>,
        complete: Option<unsafe extern "C" fn(call: Call, code: ResultCode, answer: *const c_void) -> ResultCode>,
    }
}

pub const CONFIG_NULL: i32 = 0;
pub const CONFIG_BOOL: i32 = 1;
pub const CONFIG_INTEGER: i32 = 2;
pub const CONFIG_NUMBER: i32 = 3;
pub const CONFIG_TEXT: i32 = 4;
pub const CONFIG_ARRAY: i32 = 5;
pub const CONFIG_OBJECT: i32 = 6;
abi_struct! {
    ConfigValue, "hotdesk_config_value", 48 {
        size: u32,
        r#type: i32,
        integer: i64,
        number: f64,
        count: u64,
        text: Text,
    }
}
abi_struct! {
    HostConfig, "hotdesk_host_config", 32 {
        size: u32,
        reserved: u32,
        json: Option<unsafe extern "C" fn(host: *const Host) -> Text>,
        get: Option<unsafe extern "C" fn(host: *const Host, pointer: Text, value: *mut ConfigValue) -> ResultCode>,
        reject: Option<unsafe extern "C" fn(host: *const Host, pointer: Text, text: Text) -> ResultCode>,
    }
}

pub const LOG_DEBUG: i32 = 0;
pub const LOG_INFO: i32 = 1;
pub const LOG_WARN: i32 = 2;
pub const LOG_ERROR: i32 = 3;
abi_struct! {
    HostLog, "hotdesk_host_log", 16 {
        size: u32,
        reserved: u32,
        write: Option<unsafe extern "C" fn(host: *const Host, level: i32, line: Text)>,
    }
}
abi_struct! {
    HostKv, "hotdesk_host_kv", 40 {
        size: u32,
        reserved: u32,
        get: Option<unsafe extern "C" fn(host: *const Host, key: Text, sink: *const Sink) -> ResultCode>,
        set: Option<unsafe extern "C" fn(host: *const Host, key: Text, value: Text) -> ResultCode>,
        erase: Option<unsafe extern "C" fn(host: *const Host, key: Text) -> ResultCode>,
        list: Option<
            unsafe extern "C" fn(
                host: *const Host,
                prefix: Text,
                context: *mut c_void,
                each: Option<unsafe extern "C" fn(context: *mut c_void, key: Text) -> ResultCode>,
            ) -> ResultCode,
        >,
    }
}
abi_struct! {
    HostTimer, "hotdesk_host_timer", 24 {
        size: u32,
        reserved: u32,
        start: Option<
            unsafe extern "C" fn(
                host: *const Host,
                delay_ms: u64,
                period_ms: u64,
                user: *mut c_void,
                fire: Option<unsafe extern "C" fn(user: *mut c_void)>,
                timer: *mut u64,
            ) -> ResultCode,
        >,
        cancel: Option<unsafe extern "C" fn(host: *const Host, timer: u64) -> ResultCode>,
    }
}
abi_struct! {
    HostMetrics, "hotdesk_host_metrics", 24 {
        size: u32,
        reserved: u32,
        count: Option<unsafe extern "C" fn(host: *const Host, name: Text, by: f64) -> ResultCode>,
        gauge: Option<unsafe extern "C" fn(host: *const Host, name: Text, value: f64) -> ResultCode>,
    }
}
abi_struct! {
    HostClock, "hotdesk_host_clock", 24 {
        size: u32,
        reserved: u32,
        now_ms: Option<unsafe extern "C" fn(host: *const Host) -> i64>,
        steady_ms: Option<unsafe extern "C" fn(host: *const Host) -> i64>,
    }
}
abi_struct! {
    HostPost, "hotdesk_host_post", 16 {
        size: u32,
        reserved: u32,
        message: Option<unsafe extern "C" fn(call: Call, kind: i32, body: Text, n: u32) -> ResultCode>,
    }
}

abi_struct! { HttpHeader, "hotdesk_http_header", 40 { size: u32, reserved: u32, name: Text, value: Text, } }
abi_struct! {
    HttpRequest, "hotdesk_http_request", 80 {
        size: u32,
        timeout_ms: u32,
        method: Text,
        url: Text,
        headers: Array,
        body: Text,
    }
}
abi_struct! {
    HttpPiece, "hotdesk_http_piece", 32 {
        size: u32,
        code: ResultCode,
        status: i32,
        reserved: u32,
        body: Text,
    }
}
abi_struct! {
    HostHttp, "hotdesk_host_http", 16 {
        size: u32,
        reserved: u32,
        send: Option<
            unsafe extern "C" fn(
                call: Call,
                request: *const HttpRequest,
                user: *mut c_void,
                on_piece: Option<unsafe extern "C" fn(user: *mut c_void, piece: *const HttpPiece)>,
            ) -> ResultCode,
        >,
    }
}
abi_struct! {
    Passage, "hotdesk_passage", 64 {
        size: u32,
        reserved: u32,
        article: Id,
        title: Text,
        text: Text,
        score: f64,
    }
}
abi_struct! {
    HostKnowledge, "hotdesk_host_knowledge", 16 {
        size: u32,
        reserved: u32,
        search: Option<
            unsafe extern "C" fn(
                call: Call,
                question: Text,
                limit: u32,
                user: *mut c_void,
                on_result: Option<unsafe extern "C" fn(user: *mut c_void, code: ResultCode, passages: *const Array)>,
            ) -> ResultCode,
        >,
    }
}
abi_struct! {
    Message, "hotdesk_message", 40 {
        size: u32,
        role: i32,
        seq: i64,
        at: i64,
        text: Text,
    }
}
abi_struct! {
    HostMessages, "hotdesk_host_messages", 16 {
        size: u32,
        reserved: u32,
        read: Option<
            unsafe extern "C" fn(
                call: Call,
                before_seq: i64,
                limit: u32,
                user: *mut c_void,
                on_page: Option<unsafe extern "C" fn(user: *mut c_void, code: ResultCode, messages: *const Array)>,
            ) -> ResultCode,
        >,
    }
}

/// A compiled set of patterns, the host's.
#[repr(C)]
pub struct Regex {
    _opaque: [u8; 0],
}
abi_struct! { RegexHit, "hotdesk_regex_hit", 24 { size: u32, pattern: u32, begin: u64, end: u64, } }
abi_struct! {
    HostRegex, "hotdesk_host_regex", 24 {
        size: u32,
        reserved: u32,
        compile: Option<unsafe extern "C" fn(host: *const Host, patterns: *const Array, regex: *mut *mut Regex, bad: *mut u64) -> ResultCode>,
        find: Option<
            unsafe extern "C" fn(
                regex: *const Regex,
                text: Text,
                context: *mut c_void,
                each: Option<unsafe extern "C" fn(context: *mut c_void, hit: *const RegexHit) -> ResultCode>,
            ) -> ResultCode,
        >,
    }
}

abi_describe!(
    HostCall, ConfigValue, HostConfig, HostLog, HostKv, HostTimer, HostMetrics, HostClock, HostPost, HttpHeader, HttpRequest,
    HttpPiece, HostHttp, Passage, HostKnowledge, Message, HostMessages, RegexHit, HostRegex,
);
