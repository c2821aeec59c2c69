//! Change sets as git has them: of a pull request, of the work tree, of every landed commit since adoption.
//!
//! Here the deltas of `store` become the changes that the rules judge, with all that is known of them: the commits
//! that made them, who has a part in those, the votes, the receipts, and what went before in a record's life. Nothing
//! is judged here.

mod ballots;
mod filing;
mod hands;
mod overtaken;
mod past;
mod policies;
mod proposal;
mod receipts;
mod replay;
mod set;
mod version;

pub use ballots::{Polls, policy_digest};
pub use filing::{Filing, file_receipt};
pub use hands::{Hand, hands};
pub use past::{Pasts, past_of};
pub use policies::{Loaded, load};
pub use proposal::{Known, Proposal, Target, look_back};
pub use receipts::{Filed, Receipts};
pub use replay::{Landing, Replay};
pub use set::{ReadEntry, Set, Side, assemble, is_policy, scope};
