//! Work on several threads, and with enough stack, as far as the system lets us have them.
//!
//! How much stack a thread has is the system's choice: half a megabyte under `ulimit -s 512`, one on Windows. And where
//! memory is limited, no further thread may start. So whoever needs depth asks for it here, and whoever has many things
//! to do gets the threads that there are, or does it alone.

use std::cell::Cell;
use std::io;
use std::panic::resume_unwind;
use std::sync::OnceLock;
use std::thread;

use rayon::iter::{IntoParallelIterator, ParallelIterator};
use rayon::{ThreadPool, ThreadPoolBuilder};

/// Stack of the threads that [`map`] works on, in bytes: enough for the interpreter of custom rules. Pages that nobody
/// touches cost address space and nothing else.
pub const STACK: usize = 16 * 1024 * 1024;

thread_local! {
    /// The stack that this thread was started with, where that is known.
    static STARTED_WITH: Cell<usize> = const { Cell::new(0) };
}

static LIMIT: OnceLock<usize> = OnceLock::new();
static POOL: OnceLock<Option<ThreadPool>> = OnceLock::new();

/// Says once, before any [`map`], how many threads there may be beside the first one; 0 for none. Without that there is
/// one a core.
pub fn limit(threads: usize) {
    let _ = LIMIT.set(threads);
}

/// Does something with each item, and gives the results in their order: so many items or more are worth several
/// threads.
///
/// # Panics
/// Where the work does.
pub fn map<T: Send, R: Send>(items: Vec<T>, many: usize, work: impl Fn(T) -> R + Send + Sync) -> Vec<R> {
    if items.len() < many {
        return items.into_iter().map(work).collect();
    }
    if rayon::current_thread_index().is_some() {
        return items.into_par_iter().map(work).collect();
    }
    match POOL.get_or_init(pool) {
        Some(pool) => pool.install(|| items.into_par_iter().map(work).collect()),
        None => items.into_iter().map(work).collect(),
    }
}

/// The threads of this process; `None` where the system starts none.
fn pool() -> Option<ThreadPool> {
    let threads = match LIMIT.get() {
        Some(0) => return None,
        Some(limit) => *limit,
        None => thread::available_parallelism().map_or(1, usize::from),
    };
    let started = ThreadPoolBuilder::new()
        .num_threads(threads)
        .stack_size(STACK)
        .start_handler(|_| STARTED_WITH.set(STACK))
        .build();
    started.ok()
}

/// Says that this thread was started with so much stack, in bytes, though not by this room.
pub fn started_with(bytes: usize) {
    STARTED_WITH.set(bytes);
}

/// True where this thread is known to have been started with so much stack, in bytes.
#[must_use]
pub fn has(bytes: usize) -> bool {
    STARTED_WITH.get() >= bytes
}

/// Does work with so much stack, in bytes: here, or where that may not do, on a thread of its own.
///
/// # Errors
/// Where the system starts no such thread.
///
/// # Panics
/// Where the work does.
pub fn with_stack<T: Send>(bytes: usize, work: impl FnOnce() -> T + Send) -> io::Result<T> {
    if has(bytes) {
        return Ok(work());
    }
    let on_its_own = || {
        STARTED_WITH.set(bytes);
        work()
    };
    thread::scope(|scope| {
        let builder = thread::Builder::new().name("exboard".to_owned()).stack_size(bytes);
        let started = builder.spawn_scoped(scope, on_its_own)?;
        Ok(started.join().unwrap_or_else(|panic| resume_unwind(panic)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_stand_in_the_order_of_their_items() {
        for many in [0, 1_000_000] {
            let doubled = map((0..10_000).collect(), many, |number: u32| 2 * number);
            assert!(doubled.iter().enumerate().all(|(at, number)| *number as usize == 2 * at));
        }
        // What works on a thread of the pool may ask for all of them.
        let sums =
            map(vec![100_u32; 50], 0, |count| map((0..count).collect(), 0, |n: u32| n).iter().sum::<u32>());
        assert_eq!(sums, vec![4950; 50]);
    }

    #[test]
    fn whoever_has_the_stack_stays_where_they_are() {
        let here = thread::current().id();
        let (one, other) = with_stack(1024 * 1024, || {
            let outer = thread::current().id();
            let inner = with_stack(512 * 1024, || thread::current().id()).unwrap();
            let deeper = with_stack(2 * 1024 * 1024, || thread::current().id()).unwrap();
            assert_eq!(outer, inner);
            (outer, deeper)
        })
        .unwrap();
        assert!(one != here && other != one);
        assert_eq!(
            map(vec![(); 64], 0, |()| with_stack(STACK, || STARTED_WITH.get()).unwrap()),
            vec![STACK; 64]
        );
        assert!(with_stack(usize::MAX / 2, || ()).is_err());
    }
}
