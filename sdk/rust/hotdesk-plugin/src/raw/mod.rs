//! The plugin ABI 1.1 as it is in C: same names without the prefix, same order, same sizes. See the headers in
//! `hotdesk/plugin/` for what each member means and who may call it when.

#[macro_use]
mod layout;
mod filter;
mod host;
mod router;
mod turn;
mod types;

pub use filter::*;
pub use host::*;
pub use layout::{print_layout, size_behind, Layout};
pub use router::*;
pub use turn::*;
pub use types::*;
