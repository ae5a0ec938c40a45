use core::ffi::c_void;

use super::types::*;

pub const EXT_FILTER: &str = "hotdesk.filter/1";
pub const EXT_HEALTH: &str = "hotdesk.health/1";
pub const EXT_STATE: &str = "hotdesk.state/1";
pub const EXT_EVENTS: &str = "hotdesk.events/1";

pub const ROLE_VISITOR: i32 = 0;
pub const ROLE_AGENT: i32 = 1;
pub const ROLE_BOT: i32 = 2;
pub const ROLE_PLUGIN: i32 = 3;
pub const ROLE_SYSTEM: i32 = 4;
pub const KIND_TEXT: i32 = 0;
pub const KIND_FILE: i32 = 1;
pub const KIND_CARD: i32 = 2;
pub const KIND_NOTE: i32 = 3;
pub const INBOUND: i32 = 0;
pub const OUTBOUND: i32 = 1;
pub const MESSAGE_DRAFT: u32 = 1;

abi_struct! {
    FilterMessage, "hotdesk_filter_message", 128 {
        size: u32,
        role: i32,
        direction: i32,
        kind: i32,
        flags: u32,
        reserved: u32,
        conversation: Id,
        visitor: Id,
        text: Text,
        language: Text,
        file_hash: Text,
        file_type: Text,
        file_bytes: u64,
    }
}

pub const FILTER_PASS: i32 = 0;
pub const FILTER_REWRITE: i32 = 1;
pub const FILTER_BLOCK: i32 = 2;
abi_struct! { FilterAnswer, "hotdesk_filter_answer", 40 { size: u32, verdict: i32, text: Text, reason: Text, } }
abi_struct! {
    Filter, "hotdesk_filter", 24 {
        size: u32,
        reserved: u32,
        inspect: Option<
            unsafe extern "C" fn(instance: *mut Instance, call: Call, message: *const FilterMessage, answer: *mut FilterAnswer) -> ResultCode,
        >,
        cancel: Option<unsafe extern "C" fn(instance: *mut Instance, call: Call, user: *mut c_void)>,
    }
}

pub const HEALTH_QUICK: i32 = 0;
pub const HEALTH_DEEP: i32 = 1;
abi_struct! {
    Health, "hotdesk_health", 16 {
        size: u32,
        reserved: u32,
        check: Option<unsafe extern "C" fn(instance: *mut Instance, level: i32) -> ResultCode>,
    }
}
abi_struct! {
    State, "hotdesk_state", 24 {
        size: u32,
        schema: u32,
        export_state: Option<unsafe extern "C" fn(instance: *mut Instance, target_schema: u32, sink: *const Sink) -> ResultCode>,
        import_state: Option<unsafe extern "C" fn(instance: *mut Instance, schema: u32, source: *const Source, dry_run: i32) -> ResultCode>,
    }
}

pub const EVENT_OPENED: i32 = 0;
pub const EVENT_ASSIGNED: i32 = 1;
pub const EVENT_CLOSED: i32 = 2;
pub const EVENT_RATED: i32 = 3;
abi_struct! {
    Event, "hotdesk_event", 72 {
        size: u32,
        r#type: i32,
        conversation: Id,
        visitor: Id,
        agent: Id,
        at: i64,
        score: i32,
        reserved: u32,
    }
}
abi_struct! {
    Events, "hotdesk_events", 16 {
        size: u32,
        reserved: u32,
        on_event: Option<unsafe extern "C" fn(instance: *mut Instance, call: Call, event: *const Event) -> ResultCode>,
    }
}

abi_describe!(FilterMessage, FilterAnswer, Filter, Health, State, Event, Events);
