//! Numbers as people and programs read them.

use std::fmt::{self, Display, Formatter};

use recorder::event::{FIRST_OWN, Id};

/// One look at a thread stands for so much of its own time. Where other processes had the processor, there is none.
pub(crate) const SAMPLE: u64 = 10_000_000;

/// Nanoseconds in the unit that leaves three digits or four.
pub(crate) fn time(ns: u64) -> String {
    const UNITS: [(u64, &str); 3] = [(1_000_000_000, "s"), (1_000_000, "ms"), (1_000, "µs")];
    let Some((unit, name)) = UNITS.into_iter().find(|&(unit, _)| ns >= unit) else {
        return format!("{ns} ns");
    };
    let value = ns as f64 / unit as f64;
    let digits = if value < 10.0 { 2 } else { usize::from(value < 100.0) };
    format!("{value:.digits$} {name}")
}

/// Ids of promises are large, so that they are nobody else's: they are shown as small numbers.
pub(crate) fn short_id(id: Id) -> Id {
    id.checked_sub(FIRST_OWN).unwrap_or(id)
}

pub(crate) fn percent(part: u64, whole: u64) -> String {
    format!("{:.0} %", part as f64 / whole as f64 * 100.0)
}

/// Nanoseconds as milliseconds, exactly.
pub(crate) struct Millis(pub u64);

impl Display for Millis {
    fn fmt(&self, f: &mut Formatter) -> fmt::Result {
        write!(f, "{}.{:06}", self.0 / 1_000_000, self.0 % 1_000_000)
    }
}

/// Nanoseconds as microseconds, exactly.
pub(crate) struct Micros(pub u64);

impl Display for Micros {
    fn fmt(&self, f: &mut Formatter) -> fmt::Result {
        write!(f, "{}.{:03}", self.0 / 1_000, self.0 % 1_000)
    }
}

/// The same every time, and without a pattern: splitmix64's last step. Neighbours in, strangers out, no two alike.
pub(crate) fn shuffled(value: u64) -> u64 {
    let value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ (value >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_keep_every_nanosecond() {
        assert_eq!(format!("{} {}", Millis(12_000_034), Micros(1_005)), "12.000034 1.005");
    }
}
