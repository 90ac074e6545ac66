//! One JSON object an event.
//!
//! `time` is in milliseconds since 1970. What was dropped stands where it was noticed, as an object with the phase
//! `dropped`.

use std::io::{self, Write};

use super::json;
use super::live::{Live, Step};
use crate::recorder::event::{Entry, Event, Id, Kind};
use crate::recorder::file::{ReadError, Reader};

pub fn write(reader: Reader, out: &mut dyn Write) -> io::Result<Option<ReadError>> {
    let wall = reader.header().wall_ns;
    let mut live = Live::default();
    for entry in reader {
        let (thread, entry) = match entry {
            Ok(entry) => entry,
            Err(error) => return Ok(Some(error)),
        };
        let step = live.take(thread, &entry);
        match &entry {
            Entry::Event(event) => line(out, &live, thread, wall, event, type_of(step))?,
            Entry::Dropped { type_, count } => {
                let type_ = live.type_of(thread, *type_);
                out.write_all(b"{\"phase\":\"dropped\",\"type\":")?;
                json::string(out, live.type_name(type_))?;
                writeln!(out, ",\"count\":{count},\"thread\":{thread}}}")?;
            }
            _ => {}
        }
    }
    Ok(None)
}

fn type_of(step: Step) -> Option<u32> {
    match step {
        Step::Created { resource, .. } | Step::Overlooked { resource } => Some(resource.type_),
        Step::Entered { resource, .. }
        | Step::Left { resource, .. }
        | Step::Settled { resource }
        | Step::Ended { resource, .. } => resource.map(|resource| resource.type_),
        Step::Other => None,
    }
}

fn line(
    out: &mut dyn Write,
    live: &Live,
    thread: u32,
    wall: u64,
    event: &Event,
    type_: Option<u32>,
) -> io::Result<()> {
    let Event { time, id, kind } = event;
    write!(out, "{{\"id\":{id},\"type\":")?;
    match type_ {
        Some(type_) => json::string(out, live.type_name(type_))?,
        None => out.write_all(b"null")?,
    }
    write!(out, ",\"phase\":\"{}\"", phase(kind))?;
    if let &Kind::Init { trigger, current, stack, .. } = kind {
        parent(out, live, thread, trigger, current, stack)?;
    }
    out.write_all(b",\"time\":")?;
    json::millis(out, wall.saturating_add(*time))?;
    writeln!(out, ",\"thread\":{thread}}}")
}

fn parent(
    out: &mut dyn Write,
    live: &Live,
    thread: u32,
    trigger: Id,
    current: Id,
    stack: u32,
) -> io::Result<()> {
    write!(out, ",\"parent\":{trigger},\"current\":{current}")?;
    let of = live.threads().iter().find(|of| of.number == thread);
    let Some(frames) = of.and_then(|of| of.stack(stack)) else { return Ok(()) };
    out.write_all(b",\"stack\":")?;
    json::string(out, frames)
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
