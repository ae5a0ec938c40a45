use crate::raw::{self, Id};
use crate::text::{attribute, elements, text_of};

/// A conversation that needs somebody. Lives for one call.
#[derive(Clone, Copy)]
pub struct RouteRequest<'a> {
    raw: *const raw::RouteRequest,
    call: raw::Call,
    lives: core::marker::PhantomData<&'a ()>,
}

/// An agent who is online and has room now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Agent<'a> {
    pub id: Id,
    pub name: &'a str,
    /// The log-in name; empty with a host of minor 0.
    pub username: &'a str,
    pub open: u32,
    pub capacity: u32,
    /// Milliseconds since 1970; 0: never.
    pub last_assigned_at: i64,
    pub departments: Vec<Id>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Department<'a> {
    pub id: Id,
    pub name: &'a str,
}

const NONE: raw::Array = raw::Array { items: core::ptr::null(), count: 0, stride: 0 };

impl<'a> RouteRequest<'a> {
    /// # Safety
    /// `raw` lives for `'a` and is as long as its `size` says.
    pub(crate) unsafe fn new(raw: *const raw::RouteRequest, call: raw::Call) -> Self {
        RouteRequest { raw, call, lives: core::marker::PhantomData }
    }
    pub fn conversation(&self) -> Id {
        unsafe { (*self.raw).conversation }
    }
    pub fn visitor(&self) -> Id {
        unsafe { (*self.raw).visitor }
    }
    pub fn department(&self) -> Id {
        unsafe { (*self.raw).department }
    }
    /// Who had this visitor last; all zero: nobody.
    pub fn last_agent(&self) -> Id {
        unsafe { (*self.raw).last_agent }
    }
    pub fn priority(&self) -> i32 {
        unsafe { (*self.raw).priority }
    }
    pub fn waiting_since(&self) -> i64 {
        unsafe { (*self.raw).waiting_since }
    }
    pub fn labels(&self) -> Vec<&'a str> {
        unsafe { elements::<raw::Text>((*self.raw).labels).map(|one| text_of(*one)).collect() }
    }
    pub fn available(&self) -> Vec<Agent<'a>> {
        unsafe { elements::<raw::Agent>((*self.raw).available).map(|one| agent(one)).collect() }
    }
    /// How the visitor came: "widget", …
    pub fn channel(&self) -> &'a str {
        unsafe { member!(self.raw, raw::RouteRequest, channel).map_or("", |text| text_of(text)) }
    }
    /// BCP 47 or empty.
    pub fn language(&self) -> &'a str {
        unsafe { member!(self.raw, raw::RouteRequest, language).map_or("", |text| text_of(text)) }
    }
    /// UTC milliseconds since 1970; 0 with a host of minor 0.
    pub fn now(&self) -> i64 {
        unsafe { member!(self.raw, raw::RouteRequest, now).unwrap_or(0) }
    }
    /// Something known of the visitor: "vip", "plan", …
    pub fn attribute(&self, name: &str) -> Option<&'a str> {
        unsafe { attribute(member!(self.raw, raw::RouteRequest, attributes).unwrap_or(NONE), name) }
    }
    /// All of the tenant's.
    pub fn departments(&self) -> Vec<Department<'a>> {
        unsafe {
            let all = member!(self.raw, raw::RouteRequest, departments).unwrap_or(NONE);
            elements::<raw::Department>(all).map(|one| Department { id: (*one).id, name: text_of((*one).name) }).collect()
        }
    }
    pub fn call(&self) -> raw::Call {
        self.call
    }
}

unsafe fn agent<'a>(one: *const raw::Agent) -> Agent<'a> {
    Agent {
        id: (*one).id,
        name: text_of((*one).name),
        username: member!(one, raw::Agent, username).map_or("", |text| text_of(text)),
        open: (*one).open,
        capacity: (*one).capacity,
        last_assigned_at: (*one).last_assigned_at,
        departments: elements::<Id>(member!(one, raw::Agent, departments).unwrap_or(NONE)).map(|id| *id).collect(),
    }
}

/// What a router decides; reasons are for the log and the audit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Route {
    /// The next router, in the end the host's own rule.
    Skip,
    /// One of those available.
    Agent { id: Id, reason: String },
    /// It waits; asked again after `again_ms` at the latest (0: when something changes).
    Queue { reason: String, again_ms: u32 },
    /// The responders answer until they hand over.
    Bot { reason: String },
    Department { id: Id, reason: String },
}
