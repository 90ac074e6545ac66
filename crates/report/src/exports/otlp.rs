//! Spans as OTLP JSON, an `ExportTraceServiceRequest` a line, as the OpenTelemetry collector's file receiver reads them.
//!
//! A span is a resource, from its creation to its end; its parent is what triggered it. Traces are those
//! of [`super::traces`]. That of a request has the request as its root.

use std::cmp::Reverse;
use std::io::{self, Write};

use rustc_hash::FxHashMap;

use super::Outcome;
use super::json;
use super::left_out::LeftOut;
use super::live::{Live, Resource, Step};
use super::requests::{REQUEST, Request};
use super::shown::cut;
use super::types::{STREAM, Type};
use recorder::event::{Entry, Header, Id};
use recorder::file::Reader;

/// So many spans stand in one line.
const BATCH: usize = 500;
/// So many types of what was dropped are told in each line; those of which the most was.
const DROPPED: usize = 50;
/// Bytes of the service's name, and of Node's version, which stand in each line.
const NAME: usize = 200;
/// `SPAN_KIND_INTERNAL` and `SPAN_KIND_SERVER`
const INTERNAL: u8 = 1;
const SERVER: u8 = 2;

struct Otlp<'a> {
    out: &'a mut dyn Write,
    header: Header,
    live: Live,
    dropped: FxHashMap<Type, u64>,
    /// The spans of the line that has begun.
    spans: usize,
}

pub fn write(mut reader: Reader, out: &mut dyn Write) -> io::Result<Outcome> {
    let header = reader.header().clone();
    let live = Live::of(&header);
    let mut otlp = Otlp { out, header, live, dropped: FxHashMap::default(), spans: 0 };
    let mut damage = None;
    for entry in reader.by_ref() {
        match entry {
            Ok((thread, entry)) => otlp.take(thread, &entry)?,
            Err(error) => damage = Some(error),
        }
    }
    let left_out = LeftOut { of_threads: reader.left_out(), ..otlp.live.left_out() };
    drop(reader);
    otlp.finish()?;
    Ok(Outcome { damage, left_out })
}

impl Otlp<'_> {
    fn take(&mut self, thread: u32, entry: &Entry) -> io::Result<()> {
        let step = self.live.take(thread, entry);
        match (step, entry) {
            (Step::Ended { id, resource: Some(resource) }, Entry::Event(event)) => {
                self.span(thread, id, resource, event.time, false)
            }
            (_, Entry::Dropped { type_, count }) => {
                let type_ = self.live.type_of(thread, *type_);
                let dropped = self.dropped.entry(type_).or_default();
                *dropped = dropped.saturating_add(*count);
                Ok(())
            }
            _ => Ok(()),
        }?;
        while let Some(request) = self.live.take_over() {
            self.request(request)?;
        }
        Ok(())
    }

    fn span(&mut self, thread: u32, id: Id, resource: Resource, end: u64, alive: bool) -> io::Result<()> {
        let Resource { trigger, created, trace, type_, stack, .. } = resource;
        let name = self.live.type_name(type_).to_owned();
        // A parent outside of the trace would leave it without a root.
        let parent = self.live.find(thread, trigger).filter(|parent| parent.trace == trace).map(|_| trigger);
        let parent = parent.or((trace & REQUEST != 0).then_some(trace));
        // Where the recorder does not tell of requests, those of HTTP/2 are known by their streams.
        let is_request = name == STREAM && trace == id && !self.live.thread(thread).tells_requests;
        let kind = if is_request { SERVER } else { INTERNAL };
        self.begin_span(thread, (trace, id, parent), (&name, kind), (created, end))?;
        for (key, value) in [("async.id", id), ("async.trigger_id", trigger), ("thread.id", thread.into())] {
            integer(self.out, key, value)?;
            self.out.write_all(if key == "thread.id" { b"" } else { b"," })?;
        }
        if alive {
            self.out.write_all(b",{\"key\":\"async.alive\",\"value\":{\"boolValue\":true}}")?;
        }
        if let Some(frames) = self.live.stack(stack) {
            self.out.write_all(b",{\"key\":\"code.stacktrace\",\"value\":{\"stringValue\":")?;
            json::string(self.out, frames)?;
            self.out.write_all(b"}}")?;
        }
        self.end_span()
    }

    fn request(&mut self, request: Request) -> io::Result<()> {
        let Request { thread, connection, began, end, .. } = request;
        let trace = request.trace();
        self.begin_span(thread, (trace, trace, None), ("HTTP request", SERVER), (began, end))?;
        integer(self.out, "async.id", connection)?;
        self.out.write_all(b",")?;
        integer(self.out, "thread.id", thread.into())?;
        self.end_span()
    }

    /// Writes a span up to its attributes.
    fn begin_span(
        &mut self,
        thread: u32,
        (trace, id, parent): (Id, Id, Option<Id>),
        (name, kind): (&str, u8),
        (start, end): (u64, u64),
    ) -> io::Result<()> {
        if self.spans == 0 {
            self.begin_line()?;
        } else {
            self.out.write_all(b",")?;
        }
        self.spans += 1;
        let process = mix(self.header.wall_ns ^ u64::from(self.header.pid)).max(1);
        let [trace, id] = [trace, id].map(|id| span_id(process, thread, id));
        write!(self.out, "{{\"traceId\":\"{process:016x}{trace:016x}\",\"spanId\":\"{id:016x}\"")?;
        if let Some(parent) = parent {
            write!(self.out, ",\"parentSpanId\":\"{:016x}\"", span_id(process, thread, parent))?;
        }
        self.out.write_all(b",\"name\":")?;
        json::string(self.out, name)?;
        let wall = self.live.thread(thread).wall(start);
        // The wall clock may have been set meanwhile: what lies between is what passed.
        let until = wall.saturating_add(end.saturating_sub(start));
        write!(
            self.out,
            ",\"kind\":{kind},\"startTimeUnixNano\":\"{wall}\",\"endTimeUnixNano\":\"{until}\""
        )?;
        self.out.write_all(b",\"attributes\":[")
    }

    fn end_span(&mut self) -> io::Result<()> {
        self.out.write_all(b"]}")?;
        if self.spans == BATCH { self.end_line() } else { Ok(()) }
    }

    fn begin_line(&mut self) -> io::Result<()> {
        let Header { argv, node, pid, .. } = &self.header;
        self.out.write_all(b"{\"resourceSpans\":[{\"resource\":{\"attributes\":[")?;
        let script = argv.get(1).or(argv.first()).map_or("node", String::as_str);
        let name = script.rsplit(['/', '\\']).next().unwrap_or(script);
        attribute(self.out, "service.name", cut(name, NAME))?;
        self.out.write_all(b",")?;
        attribute(self.out, "process.runtime.name", "nodejs")?;
        self.out.write_all(b",")?;
        attribute(self.out, "process.runtime.version", cut(node.trim_start_matches('v'), NAME))?;
        self.out.write_all(b",")?;
        integer(self.out, "process.pid", u64::from(*pid))?;
        let mut dropped: Vec<_> = self.dropped.iter().map(|(&type_, &count)| (type_, count)).collect();
        dropped.sort_unstable_by_key(|&(type_, count)| (Reverse(count), type_));
        for (type_, count) in dropped.into_iter().take(DROPPED) {
            self.out.write_all(b",")?;
            integer(self.out, &format!("async.dropped.{}", self.live.type_name(type_)), count)?;
        }
        let scope = concat!("{\"name\":\"async-hooks-rs\",\"version\":\"", env!("CARGO_PKG_VERSION"), "\"}");
        write!(self.out, "]}},\"scopeSpans\":[{{\"scope\":{scope},\"spans\":[")
    }

    fn end_line(&mut self) -> io::Result<()> {
        self.spans = 0;
        self.out.write_all(b"]}]}]}\n")
    }

    /// Writes what has not ended, as spans up to the end of the recording.
    fn finish(mut self) -> io::Result<()> {
        for (number, id) in self.live.alive() {
            let now = self.live.thread(number).now;
            if let Some(&resource) = self.live.resources.get(&(number, id)) {
                self.span(number, id, resource, now, true)?;
            }
        }
        for request in self.live.open_requests() {
            self.request(request)?;
        }
        if self.spans > 0 { self.end_line() } else { Ok(()) }
    }
}

fn attribute(out: &mut dyn Write, key: &str, value: &str) -> io::Result<()> {
    out.write_all(b"{\"key\":")?;
    json::string(out, key)?;
    out.write_all(b",\"value\":{\"stringValue\":")?;
    json::string(out, value)?;
    out.write_all(b"}}")
}

/// OTLP writes 64-bit integers as strings.
fn integer(out: &mut dyn Write, key: &str, value: u64) -> io::Result<()> {
    out.write_all(b"{\"key\":")?;
    json::string(out, key)?;
    write!(out, ",\"value\":{{\"intValue\":\"{value}\"}}}}")
}

/// Eight bytes that are not all zero, as OTLP wants them.
fn span_id(process: u64, thread: u32, id: Id) -> u64 {
    let thread = mix(process.wrapping_add(u64::from(thread)));
    mix(thread ^ id).max(1)
}

/// Splitmix64's last step: neighbours in, strangers out, and no two alike.
fn mix(value: u64) -> u64 {
    let value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ (value >> 31)
}
