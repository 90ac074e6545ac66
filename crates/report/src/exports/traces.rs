//! Spans grouped by what triggered them: a JSON object a line for each trace.
//!
//! A trace begins with a resource that no known one triggered, and has its id; or with a request that a server answers, and
//! has the id of the connection and the number of the request. It is written
//! when all of its resources have ended, or when it is too large to wait for, so it can take several lines, of which all but
//! the last are partial. Times are in milliseconds.

use std::collections::hash_map::Entry as Slot;
use std::io::{self, Write};

use rustc_hash::FxHashMap;

use super::Outcome;
use super::json;
use super::left_out::LeftOut;
use super::live::{Live, Resource, Step};
use super::requests::{Key, REQUEST, Request};
use super::types::CONNECTION;
use recorder::event::{Entry, Id};
use recorder::file::Reader;

/// So many spans of one trace are collected in one line.
const LONG: usize = 10_000;
/// So many spans are collected in all lines together.
const MOST: usize = 250_000;
/// So many traces are waited for at once. What comes to another one is written when it ends, in a line of its own.
const TRACES: usize = 1 << 17;

struct Span {
    id: Id,
    resource: Resource,
    /// Missing where it had not ended when the recording did.
    end: Option<u64>,
}

#[derive(Default)]
struct Trace {
    /// Whether `alive` is known.
    is_followed: bool,
    alive: u64,
    spans: Vec<Span>,
}

struct Traces<'a> {
    out: &'a mut dyn Write,
    live: Live,
    traces: FxHashMap<Key, Trace>,
    kept: usize,
    /// Resources that came to a trace that is not waited for.
    left_out: u64,
}

pub fn write(mut reader: Reader, out: &mut dyn Write) -> io::Result<Outcome> {
    let live = Live::of(reader.header());
    let mut traces = Traces { out, live, traces: FxHashMap::default(), kept: 0, left_out: 0 };
    let mut damage = None;
    for entry in reader.by_ref() {
        match entry {
            Ok((thread, entry)) => traces.take(thread, &entry)?,
            Err(error) => damage = Some(error),
        }
    }
    let of_threads = reader.left_out();
    drop(reader);
    let left_out = LeftOut { of_threads, traces: traces.left_out, ..traces.live.left_out() };
    traces.finish()?;
    Ok(Outcome { damage, left_out })
}

impl Traces<'_> {
    fn take(&mut self, thread: u32, entry: &Entry) -> io::Result<()> {
        let step = self.live.take(thread, entry);
        match (step, entry) {
            (Step::Created { id, resource, former }, Entry::Event(event)) => {
                let ended = former.map(|resource| Span { id, resource, end: Some(event.time) });
                ended.map_or(Ok(()), |span| self.end_of(thread, span))?;
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
        if key.1 == id || key.1 & REQUEST != 0 {
            return;
        }
        let is_first_alive = self.live.resources.contains(&key);
        let has_room = self.traces.len() < TRACES;
        match self.traces.entry(key) {
            Slot::Occupied(slot) => slot.into_mut().alive += 1,
            Slot::Vacant(slot) if has_room => {
                let alive = 1 + u64::from(is_first_alive);
                slot.insert(Trace { is_followed: true, alive, spans: Vec::new() });
            }
            Slot::Vacant(_) => self.left_out += 1,
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
        let is_request = id & REQUEST != 0;
        let goes_on = if is_request { self.live.request(key).is_some() } else { trace.alive > 0 };
        // Of a trace that is not waited for, more may come.
        let is_one_of_many =
            self.left_out > 0 && !trace.is_followed && spans.first().is_some_and(|span| span.id != id);
        let partial = over.is_none() && (is_request || goes_on || is_one_of_many);
        if goes_on && over.is_none() {
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
