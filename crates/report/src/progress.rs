//! A bar for files that take a while, where stderr is a terminal.

use std::path::Path;

use indicatif::{ProgressBar, ProgressStyle};

use recorder::file::{ReadError, Reader};

/// Smaller files are done before anybody could read a bar.
const LONG: u64 = 1 << 22;

/// Opens a recording, and shows how far it has been read until it is dropped.
pub(crate) fn open(file: &Path) -> Result<Reader, ReadError> {
    let mut reader = Reader::open(file)?;
    if reader.size() < LONG {
        return Ok(reader);
    }
    // It hides itself where stderr is no terminal.
    let bar = Bar(ProgressBar::new(reader.size()));
    let style = ProgressStyle::with_template("report {bar:40} {bytes} of {total_bytes}, {eta} left");
    bar.0.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    reader.on_progress(move |offset| bar.0.set_position(offset));
    Ok(reader)
}

/// Leaves the line when the reader goes.
struct Bar(ProgressBar);

impl Drop for Bar {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}
