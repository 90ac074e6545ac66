//! What the program has printed, which goes into a file in the place of the terminal.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::PathBuf;

use report::shown::Shown;

/// So many bytes of its end are read.
const TAIL: u64 = 1 << 16;

/// The end of a file.
pub(crate) struct Output {
    pub file: PathBuf,
    length: u64,
    /// Without what a terminal would obey.
    pub lines: Vec<String>,
}

impl Output {
    pub(crate) fn new(file: PathBuf) -> Self {
        Self { file, length: 0, lines: Vec::new() }
    }

    /// Reads its last lines, where there are more than before.
    pub(crate) fn read(&mut self) {
        // Where it cannot be read, there is nothing to show.
        let _ = self.try_read();
    }

    fn try_read(&mut self) -> std::io::Result<()> {
        let mut file = File::open(&self.file)?;
        let length = file.metadata()?.len();
        if length == self.length {
            return Ok(());
        }
        let from = length.saturating_sub(TAIL);
        file.seek(SeekFrom::Start(from))?;
        let mut bytes = Vec::new();
        file.take(TAIL).read_to_end(&mut bytes)?;
        let text = String::from_utf8_lossy(&bytes);
        // The first line may be half of one.
        let lines = text.lines().skip(usize::from(from > 0));
        self.lines = lines.map(|line| Shown::line(&line.replace('\t', "    ")).to_string()).collect();
        self.length = length;
        Ok(())
    }
}
