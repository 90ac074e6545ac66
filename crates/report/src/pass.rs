//! One reading of a recording, for all that is to be made of it.

use std::io::{self, Write};

use std::path::PathBuf;

use recorder::file::ReadError;

use crate::exports::{self, Out, Sink};
use crate::form::Form;
use crate::json::Json;
use crate::left_out::{LeftOut, Outcome};
use crate::links::Links;
use crate::recordings::{Fate, Recordings};
use crate::replay::{Heard, Replay, Request, Resolve};
use crate::text::Text;
use crate::{page, path, summary};

/// What was made of a recording.
#[derive(Debug)]
pub struct Report {
    /// The summary, if it was asked for.
    pub summary: Option<String>,
    /// The first file that could not be read to its end, where there is one, and why. The outputs have what comes before.
    pub damage: Option<(PathBuf, ReadError)>,
    /// For each output, sentences about what it had no room for and does not say itself; or why it is not whole.
    pub outputs: Vec<io::Result<Vec<String>>>,
}

/// Where a report goes.
type Target = Box<dyn Write>;

/// An output, in the order in which they were asked for.
enum OpenOutput {
    Page(Target),
    Export(Box<dyn Sink>, Out),
}

/// Who listens to the replay.
struct Listeners {
    /// The page has the findings of the summary.
    summary: Option<summary::Collector>,
    page: Option<page::Collect>,
    /// Where the time of requests went.
    path: Option<path::Collector>,
    outputs: Vec<OpenOutput>,
}

pub(crate) fn run(
    mut recordings: Recordings,
    text: Option<Text>,
    resolve: Option<Resolve>,
    outputs: Vec<(Form, Target)>,
) -> Report {
    let mut replay = Replay::of(recordings.headers().cloned().collect());
    if let Some(resolve) = resolve {
        replay.places.resolve_with(resolve);
    }
    let mut listeners = Listeners::new(text.is_some(), outputs, &replay);
    for (process, thread, entry) in recordings.by_ref() {
        replay.turn_to(process);
        let heard = replay.take(thread, &entry);
        listeners.hear(&replay, &heard);
        while let Some(request) = replay.take_over() {
            listeners.over(&replay, &request);
        }
        if !listeners.listen() {
            break;
        }
    }
    let (fates, of_threads) = (recordings.fates(), recordings.left_out());
    drop(recordings);
    listeners.end(&mut replay);
    let summary = listeners.sum_up(&replay, &fates, text.as_ref());
    replay.free();
    let left_out = LeftOut { of_threads, ..replay.left_out() };
    let mut ending = Outcome { fates, left_out };
    let (summary, outputs) = listeners.write(&replay, &mut ending, summary, text.as_ref());
    let damage = ending.fates.into_iter().find_map(|Fate { name, damage, .. }| Some((name, damage?)));
    Report { summary, damage, outputs }
}

impl Listeners {
    fn new(wants_summary: bool, outputs: Vec<(Form, Target)>, replay: &Replay) -> Self {
        let outputs: Vec<_> = outputs
            .into_iter()
            .map(|(form, target)| match exports::sink(form) {
                None => OpenOutput::Page(target),
                Some(mut sink) => {
                    let mut out = Json::new(target);
                    sink.begin(&mut out, replay);
                    OpenOutput::Export(sink, out)
                }
            })
            .collect();
        let has_page = outputs.iter().any(|output| matches!(output, OpenOutput::Page(_)));
        Self {
            summary: (wants_summary || has_page).then(summary::Collector::default),
            page: has_page.then(page::Collect::default),
            path: (wants_summary || has_page).then(path::Collector::default),
            outputs,
        }
    }

    /// The exports that can be written.
    fn exports(&mut self) -> impl Iterator<Item = (&mut Box<dyn Sink>, &mut Out)> {
        self.outputs.iter_mut().filter_map(|output| match output {
            OpenOutput::Export(sink, out) if !out.has_failed() => Some((sink, out)),
            _ => None,
        })
    }

    /// Whether anybody needs more.
    fn listen(&mut self) -> bool {
        self.summary.is_some() || self.exports().next().is_some()
    }

    fn hear(&mut self, replay: &Replay, heard: &Heard) {
        if let Some(summary) = &mut self.summary {
            summary.hear(replay, heard);
        }
        if let Some(page) = &mut self.page {
            page.hear(replay, heard);
        }
        if let Some(path) = &mut self.path {
            path.hear(replay, heard);
        }
        self.exports().for_each(|(sink, out)| sink.hear(out, replay, heard));
    }

    fn over(&mut self, replay: &Replay, request: &Request) {
        let segments = self.path.as_mut().map_or(Vec::new(), |path| path.over(replay, request));
        if let Some(summary) = &mut self.summary {
            summary.over(replay, request, &segments);
        }
        if let Some(page) = &mut self.page {
            page.over(replay, request, &segments);
        }
        self.exports().for_each(|(sink, out)| sink.over(out, replay, request));
    }

    /// Tells of what goes on when the recording ends.
    fn end(&mut self, replay: &mut Replay) {
        for (thread, ran) in replay.finish_callbacks() {
            if let Some(summary) = &mut self.summary {
                summary.ran(replay, thread, &ran);
            }
            if let Some(page) = &mut self.page {
                page.ran(replay, thread, &ran);
            }
        }
        if self.exports().next().is_some() {
            for key in replay.alive() {
                if let Some(resource) = replay.resources().get(&key) {
                    self.exports().for_each(|(sink, out)| sink.alive(out, replay, key, resource));
                }
            }
        }
        if let Some(summary) = &mut self.summary {
            summary.end();
        }
        if let Some(path) = &mut self.path {
            path.recording_ends(replay);
        }
        for request in replay.finish_requests() {
            self.over(replay, &request);
        }
        self.exports().for_each(|(sink, out)| sink.end(out, replay));
    }

    /// The summary and the routes, while the model still knows what has led to what.
    fn sum_up(
        &mut self,
        replay: &Replay,
        fates: &[Fate],
        wanted: Option<&Text>,
    ) -> (Option<summary::Summary>, Vec<path::RouteSums>) {
        let why = wanted.is_some_and(|wanted| wanted.why);
        let routes = self.path.take().map_or(Vec::new(), path::Collector::finish);
        let summary = self.summary.take().map(|summary| {
            let mut summary = summary.finish(replay, fates, why);
            summary.tell_paths(replay, &routes);
            summary
        });
        (summary, routes)
    }

    /// Writes what could not be written before the end.
    fn write(
        self,
        replay: &Replay,
        ending: &mut Outcome,
        (summary, routes): (Option<summary::Summary>, Vec<path::RouteSums>),
        wanted: Option<&Text>,
    ) -> (Option<String>, Vec<io::Result<Vec<String>>>) {
        let shared = ending.left_out.clone();
        let text = summary.as_ref().zip(wanted).map(|(summary, wanted)| {
            let mut text = Vec::new();
            if wanted.json {
                text = summary::data(summary, replay, ending);
            } else {
                // A vector takes everything.
                let _ = summary::print(summary, replay, ending, wanted, &mut text);
            }
            let text = String::from_utf8_lossy(&text).into_owned();
            match &wanted.links {
                Some(host) if !wanted.json => Links::new(replay, host).add(&text),
                _ => text,
            }
        });
        let findings = summary.map_or(Vec::new(), |summary| summary.findings);
        let data =
            self.page.map(|page| page::data(page, replay, ending, &findings, &routes)).unwrap_or_default();
        let written = self.outputs.into_iter().map(|output| match output {
            // The page says so itself.
            OpenOutput::Page(mut target) => {
                page::write(&data, &mut target).and_then(|()| target.flush()).map(|()| Vec::new())
            }
            OpenOutput::Export(sink, mut out) => {
                out.flush().map(|()| LeftOut { traces: sink.left_out(), ..shared.clone() }.sentences())
            }
        });
        let written = written.collect();
        (text, written)
    }
}
