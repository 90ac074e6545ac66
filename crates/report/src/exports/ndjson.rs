//! One JSON object an event, with the phases of `createHook`; between them, with phases of their own, what else the recording
//! has: the threads' beginnings and ends, marks, requests, and what was dropped, where it was noticed.
//!
//! `time` is in milliseconds since 1970. Only events have an `id`.

use recorder::event::{Entry, Event, Kind};

use super::sink::{Out, Sink};
use crate::replay::{Heard, Replay, Resource, Step};
use crate::units::Millis;

pub(super) struct Ndjson;

impl Sink for Ndjson {
    fn hear(&mut self, out: &mut Out, replay: &Replay, &Heard { thread, entry, step }: &Heard) {
        let of = replay.thread(thread);
        // Drops are noticed at no time of their own.
        let mut line = |time: Option<u64>, fill: &dyn Fn(&mut Out)| {
            out.line(|out| {
                fill(out);
                if let Some(time) = time {
                    out.member_number("time", Millis(of.wall(time)));
                }
                if let Some(header) = replay.header_of(thread).filter(|_| replay.headers().len() > 1) {
                    out.member_number("pid", header.pid);
                }
                out.member_number("thread", of.number);
            });
        };
        match entry {
            Entry::Event(event) => line(Some(event.time), &|out| self::event(out, replay, event, step)),
            Entry::Mark { time, name } => line(Some(*time), &|out| {
                out.member_string("phase", "mark");
                out.member_string("name", name);
            }),
            Entry::ThreadStart { time, worker, name } => line(Some(*time), &|out| {
                out.member_string("phase", "start");
                out.member_number("worker", worker);
                out.member_string("name", name);
            }),
            Entry::ThreadEnd { time, reason } => line(Some(*time), &|out| {
                out.member_string("phase", "end");
                out.member_string("reason", reason);
            }),
            Entry::RequestStart { time, connection, number } => line(Some(*time), &|out| {
                out.member_string("phase", "request");
                out.member_number("request", number);
                out.member_number("connection", connection);
            }),
            Entry::RequestEnd { time, number } => line(Some(*time), &|out| {
                out.member_string("phase", "response");
                out.member_number("request", number);
            }),
            Entry::Dropped { type_, count } => line(None, &|out| {
                out.member_string("phase", "dropped");
                out.member_string("type", replay.type_name(replay.type_of(thread, *type_)));
                out.member_number("count", count);
            }),
            Entry::Delay { id, ms, repeats } => line(None, &|out| {
                out.member_string("phase", "delay");
                out.member_number("about", id);
                out.member_number("ms", ms);
                out.member_number("repeats", repeats);
            }),
            Entry::Fact { fact, about, text } => line(None, &|out| {
                out.member_string("phase", "fact");
                out.member_string("fact", &format!("{fact:?}").to_lowercase());
                out.member_number("about", about);
                out.member_string("text", text);
                if let Step::Found { resource, .. } = step {
                    out.member_string("type", replay.type_name(resource.type_));
                    out.member_number("parent", resource.trigger);
                    if let Some(frames) = replay.stack(resource.stack) {
                        out.member_string("stack", frames);
                    }
                }
            }),
            Entry::Sample { time, stack } => line(Some(*time), &|out| {
                out.member_string("phase", "sample");
                if let Some(frames) = replay.stack(replay.stack_of(thread, *stack)) {
                    out.member_string("stack", frames);
                }
            }),
            Entry::Type { .. } | Entry::Stack { .. } | Entry::Loop { .. } | Entry::Clock { .. } => {}
        }
    }
}

fn event(out: &mut Out, replay: &Replay, event: &Event, step: Step) {
    let resource = resource_of(step);
    out.member_number("id", event.id);
    out.member("type", |out| match resource {
        Some(resource) => out.string(replay.type_name(resource.type_)),
        None => out.null(),
    });
    out.member_string("phase", phase(&event.kind));
    if let Kind::Init { trigger, current, .. } = event.kind {
        out.member_number("parent", trigger);
        out.member_number("current", current);
        if let Some(frames) = resource.and_then(|resource| replay.stack(resource.stack)) {
            out.member_string("stack", frames);
        }
    }
}

fn resource_of(step: Step) -> Option<Resource> {
    match step {
        Step::Created { resource, .. } | Step::Found { resource, .. } | Step::Overlooked { resource } => {
            Some(resource)
        }
        Step::Entered { resource, .. }
        | Step::Left { resource, .. }
        | Step::Settled { resource, .. }
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
