//! What happened lately: counts of the last ten seconds, and anything of the last minute.

use std::collections::VecDeque;

/// Nanoseconds.
pub(super) const SECOND: u64 = 1_000_000_000;
/// Rates are those of so many seconds.
const SECONDS: u64 = 10;
/// A minute is kept in so many parts of so many nanoseconds. The oldest goes as a whole.
const PARTS: u64 = 6;
const PART: u64 = 10 * SECOND;

/// How much there was in each of the last seconds.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Recent {
    counts: [u64; SECONDS as usize],
    /// The latest second that was counted in.
    last: u64,
}

impl Recent {
    pub(super) fn add(&mut self, time: u64, count: u64) {
        let second = time / SECOND;
        if second > self.last {
            for passed in (self.last + 1..=second).take(SECONDS as usize) {
                self.counts[(passed % SECONDS) as usize] = 0;
            }
            // More have passed than there are places for.
            if second - self.last > SECONDS {
                self.counts = [0; SECONDS as usize];
            }
            self.last = second;
        }
        if second + SECONDS > self.last {
            let of = &mut self.counts[(second % SECONDS) as usize];
            *of = of.saturating_add(count);
        }
    }

    /// How much there was in the last ten seconds, of which the current one has only begun.
    pub(super) fn total(&self, now: u64) -> u64 {
        let first = (now / SECOND + 1).saturating_sub(SECONDS);
        (first..first + SECONDS)
            .filter(|&second| second <= self.last && second + SECONDS > self.last)
            .fold(0_u64, |total, second| total.saturating_add(self.counts[(second % SECONDS) as usize]))
    }

    /// How much there was a second. Nothing was there before a time.
    pub(super) fn per_second(&self, now: u64, since: u64) -> f64 {
        let span = ((SECONDS - 1) * SECOND + now % SECOND).min(now.saturating_sub(since));
        // The first moments of a program say nothing of a second.
        self.total(now) as f64 / (span.max(SECOND / 2) as f64 / SECOND as f64)
    }
}

/// What there was in the last minute, in parts.
#[derive(Debug)]
pub(super) struct Minute<T> {
    parts: VecDeque<(u64, T)>,
}

impl<T> Default for Minute<T> {
    fn default() -> Self {
        Self { parts: VecDeque::new() }
    }
}

impl<T: Default> Minute<T> {
    /// The part of a time, or the oldest one after it.
    pub(super) fn at(&mut self, time: u64) -> &mut T {
        self.forget(time);
        let number = time / PART;
        if self.parts.back().is_none_or(|&(last, _)| last < number) {
            self.parts.push_back((number, T::default()));
        }
        let at = self.parts.partition_point(|&(other, _)| other < number).min(self.parts.len() - 1);
        &mut self.parts[at].1
    }

    /// Forgets what is older than a minute.
    pub(super) fn forget(&mut self, now: u64) {
        while self.parts.front().is_some_and(|&(number, _)| number + PARTS <= now / PART) {
            self.parts.pop_front();
        }
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &T> {
        self.parts.iter().map(|(_, part)| part)
    }
}

/// The places of numbers, the greatest first; of equal ones, in their order. One function for all lists: a copy for each is large.
pub(super) fn greatest_first(numbers: impl Iterator<Item = u64>) -> impl Iterator<Item = usize> {
    in_order(numbers.enumerate().map(|(at, number)| (!number, at)).collect()).into_iter().map(|(_, at)| at)
}

fn in_order(mut numbers: Vec<(u64, usize)>) -> Vec<(u64, usize)> {
    numbers.sort_unstable();
    numbers
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_is_that_of_the_last_ten_seconds() {
        let mut rate = Recent::default();
        (0..100).for_each(|tenth| rate.add(tenth * SECOND / 10, 1));
        assert_eq!(rate.total(10 * SECOND - 1), 100);
        assert!((rate.per_second(10 * SECOND - 1, 0) - 10.0).abs() < 0.1);
        assert_eq!(rate.total(14 * SECOND), 50);
        assert_eq!((rate.total(19 * SECOND), rate.total(90 * SECOND)), (0, 0));
        rate.add(200 * SECOND, 7);
        assert_eq!(rate.total(200 * SECOND), 7);
        rate.add(203 * SECOND, 1);
        // One that comes late counts where it was, or not at all.
        rate.add(195 * SECOND, 2);
        rate.add(100 * SECOND, 5);
        assert_eq!((rate.total(203 * SECOND), rate.total(204 * SECOND)), (10, 10));
        assert_eq!(rate.total(205 * SECOND), 8);
    }

    #[test]
    fn what_has_just_begun_has_a_rate_too() {
        let mut rate = Recent::default();
        rate.add(100 * SECOND, 10);
        assert!((rate.per_second(101 * SECOND, 100 * SECOND) - 10.0).abs() < 0.1);
        assert!(rate.per_second(100 * SECOND + 1, 100 * SECOND) <= 20.0);
    }

    #[test]
    fn a_minute_is_kept() {
        let mut minute: Minute<Vec<u64>> = Minute::default();
        (0..100).for_each(|second| minute.at(second * SECOND).push(second));
        let kept: Vec<u64> = minute.iter().flatten().copied().collect();
        assert_eq!(kept, (40..100).collect::<Vec<_>>());
        minute.at(3 * SECOND).push(7);
        assert_eq!(minute.iter().next().and_then(|part| part.last()), Some(&7));
        minute.forget(1000 * SECOND);
        assert_eq!(minute.iter().count(), 0);
    }
}
