use crate::host::check;
use crate::raw::{self, Id};
use crate::text::{attribute, text_of, to_raw};
use crate::Error;

/// A visitor's message that is owed an answer. Lives for one call.
#[derive(Clone, Copy)]
pub struct Turn<'a> {
    raw: &'a raw::Turn,
    call: raw::Call,
    reply: Option<&'static raw::HostReply>,
}

impl<'a> Turn<'a> {
    pub(crate) fn new(raw: &'a raw::Turn, call: raw::Call, reply: Option<&'static raw::HostReply>) -> Self {
        Turn { raw, call, reply }
    }
    pub fn text(&self) -> &'a str {
        unsafe { text_of(self.raw.text) }
    }
    /// BCP 47 or empty.
    pub fn language(&self) -> &'a str {
        unsafe { text_of(self.raw.language) }
    }
    pub fn conversation(&self) -> Id {
        self.raw.conversation
    }
    pub fn visitor(&self) -> Id {
        self.raw.visitor
    }
    pub fn seq(&self) -> i64 {
        self.raw.seq
    }
    pub fn call(&self) -> raw::Call {
        self.call
    }
    /// Appends to the reply; shown while it grows. At most 64 KiB in all.
    pub fn chunk(&self, text: &str) -> Result<(), Error> {
        match self.reply.and_then(|reply| reply.chunk) {
            Some(chunk) => check(unsafe { chunk(self.call, to_raw(text)) }, "the reply"),
            None => Err(Error::new(raw::E_DENIED, "the host takes no replies")),
        }
    }
}

/// Where an answer comes from: shown below it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Citation {
    /// All zero: none of the tenant's articles.
    pub article: Id,
    pub title: String,
    /// https, or empty.
    pub url: String,
}

/// How a responder ends a turn.
#[derive(Clone, Debug, PartialEq)]
pub enum Reply {
    /// The next responder, in the end a person.
    Skip,
    /// The chunks are the answer. `confidence` 0..1, below 0: unknown. At most 8 citations.
    Answered { confidence: f64, citations: Vec<Citation> },
    /// What was written is sent, then the conversation waits for a person; `reason` is for them.
    Human { reason: String },
}

/// A visitor meets a component that has a candidate.
#[derive(Clone, Copy)]
pub struct GrayRequest<'a>(&'a raw::GrayRequest);

impl<'a> GrayRequest<'a> {
    pub(crate) fn new(raw: &'a raw::GrayRequest) -> Self {
        GrayRequest(raw)
    }
    /// In hundredths: 0..10000.
    pub fn percent(&self) -> u32 {
        self.0.percent
    }
    pub fn visitor(&self) -> Id {
        self.0.visitor
    }
    /// A plugin's id, or "host".
    pub fn component(&self) -> &'a str {
        unsafe { text_of(self.0.component) }
    }
    pub fn stable(&self) -> &'a str {
        unsafe { text_of(self.0.stable) }
    }
    pub fn candidate(&self) -> &'a str {
        unsafe { text_of(self.0.candidate) }
    }
    pub fn attribute(&self, name: &str) -> Option<&'a str> {
        unsafe { attribute(self.0.attributes, name) }
    }
    /// UTC milliseconds since 1970.
    pub fn now(&self) -> i64 {
        self.0.now
    }
}

/// Something that happened to a conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Event {
    /// `raw::EVENT_*`
    pub kind: i32,
    pub conversation: Id,
    pub visitor: Id,
    /// ASSIGNED; all zero otherwise.
    pub agent: Id,
    /// Milliseconds since 1970.
    pub at: i64,
    /// RATED: 1..5
    pub score: i32,
}
