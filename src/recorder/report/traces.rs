//! Spans grouped by what triggered them: a JSON object a line for each trace.
//!
//! A trace begins with a resource that no known one triggered, and has its id; or with a request that a server answers, and
//! has the id of the connection and the number of the request. It is written
//! when all of its resources have ended, or when it is too large to wait for, so it can take several lines, of which all but
//! the last are partial. Times are in milliseconds.

use std::io::{self, Write};

use rustc_hash::FxHashMap;

use super::json;
use super::live::{Live, Resource, Step};
use super::requests::{Key, REQUEST, Request};
use super::types::CONNECTION;
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
    live: Live,
    traces: FxHashMap<Key, Trace>,
    kept: usize,
}

pub fn write(reader: Reader, out: &mut dyn Write) -> io::Result<Option<ReadError>> {
    let live = Live::of(reader.header());
    let mut traces = Traces { out, live, traces: FxHashMap::default(), kept: 0 };
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
            (Step::Created { id, resource }, _) => {
                self.join((thread, resource.trace), id);
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
        }?;
        while let Some(request) = self.live.take_over() {
            self.line((request.thread, request.trace()), Some(request))?;
        }
        Ok(())
    }

    /// Counts what has come to a trace. Nothing is kept of one that has only its first resource, nor of a request's, of which
    /// it is known when it is over.
    fn join(&mut self, key: Key, id: Id) {
        if key.1 != id && key.1 & REQUEST == 0 {
            let is_first_alive = self.live.resources.contains_key(&key);
            let trace = self.traces.entry(key);
            trace.or_insert_with(|| Trace { alive: is_first_alive.into(), spans: Vec::new() }).alive += 1;
        }
    }

    fn end_of(&mut self, thread: u32, span: Span) -> io::Result<()> {
        let key = (thread, span.resource.trace);
        let trace = self.traces.entry(key).or_default();
        trace.spans.push(span);
        trace.alive = trace.alive.saturating_sub(1);
        self.kept += 1;
        let is_over = trace.alive == 0 && key.1 & REQUEST == 0;
        if is_over || trace.spans.len() >= LONG {
            self.line(key, None)
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
        keys.into_iter().try_for_each(|key| self.line(key, None))
    }

    /// Writes what there is of a trace, and in the end the request that it is.
    fn line(&mut self, key: Key, over: Option<Request>) -> io::Result<()> {
        let (thread, id) = key;
        let mut trace = self.traces.remove(&key).unwrap_or_default();
        let mut spans = std::mem::take(&mut trace.spans);
        let partial = if id & REQUEST != 0 { over.is_none() } else { trace.alive > 0 };
        if partial {
            self.traces.insert(key, trace);
        }
        self.kept -= spans.len();
        spans.sort_unstable_by_key(|span| (span.resource.created, span.id));
        let starts = over.iter().map(|request| request.began);
        let Some(start) = starts.chain(spans.first().map(|span| span.resource.created)).min() else {
            return Ok(());
        };
        let ends = over.iter().map(|request| request.end);
        let end = ends.chain(spans.iter().filter_map(|span| span.end)).max().unwrap_or(start);
        match over.or_else(|| self.live.request(key)) {
            Some(Request { connection, number, .. }) => {
                write!(self.out, "{{\"id\":{connection},\"request\":{number}")?;
            }
            None => write!(self.out, "{{\"id\":{id}")?,
        }
        write!(self.out, ",\"thread\":{thread},\"partial\":{partial}")?;
        self.times(thread, start, Some(end))?;
        self.out.write_all(b",\"spans\":[")?;
        if let Some(Request { connection, began, end, .. }) = over {
            let found = self.live.find(thread, connection);
            let name = found.map_or(CONNECTION, |found| self.live.type_name(found.type_)).to_owned();
            let trigger = found.map_or(0, |found| found.trigger);
            self.span(thread, (connection, &name, trigger), began, Some(end))?;
        }
        for (at, &Span { id, resource, end }) in spans.iter().enumerate() {
            if at > 0 || over.is_some() {
                self.out.write_all(b",")?;
            }
            let name = self.live.type_name(resource.type_).to_owned();
            self.span(thread, (id, &name, resource.trigger), resource.created, end)?;
        }
        self.out.write_all(b"]}\n")
    }

    fn span(
        &mut self,
        thread: u32,
        (id, type_, parent): (Id, &str, Id),
        start: u64,
        end: Option<u64>,
    ) -> io::Result<()> {
        write!(self.out, "{{\"id\":{id},\"type\":")?;
        json::string(self.out, type_)?;
        write!(self.out, ",\"parent\":{parent}")?;
        self.times(thread, start, end)?;
        self.out.write_all(b"}")
    }

    /// A duration is that of the monotonic clock, and so is what lies between start and end.
    fn times(&mut self, thread: u32, start: u64, end: Option<u64>) -> io::Result<()> {
        let wall = self.live.thread(thread).wall(start);
        self.out.write_all(b",\"startTime\":")?;
        json::millis(self.out, wall)?;
        let Some(end) = end else { return self.out.write_all(b",\"endTime\":null,\"duration\":null") };
        let duration = end.saturating_sub(start);
        self.out.write_all(b",\"endTime\":")?;
        json::millis(self.out, wall.saturating_add(duration))?;
        self.out.write_all(b",\"duration\":")?;
        json::millis(self.out, duration)
    }

    /// Writes what has not ended.
    fn finish(mut self) -> io::Result<()> {
        for (thread, id) in self.live.alive() {
            if let Some(&resource) = self.live.resources.get(&(thread, id)) {
                self.end_of(thread, Span { id, resource, end: None })?;
            }
        }
        for request in self.live.open_requests() {
            self.line((request.thread, request.trace()), Some(request))?;
        }
        self.all()
    }
}
