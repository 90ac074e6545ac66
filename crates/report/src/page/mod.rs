//! The page: a recording that a person looks at, in one file. What the page is like is in `client/`.
//!
//! It has the names, threads, requests and numbers of the replay, and keeps besides what it can show one by one, in memory of
//! a fixed size: what is beyond it is summed up or left out, and the page says so.
//!
//! * [`collect`]: listens to the replay; the others are its parts
//! * [`resources`]: what is known of each resource
//! * [`causes`], [`calls`], [`alive`]: what is summed up of them; [`flame`]: where threads ran
//! * [`requests`], [`keep`], [`top`]: which requests and resources the page can tell of one by one
//! * [`output`]: all of that as JSON; [`document`]: the page around it

mod alive;
mod calls;
mod causes;
mod collect;
mod document;
mod flame;
mod keep;
mod output;
mod requests;
mod resources;
#[cfg(test)]
mod tests;
mod top;

use std::io::{self, Write};

use crate::left_out::Outcome;
use crate::path::RouteSums;
use crate::replay::Replay;
use crate::summary::Finding;
pub(crate) use collect::Collect;

/// What the page shows, with the findings, as the text that it unpacks.
pub(crate) fn data(
    collect: Collect,
    replay: &Replay,
    ending: &Outcome,
    findings: &[Finding],
    routes: &[RouteSums],
) -> Vec<u8> {
    output::json(collect, replay, ending, findings, routes)
}

/// Writes the page.
pub(crate) fn write(data: &[u8], out: &mut dyn Write) -> io::Result<()> {
    document::write(out, data)
}
