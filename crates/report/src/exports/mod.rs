//! A recording in the forms of other programs. Each is a sink of the one pass over the file.

mod chrome;
mod ndjson;
mod otlp;
mod sink;
mod traces;

use crate::form::Form;
pub(crate) use otlp::{Otlp, loops, process_id};
pub(crate) use sink::{Out, Sink};

/// What writes a form; the page is none of them.
pub(crate) fn sink(form: Form) -> Option<Box<dyn Sink>> {
    Some(match form {
        Form::Html => return None,
        Form::Chrome => Box::new(chrome::Chrome::default()),
        Form::Ndjson => Box::new(ndjson::Ndjson),
        Form::Traces => Box::new(traces::Traces::default()),
        Form::Otlp => Box::new(Otlp::default()),
        Form::Spans => Box::new(Otlp::for_sender()),
    })
}
