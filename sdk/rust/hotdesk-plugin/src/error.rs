use crate::raw;

/// What a plugin's method fails with: a result code of the ABI, and words for a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    pub code: raw::ResultCode,
    /// A configuration pointer or a field; empty: none in particular.
    pub path: String,
    pub text: String,
}

impl Error {
    pub fn new(code: raw::ResultCode, text: impl Into<String>) -> Self {
        Error { code, path: String::new(), text: text.into() }
    }
    /// The configuration does not make sense beyond what its schema can say: from [`crate::Plugin::new`].
    pub fn config(pointer: impl Into<String>, text: impl Into<String>) -> Self {
        Error { code: raw::E_INVALID, path: pointer.into(), text: text.into() }
    }
    /// What the C side is told: never a code that means success.
    pub(crate) fn code(&self) -> raw::ResultCode {
        if self.code < 0 {
            self.code
        } else {
            raw::E_INTERNAL
        }
    }
}

impl std::fmt::Display for Error {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.path.is_empty() {
            write!(out, "{} ({})", self.text, self.code)
        } else {
            write!(out, "{}: {} ({})", self.path, self.text, self.code)
        }
    }
}
impl std::error::Error for Error {}

impl From<String> for Error {
    fn from(text: String) -> Self {
        Error::new(raw::E_INTERNAL, text)
    }
}
impl From<&str> for Error {
    fn from(text: &str) -> Self {
        Error::new(raw::E_INTERNAL, text)
    }
}
