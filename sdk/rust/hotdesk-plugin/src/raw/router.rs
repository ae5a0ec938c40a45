use core::ffi::c_void;

use super::types::*;

pub const EXT_ROUTER: &str = "hotdesk.router/1";

abi_struct! {
    Agent, "hotdesk_agent", 96 {
        size: u32,
        open: u32,
        capacity: u32,
        reserved: u32,
        id: Id,
        name: Text,
        last_assigned_at: i64,
        username: Text,
        departments: Array,
    }
}
abi_struct! { Department, "hotdesk_department", 40 { size: u32, reserved: u32, id: Id, name: Text, } }
abi_struct! {
    RouteRequest, "hotdesk_route_request", 216 {
        size: u32,
        priority: i32,
        conversation: Id,
        visitor: Id,
        department: Id,
        last_agent: Id,
        labels: Array,
        available: Array,
        waiting_since: i64,
        now: i64,
        channel: Text,
        language: Text,
        attributes: Array,
        departments: Array,
    }
}

pub const ROUTE_AGENT: i32 = 0;
pub const ROUTE_QUEUE: i32 = 1;
pub const ROUTE_BOT: i32 = 2;
pub const ROUTE_DEPARTMENT: i32 = 3;
abi_struct! {
    RouteAnswer, "hotdesk_route_answer", 64 {
        size: u32,
        target: i32,
        agent: Id,
        reason: Text,
        department: Id,
        again_ms: u32,
        reserved: u32,
    }
}
abi_struct! {
    Router, "hotdesk_router", 24 {
        size: u32,
        reserved: u32,
        route: Option<
            unsafe extern "C" fn(instance: *mut Instance, call: Call, request: *const RouteRequest, answer: *mut RouteAnswer) -> ResultCode,
        >,
        cancel: Option<unsafe extern "C" fn(instance: *mut Instance, call: Call, user: *mut c_void)>,
    }
}

abi_describe!(Agent, Department, RouteRequest, RouteAnswer, Router);
