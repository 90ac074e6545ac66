//! What is made of a file. Each report streams through the file once and keeps no more than what is alive, up to a limit.
//! Whatever the file holds, it takes less than 512 MiB, and says what that left out.
//!
//! * [`collect`], [`summary`], [`findings`], [`print`](mod@print): for a terminal
//! * [`html`]: a page
//! * [`chrome`], [`ndjson`], [`traces`], [`otlp`]: for other programs
//! * [`live`] and its [`types`], [`table`], [`ancestors`], [`requests`], [`stacks`], [`wall`]; [`series`], [`json`]: what these
//!   share
//! * [`shown`]: how text from the file is shown; [`left_out`]: what had no room

#![allow(unreachable_pub)]

mod ancestors;
mod chrome;
mod collect;
mod findings;
mod html;
mod json;
mod left_out;
pub mod live;
mod ndjson;
mod otlp;
mod print;
mod progress;
mod requests;
mod series;
pub mod shown;
mod stacks;
mod summary;
mod table;
#[cfg(test)]
mod tests;
mod traces;
mod types;
mod wall;

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use left_out::LeftOut;
use recorder::file::{ReadError, Reader};

/// A form that a recording can be written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    Html,
    Chrome,
    Ndjson,
    Traces,
    Otlp,
}

impl Form {
    fn write(self, reader: Reader, findings: &[String], out: &mut dyn Write) -> io::Result<Outcome> {
        match self {
            Self::Html => html::write(reader, findings, out),
            Self::Chrome => chrome::write(reader, out),
            Self::Ndjson => ndjson::write(reader, out),
            Self::Traces => traces::write(reader, out),
            Self::Otlp => otlp::write(reader, out),
        }
    }
}

/// What a report does not tell of.
#[derive(Debug, Default)]
pub struct Outcome {
    /// Why the file could not be read to its end, where that is so. What comes before is in the report.
    pub damage: Option<ReadError>,
    pub left_out: LeftOut,
}

/// Why there is no report, or none of one form.
#[derive(Debug)]
pub enum Failure {
    Read(ReadError),
    Write(PathBuf, io::Error),
}

/// The summary as text, and why it does not cover all of the program.
pub fn summarize(file: &Path) -> Result<(String, Option<ReadError>), ReadError> {
    let summary = collect::collect(progress::open(file, "summary")?);
    let mut text = Vec::new();
    // A vector takes everything.
    let _ = print::print(&summary, &mut text);
    Ok((String::from_utf8_lossy(&text).into_owned(), summary.error))
}

/// Writes the recording in another form.
pub fn export(file: &Path, form: Form, out: &Path) -> Result<Outcome, Failure> {
    let name = format!("{form:?}").to_lowercase();
    let open = || progress::open(file, &name).map_err(Failure::Read);
    // By reading all of it first: what that takes of memory is free again when the page is collected.
    let findings = match form {
        Form::Html => findings::findings(&collect::collect(open()?)),
        _ => Vec::new(),
    };
    let reader = open()?;
    let written = File::create(out).and_then(|file| {
        let mut file = BufWriter::with_capacity(1 << 18, file);
        let outcome = form.write(reader, &findings, &mut file)?;
        file.flush()?;
        Ok(outcome)
    });
    written.map_err(|error| Failure::Write(out.to_owned(), error))
}
