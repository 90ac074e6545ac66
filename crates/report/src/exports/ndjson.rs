//! One JSON object an event, with the phases of `createHook`; between them, with phases of their own, what else the recording
//! has: the threads' beginnings and ends, marks, requests, and what was dropped, where it was noticed.
//!
//! `time` is in milliseconds since 1970. Only events have an `id`.

use std::io::{self, Write};

use super::Outcome;
use super::json;
use super::left_out::LeftOut;
use super::live::{Live, Resource, Step};
use recorder::event::{Entry, Event, Kind};
use recorder::file::Reader;

struct Ndjson<'a> {
    out: &'a mut dyn Write,
    live: Live,
}

pub fn write(mut reader: Reader, out: &mut dyn Write) -> io::Result<Outcome> {
    let live = Live::of(reader.header());
    let mut ndjson = Ndjson { out, live };
    let mut damage = None;
    for entry in reader.by_ref() {
        match entry {
            Ok((thread, entry)) => ndjson.take(thread, &entry)?,
            Err(error) => damage = Some(error),
        }
    }
    Ok(Outcome { damage, left_out: LeftOut { of_threads: reader.left_out(), ..ndjson.live.left_out() } })
}

impl Ndjson<'_> {
    fn take(&mut self, thread: u32, entry: &Entry) -> io::Result<()> {
        let step = self.live.take(thread, entry);
        match entry {
            Entry::Event(event) => self.event(thread, event, resource_of(step)),
            Entry::Mark { time, name } => self.text(thread, *time, "mark", ("name", name)),
            Entry::ThreadStart { time, worker, name } => {
                write!(self.out, "{{\"phase\":\"start\",\"worker\":{worker},\"name\":")?;
                json::string(self.out, name)?;
                self.end(thread, *time)
            }
            Entry::ThreadEnd { time, reason } => self.text(thread, *time, "end", ("reason", reason)),
            Entry::RequestStart { time, connection, number } => {
                let phase = "{\"phase\":\"request\",\"request\":";
                write!(self.out, "{phase}{number},\"connection\":{connection}")?;
                self.end(thread, *time)
            }
            Entry::RequestEnd { time, number } => {
                write!(self.out, "{{\"phase\":\"response\",\"request\":{number}")?;
                self.end(thread, *time)
            }
            Entry::Dropped { type_, count } => {
                let type_ = self.live.type_of(thread, *type_);
                self.out.write_all(b"{\"phase\":\"dropped\",\"type\":")?;
                json::string(self.out, self.live.type_name(type_))?;
                writeln!(self.out, ",\"count\":{count},\"thread\":{thread}}}")
            }
            Entry::Type { .. } | Entry::Stack { .. } | Entry::Loop { .. } | Entry::Clock { .. } => Ok(()),
        }
    }

    fn event(&mut self, thread: u32, event: &Event, resource: Option<Resource>) -> io::Result<()> {
        write!(self.out, "{{\"id\":{},\"type\":", event.id)?;
        match resource {
            Some(resource) => json::string(self.out, self.live.type_name(resource.type_))?,
            None => self.out.write_all(b"null")?,
        }
        write!(self.out, ",\"phase\":\"{}\"", phase(&event.kind))?;
        if let Kind::Init { trigger, current, .. } = event.kind {
            write!(self.out, ",\"parent\":{trigger},\"current\":{current}")?;
            if let Some(frames) = resource.and_then(|resource| self.live.stack(resource.stack)) {
                self.out.write_all(b",\"stack\":")?;
                json::string(self.out, frames)?;
            }
        }
        self.end(thread, event.time)
    }

    fn text(&mut self, thread: u32, time: u64, phase: &str, (key, text): (&str, &str)) -> io::Result<()> {
        write!(self.out, "{{\"phase\":\"{phase}\",\"{key}\":")?;
        json::string(self.out, text)?;
        self.end(thread, time)
    }

    fn end(&mut self, thread: u32, time: u64) -> io::Result<()> {
        self.out.write_all(b",\"time\":")?;
        json::millis(self.out, self.live.thread(thread).wall(time))?;
        writeln!(self.out, ",\"thread\":{thread}}}")
    }
}

fn resource_of(step: Step) -> Option<Resource> {
    match step {
        Step::Created { resource, .. } | Step::Overlooked { resource } => Some(resource),
        Step::Entered { resource, .. }
        | Step::Left { resource, .. }
        | Step::Settled { resource }
        | Step::Ended { resource, .. } => resource,
        Step::Other => None,
    }
}

/// In the words of `createHook`.
fn phase(kind: &Kind) -> &'static str {
    match kind {
        Kind::Init { .. } => "init",
        Kind::Before => "before",
        Kind::After => "after",
        Kind::Destroy => "destroy",
        Kind::Resolve => "promiseResolve",
    }
}
