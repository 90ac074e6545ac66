//! One request's path, from the end of its response back to its start.
//!
//! A callback ran because something led to it: a promise was resolved, a timer was due, an operation was done. The walk
//! goes from each callback to what led to it, in whatever request that was, until it comes to the start. It goes through
//! other requests only as far back as the request had something to wait for there: the place where it began to wait is a
//! [`Return`].

use std::cell::Cell;

use super::log::{Known, Log, Moment, NONE, Open, Run, RunNumber};
use super::{Kind, Segment};
use crate::replay::words::{CLIENT_SENDS, Repeats, SENDING, repeats};
use crate::replay::{PlaceNumber, Replay};

/// So many steps are walked for a path, with all that is tried for it, and so many returns remembered.
const STEPS: usize = 1 << 12;
const RETURNS: usize = 1 << 10;
/// So many callbacks are tried as the last one of a request, and so many looked at for them.
const TRIED: usize = 16;
const LOOKED_AT: usize = 1 << 12;
/// A queue shorter than that is not worth a word where it may have been none at all.
const SHORT: u64 = 1_000_000;

/// Where the path began to wait.
#[derive(Clone, Copy)]
struct Return {
    at: Moment,
    place: PlaceNumber,
}

/// Where the path goes on.
enum Next {
    At(RunNumber, u64),
    /// It came to a return.
    Back,
    Start,
    Lost,
}

struct Walk<'a> {
    log: &'a Log,
    replay: &'a Replay,
    open: &'a Open,
    /// So many are left.
    steps: &'a Cell<usize>,
    /// Everything after it is explained.
    now: u64,
    returns: Vec<Return>,
    /// The place of the request's promise that the path came through last, since it came through a wait.
    awaits: PlaceNumber,
    /// The latest first.
    segments: Vec<Segment>,
}

/// The segments of a request that ends now, the earliest first. They have no gaps.
pub(super) fn path(log: &Log, replay: &Replay, open: &Open, end: u64) -> Vec<Segment> {
    let steps = Cell::new(STEPS);
    let walk = || Walk::from(log, replay, open, &steps, end);
    let is_session =
        log.known(open.connection).is_some_and(|known| Some(known.type_) == replay.types.session);
    if is_session && let Some(walk) = shared(walk) {
        return walk.finish();
    }
    let mut last = walk();
    if !is_session && !last.go(log.top(), log.pos.saturating_add(1)) {
        // Somebody else ended the response, and nothing says why: all that ran for the request is known.
        let mut other = walk();
        if let Some((number, run)) = other.own().next() {
            other.emit(run.ended, Segment::of(Kind::Unknown), false);
            if other.go(number, run.end) {
                return other.finish();
            }
        }
    }
    last.finish()
}

/// The segments of a request that was not answered up to a time, from which on it does what the last segment says.
pub(super) fn path_so_far(log: &Log, replay: &Replay, open: &Open, end: u64, last: Segment) -> Vec<Segment> {
    let steps = Cell::new(STEPS);
    let walk = || Walk::from(log, replay, open, &steps, end);
    let last_run = walk().own().find(|(_, run)| !run.is_open() && run.ended <= end);
    if let Some((number, run)) = last_run {
        let mut known = walk();
        known.emit(run.ended, last.clone(), false);
        if known.go(number, run.end) {
            return known.finish();
        }
    }
    // Nothing of it ran after it was taken in, or the way from there to the start is not known.
    let since = last_run.map(|(_, run)| run).or_else(|| log.run(open.start.run));
    let mut waits = walk();
    waits.emit(since.map_or(open.start.time, |run| run.ended.min(end)), last, false);
    waits.finish()
}

/// The path of a request on a connection that others share: it sends for all of them. So the last of the request's
/// callbacks from which there is a way to the start has written the response.
fn shared<'a>(walk: impl Fn() -> Walk<'a>) -> Option<Walk<'a>> {
    let Walk { log, replay, .. } = walk();
    let is_handle = |run: &Run| {
        let type_ = log.known(run.id).map(|known| known.type_);
        type_.is_none() || type_ == replay.types.session || type_ == replay.types.stream
    };
    for handles in [false, true] {
        let all = walk();
        for (number, run) in all.own().filter(|(_, run)| is_handle(run) == handles).take(TRIED) {
            let mut walk = walk();
            let sending = Segment { words: Some(SENDING.into()), ..Segment::of(Kind::Waiting) };
            walk.emit(run.ended, sending, false);
            if walk.go(number, run.end) {
                return Some(walk);
            }
        }
    }
    None
}

impl<'a> Walk<'a> {
    /// One that explains nothing yet of what was before a time.
    fn from(log: &'a Log, replay: &'a Replay, open: &'a Open, steps: &'a Cell<usize>, now: u64) -> Self {
        Self { log, replay, open, steps, now, returns: Vec::new(), awaits: 0, segments: Vec::new() }
    }

    /// The last callbacks of the request, the newest first.
    fn own(&self) -> impl Iterator<Item = (RunNumber, &'a Run)> + use<'a> {
        let (log, trace) = (self.log, self.open.trace);
        log.newest().take(LOOKED_AT).filter(move |(_, run)| log.request_of(run.trace) == trace)
    }

    /// Walks from a position in a callback. Answers whether it came to the start.
    fn go(&mut self, mut number: RunNumber, mut pos: u64) -> bool {
        while let Some(left) = self.steps.get().checked_sub(1) {
            self.steps.set(left);
            let mut next = Next::Lost;
            if let Some(run) = self.log.run(number) {
                let is_own = self.is_own(run);
                if is_own {
                    self.strictly(pos);
                }
                next = self.step(number, run, pos, is_own);
            }
            (number, pos) = match (next, self.returns.last()) {
                (Next::Start, _) => return true,
                // Never forwards: a path that is at odds with itself ends.
                (Next::At(run, at), _) if at < pos && !self.is_past(run, at) => (run, at),
                (_, Some(&back)) => {
                    self.emit(back.at.time, Segment::of(Kind::Unknown), false);
                    self.returns.pop();
                    (back.at.run, back.at.pos)
                }
                _ => return false,
            };
        }
        false
    }

    /// In its own request the path goes on to what was before: it does not return to what is later.
    fn strictly(&mut self, pos: u64) {
        while self.returns.last().is_some_and(|back| back.at.pos >= pos) {
            self.returns.pop();
        }
    }

    /// The position is in another request, and before the path began to wait there.
    fn is_past(&self, run: RunNumber, pos: u64) -> bool {
        let is_own = self.log.run(run).is_some_and(|run| self.is_own(run));
        !is_own && self.returns.last().is_some_and(|back| pos <= back.at.pos)
    }

    fn is_own(&self, run: &Run) -> bool {
        self.log.request_of(run.trace) == self.open.trace
    }

    /// Explains what is before a position in a callback.
    fn step(&mut self, number: RunNumber, run: &Run, pos: u64, is_own: bool) -> Next {
        let start = self.open.start;
        if number == start.run && pos >= start.pos {
            self.running(run, start.time, false);
            return Next::Start;
        }
        if pos <= start.pos {
            return Next::Lost;
        }
        if self.running(run, run.began, !is_own) {
            return Next::Back;
        }
        let Some(known) = self.log.known(run.id) else { return Next::Lost };
        if run.parent != NONE {
            self.remember(known, is_own);
            return Next::At(run.parent, run.begin);
        }
        let types = &self.replay.types;
        if Some(known.type_) == types.promise {
            return self.promise(number, run, known, is_own);
        }
        match repeats(types.name(known.type_)) {
            Repeats::AtOnce => self.ready(known.born, is_own),
            Repeats::Timer if run.prev == NONE => self.timer(known, is_own),
            Repeats::Never if run.prev == NONE => self.operation(number, known, is_own),
            _ => self.called_again(number, run, known),
        }
    }

    fn promise(&mut self, number: RunNumber, run: &Run, known: &Known, is_own: bool) -> Next {
        let place = self.replay.place(known.stack);
        if is_own && place != 0 {
            self.awaits = place;
        }
        let is_job = !run.is_open() && !known.resolved_in(run);
        if is_job {
            // `then` whose callback answered a promise: it was entered before.
            if let Some(prev) = self.log.run(run.prev) {
                self.queued(prev.ended, !is_own);
                return Next::At(run.prev, prev.end);
            }
            if !self.is_continuation(run, known)
                && let Some(adopted) = run.adopts.and_then(|id| self.log.known(id))
            {
                return self.adopted(number, run, adopted, is_own);
            }
        }
        let trigger = self.log.known(known.trigger);
        let resolved = trigger.and_then(|trigger| Some((trigger, trigger.resolved_before(run.begin)?)));
        match resolved {
            Some((trigger, resolved)) if resolved.pos > known.born.pos => {
                self.remember(known, is_own);
                if resolved.run == NONE {
                    self.by_node(trigger, resolved, is_own)
                } else {
                    self.ready(resolved, is_own)
                }
            }
            _ => self.ready(known.born, is_own),
        }
    }

    /// Its trigger is the promise that it follows, and not only what ran when it was created.
    fn is_continuation(&self, run: &Run, known: &Known) -> bool {
        let created_in = self.log.run(known.born.run).map(|run| run.id);
        created_in != Some(known.trigger)
            && self
                .log
                .known(known.trigger)
                .is_some_and(|trigger| trigger.resolved_before(run.begin).is_some())
    }

    /// A job that follows a promise which another one was resolved with. What did so is not recorded: it is what ran last
    /// for the same request.
    fn adopted(&mut self, number: RunNumber, run: &Run, adopted: &Known, is_own: bool) -> Next {
        let mut at = adopted.born;
        let before = self.log.before(number).take(LOOKED_AT).take_while(|(_, other)| other.end > at.pos);
        if let Some((number, other)) =
            before.into_iter().find(|(_, other)| other.end < run.begin && other.trace == run.trace)
            && number != at.run
        {
            at = Moment { pos: other.end, time: other.ended, run: number };
        }
        self.ready(at, is_own)
    }

    /// What could run since a moment: its callback went on, then others came first.
    fn ready(&mut self, since: Moment, is_own: bool) -> Next {
        let Some(run) = self.log.run(since.run) else {
            self.queued(since.time, !is_own);
            return Next::Lost;
        };
        if self.queued(run.ended, !is_own) || self.running(run, since.time, !is_own) {
            return Next::Back;
        }
        Next::At(since.run, since.pos)
    }

    /// A promise that Node resolved in no callback stands for an operation.
    fn by_node(&mut self, trigger: &Known, resolved: Moment, is_own: bool) -> Next {
        let waiting = self.waiting(trigger);
        if self.queued(resolved.time, !is_own) || self.emit(trigger.born.time, waiting, !is_own) {
            return Next::Back;
        }
        self.created(trigger)
    }

    fn timer(&mut self, known: &Known, is_own: bool) -> Next {
        let due = match known.ms {
            Some(ms) => known.born.time.saturating_add(u64::from(ms).saturating_mul(1_000_000)),
            None => self.now,
        };
        if self.queued(due, !is_own) {
            return Next::Back;
        }
        let waiting = self.waiting(known);
        if self.emit(known.born.time, waiting, !is_own) {
            return Next::Back;
        }
        self.created(known)
    }

    /// An operation calls back once.
    fn operation(&mut self, number: RunNumber, known: &Known, is_own: bool) -> Next {
        if self.wait(number, known.born, known, self.begun_at(known), !is_own) {
            return Next::Back;
        }
        self.created(known)
    }

    /// The wait was explained; goes on where its resource was created.
    fn created(&mut self, known: &Known) -> Next {
        self.awaits = 0;
        match self.log.run(known.born.run) {
            Some(_) => Next::At(known.born.run, known.born.pos),
            None => Next::Lost,
        }
    }

    /// A handle calls back again and again: the path has waited since it came back to it last.
    fn called_again(&mut self, number: RunNumber, run: &Run, known: &Known) -> Next {
        if let Some(&back) = self.returns.last() {
            let place = if back.place != 0 { back.place } else { self.begun_at(known) };
            self.wait(number, back.at, known, place, false);
            return Next::Back;
        }
        let place = self.begun_at(known);
        if Some(known.type_) == self.replay.types.session {
            return Next::Lost;
        }
        if let Some(prev) = self.log.run(run.prev)
            && prev.end > self.open.start.pos
        {
            let since = Moment { pos: prev.end, time: prev.ended, run: run.prev };
            self.wait(number, since, known, place, false);
            return Next::At(run.prev, prev.end);
        }
        if self.is_stream(known) {
            self.wait(number, self.open.start, known, place, false);
            return Next::At(self.open.start.run, self.open.start.pos);
        }
        if known.born.pos > self.open.start.pos {
            self.wait(number, known.born, known, place, false);
            self.awaits = 0;
            return Next::At(known.born.run, known.born.pos);
        }
        Next::Lost
    }

    /// Waits since a moment. At the end the operation may have been done, and queued behind what ran: nobody knows.
    fn wait(
        &mut self,
        number: RunNumber,
        since: Moment,
        known: &Known,
        place: PlaceNumber,
        cuts: bool,
    ) -> bool {
        let created_in = self.log.run(since.run).map_or(since.time, |run| run.ended.max(since.time));
        let earliest = created_in.max(self.limit(cuts));
        let busy = self.log.busy_since(number, earliest);
        if self.now.saturating_sub(busy) >= SHORT {
            let queued = self.behind(busy);
            if self.emit(busy, Segment { at_most: true, ..queued }, cuts) {
                return true;
            }
        }
        let waiting = Segment { place, ..self.waiting(known) };
        self.emit(since.time, waiting, cuts)
    }

    /// It is the stream of the request.
    fn is_stream(&self, known: &Known) -> bool {
        Some(known.type_) == self.replay.types.stream && self.log.request_of(known.trace) == self.open.trace
    }

    fn waiting(&self, known: &Known) -> Segment {
        let is_session = Some(known.type_) == self.replay.types.session;
        let is_client = self.is_stream(known) || (known.id == self.open.connection && !is_session);
        let words = if is_client { Some(CLIENT_SENDS) } else { self.log.words(known.id) };
        Segment {
            place: if is_client { 0 } else { self.begun_at(known) },
            resource: Some((known.id, known.type_)),
            ms: known.ms,
            words: words.map(Into::into),
            ..Segment::of(Kind::Waiting)
        }
    }

    /// Where an operation was begun. One without a place was begun for what the request awaited.
    fn begun_at(&self, known: &Known) -> PlaceNumber {
        match self.log.place(self.replay, known.id) {
            0 => self.awaits,
            place => place,
        }
    }

    /// The path goes back to where the resource was created when it comes to that time in another request. The last return
    /// is always the latest.
    fn remember(&mut self, known: &Known, is_own: bool) {
        if is_own {
            self.strictly(known.born.pos);
        }
        let is_latest = self.returns.last().is_none_or(|back| back.at.pos < known.born.pos);
        if is_latest && self.returns.len() < RETURNS && self.log.run(known.born.run).is_some() {
            let place = self.log.place(self.replay, known.id);
            self.returns.push(Return { at: known.born, place });
        }
    }

    /// Runs since a time, at the places of the samples.
    fn running(&mut self, run: &Run, from: u64, cuts: bool) -> bool {
        let resource = self.log.known(run.id).map(|known| (known.id, known.type_));
        let own = self.log.place_of(self.replay, run);
        let from = from.min(self.now);
        let samples: Vec<_> = self.log.samples_of(run, from.max(self.limit(cuts)), self.now).collect();
        let mut at = samples.len();
        loop {
            // Each sample stands for what ran since the one before; the last one for the rest, too.
            let seen = samples.get(at.saturating_sub(1)).map_or(0, |&(_, place)| place);
            let (place, is_seen) = if seen == 0 { (own, false) } else { (seen, true) };
            let since = if at >= 2 { samples[at - 2].0.max(from) } else { from };
            let running = Segment { place, resource, is_seen, ..Segment::of(Kind::Running) };
            if self.emit(since, running, cuts) {
                return true;
            }
            if at < 2 {
                return false;
            }
            at -= 1;
        }
    }

    fn queued(&mut self, from: u64, cuts: bool) -> bool {
        let queued = self.behind(from.max(self.limit(cuts)));
        self.emit(from, queued, cuts)
    }

    /// Queued since a time behind what ran meanwhile.
    fn behind(&self, from: u64) -> Segment {
        if from >= self.now {
            return Segment::of(Kind::Queued);
        }
        let (place, resource) = self.log.busiest(self.replay, from, self.now);
        Segment { place, resource, ..Segment::of(Kind::Queued) }
    }

    /// The earliest time of a segment.
    fn limit(&self, cuts: bool) -> u64 {
        let back = self.returns.last().filter(|_| cuts).map_or(0, |back| back.at.time);
        back.max(self.open.start.time)
    }

    /// Explains what is after a time. Answers whether it came to the return before, where it is to cut there.
    fn emit(&mut self, from: u64, segment: Segment, cuts: bool) -> bool {
        let limit = self.limit(cuts);
        let is_cut = cuts && !self.returns.is_empty() && from < limit;
        let from = from.max(limit);
        if from < self.now {
            let to = std::mem::replace(&mut self.now, from);
            match self.segments.last_mut() {
                Some(later) if later.is_like(&segment) => later.from = from,
                _ => self.segments.push(Segment { from, to, ..segment }),
            }
        }
        is_cut
    }

    fn finish(mut self) -> Vec<Segment> {
        self.returns.clear();
        let start = self.open.start.time;
        self.emit(start, Segment::of(Kind::Unknown), false);
        self.segments.reverse();
        self.segments
    }
}
