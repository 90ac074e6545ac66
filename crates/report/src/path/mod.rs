//! The critical path of each HTTP request: where its time went.
//!
//! From the end of the response back to its start, each nanosecond is running, waiting for an operation, queued behind
//! something else that ran, or not known. The parts of a request add up to its duration.
//!
//! * this module: listens to the replay while requests are open
//! * `log`: what a thread did meanwhile
//! * `walk`: one request's path through it
//! * `pending`: what requests without an answer wait for when the recording ends
//! * `sums`: what the paths of a route have in common

mod log;
mod pending;
mod sums;
#[cfg(test)]
mod tests;
mod walk;

use std::collections::BTreeMap;

use recorder::event::{Entry, Event, Fact, Id, Kind as Happened};
use rustc_hash::FxHashMap;

use crate::replay::{Heard, PlaceNumber, REQUEST, Replay, Request, Step, Type};
use log::{Log, Open};
pub(crate) use pending::Pending;
pub(crate) use sums::{RouteSums, Sums, mostly, said, waits_for};
use walk::{path, path_so_far};

/// So much is kept of all threads together.
const KEPT: usize = 1 << 18;
/// What is too old is looked for after so many events.
const OFTEN: u64 = 1 << 10;
/// So many requests of a thread are followed at once, and so many segments kept of those whose responses have ended.
const OPEN: usize = 1 << 16;
const SEGMENTS: usize = 1 << 18;

/// What a request's time went into.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Kind {
    Running,
    Waiting,
    /// It could have run, but others came first.
    Queued,
    Unknown,
}

impl Kind {
    /// As the page calls it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Waiting => "waiting",
            Self::Queued => "queued",
            Self::Unknown => "unknown",
        }
    }
}

/// A part of a request's path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Segment {
    pub kind: Kind,
    pub from: u64,
    pub to: u64,
    /// Where it ran, where the operation was begun, or where that ran which it queued behind.
    pub place: PlaceNumber,
    /// What ran, what it waited for, or what ran meanwhile.
    pub resource: Option<(Id, Type)>,
    /// Milliseconds of a timer.
    pub ms: Option<u32>,
    /// What the recorder says of the resource.
    pub words: Option<Box<str>>,
    /// Queued for so long at most: when the operation was done is not known.
    pub at_most: bool,
    /// It ran where a sample saw it. Otherwise the place is one that is near.
    pub is_seen: bool,
}

impl Segment {
    /// One of which nothing else is known.
    pub(crate) fn over(kind: Kind, from: u64, to: u64) -> Self {
        Self { from, to, ..Self::of(kind) }
    }

    fn of(kind: Kind) -> Self {
        Self {
            kind,
            from: 0,
            to: 0,
            place: 0,
            resource: None,
            ms: None,
            words: None,
            at_most: false,
            is_seen: false,
        }
    }

    pub(crate) fn took(&self) -> u64 {
        self.to.saturating_sub(self.from)
    }

    /// Whether the two are one where they follow one another.
    fn is_like(&self, other: &Self) -> bool {
        self.kind == other.kind
            && self.place == other.place
            && self.at_most == other.at_most
            && self.is_seen == other.is_seen
            && (self.resource == other.resource || self.kind != Kind::Waiting)
            && self.words == other.words
    }
}

#[derive(Default)]
pub(crate) struct Collector {
    threads: FxHashMap<u32, Thread>,
    /// How much the logs of all threads keep.
    kept: usize,
    /// The segments of requests whose responses have ended, and that are not over.
    paths: FxHashMap<(u32, Id), Vec<Segment>>,
    segments: usize,
    sums: Sums,
    /// Known once the recording has ended.
    pending: Option<Pending>,
}

/// A thread with requests that are open.
#[derive(Default)]
struct Thread {
    log: Log,
    open: FxHashMap<Id, Open>,
    /// By the positions at which they started: from which position and which time on the log is needed for them.
    needed: BTreeMap<u64, (u64, u64)>,
    /// What it counts for in [`Collector::kept`].
    kept: usize,
    /// The position at which it looks next for what is too old.
    due: u64,
}

impl Collector {
    pub(crate) fn hear(&mut self, replay: &Replay, heard: &Heard) {
        match heard.entry {
            &Entry::RequestStart { time, connection, number } => {
                self.start(replay, heard.thread, connection, number, time);
            }
            &Entry::RequestEnd { time, number } => {
                self.end(replay, heard.thread, REQUEST | Id::from(number), time);
            }
            Entry::Fact { fact: Fact::Open, about, .. } => {
                self.go_on_with(replay, heard.thread, *about as u32)
            }
            _ if self.threads.is_empty() => {}
            entry => {
                if let Some(thread) = self.threads.get_mut(&heard.thread) {
                    thread.hear(replay, heard, entry);
                    if thread.log.pos >= thread.due {
                        self.tidy(heard.thread);
                    }
                }
            }
        }
    }

    /// A request was open when what is kept of the recording began.
    fn go_on_with(&mut self, replay: &Replay, at: u32, number: u32) {
        if let Some(request) = replay.request((at, REQUEST | Id::from(number))) {
            self.start(replay, at, request.connection, number, request.began);
        }
    }

    fn start(&mut self, replay: &Replay, at: u32, connection: Id, number: u32, time: u64) {
        let trace = REQUEST | Id::from(number);
        let is_followed = replay.request((at, trace)).is_some();
        if !is_followed || self.threads.get(&at).is_some_and(|thread| thread.open.len() >= OPEN) {
            return;
        }
        let is_first = !self.threads.contains_key(&at);
        let thread = self.threads.entry(at).or_default();
        if is_first {
            thread.log.begin(replay, at);
        }
        let open = thread.log.request(connection, trace, time);
        let start = open.start;
        // A number that comes again is that of a file that is at odds with itself.
        if let Some(former) = thread.open.insert(trace, open) {
            thread.needed.remove(&former.start.pos);
        }
        thread.needed.insert(start.pos, (thread.log.bottom(), start.time));
    }

    /// The response has ended: what led to it is still kept.
    fn end(&mut self, replay: &Replay, at: u32, trace: Id, time: u64) {
        let Some(thread) = self.threads.get_mut(&at) else { return };
        let Some(open) = thread.open.get(&trace) else { return };
        let segments = path(&thread.log, replay, open, time);
        if self.segments.saturating_add(segments.len()) <= SEGMENTS {
            self.segments += segments.len();
            if let Some(former) = self.paths.insert((at, trace), segments) {
                self.segments -= former.len();
            }
        }
        self.forget(at, trace);
    }

    /// Nothing more is needed for a request.
    fn forget(&mut self, at: u32, trace: Id) {
        let Some(thread) = self.threads.get_mut(&at) else { return };
        let Some(open) = thread.open.remove(&trace) else { return };
        thread.needed.remove(&open.start.pos);
        thread.log.forget(&open);
        if thread.open.is_empty() {
            self.kept -= thread.kept;
            self.threads.remove(&at);
        } else {
            self.tidy(at);
        }
    }

    /// Forgets what is older than all open requests, and what has no room.
    fn tidy(&mut self, at: u32) {
        let Some(thread) = self.threads.get_mut(&at) else { return };
        self.kept -= thread.kept;
        let room = KEPT.saturating_sub(self.kept);
        let (pos, time) = thread.needed.first_key_value().map_or((0, 0), |(_, &needed)| needed);
        thread.log.keep(pos, time, room);
        thread.kept = thread.log.size();
        self.kept += thread.kept;
        thread.due = thread.log.pos.saturating_add(OFTEN);
    }

    /// From here on, requests are over because the recording is.
    pub(crate) fn recording_ends(&mut self, replay: &Replay) {
        self.pending = Some(Pending::of(replay));
    }

    /// A request is over. Answers its segments, the earliest first, which add up to its duration. Where its response did not
    /// end, they tell up to the end of the recording, or there are none.
    pub(crate) fn over(&mut self, replay: &Replay, request: &Request) -> Vec<Segment> {
        let key = (request.thread, request.trace());
        let segments = match self.paths.remove(&key) {
            Some(segments) => {
                self.segments -= segments.len();
                segments
            }
            None => self.so_far(replay, request),
        };
        self.forget(key.0, key.1);
        if !segments.is_empty() {
            self.sums.add(replay, request, &segments);
        }
        segments
    }

    /// The segments of a request whose response has just ended; it is not asked for again.
    pub(crate) fn take_ended(&mut self, key: (u32, Id)) -> Option<Vec<Segment>> {
        let segments = self.paths.remove(&key)?;
        self.segments -= segments.len();
        Some(segments)
    }

    /// The path of a request that has no answer when the recording ends.
    fn so_far(&self, replay: &Replay, request: &Request) -> Vec<Segment> {
        self.pending.as_ref().map_or(Vec::new(), |pending| self.open(replay, request, pending))
    }

    /// The path of a request without an answer, up to its end.
    pub(crate) fn open(&self, replay: &Replay, request: &Request, pending: &Pending) -> Vec<Segment> {
        let Some(thread) = self.threads.get(&request.thread) else { return Vec::new() };
        let Some(open) = thread.open.get(&request.trace()) else { return Vec::new() };
        path_so_far(&thread.log, replay, open, request.end, pending.segment(replay, request))
    }

    /// Where the time of the requests of each route went: those first that took the most time together.
    pub(crate) fn finish(self) -> Vec<RouteSums> {
        self.sums.finish()
    }
}

impl Thread {
    fn hear(&mut self, replay: &Replay, heard: &Heard, entry: &Entry) {
        let at = heard.thread;
        match entry {
            Entry::Event(event) => self.event(replay, at, event, heard.step),
            &Entry::Delay { id, ms, .. } => self.log.delay(id, ms),
            &Entry::Fact { fact: Fact::Does, about, .. } => {
                self.log.does(about, replay.facts.words((at, about)));
            }
            &Entry::Sample { time, stack } => {
                let place = replay.place(replay.stack_of(at, stack));
                self.log.sample(time, place);
            }
            _ => {}
        }
    }

    fn event(&mut self, replay: &Replay, at: u32, &Event { time, id, kind }: &Event, step: Step) {
        let log = &mut self.log;
        match (kind, step) {
            (Happened::Init { .. }, Step::Created { resource, .. }) => {
                log.create(replay, id, &resource, time);
                if Some(resource.type_) == replay.types.stream && resource.trace == id {
                    log.stream(id);
                }
            }
            (Happened::Before, Step::Entered { resource, .. }) => log.enter(replay, (at, id), time, resource),
            (Happened::After, _) => log.leave(id, time),
            (Happened::Resolve, Step::Settled { resource }) => log.resolve(replay, (at, id), time, resource),
            _ => {}
        }
    }
}
