//! What a thread did while requests were open: the callbacks that ran, and what was created and resolved in them.
//!
//! Paths compare positions in the stream of a thread's events, because several events may have one time. Position 0 is
//! before all that is kept.

use std::collections::VecDeque;

use recorder::event::Id;
use rustc_hash::FxHashMap;

use crate::replay::{PlaceNumber, Replay, Resource, Type};
use crate::shown::cut;

/// So many callbacks and resources of a thread are kept. The oldest give way: the paths through them are not known.
const MOST: usize = 1 << 17;
/// So many samples.
const SAMPLES: usize = 1 << 16;
/// Bytes of what is said of a resource.
const WORDS: usize = 120;
/// What is queued is compared with so many callbacks.
const LOOKED_AT: usize = 1 << 12;
/// So many callbacks run within one another.
const DEPTH: usize = 1 << 8;
/// The event loop comes from one callback to the next within so many nanoseconds, unless it waits in between.
const GAP: u64 = 200_000;
/// A sample may be asked for so long before it is read.
const LATE_NOTE: u64 = 5_000_000;
/// So many causes are asked for a place.
const CAUSES: usize = 8;

/// The number of a callback, counted over the whole thread.
pub(super) type RunNumber = u64;
/// No callback.
pub(super) const NONE: RunNumber = u64::MAX;

/// When something happened, and in which callback.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Moment {
    pub pos: u64,
    pub time: u64,
    pub run: RunNumber,
}

impl Moment {
    const BEFORE: Self = Self { pos: 0, time: 0, run: NONE };

    fn is_kept(&self) -> bool {
        self.pos > 0
    }
}

/// A resource that was created, resolved or entered.
#[derive(Clone, Debug)]
pub(super) struct Known {
    pub id: Id,
    /// Its position is 0 where it is older than what is kept.
    pub born: Moment,
    pub trigger: Id,
    pub trace: Id,
    pub stack: u32,
    pub type_: Type,
    /// Milliseconds of a timer.
    pub ms: Option<u32>,
    /// The last two times that it was resolved, the newest first.
    resolved: [Moment; 2],
    /// Its callback that ran last.
    pub last_run: RunNumber,
    /// The position at which its callback began last.
    entered: u64,
    /// The position at which it was taken in, or kept once more.
    kept: u64,
}

impl Known {
    /// The last time that it was resolved before a position.
    pub(super) fn resolved_before(&self, pos: u64) -> Option<Moment> {
        self.resolved.into_iter().find(|moment| moment.is_kept() && moment.pos < pos)
    }

    /// It was resolved in a callback of its own.
    pub(super) fn resolved_in(&self, run: &Run) -> bool {
        self.resolved.iter().any(|moment| moment.is_kept() && run.begin < moment.pos && moment.pos < run.end)
    }
}

/// One callback of a resource.
#[derive(Clone, Debug)]
pub(super) struct Run {
    pub id: Id,
    /// The positions of its `before` and its `after`; the greatest while it runs.
    pub begin: u64,
    pub end: u64,
    pub began: u64,
    pub ended: u64,
    /// What it runs within.
    pub parent: RunNumber,
    /// The callback before it of the same resource.
    pub prev: RunNumber,
    /// What it belongs to.
    pub trace: Id,
    /// The promise of which it created a continuation first, unless that was its own: a job that follows a promise does so.
    pub adopts: Option<Id>,
    /// Where it created something first.
    pub made_at: PlaceNumber,
}

impl Run {
    pub(super) fn is_open(&self) -> bool {
        self.end == u64::MAX
    }
}

/// A request that is open.
#[derive(Clone, Copy, Debug)]
pub(super) struct Open {
    pub connection: Id,
    pub trace: Id,
    pub start: Moment,
    /// Its stream of HTTP/2.
    pub stream: Option<Id>,
}

/// The log of one thread.
#[derive(Default)]
pub(super) struct Log {
    pub pos: u64,
    pub now: u64,
    runs: VecDeque<Run>,
    /// The number of the first of them.
    first: RunNumber,
    stack: Vec<RunNumber>,
    known: FxHashMap<Id, Known>,
    /// In the order in which they were taken in.
    order: VecDeque<(u64, Id)>,
    words: FxHashMap<Id, Box<str>>,
    /// The times and places.
    samples: VecDeque<(u64, PlaceNumber)>,
    /// The request that each connection is at.
    pub current: FxHashMap<Id, Id>,
    /// The requests of streams of HTTP/2, and the stream that was created last.
    streams: FxHashMap<Id, Id>,
    last_stream: Option<Id>,
}

impl Log {
    /// Begins with the callbacks that run.
    pub(super) fn begin(&mut self, replay: &Replay, thread: u32) {
        for (id, began) in replay.thread(thread).running() {
            let resource = replay.resources().get(&(thread, id)).copied();
            self.enter(replay, (thread, id), began, resource);
        }
    }

    fn next(&mut self, time: u64) -> u64 {
        self.pos += 1;
        self.now = self.now.max(time);
        self.pos
    }

    /// The callback that runs.
    pub(super) fn top(&self) -> RunNumber {
        self.stack.last().copied().unwrap_or(NONE)
    }

    /// The position at which the callbacks that run began.
    pub(super) fn bottom(&self) -> u64 {
        self.stack.first().and_then(|&number| self.run(number)).map_or(self.pos, |run| run.begin)
    }

    pub(super) fn run(&self, number: RunNumber) -> Option<&Run> {
        self.runs.get(usize::try_from(number.checked_sub(self.first)?).ok()?)
    }

    fn run_mut(&mut self, number: RunNumber) -> Option<&mut Run> {
        self.runs.get_mut(usize::try_from(number.checked_sub(self.first)?).ok()?)
    }

    pub(super) fn known(&self, id: Id) -> Option<&Known> {
        self.known.get(&id)
    }

    pub(super) fn words(&self, id: Id) -> Option<&str> {
        self.words.get(&id).map(|words| &**words)
    }

    /// The numbers of the last callbacks, the newest first.
    pub(super) fn newest(&self) -> impl Iterator<Item = (RunNumber, &Run)> {
        self.before(self.first.saturating_add(self.runs.len() as u64))
    }

    /// The callbacks before one, the newest first.
    pub(super) fn before(&self, number: RunNumber) -> impl Iterator<Item = (RunNumber, &Run)> {
        let count = usize::try_from(number.saturating_sub(self.first)).unwrap_or(0).min(self.runs.len());
        (0..count).rev().map(|at| (self.first + at as u64, &self.runs[at]))
    }

    pub(super) fn create(&mut self, replay: &Replay, id: Id, resource: &Resource, time: u64) {
        let (pos, run) = (self.next(time), self.top());
        let is_promise = Some(resource.type_) == replay.types.promise;
        if let Some(run) = self.run_mut(run) {
            if is_promise && run.adopts.is_none() && run.id != resource.trigger {
                run.adopts = Some(resource.trigger);
            }
            if run.made_at == 0 {
                run.made_at = replay.place(resource.stack);
            }
        }
        self.take_in(id, resource, Moment { pos, time, run });
    }

    fn take_in(&mut self, id: Id, resource: &Resource, born: Moment) -> &mut Known {
        let kept = self.pos;
        let known = Known {
            id,
            born,
            trigger: resource.trigger,
            trace: resource.trace,
            stack: resource.stack,
            type_: resource.type_,
            ms: None,
            resolved: [Moment::BEFORE; 2],
            last_run: NONE,
            entered: 0,
            kept,
        };
        self.order.push_back((kept, id));
        self.known.entry(id).insert_entry(known).into_mut()
    }

    /// One that is older than what is kept.
    fn older(&mut self, replay: &Replay, key: (u32, Id), resource: &Resource) {
        if self.known.contains_key(&key.1) {
            return;
        }
        let born = Moment { time: resource.created, ..Moment::BEFORE };
        self.take_in(key.1, resource, born).ms = replay.facts.ms(key);
        if let Some(words) = replay.facts.words(key) {
            self.words.insert(key.1, cut(words, WORDS).into());
        }
    }

    pub(super) fn enter(&mut self, replay: &Replay, key: (u32, Id), time: u64, resource: Option<Resource>) {
        let (pos, id, parent) = (self.next(time), key.1, self.top());
        if let Some(resource) = resource {
            self.older(replay, key, &resource);
        }
        let number = self.first.saturating_add(self.runs.len() as u64);
        let (mut prev, mut trace) = (NONE, 0);
        if let Some(known) = self.known.get_mut(&id) {
            (prev, trace) = (known.last_run, known.trace);
            (known.last_run, known.entered) = (number, pos);
            if replay.types.serves(known.type_) {
                trace = self.current.get(&id).copied().unwrap_or(trace);
            }
        }
        self.runs.push_back(Run {
            id,
            begin: pos,
            end: u64::MAX,
            began: time,
            ended: u64::MAX,
            parent,
            prev,
            trace,
            adopts: None,
            made_at: 0,
        });
        // So many are not within one another: exceptions have left them behind.
        if self.stack.len() == DEPTH {
            self.stack.clear();
        }
        self.stack.push(number);
    }

    pub(super) fn leave(&mut self, id: Id, time: u64) {
        let pos = self.next(time);
        let is_it = |&&number: &&RunNumber| self.run(number).is_some_and(|run| run.id == id);
        let Some(depth) = self.stack.iter().rev().position(|number| is_it(&number)) else { return };
        for number in self.stack.split_off(self.stack.len() - 1 - depth) {
            if let Some(run) = self.run_mut(number) {
                (run.end, run.ended) = (pos, time);
            }
        }
    }

    pub(super) fn resolve(&mut self, replay: &Replay, key: (u32, Id), time: u64, resource: Option<Resource>) {
        let (pos, run) = (self.next(time), self.top());
        if let Some(resource) = resource {
            self.older(replay, key, &resource);
        }
        if let Some(known) = self.known.get_mut(&key.1) {
            known.resolved = [Moment { pos, time, run }, known.resolved[0]];
        }
    }

    pub(super) fn delay(&mut self, id: Id, ms: u32) {
        if let Some(known) = self.known.get_mut(&id) {
            known.ms = Some(ms);
        }
    }

    pub(super) fn does(&mut self, id: Id, words: Option<&str>) {
        if let Some(words) = words
            && self.known.contains_key(&id)
        {
            self.words.insert(id, cut(words, WORDS).into());
        }
    }

    pub(super) fn sample(&mut self, time: u64, place: PlaceNumber) {
        self.now = self.now.max(time);
        if self.samples.len() == SAMPLES {
            self.samples.pop_front();
        }
        self.samples.push_back((time, place));
    }

    /// A stream of HTTP/2 was created by a server's session.
    pub(super) fn stream(&mut self, id: Id) {
        self.last_stream = Some(id);
    }

    /// A connection is at a new request: what runs is part of it.
    pub(super) fn request(&mut self, connection: Id, trace: Id, time: u64) -> Open {
        let (pos, run) = (self.next(time), self.top());
        if let Some(run) = self.run_mut(run) {
            run.trace = trace;
        }
        self.current.insert(connection, trace);
        let stream = self.last_stream.take();
        if let Some(stream) = stream {
            self.streams.insert(stream, trace);
        }
        Open { connection, trace, start: Moment { pos, time, run }, stream }
    }

    /// A request is over: nothing runs for it any more.
    pub(super) fn forget(&mut self, open: &Open) {
        if self.current.get(&open.connection) == Some(&open.trace) {
            self.current.remove(&open.connection);
        }
        if let Some(stream) = open.stream {
            self.streams.remove(&stream);
        }
    }

    /// What a trace belongs to.
    pub(super) fn request_of(&self, trace: Id) -> Id {
        self.streams.get(&trace).copied().unwrap_or(trace)
    }

    /// How much is kept.
    pub(super) fn size(&self) -> usize {
        self.runs.len().max(self.order.len()).max(self.samples.len())
    }

    /// Forgets what is older than a position and a time, and what has no room.
    pub(super) fn keep(&mut self, pos: u64, time: u64, room: usize) {
        let room = room.min(MOST);
        while self.runs.len() > room || self.runs.front().is_some_and(|run| run.end < pos) {
            self.runs.pop_front();
            self.first += 1;
        }
        while let Some(&(kept, id)) = self.order.front()
            && (self.order.len() > room || kept < pos)
        {
            self.order.pop_front();
            let Some(known) = self.known.get_mut(&id).filter(|known| known.kept == kept) else { continue };
            let last = known.resolved[0].pos.max(known.entered);
            if last >= pos && self.order.len() < room {
                known.kept = self.pos;
                self.order.push_back((self.pos, id));
            } else {
                self.known.remove(&id);
                if !self.words.is_empty() {
                    self.words.remove(&id);
                }
            }
        }
        while self.samples.len() > room || self.samples.front().is_some_and(|&(at, _)| at < time) {
            self.samples.pop_front();
        }
    }

    /// The place of a resource, or the nearest one of what caused it.
    pub(super) fn place(&self, replay: &Replay, mut id: Id) -> PlaceNumber {
        for _ in 0..CAUSES {
            let Some(known) = self.known(id) else { return 0 };
            match replay.place(known.stack) {
                0 => {}
                place => return place,
            }
            let Some(run) = self.run(known.born.run) else { return 0 };
            id = run.id;
        }
        0
    }

    /// Where a callback ran, as far as what it created tells, or the resource.
    pub(super) fn place_of(&self, replay: &Replay, run: &Run) -> PlaceNumber {
        let own = self.known(run.id).filter(|known| Some(known.type_) == replay.types.promise);
        let own = own.map_or(0, |known| replay.place(known.stack));
        match (own, run.made_at) {
            (0, 0) => self.place(replay, run.id),
            (0, made_at) => made_at,
            _ => own,
        }
    }

    /// The samples of a callback from a time on. Where nothing else ran just before, one that was asked for then was read in it.
    pub(super) fn samples_of(
        &self,
        run: &Run,
        from: u64,
        to: u64,
    ) -> impl Iterator<Item = (u64, PlaceNumber)> {
        let before = self.runs.partition_point(|other| other.began < run.began).checked_sub(1);
        let ended = before.and_then(|at| self.runs.get(at)).map_or(0, |other| other.ended);
        let since = ended.max(run.began.saturating_sub(LATE_NOTE));
        let from = if from == run.began && since < from { since } else { from };
        self.samples(from, to)
    }

    /// The samples after one time, up to another.
    pub(super) fn samples(&self, from: u64, to: u64) -> impl Iterator<Item = (u64, PlaceNumber)> {
        let at = self.samples.partition_point(|&(time, _)| time <= from);
        self.samples.range(at..).copied().take_while(move |&(time, _)| time <= to)
    }

    /// What ran for longest between two times: where, and the resource.
    pub(super) fn busiest(&self, replay: &Replay, from: u64, to: u64) -> (PlaceNumber, Option<(Id, Type)>) {
        let mut longest: Option<(u64, &Run)> = None;
        let at = self.runs.partition_point(|run| run.began < from).saturating_sub(1);
        for run in self.runs.range(at..).take(LOOKED_AT).take_while(|run| run.began < to) {
            let took = run.ended.min(to).saturating_sub(run.began.max(from));
            if took > longest.map_or(0, |(took, _)| took) {
                longest = Some((took, run));
            }
        }
        let resource = longest.and_then(|(_, run)| self.known(run.id)).map(|known| (known.id, known.type_));
        let mut counts: FxHashMap<PlaceNumber, usize> = FxHashMap::default();
        for (_, place) in self.samples(from, to).filter(|&(_, place)| place != 0) {
            *counts.entry(place).or_default() += 1;
        }
        let sampled = counts.into_iter().max_by_key(|&(place, count)| (count, place));
        let place = match sampled {
            Some((place, _)) => place,
            None => longest.map_or(0, |(_, run)| self.place_of(replay, run)),
        };
        (place, resource)
    }

    /// Since when the thread was busy right before a callback, back to a time at most.
    pub(super) fn busy_since(&self, number: RunNumber, earliest: u64) -> u64 {
        let Some(run) = self.run(number) else { return u64::MAX };
        let mut since = run.began;
        for (_, run) in self.before(number).take(LOOKED_AT).filter(|(_, run)| run.parent == NONE) {
            if run.ended.saturating_add(GAP) < since || run.began < earliest {
                break;
            }
            since = since.min(run.began);
        }
        since
    }
}
