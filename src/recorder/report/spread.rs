//! How long something took, over many times.

use hdrhistogram::Histogram;

/// Percentiles are right to one per cent; count, maximum and total are exact.
pub struct Spread {
    histogram: Histogram<u64>,
    pub max: u64,
    pub total: u64,
}

impl Default for Spread {
    fn default() -> Self {
        let histogram = Histogram::new(2).expect("two digits are within what it offers");
        Self { histogram, max: 0, total: 0 }
    }
}

impl Spread {
    pub fn add(&mut self, ns: u64) {
        // It grows as needed, and fails only where a number is beyond all clocks.
        let _ = self.histogram.record(ns);
        self.max = self.max.max(ns);
        self.total = self.total.saturating_add(ns);
    }

    pub fn count(&self) -> u64 {
        self.histogram.len()
    }

    /// The value that so many per cent do not exceed.
    pub fn percentile(&self, percent: f64) -> u64 {
        self.histogram.value_at_percentile(percent).min(self.max)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_right_to_one_per_cent() {
        let mut spread = Spread::default();
        (1..=10_000).for_each(|micros| spread.add(micros * 1_000));
        let near = |value: u64, expected: f64| (value as f64 / expected - 1.0).abs() <= 0.01;
        assert!(near(spread.percentile(50.0), 5e6));
        assert!(near(spread.percentile(99.0), 9.9e6));
        assert_eq!((spread.count(), spread.max, spread.total), (10_000, 10_000_000, 50_005_000_000));
    }

    #[test]
    fn nothing_took_no_time() {
        let spread = Spread::default();
        assert_eq!((spread.count(), spread.percentile(50.0)), (0, 0));
    }
}
