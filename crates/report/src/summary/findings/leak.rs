//! What leaks: resources of one type and place that are made again and again, and of which hardly any ends.

use rustc_hash::{FxHashMap, FxHashSet};

use super::{Finding, Subject, When, plural};
use crate::replay::{Heard, PlaceNumber, REQUEST, Replay, Request, Resource, Step, Type};
use crate::units::time;

/// From so many on that are alive, growth is told.
const FEW: u64 = 20;
/// So many groups of type and place are looked at.
const GROUPS: usize = 1 << 14;
/// The time of a group is told apart in so many slices.
const SLICES: usize = 8;
const FIRST_SLICE: u64 = 10_000_000;
/// A timer that is due within so many milliseconds ends by itself, as entries of a cache do.
const SOON: u32 = 600_000;
/// What lived through so many collections of garbage and is collected then was old.
const COLLECTIONS: usize = 2;
/// Two that are nearer to each other count as one.
const APART: u64 = 5_000_000;
/// So many resources have the place of what led to them.
const PLACED: usize = 1 << 16;

type Key = (u32, Type, PlaceNumber);

struct Group {
    created: u64,
    ended: u64,
    first: u64,
    last: u64,
    slice: u64,
    slices: [u64; SLICES],
    /// Of those that were made for a request: the last one, how many there were.
    in_requests: u64,
    requests: u64,
    last_request: u64,
    route: Option<u16>,
}

impl Group {
    fn new(first: u64) -> Self {
        Self {
            created: 0,
            ended: 0,
            first,
            last: first,
            slice: FIRST_SLICE,
            slices: [0; SLICES],
            in_requests: 0,
            requests: 0,
            last_request: 0,
            route: None,
        }
    }

    fn created(&mut self, now: u64, trace: u64) {
        self.created += 1;
        self.last = now;
        self.slices[self.slice_at(now)] += 1;
        if trace & REQUEST != 0 {
            self.in_requests += 1;
            if self.last_request != trace {
                self.last_request = trace;
                self.requests += 1;
            }
        }
    }

    fn slice_at(&mut self, now: u64) -> usize {
        loop {
            let at = now.saturating_sub(self.first) / self.slice;
            if at < SLICES as u64 {
                return at as usize;
            }
            for at in 0..SLICES / 2 {
                self.slices[at] = self.slices[2 * at] + self.slices[2 * at + 1];
            }
            self.slices[SLICES / 2..].fill(0);
            self.slice = self.slice.saturating_mul(2);
        }
    }

    /// They were made all the time, and not in a heap.
    fn grows_steadily(&mut self, end: u64) -> bool {
        let last = self.slice_at(end);
        let empty = self.slices[..=last].iter().filter(|&&count| count == 0).count();
        let most = self.slices[..=last].iter().max().copied().unwrap_or(0);
        last >= 3 && empty * 4 <= last && most * 10 <= self.created * 6
    }
}

/// What is alive of a group, and what triggered most of it, perhaps.
struct Alive {
    count: u64,
    /// Of these, those that were there before the recording began.
    older: u64,
    oldest: u64,
    /// The oldest, and its trace.
    first: (u64, u64),
    by: (u32, u64),
    of_by: u64,
}

#[derive(Default)]
pub(crate) struct Leaks {
    groups: FxHashMap<Key, Group>,
    /// Of those that were there before the recording began, how many have ended.
    older: FxHashMap<Key, u64>,
    /// The last collections of garbage, and those before it that count.
    collections: Vec<u64>,
    /// When all of the heap was collected last, and not only what is young: guessed, for threads that do not tell.
    collected: u64,
    /// The places of those that have none of their own.
    placed: FxHashMap<(u32, u64), PlaceNumber>,
    /// A file that was opened, and of which it is not known where.
    opened: Option<(u32, u64, Resource)>,
    /// The requests that were not answered.
    open: FxHashSet<(u32, u64)>,
    /// The requests that are looked for, with their groups.
    wanted: FxHashMap<(u32, u64), Vec<Key>>,
}

impl Leaks {
    pub(crate) fn hear(&mut self, replay: &Replay, &Heard { thread, step, .. }: &Heard, now: u64) {
        match step {
            Step::Created { id, resource, .. } if Some(resource.type_) != replay.types.promise => {
                let place = replay.place(resource.stack);
                if place == 0 && replay.types.is_file(resource.type_) {
                    self.opened = Some((thread, id, resource));
                }
                if place != 0 {
                    self.created((thread, resource.type_, place), &resource, now);
                }
            }
            // A file has its handle just before the call that opens it calls back.
            Step::Entered { id, resource: Some(by) } => {
                if let Some((_, file, mut resource)) = self.opened.take_if(|opened| opened.0 == thread)
                    && self.placed.len() < PLACED
                {
                    let place = replay.place_of((thread, id), by.stack, by.trigger);
                    self.placed.insert((thread, file), place);
                    resource.trace = by.trace;
                    if place != 0 {
                        self.created((thread, resource.type_, place), &resource, now);
                    }
                }
            }
            Step::Ended { id, resource: Some(resource) } => {
                if Some(resource.type_) == replay.types.promise {
                    self.collected(resource.created, now);
                    return;
                }
                let key = (thread, resource.type_, self.place(replay, (thread, id), &resource));
                self.placed.remove(&(thread, id));
                if resource.was_before() {
                    if self.older.len() < GROUPS || self.older.contains_key(&key) {
                        *self.older.entry(key).or_default() += 1;
                    }
                    return;
                }
                if let Some(group) = self.groups.get_mut(&key) {
                    group.ended += 1;
                }
            }
            _ => {}
        }
    }

    fn place(&self, replay: &Replay, key: (u32, u64), resource: &Resource) -> PlaceNumber {
        match replay.place(resource.stack) {
            0 if !self.placed.is_empty() => self.placed.get(&key).copied().unwrap_or(0),
            place => place,
        }
    }

    fn created(&mut self, key: Key, resource: &Resource, now: u64) {
        if self.groups.len() >= GROUPS && !self.groups.contains_key(&key) {
            return;
        }
        let group = self.groups.entry(key).or_insert_with(|| Group::new(now));
        group.created(now, resource.trace);
        if group.route.is_none() && resource.trace & REQUEST != 0 && self.wanted.len() < GROUPS {
            let of = self.wanted.entry((key.0, resource.trace)).or_default();
            if of.len() < 64 {
                of.push(key);
            }
        }
    }

    /// A promise was collected.
    fn collected(&mut self, created: u64, now: u64) {
        if self.collections.last().is_none_or(|&last| now.saturating_sub(last) >= APART) {
            if self.collections.len() > COLLECTIONS {
                self.collections.remove(0);
            }
            self.collections.push(now);
        }
        // The last one is this one.
        if self.collections.len() > COLLECTIONS && created < self.collections[0] {
            self.collected = now;
        }
    }

    /// At the end of the recording: the request is open.
    pub(crate) fn open(&mut self, request: &Request) {
        if !request.is_answered() && !request.is_aborted() && self.open.len() < GROUPS {
            self.open.insert((request.thread, request.trace()));
        }
    }

    pub(crate) fn over(&mut self, request: &Request) {
        let keys = self.wanted.remove(&(request.thread, request.trace())).unwrap_or_default();
        for key in keys {
            if let Some(group) = self.groups.get_mut(&key) {
                group.route = group.route.or(request.route);
            }
        }
    }

    pub(crate) fn findings(&mut self, replay: &Replay) -> Vec<Finding> {
        let mut alive: FxHashMap<Key, Alive> = FxHashMap::default();
        let mut connections: FxHashMap<(u32, u64), u64> = FxHashMap::default();
        for (&(thread, id), resource) in replay.resources().iter() {
            if replay.types.is_connection(resource.type_) {
                *connections.entry((thread, resource.trigger)).or_default() += 1;
            }
            let key = (thread, resource.type_, self.place(replay, (thread, id), resource));
            if self.groups.contains_key(&key) && self.counts(replay, (thread, id), resource) {
                let by = (thread, resource.trigger);
                let of = alive.entry(key).or_insert(Alive {
                    count: 0,
                    older: 0,
                    oldest: resource.created,
                    first: (id, resource.trace),
                    by,
                    of_by: 0,
                });
                of.count += 1;
                of.older += u64::from(resource.was_before());
                if (resource.created, id) < (of.oldest, of.first.0) {
                    (of.oldest, of.first) = (resource.created, (id, resource.trace));
                }
                of.of_by += u64::from(of.by == by);
            }
        }
        let mut findings = Vec::new();
        for (key, Alive { count, older, oldest, first, by, of_by }) in alive {
            let Some(group) = self.groups.get_mut(&key) else { continue };
            let lasted = replay.lasted(key.0);
            // One for each client that is connected is what a server needs.
            let is_of_clients = of_by * 10 >= count * 8
                && replay.resources().get(&by).is_some_and(|by| replay.types.listens(by.type_))
                && connections.get(&by).is_some_and(|&open| open * 10 >= count * 8);
            // Of what only the collector ends, the youngest do not count yet.
            let made = if replay.types.ends_by_itself(key.1) {
                group.created
            } else {
                group.ended.saturating_add(count - older)
            };
            // As many as were made may have taken the place of others.
            let gone = self.older.get(&key).copied().unwrap_or(0).saturating_add(group.ended);
            let is_more = older == 0 && gone == group.ended || gone * 10 <= group.created * 2;
            let fresh = count - older;
            let is_growing =
                fresh >= FEW && fresh * 10 >= made * 8 && is_more && group.grows_steadily(lasted);
            if is_growing && !is_of_clients {
                let oldest = (lasted.saturating_sub(oldest), older > 0);
                findings.push(finding(replay, key, group, (count, first), oldest));
            }
        }
        findings
    }

    /// Whether something that is alive has no end in sight.
    fn counts(&self, replay: &Replay, key: (u32, u64), resource: &Resource) -> bool {
        if resource.trace & REQUEST != 0 && self.open.contains(&(key.0, resource.trace)) {
            return false;
        }
        let age = replay.lasted(key.0).saturating_sub(resource.created);
        if replay.types.is_timer(resource.type_) {
            let ms = replay.facts.ms(key);
            return ms.is_some_and(|ms| {
                replay.facts.repeats(key) || ms >= SOON || age >= u64::from(ms) * 1_000_000
            });
        }
        if replay.types.ends_by_itself(resource.type_) {
            return true;
        }
        resource.created < replay.facts.collected.get(&key.0).copied().unwrap_or(self.collected)
    }
}

fn finding(
    replay: &Replay,
    (thread, type_, place): Key,
    group: &Group,
    (alive, (first, trace)): (u64, (u64, u64)),
    (oldest, is_older): (u64, bool),
) -> Finding {
    let when = When { thread, from: group.first, to: replay.lasted(thread) };
    let what = replay.words_of(type_);
    let at = replay.places.text(place).map_or(String::new(), |place| format!(" at {place}"));
    let route = group.route.map(|route| replay.routes.name(route).to_owned());
    let span = group.last.saturating_sub(group.first);
    let of_requests = group.in_requests * 10 >= group.created * 9 && group.requests > 0;
    let rate = if of_requests {
        let each = group.created as f64 / group.requests as f64;
        let of = route.as_deref().map_or(String::new(), |route| format!(" {route}"));
        if each < 1.5 {
            format!("one for each request{of}")
        } else {
            format!("{each:.0} for each request{of}")
        }
    } else {
        format!("{:.0} a second", (group.created as f64 / (span.max(1) as f64 / 1e9)).max(1.0))
    };
    let ended = match group.ended {
        0 => "none of them has ended".to_owned(),
        ended => format!("{ended} of {} have ended", group.created),
    };
    let thread = replay.thread(thread);
    let on = if thread.worker == 0 { String::new() } else { format!(", on the thread {}", thread.title()) };
    Finding {
        kind: "leak",
        weight: 1e6 + alive as f64,
        text: format!("{} leak{at}: {rate}, {ended}.", plural_of(alive, what)),
        evidence: vec![if is_older {
            format!(
                "The first were made before the recording began; the oldest has been alive for more than {}{on}.",
                time(oldest)
            )
        } else {
            format!("Made from {} on; the oldest has been alive for {}{on}.", time(group.first), time(oldest))
        }],
        subject: Subject {
            place,
            route,
            when: Some(when),
            resource: Some(first),
            request: (trace & REQUEST != 0).then_some(trace as u32),
        },
    }
}

fn plural_of(count: u64, what: &str) -> String {
    if what.ends_with('s') || what.contains(' ') && !what.contains(" of ") && count == 1 {
        format!("{count} {what}")
    } else {
        plural(count, what, &format!("{what}s"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_lived_through_two_collections_was_old() {
        let mut leaks = Leaks::default();
        let ms = |ms: u64| ms * 1_000_000;
        leaks.collected(ms(1), ms(100));
        leaks.collected(ms(90), ms(200));
        for created in [110, 150, 190] {
            leaks.collected(ms(created), ms(300));
        }
        assert_eq!(leaks.collected, 0, "they have lived through one");
        leaks.collected(ms(90), ms(300));
        assert_eq!(leaks.collected, ms(300));
    }
}
