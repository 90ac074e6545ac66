//! The numbers of a recording. All text of it that came from the file is [`Shown`].

use recorder::event::Id;
use recorder::spread::Spread;
use rustc_hash::FxHashMap;

use super::alive::AliveGroups;
use super::findings::Finding;
use crate::path::{RouteSums, mostly};
use crate::replay::{Replay, Request, RouteNumber};
use crate::shown::Shown;

/// What a summary has besides the numbers that the replay has.
#[derive(Default)]
pub(crate) struct Summary {
    pub longest: Vec<LongCallback>,
    /// The most important first.
    pub findings: Vec<Finding>,
    pub requests: Served,
    /// Where the recording tells what requests ask for.
    pub routes: Vec<Route>,
    pub alive: AliveGroups,
    pub marks: Vec<(u64, Shown)>,
    pub more_marks: u64,
}

impl Summary {
    /// Says of each route what its requests' time mostly went into.
    pub(crate) fn tell_paths(&mut self, replay: &Replay, sums: &[RouteSums]) {
        let by_route: FxHashMap<_, _> = sums.iter().map(|sums| (sums.key(), sums)).collect();
        for of in &mut self.routes {
            of.mostly = by_route
                .get(&(Some(of.route), of.status, of.is_aborted))
                .and_then(|sums| mostly(replay, sums));
        }
    }
}

/// One of the slowest requests.
pub(crate) struct Slow {
    pub request: Request,
    pub thread: Shown,
    /// The type of its connection.
    pub type_: Shown,
}

/// The requests of one route that had the same status.
pub(crate) struct Route {
    pub route: RouteNumber,
    pub status: u16,
    /// Their connections were closed before the response had ended.
    pub is_aborted: bool,
    pub took: Spread,
    /// What took most of their time.
    pub mostly: Option<String>,
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
