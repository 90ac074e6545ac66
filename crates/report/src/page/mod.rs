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

use super::Outcome;
use super::left_out::LeftOut;
use recorder::file::Reader;

/// Writes the page of everything that can be read, with the findings.
pub fn write(mut reader: Reader, findings: &[String], out: &mut dyn Write) -> io::Result<Outcome> {
    let mut collect = collect::Collect::default();
    let mut damage = None;
    for entry in reader.by_ref() {
        match entry {
            Ok((thread, entry)) => collect.take(thread, &entry),
            Err(error) => damage = Some(error),
        }
    }
    collect.finish();
    let left_out = LeftOut { of_threads: reader.left_out(), ..collect.left_out() };
    let ending = output::Ending { cut: damage.as_ref(), complete: reader.is_complete(), left_out: &left_out };
    page::write(out, &output::json(collect, reader.header(), ending, findings))?;
    // The page says so itself.
    Ok(Outcome { damage, left_out: LeftOut::default() })
}
