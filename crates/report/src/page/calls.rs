//! The callbacks of one thread over time: how busy each moment was, and the longest callbacks of all and of each moment.

use std::collections::VecDeque;

use super::top::{Offer, Top};
use recorder::event::Id;

/// The first moments' length in nanoseconds.
const SHORTEST: u64 = 1 << 12;

/// Threads that are drawn; those of a program that has more come first.
pub const THREADS: usize = 128;

/// How much is kept of a thread.
#[derive(Clone, Copy)]
pub struct Room {
    /// At most so many moments; when there are more, two become one.
    moments: usize,
    /// The longest callbacks, over those of the moments.
    longest: usize,
}

const WIDE: Room = Room { moments: 8192, longest: 16_384 };
const NARROW: Room = Room { moments: 1024, longest: 2048 };
const NARROWEST: Room = Room { moments: 256, longest: 256 };
/// Of a thread that is not drawn.
const NONE: Room = Room { moments: 0, longest: 0 };
/// So many callbacks may run at once on a thread; when there are more, the oldest are forgotten.
const DEPTH: usize = 4096;

impl Room {
    /// A program has few threads that last, or many that pass.
    pub fn of_thread(index: usize) -> Self {
        match index {
            0..8 => WIDE,
            8..64 => NARROW,
            64..THREADS => NARROWEST,
            _ => NONE,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Call {
    pub start: u64,
    pub length: u64,
    pub id: Id,
    pub type_: u16,
    /// How many others it ran within.
    pub depth: u16,
}

#[derive(Clone, Copy, Default)]
pub struct Moment {
    /// Nanoseconds in callbacks.
    pub busy: u64,
    /// The type that took most of it, or close to that; and by how much it leads.
    pub type_: u16,
    lead: u64,
    /// The longest callback that began in it and is not among the longest of all.
    longest: Option<Call>,
}

pub struct Calls {
    room: Room,
    pub width: u64,
    pub moments: Vec<Moment>,
    pub count: u64,
    /// In callbacks that ran in no other.
    pub busy: u64,
    longest: Top<Call>,
    open: VecDeque<Open>,
}

/// A callback that runs, and how long others ran within it.
struct Open {
    call: Call,
    inner: u64,
}

/// A callback that has run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ran {
    pub call: Call,
    /// Without those that ran within it.
    pub own: u64,
}

impl Calls {
    pub fn new(room: Room) -> Self {
        let longest = Top::new(room.longest);
        Self { room, width: SHORTEST, moments: Vec::new(), count: 0, busy: 0, longest, open: VecDeque::new() }
    }

    /// Answers false where one had to be forgotten: the oldest, or this one where nothing else runs. `has_room` is for one
    /// more on all threads.
    pub fn before(&mut self, time: u64, id: Id, type_: u16, has_room: bool) -> bool {
        let has_room = has_room && self.open.len() < DEPTH;
        if !has_room && self.open.pop_front().is_none() {
            return false;
        }
        let depth = self.open.len().min(u16::MAX.into()) as u16;
        let call = Call { start: time, length: 0, id, type_, depth };
        self.open.push_back(Open { call, inner: 0 });
        has_room
    }

    /// How many callbacks run.
    pub fn running(&self) -> usize {
        self.open.len()
    }

    /// Ends the callback of a resource, and whatever began in it and has not ended. Answers it.
    pub fn after(&mut self, time: u64, id: Id) -> Option<Ran> {
        let at = self.open.iter().rposition(|open| open.call.id == id)?;
        let mut ended = None;
        while self.open.len() > at {
            ended = self.close(time);
        }
        if self.open.capacity() > 64.max(4 * at) {
            self.open.shrink_to(2 * at);
        }
        ended
    }

    /// Ends what still runs when the recording ends.
    pub fn finish(&mut self, time: u64) -> Vec<Ran> {
        std::iter::from_fn(|| self.close(time)).collect()
    }

    fn close(&mut self, time: u64) -> Option<Ran> {
        let Open { mut call, inner } = self.open.pop_back()?;
        call.length = time.saturating_sub(call.start);
        self.count += 1;
        match self.open.back_mut() {
            Some(outer) => outer.inner += call.length,
            None => self.fill(&call),
        }
        self.keep(call);
        Some(Ran { call, own: call.length - inner })
    }

    fn keep(&mut self, call: Call) {
        let beaten = match self.longest.offer(call.length, || call) {
            Offer::Taken => return,
            Offer::Instead(beaten) => beaten,
            Offer::Refused => call,
        };
        if self.room.moments == 0 {
            return;
        }
        let longest = &mut self.moment(beaten.start).longest;
        *longest = longer(*longest, Some(beaten));
    }

    /// Adds to the moments that the callback spans.
    fn fill(&mut self, call: &Call) {
        self.busy = self.busy.saturating_add(call.length);
        if self.room.moments == 0 {
            return;
        }
        let end = call.start + call.length;
        self.moment(end);
        let mut from = call.start;
        while from < end {
            let to = end.min((from / self.width + 1).saturating_mul(self.width));
            let moment = self.moment(from);
            moment.busy += to - from;
            moment.vote(call.type_, to - from);
            from = to;
        }
    }

    fn moment(&mut self, time: u64) -> &mut Moment {
        while time / self.width >= self.room.moments as u64 {
            self.halve();
        }
        let at = (time / self.width) as usize;
        if self.moments.len() <= at {
            self.moments.resize(at + 1, Moment::default());
        }
        &mut self.moments[at]
    }

    fn halve(&mut self) {
        let both = |pair: &[Moment]| pair.iter().copied().fold(Moment::default(), together);
        self.moments = self.moments.chunks(2).map(both).collect();
        self.width *= 2;
    }

    /// At most so many moments.
    pub fn narrow(&mut self, most: usize) {
        while self.moments.len() > most {
            self.halve();
        }
    }

    /// How many callbacks are kept.
    pub fn held(&self) -> usize {
        self.longest.len() + self.moments.iter().filter(|moment| moment.longest.is_some()).count()
    }

    /// The callbacks that are kept, the longest `most` of them, by their start.
    pub fn kept(self, most: usize) -> Vec<Call> {
        let of_moments = self.moments.iter().filter_map(|moment| moment.longest);
        let mut kept: Vec<_> = self.longest.into_items().chain(of_moments).collect();
        kept.sort_unstable_by_key(|call| std::cmp::Reverse(call.length));
        kept.truncate(most);
        kept.sort_unstable_by_key(|call| (call.start, call.depth));
        kept
    }
}

impl Moment {
    fn vote(&mut self, type_: u16, weight: u64) {
        if self.type_ == type_ {
            self.lead += weight;
        } else if self.lead >= weight {
            self.lead -= weight;
        } else {
            (self.type_, self.lead) = (type_, weight - self.lead);
        }
    }
}

fn together(mut sum: Moment, one: Moment) -> Moment {
    sum.busy += one.busy;
    sum.vote(one.type_, one.lead);
    sum.longest = longer(sum.longest, one.longest);
    sum
}

fn longer(one: Option<Call>, other: Option<Call>) -> Option<Call> {
    one.into_iter().chain(other).max_by_key(|call| call.length)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nested_callbacks_are_busy_once() {
        let mut calls = Calls::new(WIDE);
        calls.before(1000, 1, 0, true);
        calls.before(2000, 2, 1, true);
        assert_eq!(
            calls.after(3000, 2).map(|ran| (ran.call.length, ran.own, ran.call.depth)),
            Some((1000, 1000, 1))
        );
        assert_eq!(
            calls.after(9000, 1).map(|ran| (ran.call.length, ran.own, ran.call.depth)),
            Some((8000, 7000, 0))
        );
        assert_eq!(calls.after(9000, 3), None);
        assert_eq!((calls.count, calls.busy), (2, 8000));
        assert_eq!(calls.moments.iter().map(|moment| moment.busy).sum::<u64>(), 8000);
    }

    #[test]
    fn an_end_that_is_missing_comes_with_the_next_one_around_it() {
        let mut calls = Calls::new(WIDE);
        calls.before(10, 1, 0, true);
        calls.before(20, 2, 0, true);
        assert_eq!(calls.after(30, 1).map(|ran| ran.call.id), Some(1));
        assert_eq!((calls.count, calls.open.len()), (2, 0));
        calls.before(40, 3, 0, true);
        assert_eq!(calls.finish(50).len(), 1);
    }

    #[test]
    fn many_callbacks_leave_the_longest_and_one_of_each_moment() {
        let mut calls = Calls::new(WIDE);
        for n in 0..200_000u64 {
            let start = n * 100_000;
            calls.before(start, n, (n % 5) as u16, true);
            calls.after(start + 1000 + (n * 7919) % 5000, n);
        }
        calls.before(199_999 * 100_000 + 50_000, 1, 9, true);
        calls.after(199_999 * 100_000 + 90_000, 1);
        let (moments, busy) = (calls.moments.len(), calls.busy);
        assert!(moments <= WIDE.moments && moments > WIDE.moments / 4);
        assert_eq!(calls.moments.iter().map(|moment| moment.busy).sum::<u64>(), busy);
        let kept = calls.kept(usize::MAX);
        assert!(
            kept.len() <= WIDE.longest + WIDE.moments && kept.len() >= WIDE.longest + moments / 2,
            "{}",
            kept.len()
        );
        assert!(kept.iter().any(|call| call.length == 40_000));
        assert!(kept.is_sorted_by_key(|call| call.start));
    }

    #[test]
    fn a_thread_that_is_not_drawn_counts_and_keeps_nothing() {
        let mut calls = Calls::new(Room::of_thread(THREADS));
        for n in 0..1000 {
            assert!(calls.before(n * 100, n, 0, true));
            assert_eq!(calls.after(n * 100 + 50, n).map(|ran| ran.own), Some(50));
        }
        assert_eq!((calls.count, calls.busy, calls.held(), calls.moments.capacity()), (1000, 50_000, 0, 0));
    }

    #[test]
    fn callbacks_that_never_end_are_forgotten() {
        let mut calls = Calls::new(WIDE);
        let kept = (0..3 * DEPTH as u64).filter(|&n| calls.before(n, n, 0, true)).count();
        assert_eq!((kept, calls.running()), (DEPTH, DEPTH));
        assert_eq!(calls.after(99_999, 0), None);
        assert_eq!(calls.after(99_999, 2 * DEPTH as u64).map(|ran| ran.call.id), Some(2 * DEPTH as u64));
        assert!(calls.open.capacity() < DEPTH);
        assert!(!calls.before(99_999, 1, 0, false));
        assert_eq!(calls.running(), 0);
    }
}
