//! What the system lets this process have: stack and address space.

use std::thread;

use super::args::Shared;
use crate::threads;

/// What the program needs of the first thread's stack, in bytes, with as much again to spare.
const FIRST_STACK: u64 = 1024 * 1024;

/// As much of a stack without a limit as is counted on.
const ENDLESS: u64 = 8 * 1024 * 1024;

/// What a thread reserves of the address space, in bytes: its stack, and what the C library sets aside for what it
/// allocates.
const THREAD: u64 = threads::STACK as u64 + 64 * 1024 * 1024;

/// What the program needs of it without further threads.
const ALONE: u64 = 100 * 1024 * 1024;

/// Runs the program on the first thread, or where that has little stack, on one that has enough.
pub(super) fn on_enough_stack(run: impl Fn() -> u8 + Send + Sync) -> u8 {
    if is_little_stack() {
        // Where the system starts no other thread, the first one has to do.
        return threads::with_stack(threads::STACK, &run).unwrap_or_else(|_| run());
    }
    let rest = stack().unwrap_or(ENDLESS).min(ENDLESS).saturating_sub(FIRST_STACK);
    threads::started_with(usize::try_from(rest).unwrap_or_default());
    run()
}

/// As many threads as are asked for, and no more than there is address space for: a limit of that is one of what is
/// reserved, however little of it is used.
pub(super) fn limit_threads(shared: &Shared) {
    let cores = || thread::available_parallelism().map_or(1, usize::from);
    let asked = shared.jobs.map_or_else(cores, usize::from);
    let first = if is_little_stack() { ALONE + THREAD } else { ALONE };
    let fit = address_space().map(|space| space.saturating_sub(first) / THREAD);
    threads::limit(fit.map_or(asked, |fit| asked.min(usize::try_from(fit).unwrap_or(usize::MAX))));
}

fn is_little_stack() -> bool {
    stack().is_some_and(|stack| stack < FIRST_STACK)
}

/// Bytes that the first thread's stack may grow to; `None` where that is not limited.
#[cfg(unix)]
fn stack() -> Option<u64> {
    rustix::process::getrlimit(rustix::process::Resource::Stack).current
}

#[cfg(not(unix))]
fn stack() -> Option<u64> {
    // Windows takes it from the program file, and linkers write one megabyte.
    Some(0)
}

/// Bytes that may be reserved; `None` where that is not limited.
#[cfg(all(unix, not(target_os = "openbsd")))]
fn address_space() -> Option<u64> {
    rustix::process::getrlimit(rustix::process::Resource::As).current
}

#[cfg(not(all(unix, not(target_os = "openbsd"))))]
fn address_space() -> Option<u64> {
    None
}
