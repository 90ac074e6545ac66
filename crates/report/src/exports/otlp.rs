//! Spans as OTLP JSON, an `ExportTraceServiceRequest` a line, as the OpenTelemetry collector's file receiver reads them.
//!
//! A span is a resource, from its creation to its end; its parent is what triggered it. Traces are those
//! of [`super::traces`]. That of a request has the request as its root.

use recorder::event::{Entry, Header, Id};

use super::sink::{Out, Sink};
use crate::replay::{Heard, Key, REQUEST, Replay, Request, Resource, Step};
use crate::shown::cut;
use crate::units::shuffled;

/// So many spans stand in one line.
const BATCH: usize = 500;
/// So many types of what was dropped are told in each line; those of which the most was.
const DROPPED: usize = 50;
/// Bytes of the service's name, and of Node's version, which stand in each line.
const NAME: usize = 200;
/// `SPAN_KIND_INTERNAL` and `SPAN_KIND_SERVER`
const INTERNAL: u8 = 1;
const SERVER: u8 = 2;
/// `STATUS_CODE_ERROR`
const ERROR: u8 = 2;

#[derive(Default)]
pub(super) struct Otlp {
    /// The spans of the line that has begun, and the process that all of them are of.
    spans: usize,
    process: u32,
}

struct OtlpSpan<'a> {
    trace: Id,
    id: Id,
    parent: Option<Id>,
    name: &'a str,
    kind: u8,
    start: u64,
    end: u64,
    is_error: bool,
}

impl Sink for Otlp {
    fn hear(&mut self, out: &mut Out, replay: &Replay, heard: &Heard) {
        if let (Step::Ended { id, resource: Some(resource) }, Entry::Event(event)) = (heard.step, heard.entry)
        {
            self.resource(out, replay, (heard.thread, id), &resource, event.time, false);
        }
    }

    fn over(&mut self, out: &mut Out, replay: &Replay, request: &Request) {
        let &Request { thread, connection, began: start, end, is_stream, .. } = request;
        // A stream has a span as any other resource.
        if is_stream {
            return;
        }
        let trace = request.trace();
        let route = request.route.map(|route| replay.routes.name(route));
        let name = route.unwrap_or("HTTP request");
        let is_error = request.status >= 500;
        let span = OtlpSpan { trace, id: trace, parent: None, name, kind: SERVER, start, end, is_error };
        self.span(out, replay, thread, &span, |out| {
            if let Some((method, path)) =
                replay.asked((thread, trace)).and_then(|asked| asked.what.split_once(' '))
            {
                text(out, "http.request.method", method);
                text(out, "url.path", path);
            }
            if let Some((_, pattern)) = route.and_then(|route| route.split_once(' ')) {
                text(out, "http.route", pattern);
            }
            if request.status != 0 {
                integer(out, "http.response.status_code", request.status);
            }
            if is_error {
                text(out, "error.type", &request.status.to_string());
            }
            integer(out, "async.id", connection);
            integer(out, "thread.id", replay.thread(thread).number);
        });
    }

    /// A span up to the end of the recording.
    fn alive(&mut self, out: &mut Out, replay: &Replay, key: Key, resource: &Resource) {
        self.resource(out, replay, key, resource, replay.thread(key.0).now, true);
    }

    fn end(&mut self, out: &mut Out, _: &Replay) {
        self.end_line(out);
    }
}

impl Otlp {
    fn resource(
        &mut self,
        out: &mut Out,
        replay: &Replay,
        key: Key,
        resource: &Resource,
        end: u64,
        is_alive: bool,
    ) {
        let (thread, id) = key;
        let &Resource { trigger, created: start, trace, type_, stack, .. } = resource;
        // A parent outside of the trace would leave it without a root.
        let parent = replay.find((thread, trigger)).filter(|parent| parent.trace == trace).map(|_| trigger);
        let parent = parent.or((trace & REQUEST != 0).then_some(trace));
        let kind = if replay.is_request(key, resource) { SERVER } else { INTERNAL };
        let name = &replay.words(key, type_);
        let span = OtlpSpan { trace, id, parent, name, kind, start, end, is_error: false };
        self.span(out, replay, thread, &span, |out| {
            text(out, "async.type", replay.type_name(type_));
            integer(out, "async.id", id);
            integer(out, "async.trigger_id", trigger);
            integer(out, "thread.id", replay.thread(thread).number);
            if is_alive {
                attribute(out, "async.alive", |out| out.member("boolValue", |out| out.number(true)));
            }
            if let Some(place) = replay.places.get(replay.place(stack)) {
                if !place.function.is_empty() {
                    text(out, "code.function.name", &place.function);
                }
                text(out, "code.file.path", &place.file);
                integer(out, "code.line.number", place.line);
            }
            if let Some(frames) = replay.stack(stack) {
                attribute(out, "code.stacktrace", |out| out.member_string("stringValue", frames));
            }
        });
    }

    fn span(
        &mut self,
        out: &mut Out,
        replay: &Replay,
        thread: u32,
        span: &OtlpSpan,
        attributes: impl FnOnce(&mut Out),
    ) {
        let none = Header::default();
        let header = replay.header_of(thread).unwrap_or(&none);
        if replay.thread(thread).process != self.process {
            self.end_line(out);
            self.process = replay.thread(thread).process;
        }
        if self.spans == 0 {
            begin_line(out, replay, header);
        }
        self.spans += 1;
        let of = replay.thread(thread);
        let process = process_id(header);
        let id_of = |id| span_id(process, of.number, id);
        out.object(|out| {
            // A request that is a part of somebody else's trace is so with all that belongs to it.
            let given = replay.asked((thread, span.trace)).and_then(|asked| asked.parent);
            out.member("traceId", |out| match given {
                Some((trace, _)) => out.digits(format_args!("{trace:032x}")),
                None => out.digits(format_args!("{process:016x}{:016x}", id_of(span.trace))),
            });
            out.member("spanId", |out| out.digits(format_args!("{:016x}", id_of(span.id))));
            let outer = given.filter(|_| span.id == span.trace).map(|(_, outer)| outer);
            if let Some(parent) = span.parent.map(id_of).or(outer) {
                out.member("parentSpanId", |out| out.digits(format_args!("{parent:016x}")));
            }
            out.member_string("name", span.name);
            out.member_number("kind", span.kind);
            let wall = of.wall(span.start);
            // The wall clock may have been set meanwhile: what lies between is what passed.
            let until = wall.saturating_add(span.end.saturating_sub(span.start));
            out.member("startTimeUnixNano", |out| out.digits(wall));
            out.member("endTimeUnixNano", |out| out.digits(until));
            out.member("attributes", |out| out.array(attributes));
            if span.is_error {
                out.member("status", |out| out.object(|out| out.member_number("code", ERROR)));
            }
        });
        if self.spans == BATCH {
            self.end_line(out);
        }
    }

    fn end_line(&mut self, out: &mut Out) {
        if std::mem::take(&mut self.spans) > 0 {
            for bracket in [']', '}', ']', '}', ']', '}'] {
                out.end(bracket);
            }
            out.end_line();
        }
    }
}

/// Writes a line up to its spans.
fn begin_line(out: &mut Out, replay: &Replay, header: &Header) {
    out.begin('{');
    out.key("resourceSpans");
    out.begin('[');
    out.begin('{');
    out.member("resource", |out| {
        out.object(|out| out.member("attributes", |out| out.array(|out| about(out, replay, header))));
    });
    out.key("scopeSpans");
    out.begin('[');
    out.begin('{');
    out.member("scope", |out| {
        out.object(|out| {
            out.member_string("name", "async-hooks-rs");
            out.member_string("version", env!("CARGO_PKG_VERSION"));
        });
    });
    out.key("spans");
    out.begin('[');
}

fn about(out: &mut Out, replay: &Replay, header: &Header) {
    let script = header.argv.get(1).or(header.argv.first()).map_or("node", String::as_str);
    let name = script.rsplit(['/', '\\']).next().unwrap_or(script);
    let version = header.node.trim_start_matches('v');
    for (key, value) in [
        ("service.name", cut(name, NAME)),
        ("process.runtime.name", "nodejs"),
        ("process.runtime.version", cut(version, NAME)),
    ] {
        text(out, key, value);
    }
    integer(out, "process.pid", header.pid);
    text(out, "service.instance.id", &format!("{:016x}", process_id(header)));
    for (type_, count) in replay.dropped().into_iter().take(DROPPED) {
        integer(out, &format!("async.dropped.{}", replay.type_name(type_)), count);
    }
}

fn attribute(out: &mut Out, key: &str, value: impl FnOnce(&mut Out)) {
    out.object(|out| {
        out.member_string("key", key);
        out.member("value", |out| out.object(value));
    });
}

fn text(out: &mut Out, key: &str, value: &str) {
    attribute(out, key, |out| out.member_string("stringValue", value));
}

/// OTLP writes 64-bit integers as strings.
fn integer(out: &mut Out, key: &str, value: impl Into<u64>) {
    attribute(out, key, |out| out.member("intValue", |out| out.digits(value.into())));
}

/// The same for all of a process, and for no other.
fn process_id(header: &Header) -> u64 {
    shuffled(header.wall_ns ^ u64::from(header.pid)).max(1)
}

/// Eight bytes that are not all zero, as OTLP wants them.
fn span_id(process: u64, thread: u32, id: Id) -> u64 {
    let thread = shuffled(process.wrapping_add(u64::from(thread)));
    shuffled(thread ^ id).max(1)
}
