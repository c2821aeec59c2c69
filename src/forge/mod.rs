//! The forge: what GitHub says, as data, and the one connection to it.
//!
//! All but `http` is pure: payloads, reviews and check runs are read and written from bytes.

mod check_run;
mod event;
mod github;
mod http;
mod http_error;
mod link;
mod reviews;
mod suggestion;

pub use check_run::{Annotation, AnnotationLevel, CheckRun, CheckState, MOST_ANNOTATIONS};
pub use event::{Event, EventError, MAX_EVENT_BYTES, Pull, Queue, read_event};
pub use github::{Forge, ForgeError, LandedPull, PullRequest, Suggested};
pub use http::{Http, Limits, Sleep, Token};
pub use http_error::HttpError;
pub use reviews::{MAX_REVIEW_BYTES, Review, Reviews, ReviewsError, read_reviews};
pub use suggestion::{MOST_SUGGESTIONS, Suggestion, suggestions};
