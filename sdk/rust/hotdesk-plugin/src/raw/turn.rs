use core::ffi::c_void;

use super::types::*;

pub const EXT_RESPONDER: &str = "hotdesk.responder/1";
pub const EXT_REPLY: &str = "hotdesk.reply/1";
pub const EXT_GRAY: &str = "hotdesk.gray/1";

abi_struct! {
    Turn, "hotdesk_turn", 80 {
        size: u32,
        reserved: u32,
        conversation: Id,
        visitor: Id,
        seq: i64,
        text: Text,
        language: Text,
    }
}
abi_struct! { Citation, "hotdesk_citation", 56 { size: u32, reserved: u32, article: Id, title: Text, url: Text, } }

pub const TURN_ANSWERED: i32 = 0;
pub const TURN_HUMAN: i32 = 1;
abi_struct! {
    TurnAnswer, "hotdesk_turn_answer", 56 {
        size: u32,
        end: i32,
        reason: Text,
        confidence: f64,
        citations: Array,
    }
}
abi_struct! {
    HostReply, "hotdesk_host_reply", 16 {
        size: u32,
        reserved: u32,
        chunk: Option<unsafe extern "C" fn(call: Call, text: Text) -> ResultCode>,
    }
}
abi_struct! {
    Responder, "hotdesk_responder", 24 {
        size: u32,
        reserved: u32,
        reply: Option<unsafe extern "C" fn(instance: *mut Instance, call: Call, turn: *const Turn, answer: *mut TurnAnswer) -> ResultCode>,
        cancel: Option<unsafe extern "C" fn(instance: *mut Instance, call: Call, user: *mut c_void)>,
    }
}
abi_struct! {
    GrayRequest, "hotdesk_gray_request", 104 {
        size: u32,
        percent: u32,
        visitor: Id,
        component: Text,
        stable: Text,
        candidate: Text,
        attributes: Array,
        now: i64,
    }
}
abi_struct! {
    Gray, "hotdesk_gray", 16 {
        size: u32,
        reserved: u32,
        assign: Option<
            unsafe extern "C" fn(instance: *mut Instance, call: Call, request: *const GrayRequest, bucket: *mut u32) -> ResultCode,
        >,
    }
}

abi_describe!(Turn, Citation, TurnAnswer, HostReply, Responder, GrayRequest, Gray);
