//! What is made of a recording: a summary for a terminal, a page, and files for other programs.
//!
//! [`report`] reads the file once, whatever is asked for. The entries go to one model, `replay`, and all outputs listen to
//! it, so what two of them show is the same. Each keeps no more than what is alive, up to a limit: whatever the file holds,
//! it takes less than 512 MiB, and the outputs say what that left out.
//!
//! * `recordings`: those that the report is of, as one
//! * `pass`: reads them, and feeds the model and who listens
//! * [`follow`]: reads one that is still being written
//! * `replay`: the model: resources, requests, threads, types, places, the wall clock
//! * `path`: where the time of each request goes
//! * `summary`, with the findings; `exports`; `page`: the outputs
//! * `form`, [`Text`]: how they are asked for; `json`, `units`, [`shown`]: how they write values, and text that came from the file
//! * [`feed`]: the spans of one that is still being written
//! * [`live`]: what a program does now, for a screen
//! * `left_out`: what had no room; `links`: places that a terminal opens; `progress`: a bar for long files
//!
//! ```
//! use recorder::event::{Entry, Header};
//! use recorder::file::Writer;
//! use report::{Form, Text, report};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let file = |name| std::env::temp_dir().join(format!("report-example-{}.{name}", std::process::id()));
//! let (recording, page) = (file("rec"), file("html"));
//! let mut writer = Writer::new(std::fs::File::create(&recording)?, &Header::default())?;
//! writer.append(0, &[Entry::ThreadStart { time: 0, worker: 0, name: "main".to_owned() }])?;
//! writer.finish()?;
//!
//! let made = report(&[recording.clone()], Some(Text::default()), None, &[(Form::Html, page.clone())])
//!     .map_err(|(_, error)| error)?;
//! assert!(made.damage.is_none() && made.summary.is_some());
//! assert!(std::fs::read_to_string(&page)?.starts_with("<!doctype html>"));
//! # std::fs::remove_file(recording)?;
//! # std::fs::remove_file(page)?;
//! # Ok(())
//! # }
//! ```

mod exports;
pub mod feed;
pub mod follow;
mod form;
mod json;
mod left_out;
mod links;
pub mod live;
mod page;
mod pass;
mod path;
mod progress;
mod recordings;
mod replay;
pub mod shown;
mod summary;
#[cfg(test)]
mod tests;
mod text;
mod units;

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

pub use form::Form;
pub use pass::Report;
use recorder::event::Entry;
use recorder::file::{ReadError, Reader};
pub use replay::Resolve;
pub use text::Text;

/// How many events a recording has, up to where it can be read.
///
/// # Errors
///
/// Where the file is no recording.
pub fn events(file: &Path) -> Result<u64, ReadError> {
    let reader = Reader::open(file)?;
    let events = reader.map_while(Result::ok).filter(|(_, entry)| matches!(entry, Entry::Event(_)));
    Ok(events.count() as u64)
}

/// Reads recordings, and writes them as one in each form, and as text if that is asked for. Source maps are read with `resolve`. An
/// output that fails does not keep the others from being written.
///
/// # Errors
///
/// Where a file is no recording. Nothing is written then.
pub fn report(
    files: &[PathBuf],
    text: Option<Text>,
    resolve: Option<Resolve>,
    outputs: &[(Form, PathBuf)],
) -> Result<Report, (PathBuf, ReadError)> {
    let recordings = recordings::Recordings::open(files)?;
    let (mut opened, mut failed) = (Vec::new(), Vec::new());
    for (form, path) in outputs {
        let out = create(path);
        failed.push(out.map(|out| opened.push((*form, Box::new(out) as Box<dyn Write>))).err());
    }
    let mut report = pass::run(recordings, text, resolve, opened);
    let mut written = report.outputs.into_iter();
    report.outputs = failed
        .into_iter()
        .map(|error| error.map_or_else(|| written.next().transpose(), Err))
        .map(|out| out.map(Option::unwrap_or_default))
        .collect();
    Ok(report)
}

/// Windows truncates no device, as `\\.\NUL`.
fn create(path: &Path) -> io::Result<File> {
    let is_device = cfg!(windows) && path.as_os_str().as_encoded_bytes().starts_with(br"\\.\");
    File::options().write(true).create(!is_device).truncate(!is_device).open(path)
}
