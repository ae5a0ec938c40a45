use crate::{Error, Event, GrayRequest, Host, Message, Reply, Route, RouteRequest, Turn, Verdict};

/// One tenant's instance of a plugin. Its methods are called from any number of threads at once.
pub trait Plugin: Sized + Send + Sync + 'static {
    /// Made with the tenant's configuration, in at most 5 s. An error means the tenant stays on the version it had;
    /// [`Error::config`] names the setting that is wrong. Dropped in at most 2 s.
    fn new(host: Host) -> Result<Self, Error>;
}

/// `hotdesk.filter/1`
pub trait Filter: Plugin {
    /// Sees every message before it is stored. Soft budget 2 ms.
    fn inspect(&self, message: &Message<'_>) -> Result<Verdict, Error>;
}

/// `hotdesk.router/1`
pub trait Router: Plugin {
    /// Called whenever a conversation waits and something changed.
    fn route(&self, request: &RouteRequest<'_>) -> Result<Route, Error>;
}

/// `hotdesk.responder/1`
pub trait Responder: Plugin {
    /// A visitor's turn is owed an answer: written in pieces with [`Turn::chunk`].
    fn reply(&self, turn: &Turn<'_>) -> Result<Reply, Error>;
}

/// `hotdesk.gray/1`
pub trait Gray: Plugin {
    /// The visitor's bucket 0..9999, from the request alone; `None`: the host decides.
    fn assign(&self, request: &GrayRequest<'_>) -> Result<Option<u32>, Error>;
}

/// `hotdesk.events/1`
pub trait Events: Plugin {
    /// Told after the fact, at least once, in a conversation's order. Unknown kinds come too: ignore them.
    fn on_event(&self, event: &Event) -> Result<(), Error>;
}

/// `hotdesk.health/1`
pub trait Health: Plugin {
    /// Whether the instance can serve; `deep` may take a second, else microseconds.
    fn check(&self, deep: bool) -> Result<(), Error>;
}

/// `hotdesk.state/1`: calls come one at a time then.
pub trait State: Plugin {
    /// The schema that it writes by itself.
    const SCHEMA: u32;
    fn export_state(&self, target_schema: u32) -> Result<Vec<u8>, Error>;
    /// With `dry_run` only says whether it could.
    fn import_state(&self, schema: u32, state: &[u8], dry_run: bool) -> Result<(), Error>;
}
