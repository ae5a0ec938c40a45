//! A host for unit tests, in the test's own process: the plugin is called through its real entry point and tables. Settings,
//! keys, metrics, a clock that moves when told; no timers, http, knowledge, messages, posts or regular expressions.
use core::ffi::c_void;
use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::os::raw::c_char;
use std::sync::{Arc, Mutex};

use crate::entry::{copy, is};
use crate::raw::{self, ResultCode};
use crate::text::{bytes_of, to_raw};

/// A value of the configuration.
#[derive(Clone, Debug)]
pub enum Value {
    Flag(bool),
    Integer(i64),
    Number(f64),
    Text(String),
}
impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Value::Flag(value)
    }
}
impl From<i64> for Value {
    fn from(value: i64) -> Self {
        Value::Integer(value)
    }
}
impl From<f64> for Value {
    fn from(value: f64) -> Self {
        Value::Number(value)
    }
}
impl From<&str> for Value {
    fn from(value: &str) -> Self {
        Value::Text(value.to_string())
    }
}

#[derive(Default)]
struct Inner {
    values: BTreeMap<String, Value>,
    lines: Vec<String>,
    metrics: BTreeMap<String, f64>,
    kv: BTreeMap<String, Vec<u8>>,
    now: i64,
    failed: (String, String),
}

/// See the module. Made before the plugin, ends after it.
pub struct FakeHost {
    inner: Box<Mutex<Inner>>,
    raw: Box<raw::Host>,
}

impl Default for FakeHost {
    fn default() -> Self {
        Self::new()
    }
}

impl FakeHost {
    pub fn new() -> Self {
        let inner = Box::new(Mutex::new(Inner::default()));
        let raw = Box::new(raw::Host {
            size: core::mem::size_of::<raw::Host>() as u32,
            abi_major: raw::ABI_MAJOR,
            abi_minor: raw::ABI_MINOR,
            reserved: 0,
            version: "fake\0".as_ptr().cast(),
            internal: (&*inner as *const Mutex<Inner> as *mut Mutex<Inner>).cast(),
            get_extension: Some(get_extension),
        });
        FakeHost { inner, raw }
    }
    /// A setting by JSON pointer, before the plugin is made: `set("/words/0", "tea")`.
    pub fn set(&self, pointer: &str, value: impl Into<Value>) {
        self.inner.lock().unwrap().values.insert(pointer.to_string(), value.into());
    }
    pub fn set_now(&self, ms: i64) {
        self.inner.lock().unwrap().now = ms;
    }
    pub fn lines(&self) -> Vec<String> {
        self.inner.lock().unwrap().lines.clone()
    }
    pub fn metric(&self, name: &str) -> f64 {
        self.inner.lock().unwrap().metrics.get(name).copied().unwrap_or(0.0)
    }
    pub fn kv(&self) -> BTreeMap<String, Vec<u8>> {
        self.inner.lock().unwrap().kv.clone()
    }
}

/// What a filter answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    pub code: ResultCode,
    /// `raw::FILTER_*`
    pub verdict: i32,
    pub text: String,
    pub reason: String,
    /// What `fail` said.
    pub failure: String,
}

/// One instance of a plugin on a fake host.
pub struct FakePlugin<'a> {
    descriptor: &'static raw::PluginDescriptor,
    instance: *mut raw::Instance,
    host: core::marker::PhantomData<&'a FakeHost>,
}

impl<'a> FakePlugin<'a> {
    /// Err: what `create` said of the configuration, pointer and words.
    pub fn new(query: raw::Query, host: &'a FakeHost) -> Result<Self, (String, String)> {
        unsafe {
            let descriptor = &*query(raw::ABI_MAJOR, raw::ABI_MINOR);
            let mut shared = core::ptr::null_mut();
            assert_eq!(descriptor.init.unwrap()(&*host.raw, &mut shared), raw::OK);
            let mut instance = core::ptr::null_mut();
            if descriptor.create.unwrap()(shared, &*host.raw, &mut instance) != raw::OK {
                return Err(host.inner.lock().unwrap().failed.clone());
            }
            Ok(FakePlugin { descriptor, instance, host: core::marker::PhantomData })
        }
    }
    /// The plugin's table of an extension.
    ///
    /// # Safety
    /// `T` is the table's type.
    pub unsafe fn table<T>(&self, id: &str) -> Option<&'static T> {
        let id = std::ffi::CString::new(id).unwrap();
        self.descriptor.get_extension.unwrap()(id.as_ptr()).cast::<T>().as_ref()
    }
    pub fn instance(&self) -> *mut raw::Instance {
        self.instance
    }
    /// A visitor's text message.
    pub fn inspect(&self, text: &str) -> Answer {
        unsafe {
            let table = self.table::<raw::Filter>(raw::EXT_FILTER).expect("the plugin is no filter");
            let mut message: raw::FilterMessage = core::mem::zeroed();
            message.size = core::mem::size_of::<raw::FilterMessage>() as u32;
            message.text = to_raw(text);
            let mut answer: raw::FilterAnswer = core::mem::zeroed();
            answer.size = core::mem::size_of::<raw::FilterAnswer>() as u32;
            ARENA.with(|arena| *arena.borrow_mut() = Arena::default());
            let code = table.inspect.unwrap()(self.instance, 1, &message, &mut answer);
            let failure = ARENA.with(|arena| arena.borrow().failure.clone());
            Answer { code, verdict: answer.verdict, text: copy(answer.text), reason: copy(answer.reason), failure }
        }
    }
}
impl Drop for FakePlugin<'_> {
    fn drop(&mut self) {
        unsafe {
            self.descriptor.destroy.unwrap()(self.instance);
            self.descriptor.deinit.unwrap()(core::ptr::null_mut());
        }
    }
}

#[derive(Default)]
struct Arena {
    kept: Vec<Arc<[u8]>>,
    failure: String,
    users: HashMap<raw::Call, usize>,
}
thread_local! {
    static ARENA: RefCell<Arena> = RefCell::new(Arena::default());
}

unsafe fn inner<'a>(host: *const raw::Host) -> std::sync::MutexGuard<'a, Inner> {
    (*(*host).internal.cast::<Mutex<Inner>>()).lock().unwrap()
}

unsafe extern "C" fn keep(_: raw::Call, data: *const c_char, bytes: u64) -> *const c_char {
    let copy: Arc<[u8]> = Arc::from(bytes_of(raw::Text { data, size: bytes }));
    let at = copy.as_ptr();
    ARENA.with(|arena| arena.borrow_mut().kept.push(copy));
    at.cast()
}
unsafe extern "C" fn fail(_: raw::Call, code: ResultCode, _: raw::Text, text: raw::Text) -> ResultCode {
    ARENA.with(|arena| arena.borrow_mut().failure = copy(text));
    code
}
unsafe extern "C" fn set_user(call: raw::Call, user: *mut c_void) -> ResultCode {
    ARENA.with(|arena| arena.borrow_mut().users.insert(call, user as usize));
    raw::OK
}
unsafe extern "C" fn get_user(call: raw::Call) -> *mut c_void {
    ARENA.with(|arena| arena.borrow().users.get(&call).copied().unwrap_or(0)) as *mut c_void
}
unsafe extern "C" fn complete(_: raw::Call, _: ResultCode, _: *const c_void) -> ResultCode {
    raw::E_UNSUPPORTED
}
static CALL: raw::HostCall = raw::HostCall {
    size: core::mem::size_of::<raw::HostCall>() as u32,
    reserved: 0,
    keep: Some(keep),
    fail: Some(fail),
    set_user: Some(set_user),
    get_user: Some(get_user),
    complete: Some(complete),
};

unsafe extern "C" fn write(host: *const raw::Host, _: i32, line: raw::Text) {
    inner(host).lines.push(copy(line));
}
static LOG: raw::HostLog =
    raw::HostLog { size: core::mem::size_of::<raw::HostLog>() as u32, reserved: 0, write: Some(write) };

unsafe extern "C" fn json(_: *const raw::Host) -> raw::Text {
    to_raw("{}")
}
unsafe extern "C" fn config_get(host: *const raw::Host, pointer: raw::Text, value: *mut raw::ConfigValue) -> ResultCode {
    let pointer = copy(pointer);
    let inner = inner(host);
    let below = format!("{}/", pointer);
    match inner.values.get(&pointer) {
        Some(Value::Flag(flag)) => {
            (*value).r#type = raw::CONFIG_BOOL;
            (*value).integer = i64::from(*flag);
        }
        Some(Value::Integer(integer)) => {
            (*value).r#type = raw::CONFIG_INTEGER;
            (*value).integer = *integer;
            (*value).number = *integer as f64;
        }
        Some(Value::Number(number)) => {
            (*value).r#type = raw::CONFIG_NUMBER;
            (*value).number = *number;
        }
        Some(Value::Text(text)) => {
            (*value).r#type = raw::CONFIG_TEXT;
            (*value).text = to_raw(text); // stays where it is until the host ends
        }
        None => {
            let mut names: Vec<&str> = inner
                .values
                .keys()
                .filter_map(|key| key.strip_prefix(below.as_str()))
                .map(|rest| rest.split('/').next().unwrap_or(rest))
                .collect();
            names.sort_unstable();
            names.dedup();
            if names.is_empty() {
                return raw::SKIP;
            }
            let numbers = names.iter().all(|name| name.bytes().all(|byte| byte.is_ascii_digit()));
            (*value).r#type = if numbers { raw::CONFIG_ARRAY } else { raw::CONFIG_OBJECT };
            (*value).count = names.len() as u64;
        }
    }
    raw::OK
}
unsafe extern "C" fn reject(host: *const raw::Host, pointer: raw::Text, text: raw::Text) -> ResultCode {
    inner(host).failed = (copy(pointer), copy(text));
    raw::OK
}
static CONFIG: raw::HostConfig = raw::HostConfig {
    size: core::mem::size_of::<raw::HostConfig>() as u32,
    reserved: 0,
    json: Some(json),
    get: Some(config_get),
    reject: Some(reject),
};

unsafe extern "C" fn now_ms(host: *const raw::Host) -> i64 {
    inner(host).now
}
static CLOCK: raw::HostClock = raw::HostClock {
    size: core::mem::size_of::<raw::HostClock>() as u32,
    reserved: 0,
    now_ms: Some(now_ms),
    steady_ms: Some(now_ms),
};

unsafe extern "C" fn count(host: *const raw::Host, name: raw::Text, by: f64) -> ResultCode {
    *inner(host).metrics.entry(copy(name)).or_insert(0.0) += by;
    raw::OK
}
unsafe extern "C" fn gauge(host: *const raw::Host, name: raw::Text, value: f64) -> ResultCode {
    inner(host).metrics.insert(copy(name), value);
    raw::OK
}
static METRICS: raw::HostMetrics = raw::HostMetrics {
    size: core::mem::size_of::<raw::HostMetrics>() as u32,
    reserved: 0,
    count: Some(count),
    gauge: Some(gauge),
};

unsafe extern "C" fn kv_get(host: *const raw::Host, key: raw::Text, sink: *const raw::Sink) -> ResultCode {
    match inner(host).kv.get(&copy(key)) {
        Some(value) => ((*sink).write.unwrap())(sink, value.as_ptr().cast(), value.len() as u64),
        None => raw::SKIP,
    }
}
unsafe extern "C" fn kv_set(host: *const raw::Host, key: raw::Text, value: raw::Text) -> ResultCode {
    inner(host).kv.insert(copy(key), bytes_of(value).to_vec());
    raw::OK
}
unsafe extern "C" fn kv_erase(host: *const raw::Host, key: raw::Text) -> ResultCode {
    match inner(host).kv.remove(&copy(key)) {
        Some(_) => raw::OK,
        None => raw::SKIP,
    }
}
unsafe extern "C" fn kv_list(
    host: *const raw::Host,
    prefix: raw::Text,
    context: *mut c_void,
    each: Option<unsafe extern "C" fn(context: *mut c_void, key: raw::Text) -> ResultCode>,
) -> ResultCode {
    let prefix = copy(prefix);
    let keys: Vec<String> = inner(host).kv.keys().filter(|key| key.starts_with(&prefix)).cloned().collect();
    for key in keys {
        match each.unwrap()(context, to_raw(&key)) {
            raw::OK => {}
            other => return other,
        }
    }
    raw::OK
}
static KV: raw::HostKv = raw::HostKv {
    size: core::mem::size_of::<raw::HostKv>() as u32,
    reserved: 0,
    get: Some(kv_get),
    set: Some(kv_set),
    erase: Some(kv_erase),
    list: Some(kv_list),
};

unsafe extern "C" fn get_extension(_: *const raw::Host, id: *const c_char) -> *const c_void {
    if is(id, raw::EXT_CALL) {
        (&CALL as *const raw::HostCall).cast()
    } else if is(id, raw::EXT_LOG) {
        (&LOG as *const raw::HostLog).cast()
    } else if is(id, raw::EXT_CONFIG) {
        (&CONFIG as *const raw::HostConfig).cast()
    } else if is(id, raw::EXT_CLOCK) {
        (&CLOCK as *const raw::HostClock).cast()
    } else if is(id, raw::EXT_METRICS) {
        (&METRICS as *const raw::HostMetrics).cast()
    } else if is(id, raw::EXT_KV) {
        (&KV as *const raw::HostKv).cast()
    } else {
        core::ptr::null()
    }
}
