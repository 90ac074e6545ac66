//! The clock of a recording: the processor's counter where it is steady, else the system's.
//!
//! The thread of JavaScript takes raw readings, which cost a few nanoseconds; the drain thread makes
//! nanoseconds of them.

use std::time::{SystemTime, UNIX_EPOCH};

/// A clock that reads 0 when the recording begins. Copies of it agree.
#[derive(Clone, Debug)]
pub(crate) struct Clock {
    clock: quanta::Clock,
    origin: u64,
    /// The wall clock's nanoseconds since 1970 at time 0.
    pub wall: u64,
}

impl Clock {
    /// The first one in a process takes some milliseconds: the counter is measured against the system's clock.
    pub(crate) fn start() -> Self {
        let clock = quanta::Clock::new();
        let mut clock = Self { origin: clock.raw(), clock, wall: 0 };
        let (time, wall) = clock.anchor();
        clock.wall = wall.saturating_sub(time);
        clock
    }

    /// The time now, and what the wall clock says at that time.
    pub(crate) fn anchor(&self) -> (u64, u64) {
        let read = || {
            let before = self.now();
            let wall =
                SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_nanos() as u64);
            let took = self.now() - before;
            (took, before + took / 2, wall)
        };
        // The shortest: whoever is interrupted between the two clocks reads them at different times.
        let (_, time, wall) = read().min(read()).min(read());
        (time, wall)
    }

    /// A reading for [`Clock::nanoseconds`].
    #[inline]
    pub(crate) fn raw(&self) -> u64 {
        self.clock.raw()
    }

    /// The nanoseconds since the recording began; 0 for a reading from before.
    #[inline]
    pub(crate) fn nanoseconds(&self, raw: u64) -> u64 {
        self.clock.delta_as_nanos(self.origin, raw)
    }

    pub(crate) fn now(&self) -> u64 {
        self.nanoseconds(self.raw())
    }
}

/// The wall clock counts as set anew when it and the time have moved by so much against each other.
const MOVED: u64 = 1_000_000;

/// How the wall clock is set.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Wall {
    /// What it said at time 0, or would have said.
    origin: u64,
}

impl Wall {
    pub(crate) fn new(origin: u64) -> Self {
        Self { origin }
    }

    /// What it says at a time.
    pub(crate) fn at(&self, time: u64) -> u64 {
        self.origin.saturating_add(time)
    }

    /// Whether it was set, as an [anchor](Clock::anchor) shows.
    pub(crate) fn is_set(&mut self, (time, wall): (u64, u64)) -> bool {
        let origin = wall.saturating_sub(time);
        let is_set = origin.abs_diff(self.origin) >= MOVED;
        if is_set {
            self.origin = origin;
        }
        is_set
    }
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::*;

    #[test]
    fn time_passes_as_on_the_system_clock() {
        let clock = Clock::start();
        // One interval inside of another, so it does not matter where the test is interrupted.
        let outer = Instant::now();
        let before = clock.now();
        let inner = Instant::now();
        while inner.elapsed().as_millis() < 20 {}
        let least = inner.elapsed().as_nanos() as u64;
        let passed = clock.now() - before;
        let most = outer.elapsed().as_nanos() as u64;
        assert!(
            passed > least - least / 50 && passed < most + most / 50,
            "{least} ns < {passed} ns < {most} ns"
        );
    }

    #[test]
    fn the_wall_clock_is_read_with_the_time() {
        let wall = || SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_nanos() as u64;
        let clock = Clock::start();
        let (least, before) = (wall(), clock.now());
        let (time, at) = clock.anchor();
        let (after, most) = (clock.now(), wall());
        assert!(before <= time && time <= after, "{before} <= {time} <= {after}");
        assert!(least <= at && at <= most, "{least} <= {at} <= {most}");
    }

    #[test]
    fn the_wall_clock_is_set_when_it_leaves_the_time() {
        let mut wall = Wall::new(1_000_000_000);
        assert!(!wall.is_set((7_000_000, 1_007_999_999)));
        assert!(wall.is_set((8_000_000, 5_008_000_000)));
        assert_eq!(wall.at(9_000_000), 5_009_000_000);
        assert!(!wall.is_set((9_000_000, 5_009_000_000)));
        assert!(wall.is_set((10_000_000, 0)));
    }

    #[test]
    fn a_reading_from_before_the_beginning_is_time_0() {
        let clock = Clock::start();
        assert_eq!(clock.nanoseconds(clock.origin - 1), 0);
    }
}
