//! Spans grouped by what triggered them: a JSON object a line for each trace.
//!
//! A trace begins with a resource that no known one triggered, or with a request of a server. It is written
//! when all of its resources have ended, or when it is too large to wait for, so it can take several lines: they
//! have the same id. Times are in milliseconds.

use std::io::{self, Write};

use rustc_hash::FxHashMap;

use super::json;
use super::live::{Live, Resource, Step};
use crate::recorder::event::{Entry, Id};
use crate::recorder::file::{ReadError, Reader};

/// So many spans of one trace are collected in one line.
const LONG: usize = 10_000;
/// So many spans are collected in all lines together.
const MOST: usize = 500_000;

struct Span {
    id: Id,
    resource: Resource,
    /// Missing where it had not ended when the recording did.
    end: Option<u64>,
}

#[derive(Default)]
struct Trace {
    alive: u64,
    spans: Vec<Span>,
}

struct Traces<'a> {
    out: &'a mut dyn Write,
    wall: u64,
    live: Live,
    traces: FxHashMap<(u32, Id), Trace>,
    kept: usize,
}

pub fn write(reader: Reader, out: &mut dyn Write) -> io::Result<Option<ReadError>> {
    let wall = reader.header().wall_ns;
    let mut traces = Traces { out, wall, live: Live::default(), traces: FxHashMap::default(), kept: 0 };
    let mut error = None;
    for entry in reader {
        match entry {
            Ok((thread, entry)) => traces.take(thread, &entry)?,
            Err(found) => error = Some(found),
        }
    }
    traces.finish()?;
    Ok(error)
}

impl Traces<'_> {
    fn take(&mut self, thread: u32, entry: &Entry) -> io::Result<()> {
        let step = self.live.take(thread, entry);
        match (step, entry) {
            (Step::Created { resource, .. }, _) => {
                self.traces.entry((thread, resource.trace)).or_default().alive += 1;
                Ok(())
            }
            (Step::Ended { id, resource: Some(resource) }, Entry::Event(event)) => {
                self.end_of(thread, Span { id, resource, end: Some(event.time) })
            }
            (_, Entry::Dropped { type_, count }) => {
                let type_ = self.live.type_of(thread, *type_);
                self.out.write_all(b"{\"dropped\":")?;
                json::string(self.out, self.live.type_name(type_))?;
                writeln!(self.out, ",\"count\":{count},\"thread\":{thread}}}")
            }
            _ => Ok(()),
        }
    }

    fn end_of(&mut self, thread: u32, span: Span) -> io::Result<()> {
        let key = (thread, span.resource.trace);
        let trace = self.traces.entry(key).or_default();
        trace.spans.push(span);
        trace.alive = trace.alive.saturating_sub(1);
        self.kept += 1;
        if trace.alive == 0 || trace.spans.len() >= LONG {
            self.line(key)
        } else if self.kept >= MOST {
            self.all()
        } else {
            Ok(())
        }
    }

    /// Writes what there is of all traces.
    fn all(&mut self) -> io::Result<()> {
        let mut keys: Vec<_> = self.traces.keys().copied().collect();
        keys.sort_unstable();
        keys.into_iter().try_for_each(|key| self.line(key))
    }

    fn line(&mut self, key: (u32, Id)) -> io::Result<()> {
        let Some(trace) = self.traces.get_mut(&key) else { return Ok(()) };
        let mut spans = std::mem::take(&mut trace.spans);
        let partial = trace.alive > 0;
        if !partial {
            self.traces.remove(&key);
        }
        self.kept -= spans.len();
        spans.sort_unstable_by_key(|span| (span.resource.created, span.id));
        let Some(start) = spans.first().map(|span| span.resource.created) else { return Ok(()) };
        let end = spans.iter().filter_map(|span| span.end).max().unwrap_or(start);
        let (thread, id) = key;
        write!(self.out, "{{\"id\":{id},\"thread\":{thread},\"partial\":{partial}")?;
        self.times(start, Some(end))?;
        self.out.write_all(b",\"spans\":[")?;
        for (at, span) in spans.iter().enumerate() {
            self.span(at, span)?;
        }
        self.out.write_all(b"]}\n")
    }

    fn span(&mut self, at: usize, Span { id, resource, end }: &Span) -> io::Result<()> {
        let comma = if at > 0 { "," } else { "" };
        write!(self.out, "{comma}{{\"id\":{id},\"type\":")?;
        json::string(self.out, self.live.type_name(resource.type_))?;
        write!(self.out, ",\"parent\":{}", resource.trigger)?;
        self.times(resource.created, *end)?;
        self.out.write_all(b"}")
    }

    fn times(&mut self, start: u64, end: Option<u64>) -> io::Result<()> {
        self.out.write_all(b",\"startTime\":")?;
        json::millis(self.out, self.wall.saturating_add(start))?;
        let Some(end) = end else { return self.out.write_all(b",\"endTime\":null,\"duration\":null") };
        self.out.write_all(b",\"endTime\":")?;
        json::millis(self.out, self.wall.saturating_add(end))?;
        self.out.write_all(b",\"duration\":")?;
        json::millis(self.out, end.saturating_sub(start))
    }

    /// Writes what has not ended.
    fn finish(mut self) -> io::Result<()> {
        for (thread, id) in self.live.alive() {
            if let Some(&resource) = self.live.thread(thread).resources.get(&id) {
                self.end_of(thread, Span { id, resource, end: None })?;
            }
        }
        self.all()
    }
}
