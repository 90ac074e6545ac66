//! Which promises never settle, and leave those that await them waiting for ever.
//!
//! A promise counts that the program has made itself (`new Promise`), that something awaits, and that nothing can settle any
//! more: since the program has come to its end without it, or since nothing that was begun for it is under way.

use recorder::event::{Entry, Id};
use rustc_hash::{FxHashMap, FxHashSet};

use super::{Finding, Subject, When, plural};
use crate::replay::{
    Heard, Place, PlaceNumber, REQUEST, Replay, Request, Resource, Step, Type, makes_promise, node_promises,
};

/// So old they must be where the program did not end by itself.
const OLD: u64 = 1_000_000_000;
/// And so many times as old as the one of their place that took the longest.
const TIMES: u64 = 2;
/// What is begun for a promise comes about so soon after it.
const BEGUN: u64 = 20_000_000;
/// So many places are told apart.
const PLACES: usize = 1 << 14;

/// So many promises that are not settled are looked at for what was begun for them.
const MADE: usize = 1 << 16;
/// So many causes are followed to a former promise of the same place.
const CAUSES: usize = 64;
/// So many promises of a place that settled are looked at for whether they follow another one.
const FOLLOWED: u64 = 64;

#[derive(Default)]
pub(crate) struct Unsettled {
    /// Those that the program made, while they are not settled.
    made: FxHashMap<(u32, Id), Made>,
    /// The operations that were begun for them.
    begun: FxHashMap<(u32, Id), Id>,
    /// Those that were collected: nothing can settle them any more.
    collected: Vec<((u32, Id), Resource, Made)>,
    /// The last one of each thread, as long as nothing else runs there and nothing awaits it, and its trigger.
    last: FxHashMap<u32, (Id, Id)>,
    settled: FxHashMap<PlaceNumber, Settled>,
    /// The requests that were not answered, with their routes.
    open: FxHashMap<(u32, Id), Option<u16>>,
}

/// What is known of a promise that the program made.
#[derive(Clone, Copy, Default)]
struct Made {
    /// Something awaits it, and where.
    is_awaited: bool,
    awaited: PlaceNumber,
    /// What was begun for it is done.
    is_done: bool,
    /// A loop has awaited another one of its place before.
    follows: bool,
}

/// The promises of a place that have settled.
#[derive(Clone, Copy, Default)]
struct Settled {
    count: u64,
    /// How long the one took that took the longest.
    longest: u64,
    /// One of the first of them was made in what went on after another.
    follows: bool,
}

/// Those that await a promise.
#[derive(Clone, Copy, Default)]
struct Awaiting {
    place: PlaceNumber,
    /// Not only callbacks of `then` whose promises nobody awaits: these stand for what may happen, as a listener does.
    goes_on: bool,
}

struct Group {
    count: u64,
    awaited: FxHashSet<PlaceNumber>,
    route: Option<u16>,
    requests: FxHashSet<(u32, Id)>,
    /// When the oldest was made, its thread, its id and its trace.
    first: (u64, u32, Id, Id),
}

impl Unsettled {
    pub(crate) fn hear(&mut self, replay: &Replay, heard: &Heard) {
        let thread = heard.thread;
        match heard.step {
            Step::Created { id, resource, .. } => self.created(replay, (thread, id), &resource),
            Step::Entered { id, .. } => {
                self.last.remove(&thread);
                if let Some(promise) = self.begun.remove(&(thread, id))
                    && let Some(made) = self.made.get_mut(&(thread, promise))
                {
                    made.is_done = true;
                }
            }
            Step::Ended { id, resource } => {
                self.begun.remove(&(thread, id));
                if let Some(mut made) = self.made.remove(&(thread, id))
                    && let Some(resource) = resource
                    && made.is_awaited
                    && self.collected.len() < MADE
                {
                    made.follows =
                        follows_another(replay, (thread, id), &resource, replay.place(resource.stack));
                    self.collected.push(((thread, id), resource, made));
                }
            }
            Step::Settled { resource } => {
                let Entry::Event(event) = heard.entry else { return };
                self.made.remove(&(thread, event.id));
                let Some(of) = resource.filter(|of| is_made(replay, of)) else { return };
                let place = replay.place(of.stack);
                if place != 0 && (self.settled.len() < PLACES || self.settled.contains_key(&place)) {
                    let settled = self.settled.entry(place).or_default();
                    settled.count += 1;
                    settled.longest = settled.longest.max(event.time.saturating_sub(of.created));
                    if settled.count <= FOLLOWED && !settled.follows {
                        settled.follows = follows_another(replay, (thread, event.id), &of, place);
                    }
                }
            }
            _ => {}
        }
    }

    fn created(&mut self, replay: &Replay, key: (u32, Id), resource: &Resource) {
        if Some(resource.type_) == replay.types.promise {
            // What awaits a promise has it: what follows is not begun for it.
            if self.last.get(&key.0).is_some_and(|&(id, _)| id == resource.trigger) {
                self.last.remove(&key.0);
            }
            if let Some(made) = self.made.get_mut(&(key.0, resource.trigger))
                && !is_choice(replay, resource)
            {
                made.is_awaited = true;
                if made.awaited == 0 {
                    made.awaited = replay.place(resource.stack);
                }
            }
            if self.made.len() < MADE && replay.place(resource.stack) != 0 && is_made(replay, resource) {
                self.made.insert(key, Made::default());
                self.last.insert(key.0, (key.1, resource.trigger));
            }
        } else if let Some(&(id, trigger)) = self.last.get(&key.0)
            && trigger == resource.trigger
            && self.begun.len() < MADE
        {
            self.begun.insert(key, id);
        }
    }

    /// At the end of the recording: the request is open.
    pub(crate) fn open(&mut self, request: &Request) {
        if !request.is_answered() && self.open.len() < PLACES {
            self.open.insert((request.thread, request.trace()), request.route);
        }
    }

    pub(crate) fn findings(&self, replay: &Replay) -> Vec<Finding> {
        // Without them, nothing is known of promises.
        let knows = |thread| {
            replay.header_of(thread).is_some_and(|header| header.options.contains("\"promises\":true"))
        };
        let pending: FxHashMap<(u32, Id), Resource> = replay
            .resources()
            .iter()
            .filter(|(key, of)| {
                knows(key.0) && Some(of.type_) == replay.types.promise && !of.settled() && !of.ran()
            })
            .map(|(&key, &of)| (key, of))
            .collect();
        let awaiting = awaiting(replay, &pending);
        let operations = under_way(replay, |_| true);
        let of_node = under_way(replay, |type_| replay.types.ends_by_itself(type_));
        // Where a loop takes one after the other, one that is left over may just be the next.
        let mut loops: FxHashSet<PlaceNumber> =
            self.settled.iter().filter(|(_, settled)| settled.follows).map(|(&place, _)| place).collect();
        for (&key, of) in pending.iter().filter(|(key, _)| self.made.contains_key(key)) {
            let place = replay.place(of.stack);
            if self.settled.contains_key(&place)
                && !loops.contains(&place)
                && follows_another(replay, key, of, place)
            {
                loops.insert(place);
            }
        }
        let begun: FxHashSet<(u32, Id)> = self.begun.iter().map(|(&(thread, _), &id)| (thread, id)).collect();
        let mut groups: FxHashMap<PlaceNumber, Group> = FxHashMap::default();
        for (&key, of) in &pending {
            let Some(&awaited) = awaiting.get(&key) else { continue };
            let place = replay.place(of.stack);
            if !is_own(replay, place)
                || !(is_made(replay, of) || self.is_stuck_in_node(replay, key, of, awaited.place, &of_node))
            {
                continue;
            }
            let is_stuck = if is_cut_off(replay, key.0) {
                self.is_stuck(replay, key, of, place, &operations)
            } else {
                // The event loop has nothing to do any more. What is begun then waits in vain only for the end, as a timer
                // that does not keep the program alive.
                self.made.get(&key).is_some_and(|made| made.is_done)
                    || awaited.goes_on
                        && !begun.contains(&key)
                        && !loops.contains(&place)
                        && !replay.thread(key.0).goes_on
            };
            if is_stuck {
                self.count(&mut groups, key, of, place, awaited.place);
            }
        }
        for (key, of, made) in &self.collected {
            let place = replay.place(of.stack);
            let others = self.settled_at(place).count;
            // Others may have settled before what is kept of the recording.
            let is_alone = others == 0 && !replay.thread(key.0).goes_on;
            let is_next = made.follows || loops.contains(&place);
            if is_own(replay, place) && (is_alone || made.is_done || !is_next && !is_cut_off(replay, key.0)) {
                self.count(&mut groups, *key, of, place, made.awaited);
            }
        }
        groups.into_iter().filter_map(|(place, group)| self.finding(replay, place, &group)).collect()
    }

    fn count(
        &self,
        groups: &mut FxHashMap<PlaceNumber, Group>,
        (thread, id): (u32, Id),
        of: &Resource,
        place: PlaceNumber,
        awaited: PlaceNumber,
    ) {
        let group = groups.entry(place).or_insert_with(|| Group {
            count: 0,
            awaited: FxHashSet::default(),
            route: None,
            requests: FxHashSet::default(),
            first: (of.created, thread, id, of.trace),
        });
        group.count += 1;
        group.first = group.first.min((of.created, thread, id, of.trace));
        if awaited != 0 && awaited != place {
            group.awaited.insert(awaited);
        }
        if let Some(&route) = self.open.get(&(thread, of.trace)) {
            group.requests.insert((thread, of.trace));
            group.route = group.route.or(route);
        }
    }

    fn settled_at(&self, place: PlaceNumber) -> Settled {
        self.settled.get(&place).copied().unwrap_or_default()
    }

    /// Whether nothing can settle it any more, where the program did not come to its end by itself.
    fn is_stuck(
        &self,
        replay: &Replay,
        key: (u32, Id),
        of: &Resource,
        place: PlaceNumber,
        under_way: &FxHashMap<(u32, Id), Vec<u64>>,
    ) -> bool {
        let Settled { count: others, longest, .. } = self.settled_at(place);
        let is_begun = is_begun(key.0, of, under_way);
        // One that waits for what comes from outside may take as long as another one did.
        let is_old =
            replay.lasted(key.0).saturating_sub(of.created) >= OLD.max(longest.saturating_mul(TIMES));
        let is_of_open = of.trace & REQUEST != 0 && self.open.contains_key(&(key.0, of.trace));
        let waits_for_event = replay.stack(of.stack).is_some_and(|frames| frames.contains("node:events"));
        // Others may have settled before what is kept of the recording.
        let is_alone = others == 0 && !replay.thread(key.0).goes_on;
        let is_over = replay.thread(key.0).ended.is_some();
        // Whoever ends a program leaves promises behind, but has not made a request wait.
        is_old && !is_begun && !waits_for_event && (is_of_open || is_alone && !is_over)
    }

    /// Whether a function of Node made it for the program, which awaits it, and nothing is under way for it where the program
    /// has come to its end.
    fn is_stuck_in_node(
        &self,
        replay: &Replay,
        (thread, _): (u32, Id),
        of: &Resource,
        awaited: PlaceNumber,
        under_way: &FxHashMap<(u32, Id), Vec<u64>>,
    ) -> bool {
        replay.thread(thread).ended.as_deref() == Some("exit")
            && !replay.thread(thread).goes_on
            && is_own(replay, awaited)
            && replay.stack(of.stack).is_some_and(node_promises)
            && !self.settled.contains_key(&replay.place(of.stack))
            && !is_begun(thread, of, under_way)
    }

    fn finding(&self, replay: &Replay, place: PlaceNumber, group: &Group) -> Option<Finding> {
        let at = replay.places.text(place)?;
        let route = group.route.map(|route| replay.routes.name(route).to_owned());
        let mut awaited: Vec<String> = group
            .awaited
            .iter()
            .filter_map(|&at| replay.places.text(at))
            .map(|text| text.to_string())
            .collect();
        awaited.sort();
        awaited.truncate(3);
        let mut evidence = Vec::new();
        if !awaited.is_empty() {
            evidence.push(format!("Awaited at {}.", awaited.join(", ")));
        }
        let requests = group.requests.len() as u64;
        if requests > 0 {
            let of = route.as_deref().map_or(String::new(), |route| format!(" {route}"));
            let waits = if requests == 1 { "waits" } else { "wait" };
            evidence.push(format!(
                "{}{of} {waits} for it and {waits} still.",
                plural(requests, "request", "requests")
            ));
        }
        let (from, thread, first, trace) = group.first;
        let never = if group.count == 1 { "never settles" } else { "never settle" };
        Some(Finding {
            kind: "unsettled",
            weight: if requests > 0 { 1e10 } else { 1e7 } + group.count as f64,
            text: format!("{} {never}: made at {at}.", plural(group.count, "promise", "promises")),
            evidence,
            subject: Subject {
                place,
                route,
                when: Some(When { thread, from, to: replay.lasted(thread).max(from) }),
                resource: Some(first),
                request: (trace & REQUEST != 0).then_some(trace as u32),
            },
        })
    }
}

/// In the program's own code.
fn is_own(replay: &Replay, place: PlaceNumber) -> bool {
    replay.places.get(place).is_some_and(|place: &Place| place.package.is_none())
}

/// The program did not come to its end by itself: whoever ends it leaves promises behind.
fn is_cut_off(replay: &Replay, thread: u32) -> bool {
    replay.thread(thread).ended.as_deref() != Some("exit")
}

/// Whether an operation that was begun with it is under way.
fn is_begun(thread: u32, of: &Resource, under_way: &FxHashMap<(u32, Id), Vec<u64>>) -> bool {
    under_way
        .get(&(thread, of.trigger))
        .is_some_and(|times| times.iter().any(|&time| time >= of.created && time - of.created < BEGUN))
}

/// The program made it itself, as with `new Promise`; it is none that an async function or `then` makes.
fn is_made(replay: &Replay, of: &Resource) -> bool {
    replay.stack(of.stack).is_some_and(makes_promise)
}

/// `Promise.race` and `any` leave behind what was not the first; and `catch` waits for nothing that should come.
fn is_choice(replay: &Replay, of: &Resource) -> bool {
    // V8 calls the first two `Function.race` and `Function.any` where it is older.
    const CHOICES: [&str; 3] = [".race (<anonymous>)", ".any (<anonymous>)", ".catch (<anonymous>)"];
    replay.stack(of.stack).is_some_and(|frames| CHOICES.iter().any(|choice| frames.contains(choice)))
}

/// Whether it was made in what went on after another one of its place: a loop that takes one after the other.
fn follows_another(replay: &Replay, (thread, _): (u32, Id), of: &Resource, place: PlaceNumber) -> bool {
    let mut id = of.trigger;
    for _ in 0..CAUSES {
        let Some(cause) = replay.find((thread, id)) else { return false };
        if Some(cause.type_) == replay.types.promise && replay.place(cause.stack) == place {
            return true;
        }
        if cause.trigger == id {
            return false;
        }
        id = cause.trigger;
    }
    false
}

/// Who awaits which of the promises that are pending: each was triggered by the one that it awaits.
fn awaiting(replay: &Replay, pending: &FxHashMap<(u32, Id), Resource>) -> FxHashMap<(u32, Id), Awaiting> {
    let mut all: FxHashMap<(u32, Id), Awaiting> = FxHashMap::default();
    let mut listeners = Vec::new();
    for (&(thread, id), of) in pending {
        let by = (thread, of.trigger);
        if pending.contains_key(&by) && !is_choice(replay, of) {
            let known = all.entry(by).or_default();
            if known.place == 0 {
                known.place = replay.place(of.stack);
            }
            if is_of_then(replay, of) {
                listeners.push((by, (thread, id)));
            } else {
                known.goes_on = true;
            }
        }
    }
    for (by, then) in listeners {
        if all.contains_key(&then)
            && let Some(known) = all.get_mut(&by)
        {
            known.goes_on = true;
        }
    }
    all
}

/// The program called `then` or `finally`, and so made it.
fn is_of_then(replay: &Replay, of: &Resource) -> bool {
    let Some(frames) = replay.stack(of.stack) else { return false };
    let mut lines = frames.lines().skip_while(|line| line.contains("node:internal/"));
    let first =
        lines.next().is_some_and(|line| line.contains("Promise.then (") || line.contains(".finally ("));
    first
        && lines.find(|line| !line.contains("(<anonymous>)")).is_some_and(|line| !line.contains("at async "))
}

/// The operations that are alive, by what triggered them: when they were made.
fn under_way(replay: &Replay, counts: impl Fn(Type) -> bool) -> FxHashMap<(u32, Id), Vec<u64>> {
    let mut all: FxHashMap<(u32, Id), Vec<u64>> = FxHashMap::default();
    for (&(thread, _), of) in replay.resources().iter() {
        if Some(of.type_) != replay.types.promise && counts(of.type_) {
            let times = all.entry((thread, of.trigger)).or_default();
            if times.len() < 256 {
                times.push(of.created);
            }
        }
    }
    all
}
