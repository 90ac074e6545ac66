//! Which requests wait for an answer that does not come: the program has sent a request of its own, begun to connect or to look
//! up a name, or called a function of Node or a package that it awaits, and has waited for long when the recording ends.

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
        let name = replay.type_name(type_);
        // A promise that the program awaits, and that a function of Node or of a package has made.
        let is_called = Some(type_) == replay.types.promise && last.words.is_some();
        let is_of_others = is_called && !waits_for_event(replay, (request.thread, id))
            || matches!(name, "HTTPCLIENTREQUEST" | "TCPWRAP" | "TCPCONNECTWRAP" | "TLSWRAP" | "PIPEWRAP")
            || name.starts_with("GET") && name.ends_with("REQWRAP")
            || name == "QUERYWRAP";
        let key = (request.route, waits_for(replay, last), last.place);
        if !is_of_others || self.groups.len() >= MOST && !self.groups.contains_key(&key) {
            return;
        }
        let first = (request.thread, request.number, request.began, id);
        let group = self.groups.entry(key).or_insert(Group { count: 0, longest: 0, first });
        group.count += 1;
        if last.took() > group.longest {
            (group.longest, group.first) = (last.took(), first);
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

/// Who waits for an event may wait for as long as it takes.
fn waits_for_event(replay: &Replay, key: (u32, Id)) -> bool {
    let stack = replay.resources().get(&key).and_then(|of| replay.stack(of.stack));
    stack.is_some_and(|frames| frames.contains("node:events"))
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
