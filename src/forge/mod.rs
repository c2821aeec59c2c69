//! The forge: what GitHub says, as data. Nothing here opens a connection yet; answers are read from files.

mod reviews;

pub use reviews::{MAX_REVIEW_BYTES, Review, Reviews, ReviewsError, read_reviews};
