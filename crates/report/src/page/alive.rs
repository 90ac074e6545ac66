//! How many operations were alive, and how many were created, over time, by type.

/// At most so many steps; when there are more, two become one.
const STEPS: usize = 1024;
/// The first steps' length in nanoseconds.
const SHORTEST: u64 = 1 << 14;

pub(super) struct AliveChart {
    pub width: u64,
    types: Vec<Vec<Bin>>,
}

#[derive(Clone, Copy, Default)]
struct Bin {
    change: i64,
    created: u64,
}

/// One line of the chart.
pub(super) struct Line {
    /// `None` for all that have no line of their own.
    pub type_: Option<usize>,
    /// At the end of each step.
    pub alive: Vec<u64>,
    pub created: Vec<u64>,
}

impl Default for AliveChart {
    fn default() -> Self {
        Self { width: SHORTEST, types: Vec::new() }
    }
}

impl AliveChart {
    pub(super) fn created(&mut self, type_: usize, time: u64) {
        let step = self.step(type_, time);
        step.change += 1;
        step.created += 1;
    }

    pub(super) fn destroyed(&mut self, type_: usize, time: u64) {
        self.step(type_, time).change -= 1;
    }

    fn step(&mut self, type_: usize, time: u64) -> &mut Bin {
        self.reach(time);
        if self.types.len() <= type_ {
            self.types.resize(type_ + 1, Vec::new());
        }
        let (steps, at) = (&mut self.types[type_], (time / self.width) as usize);
        if steps.len() <= at {
            steps.resize(at + 1, Bin::default());
        }
        &mut steps[at]
    }

    /// Makes the steps as long as it takes to have one for a time.
    fn reach(&mut self, time: u64) {
        while time / self.width >= STEPS as u64 {
            self.types.iter_mut().for_each(halve);
            self.width *= 2;
        }
    }

    /// The `most` types that had the most alive, and all others together; each with one value for every step until `end`.
    pub(super) fn series(&mut self, end: u64, most: usize) -> Vec<Line> {
        self.reach(end);
        let steps = (end / self.width) as usize + 1;
        let mut all: Vec<_> = self
            .types
            .iter()
            .enumerate()
            .filter(|(_, changes)| !changes.is_empty())
            .map(|(type_, changes)| line(Some(type_), changes, steps))
            .collect();
        all.sort_by_key(|series| std::cmp::Reverse(series.alive.iter().max().copied()));
        let rest = all.split_off(most.min(all.len()));
        if !rest.is_empty() {
            all.push(rest.into_iter().fold(line(None, &[], steps), together));
        }
        all
    }
}

fn halve(steps: &mut Vec<Bin>) {
    *steps = steps
        .chunks(2)
        .map(|pair| Bin {
            change: pair.iter().map(|step| step.change).sum(),
            created: pair.iter().map(|step| step.created).sum(),
        })
        .collect();
}

fn line(type_: Option<usize>, steps: &[Bin], length: usize) -> Line {
    let at = |index: usize| steps.get(index).copied().unwrap_or_default();
    let mut now = 0;
    let alive = (0..length)
        .map(|index| {
            now += at(index).change;
            // Threads are recorded side by side, so an end can be read before what it ends.
            now.max(0) as u64
        })
        .collect();
    Line { type_, alive, created: (0..length).map(|index| at(index).created).collect() }
}

fn together(mut sum: Line, one: Line) -> Line {
    sum.alive.iter_mut().zip(one.alive).for_each(|(sum, value)| *sum += value);
    sum.created.iter_mut().zip(one.created).for_each(|(sum, value)| *sum += value);
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_time_in_which_nothing_is_created_takes_no_more_steps() {
        let mut alive = AliveChart::default();
        alive.created(0, 1);
        let all = alive.series(u64::MAX, 2);
        assert!(all[0].alive.len() <= STEPS);
        assert_eq!((all.len(), all[0].alive.last(), all[0].created[0]), (1, Some(&1), 1));
    }

    #[test]
    fn steps_grow_with_the_recording_and_lose_nothing() {
        let mut alive = AliveChart::default();
        for n in 0..100_000 {
            alive.created(n % 3, n as u64 * 1000 * 1000);
        }
        alive.destroyed(1, 99_999 * 1_000_000);
        let all = alive.series(99_999 * 1_000_000, 2);
        assert!(all[0].alive.len() <= STEPS && all[0].alive.len() > STEPS / 4);
        assert_eq!(all.iter().map(|series| series.created.iter().sum::<u64>()).sum::<u64>(), 100_000);
        assert_eq!(all.iter().map(|series| series.alive.last().unwrap()).sum::<u64>(), 99_999);
        assert_eq!(all.iter().map(|series| series.type_).collect::<Vec<_>>().last(), Some(&None));
    }
}
