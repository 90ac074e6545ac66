//! Trace Event JSON, for Perfetto and `chrome://tracing`: a slice for each callback, and an arrow to the first one of a
//! resource from the one that created it.
//!
//! Slices are written as they begin and end: whoever reads the file in its order, or sorted by time without a change of
//! the order of what happened at the same time, finds an arrow's slice begun before its end. One that did not end is open.

use std::io::{self, Write};

use rustc_hash::FxHashMap;

use super::Outcome;
use super::json;
use super::left_out::LeftOut;
use super::live::{Live, Resource, Step};
use super::types::Type;
use recorder::event::{Entry, Id};
use recorder::file::Reader;

struct Chrome<'a> {
    out: &'a mut dyn Write,
    pid: u32,
    live: Live,
    dropped: FxHashMap<Type, u64>,
    /// Arrows are numbered, since ids are not unique across threads.
    arrows: u64,
    first: bool,
}

pub fn write(mut reader: Reader, out: &mut dyn Write) -> io::Result<Outcome> {
    let header = reader.header().clone();
    out.write_all(b"{\"displayTimeUnit\":\"ns\",\"traceEvents\":[\n")?;
    let (live, dropped) = (Live::of(&header), FxHashMap::default());
    let mut chrome = Chrome { out, pid: header.pid, live, dropped, arrows: 0, first: true };
    chrome.name("process_name", 0, &header.argv.join(" "))?;
    let mut damage = None;
    for entry in reader.by_ref() {
        match entry {
            Ok((thread, entry)) => chrome.take(thread, &entry)?,
            Err(error) => damage = Some(error),
        }
    }
    let left_out = LeftOut { of_threads: reader.left_out(), ..chrome.live.left_out() };
    chrome.finish(header.wall_ns, &header.node)?;
    Ok(Outcome { damage, left_out })
}

impl Chrome<'_> {
    fn take(&mut self, thread: u32, entry: &Entry) -> io::Result<()> {
        let step = self.live.take(thread, entry);
        match entry {
            Entry::Event(event) => self.step(thread, event.time, step),
            Entry::Mark { time, name } => {
                self.begin("i", thread, *time)?;
                self.out.write_all(b",\"s\":\"p\",\"name\":")?;
                json::string(self.out, name)?;
                self.out.write_all(b"}")
            }
            Entry::ThreadStart { .. } => {
                let title = self.live.thread(thread).title();
                self.name("thread_name", thread, &title)
            }
            Entry::Dropped { type_, count } => {
                let type_ = self.live.type_of(thread, *type_);
                let dropped = self.dropped.entry(type_).or_default();
                *dropped = dropped.saturating_add(*count);
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn step(&mut self, thread: u32, time: u64, step: Step) -> io::Result<()> {
        match step {
            Step::Entered { id, resource } => {
                self.enter(thread, time, id, resource)?;
                match resource {
                    Some(resource) if !resource.ran() && resource.within() => {
                        self.arrow(thread, time, resource)
                    }
                    _ => Ok(()),
                }
            }
            Step::Left { contexts, .. } => (0..contexts).try_for_each(|_| {
                self.begin("E", thread, time)?;
                self.out.write_all(b"}")
            }),
            _ => Ok(()),
        }
    }

    /// From the slice in which the resource was created to the one that has just begun.
    fn arrow(&mut self, thread: u32, time: u64, resource: Resource) -> io::Result<()> {
        self.arrows += 1;
        for (phase, at, rest) in [("s", resource.created, ""), ("f", time, ",\"bp\":\"e\"")] {
            self.begin(phase, thread, at)?;
            write!(self.out, ",\"id\":{},\"cat\":\"trigger\",\"name\":\"trigger\"{rest}}}", self.arrows)?;
        }
        Ok(())
    }

    fn enter(&mut self, thread: u32, time: u64, id: Id, resource: Option<Resource>) -> io::Result<()> {
        self.begin("B", thread, time)?;
        self.out.write_all(b",\"cat\":\"callback\",\"name\":")?;
        let name = resource.map_or("(created before the recording)", |of| self.live.type_name(of.type_));
        json::string(self.out, name)?;
        write!(self.out, ",\"args\":{{\"id\":{id}")?;
        if let Some(resource) = resource {
            write!(self.out, ",\"trigger\":{}", resource.trigger)?;
            if let Some(stack) = self.live.stack(resource.stack) {
                self.out.write_all(b",\"created\":")?;
                json::string(self.out, stack)?;
            }
        }
        self.out.write_all(b"}}")
    }

    /// Begins an event, up to what its phase asks for.
    fn begin(&mut self, phase: &str, thread: u32, time: u64) -> io::Result<()> {
        if !std::mem::take(&mut self.first) {
            self.out.write_all(b",\n")?;
        }
        // Thread 0 is the idle one to Perfetto.
        let thread = u64::from(thread) + 1;
        write!(self.out, "{{\"ph\":\"{phase}\",\"pid\":{},\"tid\":{thread},\"ts\":", self.pid)?;
        json::micros(self.out, time)
    }

    fn name(&mut self, what: &str, thread: u32, name: &str) -> io::Result<()> {
        self.begin("M", thread, 0)?;
        write!(self.out, ",\"name\":\"{what}\",\"args\":{{\"name\":")?;
        json::string(self.out, name)?;
        self.out.write_all(b"}}")
    }

    fn finish(self, wall: u64, node: &str) -> io::Result<()> {
        self.out.write_all(b"\n],\"otherData\":{\"node\":")?;
        json::string(self.out, node)?;
        write!(self.out, ",\"began\":\"{wall} ns since 1970\",\"dropped\":{{")?;
        let mut dropped: Vec<_> = self.dropped.into_iter().collect();
        dropped.sort_unstable();
        for (at, (type_, count)) in dropped.into_iter().enumerate() {
            if at > 0 {
                self.out.write_all(b",")?;
            }
            json::string(self.out, self.live.type_name(type_))?;
            write!(self.out, ":{count}")?;
        }
        self.out.write_all(b"}}}\n")
    }
}
