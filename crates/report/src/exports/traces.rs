//! Spans grouped by what triggered them: a JSON object a line for each trace.
//!
//! A trace begins with a resource that no known one triggered, and has its id; or with a request that a server answers, and
//! has the id of the connection and the number of the request. It is written
//! when all of its resources have ended, or when it is too large to wait for, so it can take several lines, of which all but
//! the last are partial. Times are in milliseconds. Those of a request's last line, and of the first span in it, are the request's
//! own: what it left behind may go on after its response.

use std::collections::hash_map::Entry as Slot;

use recorder::event::{Entry, Id};
use rustc_hash::FxHashMap;

use super::sink::{Out, Sink};
use crate::replay::{CONNECTION, Heard, Key, REQUEST, Replay, Request, Resource, Step};
use crate::units::Millis;

/// So many spans of one trace are collected in one line.
const LONG: usize = 10_000;
/// So many spans are collected in all lines together.
const MOST: usize = 250_000;
/// So many traces are waited for at once. What comes to another one is written when it ends, in a line of its own.
const TRACES: usize = 1 << 17;

struct TraceSpan {
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
    spans: Vec<TraceSpan>,
}
#[derive(Default)]
pub(super) struct Traces {
    traces: FxHashMap<Key, Trace>,
    kept: usize,
    /// Resources that came to a trace that is not waited for.
    left_out: u64,
}

impl Sink for Traces {
    fn hear(&mut self, out: &mut Out, replay: &Replay, &Heard { thread, entry, step }: &Heard) {
        match (step, entry) {
            (Step::Created { id, resource, former }, Entry::Event(event)) => {
                if let Some(resource) = former {
                    self.end_of(out, replay, thread, TraceSpan { id, resource, end: Some(event.time) });
                }
                self.join(replay, (thread, resource.trace), id);
            }
            (Step::Ended { id, resource: Some(resource) }, Entry::Event(event)) => {
                self.end_of(out, replay, thread, TraceSpan { id, resource, end: Some(event.time) });
            }
            (Step::Found { id, resource }, _) => self.join(replay, (thread, resource.trace), id),
            (_, Entry::Dropped { type_, count }) => out.line(|out| {
                out.member_string("dropped", replay.type_name(replay.type_of(thread, *type_)));
                out.member_number("count", count);
                out.member_number("thread", replay.thread(thread).number);
            }),
            _ => {}
        }
    }

    fn over(&mut self, out: &mut Out, replay: &Replay, request: &Request) {
        // A stream is a trace as any other.
        if !request.is_stream {
            self.line(out, replay, (request.thread, request.trace()), Some(request));
        }
    }

    fn alive(&mut self, out: &mut Out, replay: &Replay, (thread, id): Key, &resource: &Resource) {
        self.end_of(out, replay, thread, TraceSpan { id, resource, end: None });
    }

    fn end(&mut self, out: &mut Out, replay: &Replay) {
        self.all(out, replay);
    }

    fn left_out(&self) -> u64 {
        self.left_out
    }
}

impl Traces {
    /// Counts what has come to a trace. Nothing is kept of one that has only its first resource, nor of a request's, of which
    /// it is known when it is over.
    fn join(&mut self, replay: &Replay, key: Key, id: Id) {
        if key.1 == id || key.1 & REQUEST != 0 {
            return;
        }
        let is_first_alive = replay.resources().contains(&key);
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

    fn end_of(&mut self, out: &mut Out, replay: &Replay, thread: u32, span: TraceSpan) {
        let key = (thread, span.resource.trace);
        let trace = self.traces.entry(key).or_default();
        trace.spans.push(span);
        trace.alive = trace.alive.saturating_sub(1);
        self.kept += 1;
        let is_over = trace.alive == 0 && key.1 & REQUEST == 0;
        if is_over || trace.spans.len() >= LONG {
            self.line(out, replay, key, None);
        } else if self.kept >= MOST {
            self.all(out, replay);
        }
    }

    /// Writes what there is of all traces.
    fn all(&mut self, out: &mut Out, replay: &Replay) {
        let mut keys: Vec<_> = self.traces.keys().copied().collect();
        keys.sort_unstable();
        keys.into_iter().for_each(|key| self.line(out, replay, key, None));
    }

    /// Writes what there is of a trace, and in the end the request that it is.
    fn line(&mut self, out: &mut Out, replay: &Replay, key: Key, over: Option<&Request>) {
        let (thread, id) = key;
        let mut trace = self.traces.remove(&key).unwrap_or_default();
        let mut spans = std::mem::take(&mut trace.spans);
        let (open, is_request) = (replay.request(key), id & REQUEST != 0);
        let goes_on = if is_request { open.is_some() } else { trace.alive > 0 };
        // Of a trace that is not waited for, more may come.
        let is_one_of_many =
            self.left_out > 0 && !trace.is_followed && spans.first().is_some_and(|span| span.id != id);
        let partial = over.is_none() && (is_request || goes_on || is_one_of_many);
        if goes_on && over.is_none() {
            self.traces.insert(key, trace);
        }
        self.kept -= spans.len();
        spans.sort_unstable_by_key(|span| (span.resource.created, span.id));
        let last = || spans.iter().filter_map(|span| span.end).max();
        let Some((start, end)) = over.map(|request| (request.began, request.end)).or_else(|| {
            let start = spans.first()?.resource.created;
            Some((start, last().unwrap_or(start)))
        }) else {
            return;
        };
        out.line(|out| {
            match over.or(open.as_ref()) {
                Some(Request { connection, number, .. }) => {
                    out.member_number("id", connection);
                    out.member_number("request", number);
                    if let Some(asked) = replay.asked(key) {
                        let (method, path) = asked.what.split_once(' ').unwrap_or(("", &asked.what));
                        out.member_string("method", method);
                        out.member_string("path", path);
                    }
                    if let Some(over) = over {
                        if let Some(route) = over.route {
                            out.member_string("route", replay.routes.name(route));
                        }
                        if over.status != 0 {
                            out.member_number("status", over.status);
                        }
                    }
                }
                None => out.member_number("id", id),
            }
            if let Some(header) = replay.header_of(thread).filter(|_| replay.headers().len() > 1) {
                out.member_number("pid", header.pid);
            }
            out.member_number("thread", replay.thread(thread).number);
            out.member_number("partial", partial);
            times(out, replay, thread, start, Some(end));
            out.key("spans");
            out.array(|out| {
                if let Some(&Request { connection, began, end, .. }) = over {
                    let found = replay.find((thread, connection));
                    let name = found.map_or(CONNECTION, |found| replay.type_name(found.type_));
                    let trigger = found.map_or(0, |found| found.trigger);
                    span(out, replay, thread, (connection, name, trigger), (began, Some(end)), 0);
                }
                for &TraceSpan { id, resource, end } in &spans {
                    let name = replay.type_name(resource.type_);
                    let about = (id, name, resource.trigger);
                    span(out, replay, thread, about, (resource.created, end), resource.stack);
                }
            });
        });
    }
}

fn span(
    out: &mut Out,
    replay: &Replay,
    thread: u32,
    (id, type_, parent): (Id, &str, Id),
    (start, end): (u64, Option<u64>),
    stack: u32,
) {
    out.object(|out| {
        out.member_number("id", id);
        out.member_string("type", type_);
        out.member_number("parent", parent);
        if let Some(place) = replay.places.text(replay.place(stack)) {
            out.member_string("place", place.as_str());
        }
        times(out, replay, thread, start, end);
    });
}

/// A duration is that of the monotonic clock, and so is what lies between start and end.
fn times(out: &mut Out, replay: &Replay, thread: u32, start: u64, end: Option<u64>) {
    let wall = replay.thread(thread).wall(start);
    let duration = end.map(|end| end.saturating_sub(start));
    out.member_number("startTime", Millis(wall));
    out.member_maybe("endTime", duration.map(|duration| Millis(wall.saturating_add(duration))));
    out.member_maybe("duration", duration.map(Millis));
}
