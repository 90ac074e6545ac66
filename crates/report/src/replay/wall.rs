//! What the wall clock said, which may have been set while the program ran.

/// So many settings are kept of a thread; later ones count as none.
const MOST: usize = 1 << 12;

/// The wall clock of one thread's times.
#[derive(Default)]
pub(crate) struct WallClock {
    /// What it said at time 0, as far as the header tells.
    origin: u64,
    anchors: Vec<Anchor>,
}

struct Anchor {
    time: u64,
    /// What it would have said at time 0.
    origin: u64,
}

impl WallClock {
    pub(super) fn new(origin: u64) -> Self {
        Self { origin, anchors: Vec::new() }
    }

    /// From the time on, the clock goes on from what it says. Answers whether there was room for that.
    pub(super) fn set(&mut self, time: u64, wall: u64) -> bool {
        let has_room = self.anchors.len() < MOST;
        if has_room {
            self.anchors.push(Anchor { time, origin: wall.wrapping_sub(time) });
        }
        has_room
    }

    /// What the clock said at a time.
    #[inline]
    pub(super) fn at(&self, time: u64) -> u64 {
        let origin = match self.anchors.last() {
            None => self.origin,
            Some(last) if last.time < time => last.origin,
            // What happened at the moment of a setting was before it; the first one holds for what was before it as well.
            Some(_) => {
                let at = self.anchors.partition_point(|anchor| anchor.time < time);
                self.anchors[at.saturating_sub(1)].origin
            }
        };
        origin.wrapping_add(time)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_time_has_the_clock_that_was_set_last() {
        let mut wall = WallClock::new(30);
        assert_eq!(wall.at(7), 37);
        wall.set(0, 1000);
        wall.set(100, 5100);
        wall.set(200, 700);
        assert_eq!([0, 1, 100, 101, 200, 201].map(|time| wall.at(time)), [1000, 1001, 1100, 5101, 5200, 701]);
    }

    #[test]
    fn no_time_is_too_large() {
        let mut wall = WallClock::default();
        wall.set(u64::MAX, 0);
        wall.set(0, u64::MAX);
        wall.at(u64::MAX);
        wall.at(0);
    }
}
