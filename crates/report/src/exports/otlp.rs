//! Spans as OTLP JSON, an `ExportTraceServiceRequest` a line, as the OpenTelemetry collector's file receiver reads them.
//!
//! A span is a resource, from its creation to its end; its parent is what triggered it. Traces are those
//! of [`super::traces`]. That of a request has the request as its root.
//!
//! For whoever sends them ([`Otlp::for_sender`]) each span is a line, an array whose first element says what it has:
//!
//! * `[0, process, wall, resource, scope]` what is said once of the spans that follow; the wall clock is that of the recording's time 0
//! * `[1, span]` a request; `[2, span]` what belongs to one; `[3, span]` what belongs to none
//! * `[4, wall, [[process, thread, title, active, looped], ...]]` for how long event loops were busy, in nanoseconds, and of how long

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
/// The event loops of so many threads are told of, the first ones.
const LOOPS: usize = 256;

#[derive(Default)]
pub(crate) struct Otlp {
    is_for_sender: bool,
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
    /// The wall clock's nanoseconds since 1970 when it began, and what passed until it ended: the clock may have been set meanwhile.
    wall: u64,
    took: u64,
    is_error: bool,
}

impl Sink for Otlp {
    fn begin(&mut self, out: &mut Out, replay: &Replay) {
        if self.is_for_sender {
            (0..)
                .zip(replay.headers())
                .for_each(|(process, header)| about_line(out, replay, process, header));
        }
    }

    fn hear(&mut self, out: &mut Out, replay: &Replay, heard: &Heard) {
        if let (Step::Ended { id, resource: Some(resource) }, Entry::Event(event)) = (heard.step, heard.entry)
        {
            self.resource(out, replay, (heard.thread, id), &resource, event.time, false);
        }
    }

    fn over(&mut self, out: &mut Out, replay: &Replay, request: &Request) {
        let &Request { thread, connection, is_stream, .. } = request;
        // A stream has a span as any other resource.
        if is_stream {
            return;
        }
        let trace = request.trace();
        let route = request.route.map(|route| replay.routes.name(route));
        let name = route.unwrap_or("HTTP request");
        let is_error = request.status >= 500;
        let wall = replay.thread(thread).wall(request.began).saturating_sub(request.early);
        let took = request.took();
        let span = OtlpSpan { trace, id: trace, parent: None, name, kind: SERVER, wall, took, is_error };
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
            if let Some(scheme) = scheme(replay, (thread, connection)) {
                text(out, "url.scheme", scheme);
            }
            if request.status != 0 {
                integer(out, "http.response.status_code", request.status);
            }
            if is_error {
                text(out, "error.type", &request.status.to_string());
            }
            if request.is_aborted() {
                flag(out, "async.aborted");
            }
            if request.is_awaited() {
                flag(out, "async.alive");
            }
            integer(out, "async.id", connection);
            integer(out, "thread.id", replay.thread(thread).number);
        });
    }

    /// A span up to the end of the recording.
    fn alive(&mut self, out: &mut Out, replay: &Replay, key: Key, resource: &Resource) {
        self.resource(out, replay, key, resource, replay.thread(key.0).now, true);
    }

    fn end(&mut self, out: &mut Out, replay: &Replay) {
        self.end_line(out);
        if self.is_for_sender {
            loops(out, replay);
        }
    }
}

impl Otlp {
    /// A span a line.
    pub(crate) fn for_sender() -> Self {
        Self { is_for_sender: true, ..Self::default() }
    }

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
        let &Resource { trigger, created, trace, type_, stack, .. } = resource;
        // A parent outside of the trace would leave it without a root.
        let parent = replay.find((thread, trigger)).filter(|parent| parent.trace == trace).map(|_| trigger);
        let parent = parent.or((trace & REQUEST != 0).then_some(trace));
        let kind = if replay.is_request(key, resource) { SERVER } else { INTERNAL };
        let name = &replay.words(key, type_);
        let (wall, took) = (replay.thread(thread).wall(created), end.saturating_sub(created));
        let span = OtlpSpan { trace, id, parent, name, kind, wall, took, is_error: false };
        self.span(out, replay, thread, &span, |out| {
            text(out, "async.type", replay.type_name(type_));
            integer(out, "async.id", id);
            integer(out, "async.trigger_id", trigger);
            integer(out, "thread.id", replay.thread(thread).number);
            if is_alive {
                flag(out, "async.alive");
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
            self.begin_line(out, replay, header);
        }
        self.spans += 1;
        if self.is_for_sender {
            out.begin('[');
            out.number(match span {
                OtlpSpan { kind: SERVER, .. } => 1,
                OtlpSpan { trace, .. } if trace & REQUEST != 0 => 2,
                _ => 3,
            });
        }
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
            out.member("startTimeUnixNano", |out| out.digits(span.wall));
            out.member("endTimeUnixNano", |out| out.digits(span.wall.saturating_add(span.took)));
            out.member("attributes", |out| out.array(attributes));
            if span.is_error {
                out.member("status", |out| out.object(|out| out.member_number("code", ERROR)));
            }
        });
        if self.is_for_sender {
            out.end(']');
            out.end_line();
        }
        if self.spans == BATCH {
            self.end_line(out);
        }
    }

    /// Writes a line up to its spans.
    fn begin_line(&self, out: &mut Out, replay: &Replay, header: &Header) {
        if self.is_for_sender {
            return about_line(out, replay, self.process, header);
        }
        out.begin('{');
        out.key("resourceSpans");
        out.begin('[');
        out.begin('{');
        out.member("resource", |out| out.object(|out| resource(out, replay, header)));
        out.key("scopeSpans");
        out.begin('[');
        out.begin('{');
        out.member("scope", |out| out.object(scope));
        out.key("spans");
        out.begin('[');
    }

    fn end_line(&mut self, out: &mut Out) {
        if std::mem::take(&mut self.spans) > 0 && !self.is_for_sender {
            for bracket in [']', '}', ']', '}', ']', '}'] {
                out.end(bracket);
            }
            out.end_line();
        }
    }
}

/// Says what is said once.
fn about_line(out: &mut Out, replay: &Replay, process: u32, header: &Header) {
    out.array(|out| {
        out.number(0);
        out.number(process);
        out.digits(began(header));
        out.object(|out| resource(out, replay, header));
        out.object(scope);
    });
    out.end_line();
}

fn resource(out: &mut Out, replay: &Replay, header: &Header) {
    out.member("attributes", |out| out.array(|out| about(out, replay, header)));
}

/// How the server itself is spoken to: what a proxy before it does is not recorded.
fn scheme(replay: &Replay, connection: Key) -> Option<&'static str> {
    let below = replay.find((connection.0, replay.find(connection)?.trigger))?;
    match replay.type_name(below.type_) {
        "TLSWRAP" => Some("https"),
        "TCPWRAP" | "PIPEWRAP" => Some("http"),
        _ => None,
    }
}

fn scope(out: &mut Out) {
    out.member_string("name", "async-hooks-rs");
    out.member_string("version", env!("CARGO_PKG_VERSION"));
}

/// Writes for how long the event loops were busy so far.
pub(crate) fn loops(out: &mut Out, replay: &Replay) {
    let Some(header) = replay.headers().first() else { return };
    out.array(|out| {
        out.number(4);
        out.digits(header.wall_ns.saturating_add(replay.end()));
        out.array(|out| {
            for thread in replay.threads().iter().take(LOOPS) {
                let Some((active, looped)) = thread.busy() else { continue };
                out.array(|out| {
                    out.number(thread.process);
                    out.number(thread.number);
                    out.string(&thread.title());
                    out.number(active);
                    out.number(looped);
                });
            }
        });
    });
    out.end_line();
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

fn flag(out: &mut Out, key: &str) {
    attribute(out, key, |out| out.member("boolValue", |out| out.number(true)));
}

fn text(out: &mut Out, key: &str, value: &str) {
    attribute(out, key, |out| out.member_string("stringValue", value));
}

/// OTLP writes 64-bit integers as strings.
fn integer(out: &mut Out, key: &str, value: impl Into<u64>) {
    attribute(out, key, |out| out.member("intValue", |out| out.digits(value.into())));
}

/// What the wall clock said when the recording began, whichever part of it is there.
fn began(header: &Header) -> u64 {
    header.part.map_or(header.wall_ns, |part| part.began)
}

/// The same for all of a process, in each part of its recording, and for no other.
pub(crate) fn process_id(header: &Header) -> u64 {
    shuffled(began(header) ^ u64::from(header.pid)).max(1)
}

/// Eight bytes that are not all zero, as OTLP wants them.
fn span_id(process: u64, thread: u32, id: Id) -> u64 {
    let thread = shuffled(process.wrapping_add(u64::from(thread)));
    shuffled(thread ^ id).max(1)
}
