//! Group `scope`: an exception is for named assets.

pub(super) mod blanket;
