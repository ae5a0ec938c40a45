//! The C functions around a plugin's type. Nothing that panics or fails passes any of them.
use core::ffi::c_void;
use std::any::Any;
use std::ffi::CStr;
use std::os::raw::c_char;
use std::panic::{catch_unwind, AssertUnwindSafe};

use crate::host::table;
use crate::raw::{self, Instance, ResultCode, Shared};
use crate::text::{bytes_of, to_raw, EMPTY};
use crate::*;

/// What `create` makes.
struct Box_<P> {
    plugin: P,
    host: Host,
    calls: Option<&'static raw::HostCall>,
    reply: Option<&'static raw::HostReply>,
}

/// Makes constants with pointers shareable: what they point to is constant too.
#[repr(transparent)]
pub struct Constant<T>(pub T);
unsafe impl<T> Sync for Constant<T> {}

fn words(panic: Box<dyn Any + Send>) -> Error {
    let text = match panic.downcast::<String>() {
        Ok(text) => *text,
        Err(panic) => match panic.downcast::<&'static str>() {
            Ok(text) => text.to_string(),
            Err(other) => {
                core::mem::forget(other); // its drop may panic again
                String::from("something that is no text")
            }
        },
    };
    Error::new(raw::E_INTERNAL, format!("panicked: {}", text))
}

fn guarded<T>(work: impl FnOnce() -> Result<T, Error>) -> Result<T, Error> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|panic| Err(words(panic)))
}

/// The last line of defence, for what comes after `guarded`.
fn last(work: impl FnOnce() -> ResultCode) -> ResultCode {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|panic| {
        core::mem::forget(panic);
        raw::E_INTERNAL
    })
}

unsafe fn boxed<'a, P>(instance: *mut Instance) -> &'a Box_<P> {
    &*instance.cast::<Box_<P>>()
}

impl<P> Box_<P> {
    fn fail(&self, call: raw::Call, error: &Error) -> ResultCode {
        if let Some(fail) = self.calls.and_then(|calls| calls.fail) {
            unsafe { fail(call, error.code(), to_raw(&error.path), to_raw(&error.text)) };
        }
        error.code()
    }
    /// Copies into the call's arena.
    fn keep(&self, call: raw::Call, bytes: &[u8]) -> Result<*const c_char, Error> {
        let refused = || Error::new(raw::E_BUDGET, "the answer is larger than the call's arena");
        let keep = self.calls.and_then(|calls| calls.keep).ok_or_else(refused)?;
        let kept = unsafe { keep(call, bytes.as_ptr().cast(), bytes.len() as u64) };
        if kept.is_null() {
            return Err(refused());
        }
        Ok(kept)
    }
    fn text(&self, call: raw::Call, text: &str) -> Result<raw::Text, Error> {
        if text.is_empty() {
            return Ok(EMPTY);
        }
        Ok(raw::Text { data: self.keep(call, text.as_bytes())?, size: text.len() as u64 })
    }
    /// A method with a call: its code, or its failure told.
    fn call(&self, call: raw::Call, work: impl FnOnce() -> Result<ResultCode, Error>) -> ResultCode {
        last(|| match guarded(work) {
            Ok(code) => code,
            Err(error) => self.fail(call, &error),
        })
    }
    /// A method without one: its failure goes to the log.
    fn quietly(&self, work: impl FnOnce() -> Result<(), Error>) -> ResultCode {
        last(|| match guarded(work) {
            Ok(()) => raw::OK,
            Err(error) => {
                self.host.warn(&error.text);
                error.code()
            }
        })
    }
}

/// `QUIET`: panics are told to the host instead of being printed; not in unit tests, whose harness needs its own hook.
pub unsafe extern "C" fn init<const QUIET: bool>(_host: *const raw::Host, _shared: *mut *mut Shared) -> ResultCode {
    last(|| {
        if QUIET {
            std::panic::set_hook(Box::new(|_| {}));
        }
        raw::OK
    })
}
pub unsafe extern "C" fn deinit(_shared: *mut Shared) {}

pub unsafe extern "C" fn create<P: Plugin>(_shared: *mut Shared, host: *const raw::Host, instance: *mut *mut Instance) -> ResultCode {
    last(|| {
        let made = guarded(|| {
            let host = Host::from_raw(host);
            let calls = table(host.raw(), raw::EXT_CALL);
            let reply = table(host.raw(), raw::EXT_REPLY);
            Ok(Box_ { plugin: P::new(host)?, host, calls, reply })
        });
        match made {
            Ok(made) => {
                *instance = Box::into_raw(Box::new(made)).cast();
                raw::OK
            }
            Err(error) => {
                if let Some(reject) = table::<raw::HostConfig>(host, raw::EXT_CONFIG).and_then(|config| config.reject) {
                    reject(host, to_raw(&error.path), to_raw(&error.text));
                }
                error.code()
            }
        }
    })
}
pub unsafe extern "C" fn destroy<P: Plugin>(instance: *mut Instance) {
    last(|| {
        drop(Box::from_raw(instance.cast::<Box_<P>>()));
        raw::OK
    });
}

pub unsafe extern "C" fn cancel(_: *mut Instance, _: raw::Call, _: *mut c_void) {}

pub unsafe extern "C" fn inspect<P: Filter>(
    instance: *mut Instance,
    call: raw::Call,
    message: *const raw::FilterMessage,
    answer: *mut raw::FilterAnswer,
) -> ResultCode {
    let me = boxed::<P>(instance);
    me.call(call, || {
        match me.plugin.inspect(&Message::new(&*message, call))? {
            Verdict::Pass => return Ok(raw::SKIP),
            Verdict::Rewrite { text, reason } => {
                (*answer).verdict = raw::FILTER_REWRITE;
                (*answer).text = me.text(call, &text)?;
                (*answer).reason = me.text(call, &reason)?;
            }
            Verdict::Block { reason } => {
                (*answer).verdict = raw::FILTER_BLOCK;
                (*answer).reason = me.text(call, &reason)?;
            }
        }
        Ok(raw::OK)
    })
}

pub unsafe extern "C" fn route<P: Router>(
    instance: *mut Instance,
    call: raw::Call,
    request: *const raw::RouteRequest,
    answer: *mut raw::RouteAnswer,
) -> ResultCode {
    let me = boxed::<P>(instance);
    me.call(call, || {
        let reason = match me.plugin.route(&RouteRequest::new(request, call))? {
            Route::Skip => return Ok(raw::SKIP),
            Route::Agent { id, reason } => {
                (*answer).target = raw::ROUTE_AGENT;
                (*answer).agent = id;
                reason
            }
            Route::Queue { reason, again_ms } => {
                (*answer).target = raw::ROUTE_QUEUE;
                if member!(answer, raw::RouteAnswer, again_ms).is_some() {
                    (*answer).again_ms = again_ms;
                }
                reason
            }
            Route::Bot { reason } => {
                (*answer).target = raw::ROUTE_BOT;
                reason
            }
            Route::Department { id, reason } => {
                if member!(answer, raw::RouteAnswer, department).is_none() {
                    return Err(Error::new(raw::E_UNSUPPORTED, "this host routes to no departments"));
                }
                (*answer).target = raw::ROUTE_DEPARTMENT;
                (*answer).department = id;
                reason
            }
        };
        (*answer).reason = me.text(call, &reason)?;
        Ok(raw::OK)
    })
}

pub unsafe extern "C" fn reply<P: Responder>(
    instance: *mut Instance,
    call: raw::Call,
    turn: *const raw::Turn,
    answer: *mut raw::TurnAnswer,
) -> ResultCode {
    let me = boxed::<P>(instance);
    me.call(call, || {
        match me.plugin.reply(&Turn::new(&*turn, call, me.reply))? {
            Reply::Skip => return Ok(raw::SKIP),
            Reply::Human { reason } => {
                (*answer).end = raw::TURN_HUMAN;
                (*answer).reason = me.text(call, &reason)?;
            }
            Reply::Answered { confidence, citations } => {
                (*answer).end = raw::TURN_ANSWERED;
                (*answer).confidence = confidence;
                let stride = core::mem::size_of::<raw::Citation>();
                let mut all = Vec::new();
                for one in citations.iter().take(8) {
                    let (title, url) = (me.text(call, &one.title)?, me.text(call, &one.url)?);
                    all.push(raw::Citation { size: stride as u32, reserved: 0, article: one.article, title, url });
                }
                if !all.is_empty() {
                    let bytes = core::slice::from_raw_parts(all.as_ptr().cast::<u8>(), all.len() * stride);
                    let items = me.keep(call, bytes)?.cast();
                    (*answer).citations = raw::Array { items, count: all.len() as u64, stride: stride as u64 };
                }
            }
        }
        Ok(raw::OK)
    })
}

pub unsafe extern "C" fn assign<P: Gray>(
    instance: *mut Instance,
    call: raw::Call,
    request: *const raw::GrayRequest,
    bucket: *mut u32,
) -> ResultCode {
    let me = boxed::<P>(instance);
    me.call(call, || {
        Ok(match me.plugin.assign(&GrayRequest::new(&*request))? {
            Some(chosen) => {
                *bucket = chosen;
                raw::OK
            }
            None => raw::SKIP,
        })
    })
}

pub unsafe extern "C" fn on_event<P: Events>(instance: *mut Instance, call: raw::Call, event: *const raw::Event) -> ResultCode {
    let me = boxed::<P>(instance);
    let raw = &*event;
    let event = Event {
        kind: raw.r#type,
        conversation: raw.conversation,
        visitor: raw.visitor,
        agent: raw.agent,
        at: raw.at,
        score: raw.score,
    };
    me.call(call, || me.plugin.on_event(&event).map(|()| raw::OK))
}

pub unsafe extern "C" fn check<P: Health>(instance: *mut Instance, level: i32) -> ResultCode {
    let me = boxed::<P>(instance);
    me.quietly(|| me.plugin.check(level == raw::HEALTH_DEEP))
}

pub unsafe extern "C" fn export_state<P: State>(instance: *mut Instance, schema: u32, sink: *const raw::Sink) -> ResultCode {
    let me = boxed::<P>(instance);
    me.quietly(|| {
        let state = me.plugin.export_state(schema)?;
        let write = (*sink).write.ok_or("the sink takes nothing")?;
        match write(sink, state.as_ptr().cast(), state.len() as u64) {
            raw::OK => Ok(()),
            code => Err(Error::new(code, "the state is too large")),
        }
    })
}
pub unsafe extern "C" fn import_state<P: State>(
    instance: *mut Instance,
    schema: u32,
    source: *const raw::Source,
    dry_run: i32,
) -> ResultCode {
    const MOST: usize = 16 << 20;
    let me = boxed::<P>(instance);
    me.quietly(|| {
        let read = (*source).read.ok_or("the source gives nothing")?;
        let mut state = Vec::new();
        let mut piece = vec![0u8; 64 * 1024];
        loop {
            let mut bytes = 0;
            let code = read(source, piece.as_mut_ptr().cast(), piece.len() as u64, &mut bytes);
            if code != raw::OK {
                return Err(Error::new(code, "the state could not be read"));
            }
            if bytes == 0 {
                break;
            }
            state.extend_from_slice(&piece[..bytes as usize]);
            if state.len() > MOST {
                return Err(Error::new(raw::E_BUDGET, "the state is too large"));
            }
        }
        me.plugin.import_state(schema, &state, dry_run != 0)
    })
}

/// Whether a C text is this one.
///
/// # Safety
/// `id` is a terminated text.
pub unsafe fn is(id: *const c_char, wanted: &str) -> bool {
    !id.is_null() && CStr::from_ptr(id).to_bytes() == wanted.as_bytes()
}

/// For `fake`: the bytes of a text.
pub(crate) unsafe fn copy(text: raw::Text) -> String {
    String::from_utf8_lossy(bytes_of(text)).into_owned()
}

/// `export_plugin!("com.example.id", Type: filter, router, …)`: the one exported function of a plugin, and the tables of the
/// extensions that its type has. Version and build id come from the build (see `template/build.rs`).
#[macro_export]
macro_rules! export_plugin {
    ($id:literal, $type:ty: $($extension:ident),+ $(,)?) => {
        /// The plugin's entry.
        #[no_mangle]
        pub extern "C" fn hotdesk_plugin_query(abi_major: u32, _abi_minor: u32) -> *const $crate::raw::PluginDescriptor {
            use $crate::entry::{self, Constant};
            use $crate::raw;
            unsafe extern "C" fn extension(id: *const ::std::os::raw::c_char) -> *const ::core::ffi::c_void {
                $($crate::export_plugin!(@table $extension, $type, id);)+
                ::core::ptr::null()
            }
            // Read out of the library by hotdesk-folder.sh.
            const FACTS: &str = concat!("hotdesk-plugin-facts|1.1|", $id, "|", env!("CARGO_PKG_VERSION"), "|",
                $crate::export_plugin!(@build), "\0");
            static DESCRIPTOR: Constant<raw::PluginDescriptor> = Constant(raw::PluginDescriptor {
                size: ::core::mem::size_of::<raw::PluginDescriptor>() as u32,
                abi_major: raw::ABI_MAJOR,
                abi_minor: raw::ABI_MINOR,
                reserved: 0,
                id: concat!($id, "\0").as_ptr().cast(),
                version: concat!(env!("CARGO_PKG_VERSION"), "\0").as_ptr().cast(),
                // The tail of the facts, so that no linker takes them for unused.
                build_id: unsafe { FACTS.as_ptr().add(FACTS.len() - 1 - $crate::export_plugin!(@build).len()) }.cast(),
                init: Some(entry::init::<{ !cfg!(test) }>),
                deinit: Some(entry::deinit),
                create: Some(entry::create::<$type>),
                destroy: Some(entry::destroy::<$type>),
                get_extension: Some(extension),
            });
            if abi_major == raw::ABI_MAJOR { &DESCRIPTOR.0 } else { ::core::ptr::null() }
        }
    };
    (@build) => { env!("HOTDESK_PLUGIN_BUILD_ID", "build.rs must set HOTDESK_PLUGIN_BUILD_ID: see the template") };
    (@entry $raw:ident, $id:ident, $wanted:expr, { $($field:ident: $value:expr),* }) => {
        static TABLE: raw::$raw = raw::$raw { size: ::core::mem::size_of::<raw::$raw>() as u32, $($field: $value),* };
        if entry::is($id, $wanted) { return (&TABLE as *const raw::$raw).cast(); }
    };
    (@table filter, $type:ty, $id:ident) => {{
        $crate::export_plugin!(@entry Filter, $id, raw::EXT_FILTER,
            { reserved: 0, inspect: Some(entry::inspect::<$type>), cancel: Some(entry::cancel) });
    }};
    (@table router, $type:ty, $id:ident) => {{
        $crate::export_plugin!(@entry Router, $id, raw::EXT_ROUTER,
            { reserved: 0, route: Some(entry::route::<$type>), cancel: Some(entry::cancel) });
    }};
    (@table responder, $type:ty, $id:ident) => {{
        $crate::export_plugin!(@entry Responder, $id, raw::EXT_RESPONDER,
            { reserved: 0, reply: Some(entry::reply::<$type>), cancel: Some(entry::cancel) });
    }};
    (@table gray, $type:ty, $id:ident) => {{
        $crate::export_plugin!(@entry Gray, $id, raw::EXT_GRAY, { reserved: 0, assign: Some(entry::assign::<$type>) });
    }};
    (@table events, $type:ty, $id:ident) => {{
        $crate::export_plugin!(@entry Events, $id, raw::EXT_EVENTS, { reserved: 0, on_event: Some(entry::on_event::<$type>) });
    }};
    (@table health, $type:ty, $id:ident) => {{
        $crate::export_plugin!(@entry Health, $id, raw::EXT_HEALTH, { reserved: 0, check: Some(entry::check::<$type>) });
    }};
    (@table state, $type:ty, $id:ident) => {{
        $crate::export_plugin!(@entry State, $id, raw::EXT_STATE,
            { schema: <$type as $crate::State>::SCHEMA, export_state: Some(entry::export_state::<$type>),
              import_state: Some(entry::import_state::<$type>) });
    }};
}
