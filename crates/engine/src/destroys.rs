//! Ids whose `destroy` is due, and the promises whose `destroy` will be.
//!
//! A promise is destroyed when the garbage collector gets to it. One weak handle
//! per promise is what makes that expensive, so promises are watched in batches:
//! up to [`BATCH_SIZE`] of them share a token object that each of them references.
//! When the token is collected, all of the batch is gone.

use crate::layout::BATCH_SIZE;

/// Consecutive ids.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Run {
    /// The lowest id.
    pub first: f64,
    /// How many ids follow one another.
    pub count: u32,
}

impl Run {
    /// The id that would follow.
    fn end(self) -> f64 {
        self.first + f64::from(self.count)
    }
}

/// Ids in the order in which they came, consecutive ones as one [`Run`]. Nearly
/// always there is just one, which takes no allocation.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Runs {
    first: Option<Run>,
    more: Vec<Run>,
}

impl Runs {
    /// Adds an id, to the last run where it continues that.
    pub fn push(&mut self, id: f64) {
        match self.more.last_mut().or(self.first.as_mut()) {
            Some(run) if run.end() == id => run.count += 1,
            _ => self.push_run(Run { first: id, count: 1 }),
        }
    }

    fn push_run(&mut self, run: Run) {
        match self.first {
            Some(_) => self.more.push(run),
            None => self.first = Some(run),
        }
    }

    /// The runs, in the order in which they were begun.
    pub fn iter(&self) -> impl Iterator<Item = Run> + '_ {
        self.first.iter().chain(&self.more).copied()
    }
}

impl FromIterator<f64> for Runs {
    fn from_iter<I: IntoIterator<Item = f64>>(ids: I) -> Self {
        let mut runs = Self::default();
        let mut ids = ids.into_iter();
        let Some(first) = ids.next() else { return runs };
        let mut run = Run { first, count: 1 };
        for id in ids {
            if run.end() == id {
                run.count += 1;
            } else {
                runs.push_run(run);
                run = Run { first: id, count: 1 };
            }
        }
        runs.push_run(run);
        runs.more.shrink_to_fit();
        runs
    }
}

/// The batches whose token may still be alive. A batch is known by its slot until
/// the token's finalizer has run.
#[derive(Default)]
pub struct Batches {
    slots: Vec<Slot>,
    free: Vec<u32>,
    /// Batches that were closed since the event loop turned, or since they were looked through.
    fresh: usize,
    /// Batches that were alive when they were last looked through.
    alive: usize,
}

#[derive(Debug)]
enum Slot {
    Free,
    Watched(Runs),
    /// Reported before its finalizer ran.
    Reported,
}

/// Batches closed without a turn of the event loop after which they are looked
/// through: 16,384 promises, as many destroys as Node keeps waiting.
const FRESH_LIMIT: usize = 16_384 / BATCH_SIZE;

impl Batches {
    /// Watches a batch. Returns its slot.
    pub fn watch(&mut self, ids: Runs) -> u32 {
        self.fresh += 1;
        match self.free.pop() {
            Some(slot) => {
                self.slots[slot as usize] = Slot::Watched(ids);
                slot
            }
            None => {
                self.slots.push(Slot::Watched(ids));
                self.slots.len() as u32 - 1
            }
        }
    }

    /// The finalizer of a batch's token ran: its ids, unless they were reported
    /// before, and the slot is free.
    pub fn finalized(&mut self, slot: u32) -> Option<Runs> {
        let state = std::mem::replace(self.slots.get_mut(slot as usize)?, Slot::Free);
        self.free.push(slot);
        match state {
            Slot::Watched(ids) => Some(ids),
            Slot::Reported | Slot::Free => None,
        }
    }

    /// The event loop turned, so finalizers have had their chance.
    pub fn turned(&mut self) {
        self.fresh = 0;
    }

    /// Whether so many batches were closed without a turn of the event loop that
    /// they must be looked through. Looking through them costs time in proportion
    /// to those that are alive, so it is due only once as many are new.
    pub fn must_look(&self) -> bool {
        self.fresh >= FRESH_LIMIT.max(self.alive)
    }

    /// Looks through the watched batches and returns the ids of those that are
    /// collected though their finalizers did not run yet.
    pub fn look(&mut self, is_collected: impl Fn(u32) -> bool) -> Vec<Runs> {
        self.fresh = 0;
        self.alive = 0;
        let mut collected = Vec::new();
        for (index, slot) in self.slots.iter_mut().enumerate() {
            if !matches!(slot, Slot::Watched(_)) {
                continue;
            }
            if is_collected(index as u32) {
                if let Slot::Watched(ids) = std::mem::replace(slot, Slot::Reported) {
                    collected.push(ids);
                }
            } else {
                self.alive += 1;
            }
        }
        collected
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn runs(ids: &[f64]) -> Runs {
        ids.iter().copied().collect()
    }

    #[test]
    fn consecutive_ids_are_one_run() {
        let ids: Vec<_> =
            runs(&[5.0, 6.0, 7.0, 9.0, 3.0, 4.0]).iter().map(|run| (run.first, run.count)).collect();
        assert_eq!(ids, [(5.0, 3), (9.0, 1), (3.0, 2)]);
        assert_eq!(runs(&[]).iter().count(), 0);
    }

    #[test]
    fn a_batch_is_reported_once_when_finalized() {
        let mut batches = Batches::default();
        let slot = batches.watch(runs(&[1.0]));
        assert_eq!(batches.finalized(slot), Some(runs(&[1.0])));
        assert_eq!(batches.watch(runs(&[2.0])), slot, "the slot is used again");
    }

    #[test]
    fn a_batch_that_was_looked_at_is_not_reported_again() {
        let mut batches = Batches::default();
        let [dead, alive] = [batches.watch(runs(&[1.0])), batches.watch(runs(&[2.0]))];
        assert_eq!(batches.look(|slot| slot == dead), [runs(&[1.0])]);
        assert!(batches.look(|slot| slot == dead).is_empty());
        assert_eq!(batches.finalized(dead), None);
        assert_eq!(batches.finalized(alive), Some(runs(&[2.0])));
    }

    #[test]
    fn looking_through_is_due_when_the_loop_does_not_turn() {
        let mut batches = Batches::default();
        for _ in 0..FRESH_LIMIT - 1 {
            batches.watch(runs(&[1.0]));
        }
        assert!(!batches.must_look());
        batches.watch(runs(&[1.0]));
        assert!(batches.must_look());
        batches.turned();
        assert!(!batches.must_look());
    }

    #[test]
    fn looking_through_many_that_live_is_rare() {
        let mut batches = Batches::default();
        for _ in 0..10 * FRESH_LIMIT {
            batches.watch(runs(&[1.0]));
        }
        assert!(batches.look(|_| false).is_empty());
        for _ in 0..10 * FRESH_LIMIT - 1 {
            batches.watch(runs(&[1.0]));
        }
        assert!(!batches.must_look());
        batches.watch(runs(&[1.0]));
        assert!(batches.must_look());
    }
}
