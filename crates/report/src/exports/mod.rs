//! A recording in the forms of other programs. Each is a sink of the one pass over the file.

mod chrome;
mod ndjson;
mod otlp;
mod traces;

use std::io::Write;

use crate::Form;
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

/// What writes a form; the page is none of them.
pub(crate) fn sink(form: Form) -> Option<Box<dyn Sink>> {
    Some(match form {
        Form::Html => return None,
        Form::Chrome => Box::new(chrome::Chrome::default()),
        Form::Ndjson => Box::new(ndjson::Ndjson),
        Form::Traces => Box::new(traces::Traces::default()),
        Form::Otlp => Box::new(otlp::Otlp::default()),
    })
}
