//! Where threads ran over time: the stacks that samples saw, and the callbacks that no sample fell into.

use rustc_hash::FxHashMap;

use super::calls::THREADS;
use crate::replay::{PlaceNumber, Type};
use crate::units::SAMPLE;

/// A sample may be noted so late after the callback that it saw.
const LATE_NOTE: u64 = 5_000_000;
/// The first length of a step of time. When there are more steps or sums than these, two steps become one.
const SHORTEST: u64 = 1 << 20;
const STEPS: u64 = 8192;
const SUMS: usize = 1 << 15;
/// Fewer steps than these there are not: what has no room then is no more told apart.
const FEWEST: u64 = 32;
/// So many paths are told apart. The others are [`Path::Other`].
const PATHS: usize = 2048;

/// What ran.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Path {
    /// What is not told apart any more.
    Other,
    /// The number of the stack that a sample saw.
    Sampled(u32),
    /// A callback without a sample: the row of its type, and where its resource was created.
    Callback(Type, PlaceNumber),
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Time {
    pub took: u64,
    /// Samples, or callbacks.
    pub count: u64,
}

impl Time {
    fn add(&mut self, other: Self) {
        self.took = self.took.saturating_add(other.took);
        self.count += other.count;
    }
}

/// A callback that a sample may still be noted for.
#[derive(Clone, Copy)]
struct Unseen {
    path: Path,
    began: u64,
    ended: u64,
}

#[derive(Default)]
struct Thread {
    sampled: Option<u64>,
    unseen: Option<Unseen>,
}

pub(super) struct Flame {
    /// Nanoseconds of a step.
    pub width: u64,
    /// By thread, path and step.
    pub sums: FxHashMap<(u32, u32, u64), Time>,
    /// The first is [`Path::Other`].
    pub paths: Vec<Path>,
    numbers: FxHashMap<Path, u32>,
    /// The latest time.
    last: u64,
    /// By position; no more than are drawn.
    threads: Vec<Thread>,
}

impl Default for Flame {
    fn default() -> Self {
        Self {
            width: SHORTEST,
            sums: FxHashMap::default(),
            paths: vec![Path::Other],
            numbers: FxHashMap::from_iter([(Path::Other, 0)]),
            last: 0,
            threads: Vec::new(),
        }
    }
}

impl Flame {
    pub(super) fn sample(&mut self, thread: u32, time: u64, stack: u32) {
        if thread as usize >= THREADS {
            return;
        }
        let of = self.thread(thread);
        of.sampled = Some(time);
        let unseen = of.unseen.take();
        if let Some(unseen) = unseen.filter(|unseen| time > unseen.ended.saturating_add(LATE_NOTE)) {
            self.fill(thread, unseen);
        }
        let path = self.number(if stack == 0 { Path::Other } else { Path::Sampled(stack) });
        self.room(time);
        self.add(thread, path, time / self.width, Time { took: SAMPLE, count: 1 });
    }

    /// A callback that the event loop called has run.
    pub(super) fn ran(&mut self, thread: u32, path: Path, began: u64, ended: u64) {
        if thread as usize >= THREADS {
            return;
        }
        let of = self.thread(thread);
        let former = of.unseen.take();
        if of.sampled.is_none_or(|time| time < began) {
            of.unseen = Some(Unseen { path, began, ended });
        }
        former.into_iter().for_each(|former| self.fill(thread, former));
    }

    fn thread(&mut self, at: u32) -> &mut Thread {
        let at = at as usize;
        if self.threads.len() <= at {
            self.threads.resize_with(at + 1, Thread::default);
        }
        &mut self.threads[at]
    }

    /// No sample comes any more.
    pub(super) fn finish(&mut self) {
        for (at, of) in std::mem::take(&mut self.threads).into_iter().enumerate() {
            of.unseen.into_iter().for_each(|unseen| self.fill(at as u32, unseen));
        }
    }

    /// Adds a callback to the steps that it spans. It counts in the first.
    fn fill(&mut self, thread: u32, Unseen { path, began, ended }: Unseen) {
        let path = self.number(path);
        self.room(ended);
        let (mut from, mut count) = (began, 1);
        loop {
            let step = from / self.width;
            let to = ended.min((step + 1).saturating_mul(self.width)).max(from);
            self.add(thread, path, step, Time { took: to - from, count });
            (from, count) = (to, 0);
            if from >= ended {
                break;
            }
        }
    }

    fn number(&mut self, path: Path) -> u32 {
        if let Some(&number) = self.numbers.get(&path) {
            return number;
        }
        if self.paths.len() == PATHS {
            return 0;
        }
        self.paths.push(path);
        let number = self.paths.len() as u32 - 1;
        self.numbers.insert(path, number);
        number
    }

    /// Makes steps so long that a time is within them.
    fn room(&mut self, time: u64) {
        while time / self.width >= STEPS {
            self.halve();
        }
    }

    fn add(&mut self, thread: u32, path: u32, step: u64, time: Time) {
        if let Some(sum) = self.sums.get_mut(&(thread, path, step)) {
            return sum.add(time);
        }
        let at = step.saturating_mul(self.width);
        self.last = self.last.max(at);
        while self.sums.len() >= SUMS && self.last / self.width + 1 >= 2 * FEWEST {
            self.halve();
        }
        let path = if self.sums.len() >= SUMS { 0 } else { path };
        self.sums.entry((thread, path, at / self.width)).or_default().add(time);
    }

    fn halve(&mut self) {
        self.width = self.width.saturating_mul(2);
        for ((thread, path, step), time) in std::mem::take(&mut self.sums) {
            self.sums.entry((thread, path, step / 2)).or_default().add(time);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: u64 = 1_000_000;

    fn sum(flame: &Flame, path: Path) -> Time {
        let number = flame.paths.iter().position(|&other| other == path).unwrap() as u32;
        let mut sum = Time::default();
        flame.sums.iter().filter(|(key, _)| key.1 == number).for_each(|(_, &time)| sum.add(time));
        sum
    }

    #[test]
    fn a_callback_counts_where_no_sample_fell_into_it() {
        let mut flame = Flame::default();
        let callback = Path::Callback(1, 0);
        flame.sample(0, 15 * MS, 7);
        flame.ran(0, callback, 10 * MS, 20 * MS);
        flame.ran(0, callback, 30 * MS, 33 * MS);
        // Noted late.
        flame.ran(0, callback, 40 * MS, 49 * MS);
        flame.sample(0, 50 * MS, 7);
        flame.ran(0, callback, 60 * MS, 61 * MS);
        // Of another thread.
        flame.sample(1, 60 * MS, 8);
        flame.finish();
        assert_eq!(sum(&flame, callback), Time { took: 4 * MS, count: 2 });
        assert_eq!(sum(&flame, Path::Sampled(7)), Time { took: 2 * SAMPLE, count: 2 });
        assert_eq!(sum(&flame, Path::Sampled(8)), Time { took: SAMPLE, count: 1 });
    }

    #[test]
    fn a_long_callback_is_in_all_steps_that_it_spans() {
        let mut flame = Flame::default();
        flame.ran(0, Path::Callback(1, 2), 0, 1 << 23);
        flame.finish();
        assert_eq!(flame.sums.len(), 8);
        assert_eq!(sum(&flame, Path::Callback(1, 2)), Time { took: 1 << 23, count: 1 });
    }

    #[test]
    fn what_there_is_too_much_of_is_summed_up_and_nothing_is_lost() {
        let mut flame = Flame::default();
        let mut took = 0;
        for n in 0..400_000_u64 {
            flame.ran(
                (n % 50) as u32,
                Path::Callback((n % 3) as Type, (n % 5000) as u32),
                n * MS,
                n * MS + n,
            );
            took += n;
        }
        flame.ran(0, Path::Other, u64::MAX - 1, u64::MAX);
        flame.finish();
        assert!(flame.sums.len() <= SUMS + 50 * 2 * FEWEST as usize, "{}", flame.sums.len());
        assert_eq!(flame.paths.len(), PATHS);
        let mut all = Time::default();
        flame.sums.values().for_each(|&time| all.add(time));
        assert_eq!(all, Time { took: took + 1, count: 400_001 });
    }
}
