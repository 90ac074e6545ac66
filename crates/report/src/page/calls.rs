//! The callbacks of one thread over time: how busy each moment was, and the longest callbacks of all and of each moment.

use super::top::{Offer, Top};
use crate::replay::{Ran, Type};
use recorder::event::Id;

/// The first moments' length in nanoseconds.
const SHORTEST: u64 = 1 << 12;

/// Threads that are drawn; those of a program that has more come first.
pub(super) const THREADS: usize = 128;

/// How much is kept of a thread.
#[derive(Clone, Copy)]
pub(super) struct LaneRoom {
    /// At most so many moments; when there are more, two become one.
    moments: usize,
    /// The longest callbacks, over those of the moments.
    longest: usize,
}

const WIDE: LaneRoom = LaneRoom { moments: 8192, longest: 16_384 };
const NARROW: LaneRoom = LaneRoom { moments: 1024, longest: 2048 };
const NARROWEST: LaneRoom = LaneRoom { moments: 256, longest: 256 };
/// Of a thread that is not drawn.
const NONE: LaneRoom = LaneRoom { moments: 0, longest: 0 };

impl LaneRoom {
    /// A program has few threads that last, or many that pass.
    pub(super) fn of_thread(index: usize) -> Self {
        match index {
            0..8 => WIDE,
            8..64 => NARROW,
            64..THREADS => NARROWEST,
            _ => NONE,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Call {
    pub start: u64,
    pub length: u64,
    pub id: Id,
    pub type_: Type,
    /// How many others it ran within.
    pub depth: u16,
}

#[derive(Clone, Copy, Default)]
pub(super) struct Moment {
    /// Nanoseconds in callbacks.
    pub busy: u64,
    /// The type that took most of it, or close to that; and by how much it leads.
    pub type_: Type,
    lead: u64,
    /// The longest callback that began in it and is not among the longest of all.
    longest: Option<Call>,
}

pub(super) struct Calls {
    room: LaneRoom,
    pub width: u64,
    pub moments: Vec<Moment>,
    pub count: u64,
    longest: Top<Call>,
}

impl Calls {
    pub(super) fn new(room: LaneRoom) -> Self {
        Self { room, width: SHORTEST, moments: Vec::new(), count: 0, longest: Top::new(room.longest) }
    }

    /// A callback of a resource of a type that has a row has run.
    pub(super) fn ran(&mut self, &Ran { id, began, took, depth, .. }: &Ran, row: Type) {
        let depth = depth.min(u16::MAX.into()) as u16;
        let call = Call { start: began, length: took, id, type_: row, depth };
        self.count += 1;
        if depth == 0 {
            self.fill(&call);
        }
        self.keep(call);
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
    pub(super) fn narrow(&mut self, most: usize) {
        while self.moments.len() > most {
            self.halve();
        }
    }

    /// How many callbacks are kept.
    pub(super) fn held(&self) -> usize {
        self.longest.len() + self.moments.iter().filter(|moment| moment.longest.is_some()).count()
    }

    /// The callbacks that are kept, the longest `most` of them, by their start.
    pub(super) fn kept(self, most: usize) -> Vec<Call> {
        let of_moments = self.moments.iter().filter_map(|moment| moment.longest);
        let mut kept: Vec<_> = self.longest.into_items().chain(of_moments).collect();
        kept.sort_unstable_by_key(|call| std::cmp::Reverse(call.length));
        kept.truncate(most);
        kept.sort_unstable_by_key(|call| (call.start, call.depth));
        kept
    }
}

impl Moment {
    fn vote(&mut self, type_: Type, weight: u64) {
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

    fn ran(id: Id, began: u64, took: u64, depth: usize) -> Ran {
        Ran { id, type_: None, began, took, own: took, depth }
    }

    #[test]
    fn nested_callbacks_are_busy_once() {
        let mut calls = Calls::new(WIDE);
        calls.ran(&ran(2, 2000, 1000, 1), 1);
        calls.ran(&ran(1, 1000, 8000, 0), 0);
        assert_eq!(calls.count, 2);
        assert_eq!(calls.moments.iter().map(|moment| moment.busy).sum::<u64>(), 8000);
    }

    #[test]
    fn many_callbacks_leave_the_longest_and_one_of_each_moment() {
        let mut calls = Calls::new(WIDE);
        let mut busy = 40_000;
        for n in 0..200_000u64 {
            let took = 1000 + (n * 7919) % 5000;
            calls.ran(&ran(n, n * 100_000, took, 0), (n % 5) as Type);
            busy += took;
        }
        calls.ran(&ran(1, 199_999 * 100_000 + 50_000, 40_000, 0), 9);
        let moments = calls.moments.len();
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
        let mut calls = Calls::new(LaneRoom::of_thread(THREADS));
        (0..1000).for_each(|n| calls.ran(&ran(n, n * 100, 50, 0), 0));
        assert_eq!((calls.count, calls.held(), calls.moments.capacity()), (1000, 0, 0));
    }
}
