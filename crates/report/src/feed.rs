//! The spans of a recording while that grows, for whoever sends them.
//!
//! [`Feed`] reads on when it is asked to, and answers lines as those of `exports::otlp` for a sender. A request is told when its response
//! ends, and not when the last of what it left behind does. What it keeps is what is alive in the program, up to a limit.

use std::cell::RefCell;
use std::io::{self, Write};
use std::path::Path;
use std::rc::Rc;
use std::time::{Duration, Instant};

use recorder::event::{Entry, Fact, Id};
use recorder::file::ReadError;
use rustc_hash::FxHashMap;

use crate::exports::{Otlp, Out, Sink, loops, process_id};
use crate::follow::{Follower, State};
use crate::json::Json;
use crate::replay::{Key, REQUEST, Replay, Resolve};

/// So many entries are read between two looks at the clock.
const BETWEEN: usize = 512;
/// No more is read where so many bytes wait to be taken.
const FULL: usize = 1 << 20;

/// What was written and not taken yet.
#[derive(Clone, Default)]
struct Written(Rc<RefCell<Vec<u8>>>);

impl Write for Written {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.borrow_mut().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A recording that is followed.
pub struct Feed {
    follower: Follower,
    replay: Replay,
    sink: Otlp,
    out: Out,
    written: Written,
    /// The requests that are not over, and whether they are told already.
    requests: FxHashMap<Key, bool>,
    resolve: Option<Resolve>,
    resources: usize,
    has_header: bool,
}

impl Feed {
    /// Follows a file from its beginning, and no more than so many resources at once. Source maps are read with `resolve`.
    ///
    /// # Errors
    ///
    /// Where it cannot be opened.
    #[inline(never)]
    pub fn open(file: &Path, resolve: Option<Resolve>, resources: usize) -> Result<Self, ReadError> {
        let written = Written::default();
        Ok(Self {
            follower: Follower::open(file)?,
            replay: Replay::default(),
            sink: Otlp::for_sender(),
            out: Json::new(Box::new(written.clone())),
            written,
            requests: FxHashMap::default(),
            resolve,
            resources,
            has_header: false,
        })
    }

    /// Reads what there is, for so long at most. The last line tells how the recording goes on:
    /// `[5, more, state, why, now, pid, process, part]`, where `more` says that there is more to read, `now` is the time of the last
    /// entry, and `part` counts the parts of a recording of which only the newest is kept. The last three are there as soon as they
    /// are known.
    #[inline(never)]
    pub fn read(&mut self, most: Duration) -> String {
        let began = Instant::now();
        let has_more = loop {
            let count = self.read_some();
            if count < BETWEEN && !self.has_changed() {
                break false;
            }
            if began.elapsed() >= most || self.written.0.borrow().len() >= FULL {
                break true;
            }
        };
        self.tell_aborted();
        if self.has_header {
            loops(&mut self.out, &self.replay);
        }
        self.tell_state(has_more);
        self.take_written()
    }

    /// The recording goes on no more. Answers the spans of what had not ended, up to then.
    #[inline(never)]
    pub fn end(&mut self) -> String {
        let Self { replay, sink, out, requests, .. } = self;
        for key in replay.alive() {
            if let Some(resource) = replay.resources().get(&key) {
                sink.alive(out, replay, key, resource);
            }
        }
        for request in replay.finish_requests() {
            if requests.remove(&(request.thread, request.trace())) != Some(true) {
                sink.over(out, replay, &request);
            }
        }
        sink.end(out, replay);
        self.take_written()
    }

    /// Whether the file has turned out to be another one, so that the last of it can be read.
    fn has_changed(&mut self) -> bool {
        let before = self.follower.state().clone();
        self.follower.look();
        *self.follower.state() != before
    }

    /// Reads a few entries. Answers how many there were.
    fn read_some(&mut self) -> usize {
        for count in 0..BETWEEN {
            let Some((thread, entry)) = self.follower.next() else { return count };
            if !self.has_header {
                self.begin();
            }
            self.take(thread, &entry);
        }
        BETWEEN
    }

    fn begin(&mut self) {
        self.has_header = true;
        self.replay = Replay::of(self.follower.header().cloned().into_iter().collect());
        self.replay.keep_at_most(self.resources);
        if let Some(resolve) = self.resolve.take() {
            self.replay.places.resolve_with(resolve);
        }
        self.sink.begin(&mut self.out, &self.replay);
    }

    fn take(&mut self, thread: u32, entry: &Entry) {
        let Self { replay, sink, out, requests, .. } = self;
        let heard = replay.take(thread, entry);
        sink.hear(out, replay, &heard);
        let key = |number: u64| (heard.thread, REQUEST | Id::from(number as u32));
        match *entry {
            Entry::RequestStart { number, .. } => {
                requests.insert(key(number.into()), false);
            }
            Entry::Fact { fact: Fact::Open, about, .. } => {
                requests.insert(key(about), false);
            }
            Entry::RequestEnd { number, .. } => {
                if let Some(request) = replay.described(key(number.into())) {
                    sink.over(out, replay, &request);
                    requests.insert(key(number.into()), true);
                }
            }
            _ => {}
        }
        while let Some(request) = replay.take_over() {
            if requests.remove(&(request.thread, request.trace())) != Some(true) {
                sink.over(out, replay, &request);
            }
        }
    }

    /// Tells those whose connections were closed, though something of them may be alive for long.
    fn tell_aborted(&mut self) {
        let Self { replay, sink, out, requests, .. } = self;
        let mut aborted = Vec::new();
        requests.retain(|&key, is_told| match replay.request(key) {
            Some(request) => {
                if request.is_aborted() && !*is_told {
                    *is_told = true;
                    aborted.push(key);
                }
                true
            }
            None => false,
        });
        for key in aborted {
            if let Some(request) = replay.described(key) {
                sink.over(out, replay, &request);
            }
        }
    }

    fn tell_state(&mut self, has_more: bool) {
        let (state, why) = match self.follower.state() {
            State::Open => ("open", String::new()),
            State::Complete => ("complete", String::new()),
            State::Killed(signal) => ("killed", signal.clone()),
            State::Damaged(error) => ("damaged", error.to_string()),
            State::Replaced => ("replaced", String::new()),
        };
        let (header, now) = (self.follower.header(), self.replay.end());
        self.out.array(|out| {
            out.number(5);
            out.number(has_more);
            out.string(state);
            out.string(&why);
            out.number(now);
            if let Some(header) = header {
                out.number(header.pid);
                out.digits(format_args!("{:016x}", process_id(header)));
                match header.part {
                    Some(part) => out.number(part.number),
                    None => out.null(),
                }
            }
        });
        self.out.end_line();
    }

    fn take_written(&mut self) -> String {
        // A vector takes everything.
        let _ = self.out.flush();
        String::from_utf8_lossy(&self.written.0.take()).into_owned()
    }
}
