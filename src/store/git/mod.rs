//! git: states of the register, what differs between two of them, history, and notes. The only user of git2.
//!
//! Nothing here runs git or opens a connection, and nothing judges. Trees and commits are read from the bytes of their
//! objects: libgit2's own diff expands equal folders too, and its commits hide what lies behind a graft.

mod contents;
mod diff;
mod fault;
mod history;
mod id;
mod index;
mod notes;
mod object;
mod open;
mod paint;
mod scope;
mod snapshot;
mod tree;
mod versions;
mod work_tree;

pub use diff::Delta;
pub use fault::{GitError, Unsupported};
pub use history::Step;
pub use id::{Id, NotAnId};
pub use notes::{NOTES, Written};
pub use open::Git;
pub use scope::Scope;
pub use snapshot::Staged;
pub use tree::{Entry, Raw, Tree, What};
pub use versions::Version;
