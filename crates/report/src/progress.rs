//! A bar for files that take a while, where stderr is a terminal.

use std::io::{IsTerminal, Write, stderr};
use std::path::Path;
use std::time::{Duration, Instant};

use recorder::file::{ReadError, Reader};

/// Smaller files are done before anybody could read a bar.
const LONG: u64 = 1 << 22;
/// The columns of a bar, and how often it moves.
const WIDTH: u64 = 40;
const OFTEN: Duration = Duration::from_millis(100);
const MIB: u64 = 1 << 20;

/// Opens a recording, and shows how far it has been read until it is dropped.
pub(crate) fn open(file: &Path) -> Result<Reader, ReadError> {
    let mut reader = Reader::open(file)?;
    if reader.size() < LONG || !stderr().is_terminal() {
        return Ok(reader);
    }
    let now = Instant::now();
    let mut bar = Bar { size: reader.size(), began: now, moved: now };
    reader.on_progress(move |offset| bar.reach(offset));
    Ok(reader)
}

/// Leaves the line when the reader goes.
struct Bar {
    size: u64,
    began: Instant,
    moved: Instant,
}

impl Bar {
    fn reach(&mut self, offset: u64) {
        if self.moved.elapsed() >= OFTEN {
            self.moved = Instant::now();
            // Nobody needs it where it cannot be written.
            let _ = write!(stderr(), "\r\x1b[K{}", line(offset, self.size, self.began.elapsed()));
        }
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        // As above.
        let _ = write!(stderr(), "\r\x1b[K");
    }
}

fn line(offset: u64, size: u64, took: Duration) -> String {
    let full = (offset.saturating_mul(WIDTH) / size.max(1)).min(WIDTH) as usize;
    let bar = format!("{}{}", "█".repeat(full), "░".repeat(WIDTH as usize - full));
    let left = took.as_secs_f64() * size.saturating_sub(offset) as f64 / offset.max(1) as f64;
    format!("report {bar} {} MiB of {} MiB, {left:.0} s left", offset / MIB, size / MIB)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_says_how_far_it_is_and_how_long_it_takes() {
        let text = line(25 * MIB, 100 * MIB, Duration::from_secs(3));
        assert_eq!(text, format!("report {}{} 25 MiB of 100 MiB, 9 s left", "█".repeat(10), "░".repeat(30)));
        assert!(line(0, 0, Duration::ZERO).contains("0 s left"));
    }
}
