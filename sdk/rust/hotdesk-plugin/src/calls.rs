use crate::raw::{self, Id};
use crate::text::text_of;

/// A message before it is stored. Lives for one call.
#[derive(Clone, Copy)]
pub struct Message<'a> {
    raw: &'a raw::FilterMessage,
    call: raw::Call,
}

impl<'a> Message<'a> {
    pub(crate) fn new(raw: &'a raw::FilterMessage, call: raw::Call) -> Self {
        Message { raw, call }
    }
    /// What the filters before this one left of it.
    pub fn text(&self) -> &'a str {
        unsafe { text_of(self.raw.text) }
    }
    /// BCP 47 or empty.
    pub fn language(&self) -> &'a str {
        unsafe { text_of(self.raw.language) }
    }
    /// Lower-case hex SHA-256; files only.
    pub fn file_hash(&self) -> &'a str {
        unsafe { text_of(self.raw.file_hash) }
    }
    /// MIME; files only.
    pub fn file_type(&self) -> &'a str {
        unsafe { text_of(self.raw.file_type) }
    }
    pub fn file_bytes(&self) -> u64 {
        self.raw.file_bytes
    }
    /// `raw::ROLE_*`
    pub fn role(&self) -> i32 {
        self.raw.role
    }
    pub fn is_from_visitor(&self) -> bool {
        self.raw.role == raw::ROLE_VISITOR
    }
    pub fn is_inbound(&self) -> bool {
        self.raw.direction == raw::INBOUND
    }
    /// `raw::KIND_*`
    pub fn kind(&self) -> i32 {
        self.raw.kind
    }
    pub fn is_text(&self) -> bool {
        self.raw.kind == raw::KIND_TEXT
    }
    /// A typing preview, never stored.
    pub fn is_draft(&self) -> bool {
        self.raw.flags & raw::MESSAGE_DRAFT != 0
    }
    pub fn conversation(&self) -> Id {
        self.raw.conversation
    }
    pub fn visitor(&self) -> Id {
        self.raw.visitor
    }
    pub fn call(&self) -> raw::Call {
        self.call
    }
}

/// What a filter makes of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    Pass,
    /// The whole new text, and why, for the log.
    Rewrite { text: String, reason: String },
    /// Why, for the author.
    Block { reason: String },
}

impl Verdict {
    pub fn rewrite(text: impl Into<String>, reason: impl Into<String>) -> Self {
        Verdict::Rewrite { text: text.into(), reason: reason.into() }
    }
    pub fn block(reason: impl Into<String>) -> Self {
        Verdict::Block { reason: reason.into() }
    }
}
