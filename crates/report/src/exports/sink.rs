//! What an export is to the pass over the file.

use std::io::Write;

use crate::json::Json;
use crate::replay::{Heard, Key, Replay, Request, Resource};

/// Where an export goes.
pub(crate) type Out = Json<Box<dyn Write>>;

/// What listens to a replay, and writes as it hears.
pub(crate) trait Sink {
    fn begin(&mut self, _: &mut Out, _: &Replay) {}

    /// The replay took an entry.
    fn hear(&mut self, out: &mut Out, replay: &Replay, heard: &Heard);

    /// A request is over.
    fn over(&mut self, _: &mut Out, _: &Replay, _: &Request) {}

    /// At the end, a resource is alive; by thread and id.
    fn alive(&mut self, _: &mut Out, _: &Replay, _: Key, _: &Resource) {}

    fn end(&mut self, _: &mut Out, _: &Replay) {}

    /// Resources whose trace could not be waited for.
    fn left_out(&self) -> u64 {
        0
    }
}
