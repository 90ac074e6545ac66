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
const FULL: usize = 1 << 18;

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
    /// At the end, what is alive and not told.
    left: Option<std::vec::IntoIter<Key>>,
}

impl Feed {
    /// Follows a file from its beginning, and no more than so many resources at once. Source maps are read with `resolve`.
    ///
    /// # Errors
    ///
    /// Where it cannot be opened.
    #[inline(never)]
    pub fn open(file: &Path, resolve: Option<Resolve>, resources: usize) -> Result<Self, ReadError> {
        Ok(Self::of(Follower::open(file)?, resolve, resources))
    }

    fn of(follower: Follower, resolve: Option<Resolve>, resources: usize) -> Self {
        let written = Written::default();
        Self {
            follower,
            replay: Replay::default(),
            sink: Otlp::for_sender(),
            out: Json::new(Box::new(written.clone())),
            written,
            requests: FxHashMap::default(),
            resolve,
            resources,
            has_header: false,
            left: None,
        }
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

    /// The recording goes on no more. Answers some of the spans of what had not ended, up to then; nothing after the last of them.
    #[inline(never)]
    pub fn end(&mut self) -> String {
        let Self { replay, sink, out, written, requests, left, .. } = self;
        let is_first = left.is_none();
        let left = left.get_or_insert_with(|| replay.alive().into_iter());
        while written.0.borrow().len() < FULL
            && let Some(key) = left.next()
        {
            if let Some(resource) = replay.resources().get(&key) {
                sink.alive(out, replay, key, resource);
            }
        }
        if is_first {
            for request in replay.finish_requests() {
                if requests.remove(&(request.thread, request.trace())) != Some(true) {
                    sink.over(out, replay, &request);
                }
            }
            sink.end(out, replay);
        }
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
        let (header, resolve) = (self.follower.header(), self.resolve.take());
        self.replay = Replay::of_one_that_grows(header, self.resources, resolve);
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

#[cfg(test)]
mod tests {
    use recorder::event::{Event, Header, Kind, Open, Part, There};
    use recorder::file::Writer;
    use recorder::file::samples::{Memory, for_damaged_files};

    use super::*;
    use crate::Form;
    use crate::tests::{Growing, reported};

    const MS: u64 = 1_000_000;
    const CONNECTION: Id = 10;

    /// A recording of one thread that grows, and its feed.
    struct Tape {
        feed: Feed,
        writer: Writer,
    }

    impl Tape {
        fn new(header: &Header) -> Self {
            let memory = Memory::default();
            let writer = Writer::new(memory.clone(), header).unwrap();
            let feed = Feed::of(Follower::of(Growing(memory)), None, 1000);
            let mut tape = Self { feed, writer };
            tape.put(&[
                Entry::ThreadStart { time: 0, worker: 0, name: String::new() },
                Entry::Type { index: 0, name: "HTTPINCOMINGMESSAGE".into() },
                Entry::Type { index: 1, name: "PROMISE".into() },
                Entry::Type { index: 2, name: "TLSWRAP".into() },
            ]);
            tape
        }

        fn put(&mut self, entries: &[Entry]) {
            self.writer.append(0, entries).unwrap();
        }

        fn event(&mut self, ms: u64, id: Id, kind: Kind) {
            self.put(&[Entry::Event(Event { time: ms * MS, id, kind })]);
        }

        fn init(&mut self, ms: u64, id: Id, type_: u32, current: Id) {
            self.event(ms, id, Kind::Init { trigger: current, current, type_, stack: 0 });
        }

        /// A connection reads the head of a request, and makes a promise that belongs to it.
        fn ask(&mut self, ms: u64, number: u32, promise: Id, asks: &str) {
            let about = Id::from(number);
            self.event(ms, CONNECTION, Kind::Before);
            self.put(&[
                Entry::RequestStart { time: ms * MS, connection: CONNECTION, number },
                Entry::Fact { fact: Fact::Asks, about, text: asks.into() },
            ]);
            self.init(ms, promise, 1, CONNECTION);
            self.event(ms, CONNECTION, Kind::After);
        }

        fn answer(&mut self, ms: u64, number: u32, status: &str) {
            let about = Id::from(number);
            self.put(&[
                Entry::Fact { fact: Fact::Status, about, text: status.into() },
                Entry::RequestEnd { time: ms * MS, number },
            ]);
        }

        /// The lines of a kind that have come since the last time.
        fn read(&mut self, kind: u32) -> Vec<String> {
            self.writer.flush().unwrap();
            of_kind(&self.feed.read(Duration::from_secs(3600)), kind)
        }
    }

    fn of_kind(text: &str, kind: u32) -> Vec<String> {
        let begin = format!("[{kind},");
        text.lines().filter(|line| line.starts_with(&begin)).map(str::to_owned).collect()
    }

    fn number_of(line: &str, key: &str) -> u64 {
        let at = line.find(&format!("\"{key}\":\"")).unwrap() + key.len() + 4;
        line[at..].split('"').next().unwrap().parse().unwrap()
    }

    #[test]
    fn a_request_is_told_once_when_its_response_ends() {
        let mut tape = Tape::new(&Header { pid: 7, ..Header::default() });
        tape.init(1, 5, 2, 1);
        tape.init(1, CONNECTION, 0, 5);
        tape.ask(2, 1, 20, "GET /user/17");
        assert_eq!(tape.read(1), Vec::<String>::new());
        tape.answer(32, 1, "503");
        let told = tape.read(1);
        assert_eq!(told.len(), 1);
        assert_eq!(
            number_of(&told[0], "endTimeUnixNano") - number_of(&told[0], "startTimeUnixNano"),
            30 * MS
        );
        for part in ["\"name\":\"GET /user/:id\"", "\"intValue\":\"503\"", "\"error.type\"", "\"https\""] {
            assert!(told[0].contains(part), "{part} {}", told[0]);
        }
        // What it has left behind follows, and it is not told again.
        tape.event(50, 20, Kind::Destroy);
        tape.event(51, CONNECTION, Kind::Destroy);
        assert_eq!((tape.read(2).len(), of_kind(&tape.feed.end(), 1).len()), (1, 0));
    }

    #[test]
    fn a_request_whose_connection_is_closed_is_told_though_its_promise_is_alive() {
        let mut tape = Tape::new(&Header::default());
        tape.init(1, CONNECTION, 0, 1);
        tape.ask(2, 1, 20, "GET /a");
        tape.event(9, CONNECTION, Kind::Destroy);
        let told = tape.read(1);
        assert!(told.len() == 1 && told[0].contains("async.aborted"), "{told:?}");
        assert_eq!(number_of(&told[0], "endTimeUnixNano") - number_of(&told[0], "startTimeUnixNano"), 7 * MS);
        let end = tape.feed.end();
        assert_eq!((of_kind(&end, 1).len(), of_kind(&end, 2).len()), (0, 1));
    }

    #[test]
    fn what_has_not_ended_is_told_at_the_end_as_alive() {
        let mut tape = Tape::new(&Header::default());
        tape.init(1, CONNECTION, 0, 1);
        tape.ask(2, 1, 20, "GET /a");
        assert_eq!((tape.read(1).len(), tape.read(2).len()), (0, 0));
        let end = tape.feed.end();
        for kind in [1, 2, 3] {
            let lines = of_kind(&end, kind);
            assert!(lines.len() == 1 && lines[0].contains("async.alive"), "{end}");
        }
    }

    #[test]
    fn a_request_has_its_ids_and_its_whole_duration_in_the_next_part() {
        let began = 1_700_000_000_000_000_000;
        let part = |number, from| Some(Part { number, from, began });
        let first = Header { pid: 7, wall_ns: began, part: part(0, 0), ..Header::default() };
        let second = Header { wall_ns: began + 100 * MS, part: part(1, 100 * MS), ..first.clone() };
        let ids = |line: &str| line.split(",\"name\"").next().unwrap().to_owned();

        let mut tape = Tape::new(&first);
        tape.init(1, CONNECTION, 0, 1);
        tape.ask(40, 1, 20, "GET /a");
        tape.answer(70, 1, "200");
        let whole = tape.read(1);
        let state = tape.read(5);

        let mut tape = Tape::new(&second);
        let there = There { age: Some(99_000), type_: "HTTPINCOMINGMESSAGE".into(), ..There::default() };
        let open = Open { connection: CONNECTION, age: 60_000 };
        tape.put(&[
            Entry::Mark { time: 100 * MS, name: String::new() },
            Entry::Fact { fact: Fact::Before, about: CONNECTION, text: there.to_string() },
            Entry::Fact { fact: Fact::Open, about: 1, text: open.to_string() },
        ]);
        tape.answer(130, 1, "200");
        let rest = tape.read(1);
        assert_eq!((whole.len(), rest.len()), (1, 1));
        assert_eq!(ids(&rest[0]), ids(&whole[0]));
        assert_eq!(number_of(&rest[0], "startTimeUnixNano"), began + 40 * MS);
        assert_eq!(number_of(&rest[0], "endTimeUnixNano"), began + 130 * MS);
        let process = |line: &str| line.split(',').rev().nth(1).unwrap().to_owned();
        let states = [state[0].clone(), tape.read(5)[0].clone()];
        assert_eq!(process(&states[0]), process(&states[1]));
        assert!(states[0].ends_with(",0]") && states[1].ends_with(",1]"), "{states:?}");
    }

    /// Whatever a file has, its feed has the spans that a report has of it, except that it tells requests earlier.
    #[test]
    fn a_feed_has_the_spans_of_a_report() {
        let mut spans = 0;
        for_damaged_files(11, 40, |bytes| {
            let Ok(_) = recorder::file::Reader::new(io::Cursor::new(bytes.clone())) else { return };
            let memory = Memory::default();
            memory.bytes().extend_from_slice(&bytes);
            let mut feed = Feed::of(Follower::of(Growing(memory)), None, usize::MAX);
            let mut text = String::new();
            loop {
                let more = feed.read(Duration::ZERO);
                text.push_str(&more);
                if more.lines().last().unwrap().starts_with("[5,false") {
                    break;
                }
            }
            let ends = std::iter::from_fn(|| Some(feed.end()).filter(|text| !text.is_empty()));
            text.extend(ends);
            let (_, outs) = reported(&bytes, &[Form::Spans]);
            let ids = |line: String| line.split(",\"attributes\"").next().unwrap().to_owned();
            let all = |text: &str| {
                let mut all: Vec<_> = (1..4).flat_map(|kind| of_kind(text, kind)).map(ids).collect();
                all.sort();
                all
            };
            spans += all(&text).len();
            assert_eq!(all(&text), all(&outs[0]));
        });
        assert!(spans > 1000, "{spans}");
    }
}
