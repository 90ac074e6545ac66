//! What the paths of a route's requests have in common.

use std::cmp::Reverse;
use std::collections::hash_map::Entry as Slot;

use recorder::spread::Spread;
use rustc_hash::FxHashMap;

use super::{Kind, Segment};
use crate::replay::words::{TIMER, described, in_common, words_of_type};
use crate::replay::{PlaceNumber, Replay, Request, RouteNumber};
use crate::shown::Shown;
use crate::units::percent;

/// So many pairs of a route and a status are told apart, and so many parts of all together. What is beyond is left out.
const ROUTES: usize = 1 << 9;
const PARTS: usize = 1 << 16;
const PARTS_OF_ROUTE: usize = 1 << 10;
/// So many segments in which samples saw what ran say where the others ran that they did not fall into.
const SEEN: u64 = 5;
/// So many waits in a row are worth a word.
const ROW: u64 = 3;

/// What a route's requests were about, by kind, place and what it was.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Part {
    pub kind: Kind,
    pub place: PlaceNumber,
    /// In plain English, without the milliseconds of a timer. Empty where it ran.
    pub what: Box<str>,
}

/// What a part came to in all requests of a route.
#[derive(Clone, Debug, Default)]
pub(crate) struct PartSums {
    pub total: u64,
    pub segments: u64,
    /// In so many requests.
    pub requests: u64,
    /// So many segments followed one another, with nothing but callbacks between them: the sum of the most in each request.
    pub in_a_row: u64,
    /// The shortest and the longest timer, in milliseconds.
    pub ms: Option<(u32, u32)>,
    /// An upper bound.
    pub at_most: bool,
    /// What of it samples saw running there, and in how many segments.
    seen: u64,
    seen_segments: u64,
}

/// All requests of a route with one status.
pub(crate) struct RouteSums {
    /// Missing where the recording does not tell what they asked for.
    pub route: Option<RouteNumber>,
    pub status: u16,
    /// Their connections were closed before the response had ended.
    pub is_aborted: bool,
    pub count: u64,
    pub took: Spread,
    pub parts: FxHashMap<Part, PartSums>,
}

impl PartSums {
    /// Of one segment, as far as its words need it.
    fn of(segment: &Segment) -> Self {
        Self { ms: segment.ms.map(|ms| (ms, ms)), at_most: segment.at_most, ..Self::default() }
    }

    /// The same, in other requests.
    fn add(&mut self, other: &Self) {
        self.total = self.total.saturating_add(other.total);
        self.segments += other.segments;
        self.requests += other.requests;
        self.in_a_row += other.in_a_row;
        self.ms = match (self.ms, other.ms) {
            (Some((least, most)), Some((low, high))) => Some((least.min(low), most.max(high))),
            (ms, other) => ms.or(other),
        };
        self.at_most |= other.at_most;
        self.seen = self.seen.saturating_add(other.seen);
        self.seen_segments += other.seen_segments;
    }
}

/// A route, the status, and whether it was aborted.
pub(crate) type RouteKey = (Option<RouteNumber>, u16, bool);

impl RouteSums {
    fn new((route, status, is_aborted): RouteKey) -> Self {
        Self { route, status, is_aborted, count: 0, took: Spread::default(), parts: FxHashMap::default() }
    }

    pub(crate) fn key(&self) -> RouteKey {
        (self.route, self.status, self.is_aborted)
    }

    /// Takes in requests of another time or another status.
    pub(crate) fn merge(&mut self, other: &Self) {
        self.count += other.count;
        self.took.merge(&other.took);
        for (part, of) in &other.parts {
            self.parts.entry(part.clone()).or_default().add(of);
        }
    }

    /// What ran for less than the time between two samples is in most requests not seen. Where enough of it was, in all
    /// requests of the route together, the rest ran in the same places, in the same shares: the places near it are forgotten.
    fn believe_samples(&mut self) {
        let is_running = |part: &Part| part.kind == Kind::Running;
        let running = self.parts.iter().filter(|(part, _)| is_running(part));
        let (all, seen, segments) = running.fold((0_u64, 0_u64, 0), |(all, seen, segments), (_, of)| {
            (all.saturating_add(of.total), seen.saturating_add(of.seen), segments + of.seen_segments)
        });
        if segments < SEEN || seen == 0 {
            return;
        }
        self.parts.retain(|part, of| !is_running(part) || of.seen > 0);
        let mut left = all;
        for (_, of) in self.parts.iter_mut().filter(|(part, _)| is_running(part)) {
            let share = u128::from(all) * u128::from(of.seen) / u128::from(seen);
            of.total = u64::try_from(share).unwrap_or(u64::MAX).min(left);
            left -= of.total;
        }
        // What is left by rounding, so that the parts add up.
        let largest =
            self.parts.iter_mut().filter(|(part, _)| is_running(part)).max_by_key(|(_, of)| of.total);
        if let Some((_, of)) = largest {
            of.total += left;
        }
    }

    /// What a route's requests wait for, and of which the place is not known in some of them, was begun where it was in the
    /// others, if that is one place.
    fn believe_places(&mut self) {
        let unplaced: Vec<Part> =
            self.parts.keys().filter(|part| part.kind == Kind::Waiting && part.place == 0).cloned().collect();
        for part in unplaced {
            let mut placed = self
                .parts
                .keys()
                .filter(|other| other.kind == Kind::Waiting && other.place != 0 && other.what == part.what);
            let (Some(only), None) = (placed.next().cloned(), placed.next()) else { continue };
            if let (Some(of), Some(into)) = (self.parts.remove(&part), self.parts.get_mut(&only)) {
                into.add(&of);
            }
        }
    }

    /// The parts that took the most: kinds, nanoseconds and words.
    pub(crate) fn largest(&self, replay: &Replay, most: usize) -> Vec<(&'static str, u64, String)> {
        let mut parts: Vec<_> = self.parts.iter().collect();
        parts.sort_unstable_by_key(|&(part, of)| (Reverse(of.total), part));
        parts.truncate(most);
        parts.into_iter().map(|(part, of)| (part.kind.name(), of.total, about(replay, part, of))).collect()
    }
}

/// The requests of all routes.
#[derive(Default)]
pub(crate) struct Sums {
    routes: FxHashMap<RouteKey, RouteSums>,
    parts: usize,
}

impl Sums {
    pub(crate) fn add(&mut self, replay: &Replay, request: &Request, segments: &[Segment]) {
        let key = (request.route, request.status, request.is_aborted());
        let has_room = self.routes.len() < ROUTES;
        let sums = match self.routes.entry(key) {
            Slot::Occupied(slot) => slot.into_mut(),
            Slot::Vacant(slot) if has_room => slot.insert(RouteSums::new(key)),
            Slot::Vacant(_) => return,
        };
        sums.count += 1;
        sums.took.add(segments.iter().map(Segment::took).fold(0, u64::saturating_add));
        let mut rows = Rows::default();
        for segment in segments {
            let part = part(replay, segment);
            rows.add(&part);
            let has_room = self.parts < PARTS && sums.parts.len() < PARTS_OF_ROUTE;
            let of = match sums.parts.entry(part) {
                Slot::Occupied(slot) => slot.into_mut(),
                Slot::Vacant(slot) if has_room => {
                    self.parts += 1;
                    slot.insert(PartSums::default())
                }
                Slot::Vacant(_) => continue,
            };
            of.total = of.total.saturating_add(segment.took());
            of.segments += 1;
            of.at_most |= segment.at_most;
            if segment.is_seen {
                of.seen = of.seen.saturating_add(segment.took());
                of.seen_segments += 1;
            }
            if let Some(ms) = segment.ms {
                let (least, most) = of.ms.unwrap_or((ms, ms));
                of.ms = Some((least.min(ms), most.max(ms)));
            }
        }
        for (part, longest) in rows.longest {
            if let Some(of) = sums.parts.get_mut(&part) {
                of.requests += 1;
                of.in_a_row += longest;
            }
        }
    }

    /// Takes in those of another time.
    pub(crate) fn merge(&mut self, other: &Self) {
        for (&key, from) in &other.routes {
            let into = self.routes.entry(key).or_insert_with(|| RouteSums::new(key));
            into.merge(from);
        }
    }

    /// Those of each route and status, the ones first that took the most time together.
    pub(crate) fn finish(self) -> Vec<RouteSums> {
        let mut all: Vec<_> = self.routes.into_values().collect();
        all.iter_mut().for_each(RouteSums::believe_samples);
        all.iter_mut().for_each(RouteSums::believe_places);
        all.sort_unstable_by_key(|sums| (Reverse(sums.took.total), sums.key()));
        all
    }
}

/// What a part of a request's path was, in one line: `waiting: timer of 40 ms, loadUser (db.js:22)`.
pub(crate) fn said(replay: &Replay, segment: &Segment) -> String {
    let part = part(replay, segment);
    about(replay, &part, &PartSums::of(segment))
}

/// What a segment waits for and where that was begun, in one line: `GET to api.example, charge (pay.js:9)`.
pub(crate) fn waits_for(replay: &Replay, segment: &Segment) -> String {
    let part = part(replay, segment);
    let place = replay.places.text(part.place).map(|place| place.to_string());
    joined([Some(what(&part, &PartSums::of(segment))), place])
}

/// How many segments of a part follow one another in one request.
#[derive(Default)]
struct Rows {
    now: Option<(Part, u64)>,
    longest: FxHashMap<Part, u64>,
}

impl Rows {
    fn add(&mut self, part: &Part) {
        let count = match &mut self.now {
            Some((row, count)) if row == part => {
                *count += 1;
                *count
            }
            now if part.kind == Kind::Waiting => {
                *now = Some((part.clone(), 1));
                1
            }
            _ => 1,
        };
        let longest = self.longest.entry(part.clone()).or_default();
        *longest = (*longest).max(count);
    }
}

fn part(replay: &Replay, segment: &Segment) -> Part {
    let type_ = segment.resource.map_or("", |(_, type_)| replay.type_name(type_));
    let what = match (segment.kind, segment.words.as_deref()) {
        (Kind::Waiting, Some(words)) => in_common(type_, words),
        (Kind::Waiting | Kind::Queued, _) => words_of_type(type_),
        (Kind::Running, _) if segment.place == 0 => words_of_type(type_),
        _ => "",
    };
    Part { kind: segment.kind, place: segment.place, what: what.into() }
}

/// What most of the time of a route's requests went into, in one line: a share, a kind, what it was and where.
pub(crate) fn mostly(replay: &Replay, sums: &RouteSums) -> Option<String> {
    let (part, most) = sums.parts.iter().max_by_key(|&(part, of)| (of.total, Reverse(part)))?;
    if most.total == 0 {
        return None;
    }
    let share = percent(most.total, sums.took.total);
    let mut text = format!("{share} {}", about(replay, part, most));
    let row = most.in_a_row / most.requests.max(1);
    if part.kind == Kind::Waiting && row >= ROW {
        text = format!("{text}; {row} in a row");
    }
    Some(text)
}

fn about(replay: &Replay, part: &Part, most: &PartSums) -> String {
    let kind = match part.kind {
        Kind::Running => "running",
        Kind::Waiting => "waiting",
        Kind::Queued if most.at_most => "at most queued behind",
        Kind::Queued => "queued behind",
        Kind::Unknown => return "not known".to_owned(),
    };
    let place = replay.places.text(part.place).map(|place| place.to_string());
    // Where something ran says more than what it was.
    let what = if part.kind == Kind::Waiting || place.is_none() { what(part, most) } else { String::new() };
    let about = joined([Some(what), place]);
    if about.is_empty() { kind.to_owned() } else { format!("{kind}: {about}") }
}

/// What there is of two texts.
fn joined(texts: [Option<String>; 2]) -> String {
    texts.into_iter().flatten().filter(|text| !text.is_empty()).collect::<Vec<_>>().join(", ")
}

/// What a part was, as it may be shown.
fn what(part: &Part, of: &PartSums) -> String {
    let text = match of.ms {
        Some((least, most)) if least == most => described(TIMER, Some(least), None),
        Some((least, most)) => format!("timers of {least} to {most} ms"),
        None => part.what.to_string(),
    };
    Shown::line(&text).to_string()
}
