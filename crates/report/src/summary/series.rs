//! How many of a type were alive over time, in few numbers.

/// At most so many samples are kept; then every two become one of twice the length.
const SAMPLES: usize = 128;
const FIRST_STEP: u64 = 1_000_000;
/// A type does not count as one that grows before so many are alive.
const MANY: u64 = 1_000;

/// The fewest that were alive within each step: what remains when everything that ends has ended.
pub(super) struct Series {
    step: u64,
    /// Where the step that is filled now ends.
    until: u64,
    fewest: u64,
    pub now: u64,
    samples: Vec<u64>,
}

impl Default for Series {
    fn default() -> Self {
        Self { step: FIRST_STEP, until: FIRST_STEP, fewest: 0, now: 0, samples: Vec::new() }
    }
}

impl Series {
    pub(super) fn change(&mut self, time: u64, now: u64) {
        self.reach(time);
        self.now = now;
        self.fewest = self.fewest.min(now);
    }

    /// Ends the steps before `time`.
    pub(super) fn reach(&mut self, time: u64) {
        while time >= self.until {
            if self.samples.len() == SAMPLES {
                self.halve();
                continue;
            }
            self.samples.push(self.fewest);
            self.fewest = self.now;
            self.until = self.until.saturating_add(self.step);
            if self.until == u64::MAX {
                return;
            }
        }
    }

    fn halve(&mut self) {
        self.samples = self.samples.chunks(2).map(|pair| pair.iter().copied().min().unwrap_or(0)).collect();
        self.step = self.step.saturating_mul(2);
        self.until = self.step.saturating_mul(self.samples.len() as u64 + 1);
    }

    /// The fewest of each quarter of the time; none where there is too little to say anything.
    pub(super) fn quarters(&self) -> Option<[u64; 4]> {
        let length = self.samples.len() / 4;
        if length < 2 {
            return None;
        }
        let rest = self.samples.len() % 4;
        let quarter = |at: usize| {
            self.samples[rest + at * length..rest + (at + 1) * length].iter().copied().min().unwrap_or(0)
        };
        Some([quarter(0), quarter(1), quarter(2), quarter(3)])
    }
}

/// Even at their fewest there were more in each quarter of the time than in the one before.
pub(super) fn grows([first, second, third, last]: [u64; 4]) -> bool {
    first < second && second < third && third < last && last >= MANY && last >= 2 * second
}

#[cfg(test)]
mod tests {
    use super::*;

    fn series(length: u64, alive: impl Fn(u64) -> u64) -> Series {
        let mut series = Series::default();
        (0..length).for_each(|at| series.change(at * 500_000, alive(at)));
        series
    }

    #[test]
    fn what_grows_grows_in_every_quarter() {
        let quarters = series(100_000, |at| at).quarters().unwrap();
        assert!(quarters.windows(2).all(|pair| pair[0] + 10_000 < pair[1]), "{quarters:?}");
    }

    #[test]
    fn peaks_are_not_growth() {
        let quarters = series(100_000, |at| if at % 10 == 0 { 0 } else { at }).quarters().unwrap();
        assert_eq!(quarters, [0; 4]);
    }

    #[test]
    fn too_short_a_time_says_nothing() {
        assert_eq!(series(10, |at| at).quarters(), None);
    }

    #[test]
    fn the_last_moment_of_all_clocks_ends() {
        let mut series = Series::default();
        series.change(u64::MAX, 1);
        series.change(u64::MAX, 2);
        assert_eq!(series.now, 2);
    }
}
