//! Trace Event JSON, for Perfetto and `chrome://tracing`: a slice for each callback, and an arrow to the first one of a
//! resource from the one that created it.
//!
//! Slices are written as they begin and end: whoever reads the file in its order, or sorted by time without a change of
//! the order of what happened at the same time, finds an arrow's slice begun before its end. One that did not end is open.

use recorder::event::Entry;

use super::sink::{Out, Sink};
use crate::replay::{Heard, Key, Replay, Resource, Step};
use crate::units::Micros;

#[derive(Default)]
pub(super) struct Chrome {
    /// Arrows are numbered, since ids are not unique across threads.
    arrows: u64,
}

impl Sink for Chrome {
    fn begin(&mut self, out: &mut Out, replay: &Replay) {
        out.begin('{');
        out.member_string("displayTimeUnit", "ns");
        out.key("traceEvents");
        out.begin('[');
        for header in replay.headers() {
            name(out, header.pid, "process_name", 0, &header.argv.join(" "));
        }
    }

    fn hear(&mut self, out: &mut Out, replay: &Replay, &Heard { thread, entry, step }: &Heard) {
        let number = replay.thread(thread).number;
        let pid = replay.header_of(thread).map_or(0, |header| header.pid);
        match (step, entry) {
            (Step::Entered { id, resource }, Entry::Event(event)) => {
                enter(out, replay, (number, event.time), (thread, id), resource);
                if let Some(resource) = resource.filter(|resource| !resource.ran() && resource.within()) {
                    self.arrow(out, pid, (number, event.time), resource);
                }
            }
            (Step::Left { .. }, Entry::Event(event)) => {
                replay.ran().iter().for_each(|_| slice(out, pid, "E", (number, event.time), |_| {}));
            }
            (_, Entry::Mark { time, name }) => slice(out, pid, "i", (number, *time), |out| {
                out.member_string("s", "p");
                out.member_string("name", name);
            }),
            (_, Entry::ThreadStart { .. }) => {
                name(out, pid, "thread_name", number, &replay.thread(thread).title());
            }
            _ => {}
        }
    }

    fn end(&mut self, out: &mut Out, replay: &Replay) {
        out.end_line();
        out.end(']');
        out.member("otherData", |out| {
            out.object(|out| {
                if let Some(header) = replay.headers().first() {
                    out.member_string("node", &header.node);
                }
                out.member_string("began", &format!("{} ns since 1970", replay.began()));
                out.member("dropped", |out| {
                    out.object(|out| {
                        for (type_, count) in replay.dropped() {
                            out.named_number(replay.type_name(type_), count);
                        }
                    });
                });
            });
        });
        out.end('}');
        out.end_line();
    }
}

impl Chrome {
    /// From the slice in which the resource was created to the one that has just begun.
    fn arrow(&mut self, out: &mut Out, pid: u32, (thread, time): (u32, u64), resource: Resource) {
        self.arrows += 1;
        for (phase, at) in [("s", resource.created), ("f", time)] {
            slice(out, pid, phase, (thread, at), |out| {
                out.member_number("id", self.arrows);
                out.member_string("cat", "trigger");
                out.member_string("name", "trigger");
                if phase == "f" {
                    out.member_string("bp", "e");
                }
            });
        }
    }
}

fn enter(out: &mut Out, replay: &Replay, at: (u32, u64), key: Key, resource: Option<Resource>) {
    let pid = replay.header_of(key.0).map_or(0, |header| header.pid);
    slice(out, pid, "B", at, |out| {
        out.member_string("cat", "callback");
        let name = resource.map(|of| replay.words(key, of.type_));
        out.member_string("name", name.as_deref().unwrap_or("(created before the recording)"));
        out.member("args", |out| {
            out.object(|out| {
                out.member_number("id", key.1);
                let Some(resource) = resource else { return };
                out.member_string("type", replay.type_name(resource.type_));
                out.member_number("trigger", resource.trigger);
                if let Some(place) = replay.places.text(replay.place(resource.stack)) {
                    out.member_string("place", place.as_str());
                }
                if let Some(asked) = replay.asked((key.0, resource.trace)) {
                    out.member_string("request", &asked.what);
                }
                if let Some(stack) = replay.stack(resource.stack) {
                    out.member_string("created", stack);
                }
            });
        });
    });
}

/// An event, with what its phase asks for.
fn slice(out: &mut Out, pid: u32, phase: &str, (thread, time): (u32, u64), rest: impl FnOnce(&mut Out)) {
    out.next_line();
    out.object(|out| {
        out.member_string("ph", phase);
        out.member_number("pid", pid);
        // Thread 0 is the idle one to Perfetto.
        out.member_number("tid", u64::from(thread) + 1);
        out.member_number("ts", Micros(time));
        rest(out);
    });
}

fn name(out: &mut Out, pid: u32, what: &str, thread: u32, name: &str) {
    slice(out, pid, "M", (thread, 0), |out| {
        out.member_string("name", what);
        out.member("args", |out| out.object(|out| out.member_string("name", name)));
    });
}
