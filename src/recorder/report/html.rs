//! The page: a recording that a person looks at, in one file.
//!
//! One pass over the recording, in memory of a fixed size: what is beyond it is summed up or left out, and the page says
//! so. What the page is like is in `page/`.
//!
//! * [`collect`]: takes every entry of the recording; the others are its parts
//! * [`resources`]: what is known of each resource
//! * [`causes`], [`calls`], [`alive`], [`requests`]: what is summed up of them
//! * [`threads`], [`names`]: whose they are
//! * [`keep`], [`top`]: which of them the page can tell of one by one
//! * [`output`], [`json`]: all of that for the page
//! * [`page`]: the page around it

mod alive;
mod calls;
mod causes;
mod collect;
mod json;
mod keep;
mod names;
mod output;
mod page;
mod requests;
mod resources;
#[cfg(test)]
mod tests;
mod threads;
mod top;

use std::io::{self, Write};

use crate::recorder::file::{ReadError, Reader};

/// Writes the page of everything that can be read, with the findings.
///
/// Answers why the file could not be read to its end, where that is so: the page then shows what comes before.
pub fn write(mut reader: Reader, findings: &[String], out: &mut dyn Write) -> io::Result<Option<ReadError>> {
    let mut collect = collect::Collect::default();
    let mut cut = None;
    for entry in reader.by_ref() {
        match entry {
            Ok((thread, entry)) => collect.take(thread, &entry),
            Err(error) => cut = Some(error),
        }
    }
    collect.finish();
    let ending = output::Ending { cut: cut.as_ref(), complete: reader.is_complete() };
    page::write(out, &output::json(collect, reader.header(), ending, findings))?;
    Ok(cut)
}
