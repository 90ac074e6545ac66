//! The numbers of a recording. All text of it that came from the file is [`Shown`].

use recorder::event::Id;
use recorder::spread::Spread;

use super::alive::AliveGroups;
use crate::replay::Request;
use crate::shown::Shown;

/// From this on, a callback counts as one that blocked the event loop.
pub(crate) const BLOCKED: u64 = 50_000_000;

/// What a summary has besides the numbers that the replay has.
#[derive(Default)]
pub(crate) struct Summary {
    pub longest: Vec<LongCallback>,
    pub blocked: Blocked,
    pub pool: Pool,
    pub requests: Served,
    pub alive: AliveGroups,
    /// Those that grow without end.
    pub growing: Vec<Growing>,
    /// Types on threads that were not looked at for growth, by their resources.
    pub unseen: u64,
    /// Promises that were collected without being resolved.
    pub lost_promises: u64,
    /// Promises that were not resolved at the end.
    pub pending_promises: u64,
    pub resolutions: u64,
    pub marks: Vec<(u64, Shown)>,
    pub more_marks: u64,
}

/// One of the slowest requests.
pub(crate) struct Slow {
    pub request: Request,
    pub thread: Shown,
    /// The type of its connection.
    pub type_: Shown,
}

/// The requests that servers answered.
#[derive(Default)]
pub(crate) struct Served {
    pub took: Spread,
    pub slowest: Vec<Slow>,
}

pub(crate) struct LongCallback {
    pub thread: Shown,
    pub began: u64,
    pub took: u64,
    /// The resource itself, what triggered it, and so on.
    pub chain: Vec<Link>,
    /// There is more to it than is shown.
    pub cut: bool,
}

/// Neighbours of the same type and place, as a chain of promises has them.
pub(crate) struct Link {
    /// That of the first of them.
    pub id: Id,
    pub count: u64,
    pub type_: Shown,
    /// The line of code that created it.
    pub place: Option<Shown>,
}

#[derive(Default)]
pub(crate) struct Blocked {
    pub count: u64,
    pub total: u64,
}

/// fs and dns calls that found the thread pool busy.
#[derive(Default)]
pub(crate) struct Pool {
    pub waited: u64,
    pub longest: u64,
    /// The most that were underway at once.
    pub most: usize,
}

pub(crate) struct Growing {
    pub type_: Shown,
    pub thread: Shown,
    pub quarters: [u64; 4],
}
