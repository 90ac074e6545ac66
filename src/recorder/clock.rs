//! The clock of a recording: the processor's counter where it is steady, else the system's.
//!
//! The thread of JavaScript takes raw readings, which cost a few nanoseconds; the drain thread makes
//! nanoseconds of them.

use std::time::{SystemTime, UNIX_EPOCH};

/// A clock that reads 0 when the recording begins. Copies of it agree.
#[derive(Clone, Debug)]
pub struct Clock {
    clock: quanta::Clock,
    origin: u64,
    /// The wall clock's nanoseconds since 1970 at time 0.
    pub wall: u64,
}

impl Clock {
    /// The first one in a process takes some milliseconds: the counter is measured against the system's clock.
    pub fn start() -> Self {
        let clock = quanta::Clock::new();
        let wall = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_nanos() as u64);
        Self { origin: clock.raw(), clock, wall }
    }

    /// A reading for [`Clock::nanoseconds`].
    #[inline]
    pub fn raw(&self) -> u64 {
        self.clock.raw()
    }

    /// The nanoseconds since the recording began; 0 for a reading from before.
    #[inline]
    pub fn nanoseconds(&self, raw: u64) -> u64 {
        self.clock.delta_as_nanos(self.origin, raw)
    }

    pub fn now(&self) -> u64 {
        self.nanoseconds(self.raw())
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
    fn a_reading_from_before_the_beginning_is_time_0() {
        let clock = Clock::start();
        assert_eq!(clock.nanoseconds(clock.origin - 1), 0);
    }
}
