//! Reports of recordings. These calls take as long as they take: they are made for the command line, which has
//! nothing else to do meanwhile.

use std::path::Path;

use napi::{Error, Result, Status};
use napi_derive::napi;

use recorder::file::ReadError;
use report::{self, Failure, Form, Outcome};

/// The summary of a recording as text.
#[napi(object)]
pub(crate) struct Summary {
    pub text: String,
    /// Why the file could not be read to its end.
    pub damage: Option<String>,
}

#[napi(catch_unwind)]
pub(crate) fn summarize_recording(file: String) -> Result<Summary> {
    let (text, error) = report::summarize(Path::new(&file)).map_err(|error| unreadable(&file, &error))?;
    Ok(Summary { text, damage: error.map(|error| error.to_string()) })
}

/// What an export does not tell of.
#[napi(object)]
pub(crate) struct Exported {
    /// Why the file could not be read to its end.
    pub damage: Option<String>,
    /// What had no room, a sentence for each. The page and the summary say so themselves.
    pub left_out: Vec<String>,
}

/// Writes a recording in another form, `html`, `chrome`, `ndjson`, `traces` or `otlp`.
#[napi(catch_unwind)]
pub(crate) fn export_recording(file: String, form: String, out: String) -> Result<Exported> {
    let form = form_of(&form)
        .ok_or_else(|| Error::new(Status::InvalidArg, format!("async-hooks-rs: there is no form {form}")))?;
    match report::export(Path::new(&file), form, Path::new(&out)) {
        Ok(Outcome { damage, left_out }) => {
            Ok(Exported { damage: damage.map(|error| error.to_string()), left_out: left_out.sentences() })
        }
        Err(Failure::Read(error)) => Err(unreadable(&file, &error)),
        Err(Failure::Write(out, error)) => {
            Err(Error::new(Status::GenericFailure, format!("{} cannot be written: {error}", out.display())))
        }
    }
}

fn form_of(name: &str) -> Option<Form> {
    Some(match name {
        "html" => Form::Html,
        "chrome" => Form::Chrome,
        "ndjson" => Form::Ndjson,
        "traces" => Form::Traces,
        "otlp" => Form::Otlp,
        _ => return None,
    })
}

fn unreadable(file: &str, error: &ReadError) -> Error {
    Error::new(Status::GenericFailure, format!("{file}: {error}"))
}
