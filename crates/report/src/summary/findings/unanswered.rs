//! Which requests wait for an answer that does not come: the program has sent a request of its own, or begun to connect or to look
//! up a name, and nothing has come of it for long when the recording ends.

use rustc_hash::FxHashMap;

use recorder::event::Id;

use super::{Finding, Subject, When, plural};
use crate::path::{Kind, Segment, waits_for};
use crate::replay::{PlaceNumber, Replay, Request, RouteNumber};
use crate::units::time;

/// So long they must have waited.
const LONG: u64 = 1_000_000_000;
/// And so many times as long as the longest request of the route that was answered.
const TIMES: u64 = 2;
/// The function that a program awaits for the head of an answer.
const FETCH: &str = "fetch";
/// So many routes and groups are told apart.
const MOST: usize = 1 << 10;

/// The route, what is waited for, and where that was begun.
type Key = (Option<RouteNumber>, String, PlaceNumber);

struct Group {
    count: u64,
    longest: u64,
    /// The one that has waited for the longest: its thread, its number, when it began and what it waits for.
    first: (u32, u32, u64, Id),
}

#[derive(Default)]
pub(super) struct Unanswered {
    /// The longest request of each route that was answered.
    answered: FxHashMap<RouteNumber, u64>,
    groups: FxHashMap<Key, Group>,
}

impl Unanswered {
    pub(super) fn over(&mut self, replay: &Replay, request: &Request, path: &[Segment]) {
        if request.is_answered() {
            if let Some(route) = request.route
                && (self.answered.len() < MOST || self.answered.contains_key(&route))
            {
                let longest = self.answered.entry(route).or_default();
                *longest = (*longest).max(request.took());
            }
            return;
        }
        let Some(last) = path.last().filter(|last| last.kind == Kind::Waiting && last.took() >= LONG) else {
            return;
        };
        let Some((id, type_)) = last.resource else { return };
        // Other functions that are awaited, as `pipeline`, take as long as they take.
        let is_fetch = Some(type_) == replay.types.promise && last.words.as_deref() == Some(FETCH);
        let is_of_others = is_fetch || replay.types.is_remote(type_);
        let key = (request.route, waits_for(replay, last), last.place);
        if !is_of_others || self.groups.len() >= MOST && !self.groups.contains_key(&key) {
            return;
        }
        let first = (request.thread, request.number, request.began, id);
        let group = self.groups.entry(key).or_insert(Group { count: 0, longest: 0, first });
        group.count += 1;
        // What it waits for since before what is kept, it may have waited for from its beginning on.
        let longest = last.took() + if last.from == request.began { request.early } else { 0 };
        if longest > group.longest {
            (group.longest, group.first) = (longest, first);
        }
    }

    pub(super) fn findings(&self, replay: &Replay) -> Vec<Finding> {
        let groups = self.groups.iter().filter(|((route, ..), group)| {
            let answered = route.and_then(|route| self.answered.get(&route)).copied().unwrap_or(0);
            group.longest > answered.saturating_mul(TIMES)
        });
        groups.map(|((route, what, place), group)| finding(replay, *route, what, *place, group)).collect()
    }
}

fn finding(
    replay: &Replay,
    route: Option<RouteNumber>,
    what: &str,
    place: PlaceNumber,
    group: &Group,
) -> Finding {
    let (thread, number, from, id) = group.first;
    let route = route.map(|route| replay.routes.name(route).to_owned());
    let of = route.as_deref().map_or(String::new(), |route| format!(" {route}"));
    let (wait, their) = if group.count == 1 { ("waits", "it has") } else { ("wait", "they have") };
    Finding {
        kind: "unanswered",
        weight: 1e10 + group.count as f64,
        text: format!(
            "{}{of} {wait} for an answer that does not come: {what}.",
            plural(group.count, "request", "requests")
        ),
        evidence: vec![format!(
            "When the recording ended, {their} waited for {} at most.",
            time(group.longest)
        )],
        subject: Subject {
            place,
            route,
            when: Some(When { thread, from, to: replay.lasted(thread).max(from) }),
            resource: Some(id),
            request: Some(number),
        },
    }
}
