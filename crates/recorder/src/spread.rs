//! How long something took, over many times.

use hdrhistogram::Histogram;

/// Nanoseconds. Percentiles are right to so many digits; count, maximum and total are exact.
pub struct Spread<const DIGITS: u8 = 2> {
    histogram: Histogram<u32>,
    /// How often.
    pub count: u64,
    /// The longest.
    pub max: u64,
    /// All together.
    pub total: u64,
}

/// Counts in buckets, four to an octave: bucket `n` begins at 2^(n/4) nanoseconds.
pub struct Buckets {
    /// The first bucket that is not empty.
    pub first: usize,
    /// What is in it and in each that follows, up to the last that is not empty.
    pub counts: Vec<u64>,
}

impl<const DIGITS: u8> Default for Spread<DIGITS> {
    fn default() -> Self {
        const { assert!(DIGITS <= 5, "more than a histogram offers") };
        let histogram = Histogram::new(DIGITS).expect("the digits are within what it offers");
        Self { histogram, count: 0, max: 0, total: 0 }
    }
}

impl<const DIGITS: u8> Spread<DIGITS> {
    /// Takes in one more.
    pub fn add(&mut self, ns: u64) {
        // It grows as needed, and fails only where a number is beyond all clocks.
        let _ = self.histogram.record(ns);
        self.count += 1;
        self.max = self.max.max(ns);
        self.total = self.total.saturating_add(ns);
    }

    /// Takes in what another one has.
    pub fn merge(&mut self, other: &Self) {
        let _ = self.histogram.add(&other.histogram);
        self.count += other.count;
        self.max = self.max.max(other.max);
        self.total = self.total.saturating_add(other.total);
    }

    /// The value that so many per cent do not exceed; no more than the greatest, whatever the
    /// histogram rounds to.
    pub fn percentile(&self, percent: f64) -> u64 {
        self.histogram.value_at_percentile(percent).min(self.max)
    }

    /// All of it, for a drawing.
    pub fn buckets(&self) -> Buckets {
        let mut counts: Vec<u64> = Vec::new();
        for step in self.histogram.iter_recorded() {
            let bucket = (4.0 * (step.value_iterated_to().max(1) as f64).log2()) as usize;
            counts.resize(counts.len().max(bucket + 1), 0);
            counts[bucket] += step.count_since_last_iteration();
        }
        let first = counts.iter().position(|&count| count > 0).unwrap_or(0);
        Buckets { first, counts: counts.split_off(first) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_right_to_one_per_cent() {
        let mut spread: Spread = Spread::default();
        (1..=10_000).for_each(|micros| spread.add(micros * 1_000));
        let near = |value: u64, expected: f64| (value as f64 / expected - 1.0).abs() <= 0.01;
        assert!(near(spread.percentile(50.0), 5e6));
        assert!(near(spread.percentile(99.0), 9.9e6));
        assert_eq!((spread.count, spread.max, spread.total), (10_000, 10_000_000, 50_005_000_000));
    }

    #[test]
    fn nothing_took_no_time() {
        let spread: Spread = Spread::default();
        assert_eq!((spread.count, spread.percentile(50.0)), (0, 0));
    }

    #[test]
    fn all_are_counted_in_their_buckets() {
        let mut spread: Spread = Spread::default();
        for n in [1000; 99] {
            spread.add(n);
        }
        spread.add(1_000_000);
        let Buckets { first, counts } = spread.buckets();
        assert_eq!((first, counts[0]), (39, 99));
        assert_eq!((counts.len() + first - 1, counts.last()), (79, Some(&1)));
        assert!((990..=1010).contains(&spread.percentile(50.0)));
        assert_eq!(spread.percentile(100.0), 1_000_000);
    }
}
