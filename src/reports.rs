//! Reports of recordings. The call takes as long as it takes: it is made for the command line, which has
//! nothing else to do meanwhile.

use std::path::{Path, PathBuf};

use napi::bindgen_prelude::{Either, FnArgs, Function};
use napi::{Env, Error, Result, Status};
use napi_derive::napi;
use report::{self, Form, Resolve, Text};

/// A form, `html`, `chrome`, `ndjson`, `traces`, `otlp` or `spans`, and the file to write it to.
#[napi(object)]
pub(crate) struct WantedOutput {
    #[napi(ts_type = "'html' | 'chrome' | 'ndjson' | 'traces' | 'otlp' | 'spans'")]
    pub form: String,
    pub out: String,
}

/// Says where a line and a column of a compiled file come from, as `file:line:column`.
pub(crate) type Resolver<'env> = Function<'env, FnArgs<(String, u32, u32, String)>, Option<String>>;

/// How the text of a report is to look.
#[napi(object)]
pub(crate) struct WantedText {
    /// Everything, and not only what answers questions first.
    pub all: bool,
    /// What keeps the program alive, whether or not it has ended.
    pub why: bool,
    /// As JSON, for programs.
    pub json: bool,
    /// Columns of the terminal.
    pub width: u32,
    /// Whether the terminal shows colours.
    pub colour: bool,
    /// The name of the machine, where the terminal opens the places that are clicked on.
    pub links: Option<String>,
}

/// What became of an output.
#[napi(object)]
pub(crate) struct WrittenOutput {
    /// What had no room in it, a sentence for each. The page says so itself.
    pub left_out: Vec<String>,
    /// Why it could not be written, where that is so.
    pub failure: Option<String>,
}

/// What came of reading a recording.
#[napi(object)]
pub(crate) struct MadeReport {
    /// The summary of the recording as text, if it was asked for.
    pub summary: Option<String>,
    /// Why a file could not be read to its end, and which: the first one of which that is so.
    pub damage: Option<String>,
    pub damaged_file: Option<String>,
    /// For each output.
    pub outputs: Vec<WrittenOutput>,
}

/// How many events a recording has, up to where it can be read; `null` where the file is none.
#[napi(catch_unwind)]
pub(crate) fn count_recorded(file: String) -> Option<f64> {
    report::events(Path::new(&file)).ok().map(|events| events as f64)
}

/// Marks the recording of a process that a signal has ended.
#[napi(catch_unwind)]
pub(crate) fn end_recording(file: String, signal: String) -> Result<()> {
    recorder::file::end_by_signal(Path::new(&file), &signal)
        .map_err(|error| Error::new(Status::GenericFailure, format!("{file}: {error}")))
}

/// Reads recordings once, and writes them as one in other forms. Where one cannot be read to its end, what comes before is written.
#[napi(catch_unwind)]
pub(crate) fn report_recording(
    env: &Env,
    #[napi(ts_arg_type = "string | string[]")] files: Either<String, Vec<String>>,
    text: Option<WantedText>,
    resolve: Option<Resolver>,
    outputs: Vec<WantedOutput>,
) -> Result<MadeReport> {
    let text = text.map(|WantedText { all, why, json, width, colour, links }| Text {
        all,
        why,
        json,
        width: width as usize,
        colour,
        links,
    });
    let resolve = resolve.map(|function| resolving(env, &function)).transpose()?;
    let targets = outputs.iter().map(target).collect::<Result<Vec<_>>>()?;
    let files: Vec<PathBuf> = match files {
        Either::A(file) => vec![file.into()],
        Either::B(files) => files.into_iter().map(PathBuf::from).collect(),
    };
    let report = report::report(&files, text, resolve, &targets).map_err(|(file, error)| {
        Error::new(Status::GenericFailure, format!("{}: {error}", file.display()))
    })?;
    let outputs =
        report.outputs.into_iter().zip(outputs).map(|(written, WantedOutput { out, .. })| match written {
            Ok(left_out) => WrittenOutput { left_out, failure: None },
            Err(error) => WrittenOutput {
                left_out: Vec::new(),
                failure: Some(format!("{out} cannot be written: {error}")),
            },
        });
    let (damaged_file, damage) =
        report.damage.map(|(file, error)| (file.to_string_lossy().into_owned(), error.to_string())).unzip();
    Ok(MadeReport { summary: report.summary, damage, damaged_file, outputs: outputs.collect() })
}

/// Asks a function for source maps. It must be called within calls of the environment alone.
pub(crate) fn resolving(env: &Env, function: &Resolver) -> Result<Resolve> {
    let kept = function.create_ref()?;
    let env = *env;
    Ok(Box::new(move |file: &str, line: u32, column: u32, within: &str| {
        let function = kept.borrow_back(&env).ok()?;
        function.call((file.to_owned(), line, column, within.to_owned()).into()).ok().flatten()
    }))
}

fn target(WantedOutput { form, out }: &WantedOutput) -> Result<(Form, PathBuf)> {
    let found = Form::ALL.into_iter().find(|known| known.name() == form);
    let form = found
        .ok_or_else(|| Error::new(Status::InvalidArg, format!("async-hooks-rs: there is no form {form}")))?;
    Ok((form, out.into()))
}
