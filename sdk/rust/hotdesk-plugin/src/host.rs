use core::ffi::c_void;
use std::ffi::CString;
use std::panic::{catch_unwind, resume_unwind, AssertUnwindSafe};

use crate::raw;
use crate::text::{bytes_to_raw, collecting, text_of, to_raw};
use crate::{Config, Error, Regex};

/// The host as one instance sees it. Valid as long as the plugin object lives; copies are free. Services that this host does
/// not have, or did not grant, do nothing or answer `E_DENIED`. Thread: any.
#[derive(Clone, Copy)]
pub struct Host {
    raw: *const raw::Host,
    log: Option<&'static raw::HostLog>,
    config: Option<&'static raw::HostConfig>,
    clock: Option<&'static raw::HostClock>,
    metrics: Option<&'static raw::HostMetrics>,
    kv: Option<&'static raw::HostKv>,
    post: Option<&'static raw::HostPost>,
    regex: Option<&'static raw::HostRegex>,
}
// The ABI: the tables live as long as the process, and every function of them may be called from any thread.
unsafe impl Send for Host {}
unsafe impl Sync for Host {}

/// A table, if the host has it and it is at least as long as minor 0 had it.
pub(crate) unsafe fn table<T>(host: *const raw::Host, id: &str) -> Option<&'static T> {
    let id = CString::new(id).ok()?;
    let found = ((*host).get_extension?)(host, id.as_ptr());
    // All tables begin with their size.
    if found.is_null() || (*found.cast::<u32>() as usize) < core::mem::size_of::<T>() {
        return None;
    }
    Some(&*found.cast::<T>())
}

fn denied() -> Error {
    Error::new(raw::E_DENIED, "the host has no such service for this plugin")
}
pub(crate) fn check(code: raw::ResultCode, what: &str) -> Result<(), Error> {
    if code < 0 {
        return Err(Error::new(code, format!("{} was refused", what)));
    }
    Ok(())
}

impl Host {
    /// # Safety
    /// `raw` is the pointer that `create` was given.
    #[doc(hidden)]
    pub unsafe fn from_raw(raw: *const raw::Host) -> Self {
        Host {
            raw,
            log: table(raw, raw::EXT_LOG),
            config: table(raw, raw::EXT_CONFIG),
            clock: table(raw, raw::EXT_CLOCK),
            metrics: table(raw, raw::EXT_METRICS),
            kv: table(raw, raw::EXT_KV),
            post: table(raw, raw::EXT_POST),
            regex: table(raw, raw::EXT_REGEX),
        }
    }
    pub fn raw(&self) -> *const raw::Host {
        self.raw
    }
    pub(crate) fn config_table(&self) -> Option<&'static raw::HostConfig> {
        self.config
    }

    pub fn config(&self) -> Config<'_> {
        Config(self)
    }

    fn write(&self, level: i32, line: &str) {
        if let Some(write) = self.log.and_then(|log| log.write) {
            unsafe { write(self.raw, level, to_raw(line)) }
        }
    }
    /// One line of the log. Never message text or personal data.
    pub fn debug(&self, line: &str) {
        self.write(raw::LOG_DEBUG, line)
    }
    pub fn info(&self, line: &str) {
        self.write(raw::LOG_INFO, line)
    }
    pub fn warn(&self, line: &str) {
        self.write(raw::LOG_WARN, line)
    }
    pub fn error(&self, line: &str) {
        self.write(raw::LOG_ERROR, line)
    }

    /// UTC milliseconds since 1970, as the host sees them; 0 without a clock.
    pub fn now_ms(&self) -> i64 {
        self.clock.and_then(|clock| clock.now_ms).map_or(0, |now| unsafe { now(self.raw) })
    }
    /// Monotonic milliseconds from an arbitrary origin.
    pub fn steady_ms(&self) -> i64 {
        self.clock.and_then(|clock| clock.steady_ms).map_or(0, |now| unsafe { now(self.raw) })
    }

    /// Adds to a counter of the plugin's own; the name is `[a-z][a-z0-9_]{0,63}`.
    pub fn count(&self, name: &str, by: f64) {
        if let Some(count) = self.metrics.and_then(|metrics| metrics.count) {
            unsafe { count(self.raw, to_raw(name), by) };
        }
    }
    pub fn gauge(&self, name: &str, value: f64) {
        if let Some(gauge) = self.metrics.and_then(|metrics| metrics.gauge) {
            unsafe { gauge(self.raw, to_raw(name), value) };
        }
    }

    /// What outlasts the instance; `None` without the permission "kv".
    pub fn kv(&self) -> Option<Kv> {
        self.kv.map(|table| Kv { host: self.raw, table })
    }

    /// Puts a text message into a call's conversation, as the plugin. Permission "post"; 10 a minute and conversation.
    pub fn post_text(&self, call: raw::Call, body: &str, n: u32) -> Result<(), Error> {
        let message = self.post.and_then(|post| post.message).ok_or_else(denied)?;
        check(unsafe { message(call, raw::KIND_TEXT, to_raw(body), n) }, "the post")
    }

    /// Compiles patterns in RE2's syntax; only in [`crate::Plugin::new`].
    pub fn regex(&self, patterns: &[&str]) -> Result<Regex, Error> {
        Regex::compile(self.raw, self.regex.ok_or_else(denied)?, patterns)
    }
}

/// A small map of bytes that is the tenant's, shared by the plugin's versions.
#[derive(Clone, Copy)]
pub struct Kv {
    host: *const raw::Host,
    table: &'static raw::HostKv,
}
unsafe impl Send for Kv {}
unsafe impl Sync for Kv {}

impl Kv {
    pub fn get(&self, key: &str) -> Result<Option<Vec<u8>>, Error> {
        let mut value = Vec::new();
        let sink = collecting(&mut value);
        let code = unsafe { (self.table.get.ok_or_else(denied)?)(self.host, to_raw(key), &sink) };
        check(code, "reading a key")?;
        Ok((code == raw::OK).then_some(value))
    }
    /// Readable at once, stored within a second.
    pub fn set(&self, key: &str, value: &[u8]) -> Result<(), Error> {
        check(unsafe { (self.table.set.ok_or_else(denied)?)(self.host, to_raw(key), bytes_to_raw(value)) }, "writing a key")
    }
    /// Whether there was one.
    pub fn erase(&self, key: &str) -> Result<bool, Error> {
        let code = unsafe { (self.table.erase.ok_or_else(denied)?)(self.host, to_raw(key)) };
        check(code, "erasing a key")?;
        Ok(code == raw::OK)
    }
    /// Calls `each` for every key with this prefix, ascending, until it answers false. `each` must not use the map.
    pub fn list<F: FnMut(&str) -> bool>(&self, prefix: &str, each: F) -> Result<(), Error> {
        let list = self.table.list.ok_or_else(denied)?;
        let mut visit = Visit { each, panic: None };
        let context = (&mut visit as *mut Visit<F>).cast();
        let code = unsafe { list(self.host, to_raw(prefix), context, Some(visit_key::<F>)) };
        if let Some(panic) = visit.panic {
            resume_unwind(panic);
        }
        check(code, "listing keys")
    }
}

struct Visit<F> {
    each: F,
    panic: Option<Box<dyn std::any::Any + Send>>,
}
unsafe extern "C" fn visit_key<F: FnMut(&str) -> bool>(context: *mut c_void, key: raw::Text) -> raw::ResultCode {
    let visit = &mut *context.cast::<Visit<F>>();
    match catch_unwind(AssertUnwindSafe(|| (visit.each)(text_of(key)))) {
        Ok(true) => raw::OK,
        Ok(false) => raw::SKIP,
        Err(panic) => {
            visit.panic = Some(panic); // goes on behind the host's frames
            raw::E_INTERNAL
        }
    }
}
