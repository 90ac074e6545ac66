//! How long something took, over many times.

use hdrhistogram::Histogram;

/// Two significant digits are enough for a picture and for a median.
const DIGITS: u8 = 2;

pub struct Spread {
    pub count: u64,
    pub total: u64,
    pub most: u64,
    histogram: Histogram<u32>,
}

/// Counts in buckets, four to an octave: bucket `n` begins at 2^(n/4) nanoseconds.
pub struct Buckets {
    pub first: usize,
    pub counts: Vec<u64>,
}

impl Default for Spread {
    fn default() -> Self {
        let histogram = Histogram::new(DIGITS).expect("the digits are within what the histogram takes");
        Self { count: 0, total: 0, most: 0, histogram }
    }
}

impl Spread {
    pub fn add(&mut self, nanoseconds: u64) {
        self.count += 1;
        self.total += nanoseconds;
        self.most = self.most.max(nanoseconds);
        // It grows as needed, and fails only where a number is beyond all clocks.
        let _ = self.histogram.record(nanoseconds);
    }

    /// No more than the greatest, whatever the histogram rounds to.
    pub fn percentile(&self, percent: f64) -> u64 {
        self.histogram.value_at_percentile(percent).min(self.most)
    }

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
    fn all_are_counted_in_their_buckets() {
        let mut spread = Spread::default();
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
