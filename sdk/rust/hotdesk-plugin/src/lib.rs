//! Plugins for Hotdesk in Rust. A plugin is a type; the macro [`export_plugin!`] makes the C tables around it, and neither a
//! panic nor an error leaves them. No dependencies; Rust 1.63 or newer, `panic = "unwind"`.
//!
//! ```ignore
//! use hotdesk_plugin::{Error, Filter, Host, Message, Plugin, Verdict};
//!
//! struct Shout;
//! impl Plugin for Shout {
//!     fn new(_host: Host) -> Result<Self, Error> {
//!         Ok(Shout)
//!     }
//! }
//! impl Filter for Shout {
//!     fn inspect(&self, message: &Message<'_>) -> Result<Verdict, Error> {
//!         Ok(Verdict::rewrite(message.text().to_uppercase(), "louder"))
//!     }
//! }
//! hotdesk_plugin::export_plugin!("com.example.shout", Shout: filter);
//! ```
//!
//! One object serves one tenant, from any number of threads at once (hence `Sync`); it may keep what it wants, also in
//! `thread_local!`. It starts no threads.

#[macro_use]
pub mod raw;

pub mod build;
#[doc(hidden)]
pub mod entry;
pub mod fake;

mod calls;
mod config;
mod error;
mod host;
mod regex;
mod router;
mod text;
mod traits;
mod turn;

pub use calls::{Message, Verdict};
pub use config::Config;
pub use error::Error;
pub use host::{Host, Kv};
pub use raw::Id;
pub use regex::{Hit, Regex};
pub use router::{Agent, Department, Route, RouteRequest};
pub use traits::{Events, Filter, Gray, Health, Plugin, Responder, Router, State};
pub use turn::{Citation, Event, GrayRequest, Reply, Turn};
