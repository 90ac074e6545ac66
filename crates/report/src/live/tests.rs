use std::io::Cursor;

use recorder::event::{Event, Fact, Id, Kind};
use recorder::file::samples::{Memory, for_damaged_files};
use recorder::file::{Reader, Writer};

use super::view::{RequestView, RouteView};
use super::*;
use crate::shown::is_hidden;
use crate::tests::Growing;

const MS: u64 = 1_000_000;
const SECOND: u64 = 1000 * MS;

/// A recording of one thread, told line by line, times in milliseconds.
struct Tape {
    live: Live,
    writer: Writer,
    types: Vec<String>,
    stacks: Vec<String>,
    now: u64,
}

impl Tape {
    fn new() -> Self {
        Self::with("{}")
    }

    /// Of a recording with options.
    fn with(options: &str) -> Self {
        let memory = Memory::default();
        let argv = vec!["node".into(), "/srv/app.js".into()];
        let header = Header { pid: 7, argv, options: options.into(), ..Header::default() };
        let writer = Writer::new(memory.clone(), &header).unwrap();
        let live = Live::of(Follower::of(Growing(memory)), None);
        let mut tape = Self { live, writer, types: Vec::new(), stacks: Vec::new(), now: 0 };
        tape.put(Entry::ThreadStart { time: 0, worker: 0, name: String::new() });
        tape
    }

    fn of(lines: &str) -> Self {
        let mut tape = Self::new();
        tape.tell(lines);
        tape
    }

    fn put(&mut self, entry: Entry) {
        self.writer.append(0, &[entry]).unwrap();
    }

    /// `TIME init ID TYPE TRIGGER CURRENT [FUNCTION]`, `TIME before ID`, `TIME start CONNECTION NUMBER`, `TIME ask NUMBER WHAT` …
    fn tell(&mut self, lines: &str) {
        for line in lines.lines().map(str::trim).filter(|line| !line.is_empty()) {
            let words: Vec<_> = line.split_whitespace().collect();
            let number = |at: usize| words[at].parse::<u64>().unwrap();
            self.now = number(0) * MS;
            let time = self.now;
            let event = |id, kind| Entry::Event(Event { time, id, kind });
            let fact = |fact| Entry::Fact { fact, about: number(2), text: words[3..].join(" ") };
            let entry = match words[1] {
                "init" => {
                    let stack = self.stack(words.get(6).copied());
                    let type_ = self.type_(words[3]);
                    event(number(2), Kind::Init { trigger: number(4), current: number(5), type_, stack })
                }
                "before" => event(number(2), Kind::Before),
                "after" => event(number(2), Kind::After),
                "resolve" => event(number(2), Kind::Resolve),
                "destroy" => event(number(2), Kind::Destroy),
                "start" => Entry::RequestStart { time, connection: number(2), number: number(3) as u32 },
                "end" => Entry::RequestEnd { time, number: number(2) as u32 },
                "delay" => Entry::Delay { id: number(2), ms: number(3) as u32, repeats: false },
                "does" => fact(Fact::Does),
                "ask" => fact(Fact::Asks),
                "route" => fact(Fact::Route),
                "status" => fact(Fact::Status),
                "holds" => fact(Fact::Holds),
                "loop" => Entry::Loop { time, idle: number(2) * MS, active: number(3) * MS },
                "sample" => Entry::Sample { time, stack: self.stack(words.get(2).copied()) },
                other => panic!("{other}"),
            };
            self.put(entry);
        }
    }

    fn type_(&mut self, name: &str) -> u32 {
        if let Some(at) = self.types.iter().position(|known| known == name) {
            return at as u32;
        }
        self.types.push(name.into());
        let index = self.types.len() as u32 - 1;
        self.put(Entry::Type { index, name: name.into() });
        index
    }

    fn stack(&mut self, function: Option<&str>) -> u32 {
        let Some(function) = function else { return 0 };
        if let Some(at) = self.stacks.iter().position(|known| known == function) {
            return at as u32 + 1;
        }
        self.stacks.push(function.into());
        let index = self.stacks.len() as u32 - 1;
        self.put(Entry::Stack { index, frames: format!("at {function} (/srv/a.js:1:1)") });
        index + 1
    }

    /// What is shown at the time of the last line, or so many milliseconds after it.
    fn view_after(&mut self, ms: u64) -> View {
        self.writer.flush().unwrap();
        self.live.advance(Duration::from_secs(3600));
        let (now, since) = (self.now + ms * MS, self.live.since());
        self.live.requests.tidy(&mut self.live.replay, &self.live.paths, now);
        self.live.operations.look(&self.live.replay, now);
        self.live.requests.look(&mut self.live.replay, now, since);
        self.live.view_at(now, since)
    }

    fn view(&mut self) -> View {
        self.view_after(0)
    }
}

/// Requests of one connection, so many milliseconds apart: each waits for a timer for a time, and may say more before it ends.
fn requests(numbers: std::ops::Range<u64>, every: u64, took: u64, more: &str) -> String {
    let one = |number: u64| {
        let (time, timer) = (number * every, 1000 + number);
        let end = time + took;
        let more = more.replace("END", &end.to_string()).replace("NUMBER", &number.to_string());
        format!(
            "{time} before 10
             {time} start 10 {number}
             {time} ask {number} GET /user/{number}
             {time} init {timer} Timeout 10 10 loadUser
             {time} delay {timer} {took}
             {time} after 10
             {end} before {timer}
             {more}
             {end} end {number}
             {end} after {timer}
             {end} destroy {timer}\n"
        )
    };
    numbers.map(one).collect()
}

const CONNECTION: &str = "0 init 10 HTTPINCOMINGMESSAGE 1 0\n";

#[test]
fn routes_have_rates_percentiles_and_what_they_mostly_wait_for() {
    let mut tape = Tape::of(CONNECTION);
    tape.tell(&requests(0..99, 100, 40, "END route NUMBER /user/:name\nEND status NUMBER 200"));
    tape.tell(&requests(99..100, 100, 90, "END route NUMBER /user/:name\nEND status NUMBER 503"));
    tape.tell("9995 before 10\n9995 start 10 200\n9995 ask 200 GET /user/200\n9995 after 10");
    let view = tape.view();
    let [RouteView { name, rate, open, count, failed, p50, p99, mostly }] = &view.routes[..] else {
        panic!("{:?}", view.routes)
    };
    assert_eq!((name.as_str(), *open, *count, *failed), ("GET /user/:name", 1, 100, 1));
    assert!((9.0..11.0).contains(rate) && (9.0..11.0).contains(&view.answered), "{rate}");
    assert!((39 * MS..42 * MS).contains(p50) && *p99 >= 40 * MS, "{p50} {p99}");
    assert!(mostly.contains("waiting: timers of 40 to 90 ms, loadUser (/srv/a.js:1)"), "{mostly}");
    assert_eq!((view.program.as_str(), view.pid, view.open), ("app.js 7", 7, 1));
}

#[test]
fn what_is_over_a_minute_ago_is_forgotten() {
    let mut tape = Tape::of(CONNECTION);
    tape.tell(&requests(0..10, 100, 40, ""));
    assert_eq!(tape.view().routes.len(), 1);
    let view = tape.view_after(75_000);
    assert!(view.routes.is_empty() && view.requests.is_empty() && view.answered == 0.0, "{:?}", view.routes);
}

#[test]
fn open_requests_say_what_they_wait_for() {
    let mut tape = Tape::of(CONNECTION);
    tape.tell(&requests(1..4, 100, 40, "END status NUMBER 200"));
    tape.tell(
        "1000 before 10
         1000 start 10 9
         1000 ask 9 GET /pay
         1000 init 3000 TCPCONNECTWRAP 10 10 charge
         1000 does 3000 connecting to 10.0.0.5:5432
         1000 after 10",
    );
    let view = tape.view_after(2000);
    let RequestView { key, asks, took, is_open, waits, .. } = &view.requests[0];
    assert_eq!((asks.as_str(), *took, *is_open), ("GET /pay", 2 * SECOND, true));
    assert_eq!(waits, "connecting to 10.0.0.5:5432, charge (/srv/a.js:1)");
    assert_eq!(view.requests.iter().filter(|request| request.is_open).count(), 1);
    let (now, key) = (tape.now + 2000 * MS, *key);
    let Live { requests, replay, paths, .. } = &mut tape.live;
    let open = requests.waterfall(replay, paths, key, now).unwrap();
    let last = open.parts.last().unwrap();
    assert_eq!((last.kind, last.to), ("waiting", 2 * SECOND));
    assert!(last.text.contains("charge"), "{}", last.text);
    // One that has ended can still be opened, its parts add up.
    let ended = view.requests.iter().find(|request| !request.is_open).unwrap();
    assert_eq!(ended.status, "200");
    let opened = requests.waterfall(replay, paths, ended.key, now).unwrap();
    assert_eq!(opened.parts.iter().map(|part| part.to - part.from).sum::<u64>(), ended.took);
    assert!(requests.waterfall(replay, paths, (0, 1 << 60 | 77), now).is_none());
}

#[test]
fn a_request_whose_connection_is_closed_has_failed() {
    let mut tape = Tape::of(CONNECTION);
    tape.tell(
        "10 before 10\n10 start 10 1\n10 ask 1 GET /x\n10 init 11 Timeout 10 10\n10 after 10\n500 destroy 10",
    );
    let view = tape.view();
    assert_eq!((view.open, view.routes.len(), view.routes[0].failed), (0, 1, 1));
    assert_eq!((view.requests[0].status.as_str(), view.requests[0].took), ("aborted", 490 * MS));
    // It is counted once, though it is over only now.
    tape.tell("600 destroy 11");
    assert_eq!((tape.view().routes[0].count, tape.live.requests.open()), (1, 0));
}

#[test]
fn what_is_alive_is_told_by_place() {
    let mut tape = Tape::new();
    for n in 0..100 {
        tape.tell(&format!("{} init {} Timeout 1 0 remember", n * 100, 100 + n));
        tape.tell(&format!("{} init {} TCPWRAP 1 0 connect", n * 100, 500 + n));
        tape.tell(&format!("{} destroy {}", n * 100 + 50, 500 + n));
    }
    let view = tape.view();
    let find = |what: &str| view.operations.iter().find(|of| of.what.contains(what)).unwrap();
    let timers = find("timer");
    assert_eq!((timers.place.as_str(), timers.alive, timers.grown), ("remember (/srv/a.js:1)", 100, 100));
    assert!((9.0..11.5).contains(&timers.made) && timers.ended == 0.0, "{timers:?}");
    assert_eq!(timers.oldest, 9950 * MS);
    let sockets = find("socket");
    assert_eq!((sockets.alive, sockets.oldest), (0, 0));
    assert!((9.0..11.5).contains(&sockets.made) && (9.0..11.5).contains(&sockets.ended), "{sockets:?}");
    assert_eq!(view.alive, 100);
    // A group that does nothing is not shown.
    let later = tape.view_after(60_000);
    assert_eq!(later.operations.len(), 1);
}

#[test]
fn a_promise_is_alive_until_it_is_settled() {
    let mut tape = Tape::of(
        "0 init 1000000000000001 PROMISE 1 0 load
         0 init 1000000000000002 PROMISE 1 0 load
         5 resolve 1000000000000001
         6 resolve 1000000000000001",
    );
    let alive = |tape: &mut Tape| tape.view().operations.iter().map(|of| of.alive).sum::<u64>();
    assert_eq!(alive(&mut tape), 1);
    tape.tell("9 destroy 1000000000000001");
    let view = tape.view();
    assert_eq!((view.alive, view.operations[0].place.as_str()), (1, "load (/srv/a.js:1)"));
    assert!((view.operations[0].ended - 2.0).abs() < 0.1, "{:?}", view.operations);
}

#[test]
fn what_runs_for_long_is_told_while_it_does_and_afterwards() {
    let mut tape = Tape::of("0 init 5 Timeout 1 0 poll\n0 loop 100 0\n1000 before 5");
    for at in (1010..1300).step_by(10) {
        tape.tell(&format!("{at} sample {}", if at < 1030 { "other" } else { "crunch" }));
    }
    let view = tape.view();
    let runs = view.threads[0].runs.as_ref().unwrap();
    assert_eq!((runs.place.as_str(), runs.of.as_str()), ("crunch (/srv/a.js:1)", "timer"));
    assert_eq!(runs.took, 290 * MS);
    assert_eq!((view.blocks.len(), view.blocks[0].ago), (1, 0));
    assert!(view.threads[0].busy.unwrap() > 0.7, "{:?}", view.threads);
    assert_eq!(view.threads[0].hot[0].1, "crunch (/srv/a.js:1)");
    tape.tell("1400 after 5\n2000 loop 500 500");
    let view = tape.view();
    assert_eq!((view.threads[0].runs.is_none(), view.threads[0].longest), (true, 400 * MS));
    let block = &view.blocks[0];
    assert_eq!(
        (block.place.as_str(), block.longest, block.ago),
        ("crunch (/srv/a.js:1)", 400 * MS, 600 * MS)
    );
    assert!(tape.view_after(70_000).blocks.is_empty());
}

#[test]
fn a_request_that_runs_is_told_with_what_blocks() {
    let mut tape = Tape::of(CONNECTION);
    tape.tell("10 before 10\n10 start 10 1\n10 ask 1 GET /slow\n900 sample handle");
    let view = tape.view();
    let runs = view.threads[0].runs.as_ref().unwrap();
    assert_eq!(runs.of, "HTTP connection, for GET /slow");
    assert_eq!(view.requests[0].waits, "running");
    tape.tell("1000 end 1\n1000 after 10");
    assert_eq!(tape.view().blocks[0].of, "HTTP connection, for GET /slow");
}

#[test]
fn a_main_module_that_never_ends_and_a_flood_of_promises_run_too() {
    let mut tape = Tape::new();
    (10..3000).step_by(10).for_each(|at| tape.tell(&format!("{at} sample forever")));
    let runs = tape.view().threads[0].runs.clone().unwrap();
    assert_eq!((runs.place.as_str(), runs.of.as_str()), ("forever (/srv/a.js:1)", "the main module"));

    let mut tape = Tape::new();
    for at in 0..2000_u64 {
        let id = 1_000_000_000_000_001 + at;
        tape.tell(&format!("{at} init {id} PROMISE 1 0\n{at} before {id}\n{at} after {id}"));
        if at % 10 == 0 {
            tape.tell(&format!("{at} sample step"));
        }
    }
    let runs = tape.view().threads[0].runs.clone().unwrap();
    assert_eq!((runs.place.as_str(), runs.took), ("step (/srv/a.js:1)", 1999 * MS));
}

#[test]
fn what_promises_run_is_told_by_samples_where_they_are_not_recorded() {
    let left_behind = |options: &str| {
        let mut tape = Tape::with(options);
        tape.tell(CONNECTION);
        tape.tell("10 before 10\n10 start 10 1\n10 ask 1 GET /slow\n12 after 10");
        // Most samples see no place: they are between two callbacks of promises.
        (20..1000).step_by(10).for_each(|at| tape.tell(&format!("{at} sample")));
        tape.tell("1000 sample crunch");
        let runs = tape.view().threads[0].runs.clone();
        tape.tell("1005 init 20 Timeout 10 10\n1100 before 20\n1100 after 20");
        (runs, tape.view().blocks)
    };
    let (runs, blocks) = left_behind(r#"{"types":null,"promises":false}"#);
    let runs = runs.unwrap();
    assert_eq!((runs.place.as_str(), runs.took), ("crunch (/srv/a.js:1)", 988 * MS));
    assert_eq!(runs.of, "HTTP connection, for GET /slow");
    assert_eq!((blocks[0].longest, blocks[0].of.as_str()), (988 * MS, "HTTP connection, for GET /slow"));
    // Other callbacks may be left out, or all are told.
    for options in [r#"{"types":["Timeout"],"promises":false}"#, r#"{"types":null,"promises":true}"#] {
        let (runs, blocks) = left_behind(options);
        assert!(runs.is_none() && blocks.is_empty(), "{options}");
    }
}

#[test]
fn what_keeps_the_program_from_exiting_is_told() {
    let mut tape =
        Tape::of("0 init 5 TCPSERVERWRAP 1 0 listen\n0 does 5 listening on port 3000\n0 holds 0 5");
    let view = tape.view_after(1000);
    assert_eq!(view.holds.len(), 1);
    assert_eq!((view.holds[0].what.as_str(), view.holds[0].oldest), ("listening on port 3000", 0));
    tape.writer.append(0, &[Entry::ThreadEnd { time: 2 * SECOND, reason: "exit".into() }]).unwrap();
    tape.writer.finish().unwrap();
    let view = tape.view();
    assert_eq!((view.holds.len(), view.standing), (0, Standing::Ended("ended: exit".into())));
}

#[test]
fn a_recording_says_how_it_goes_on() {
    let mut tape = Tape::new();
    tape.live.advance(Duration::ZERO);
    assert_eq!(tape.live.view().standing, Standing::Waiting);
    tape.tell("1 init 5 Timeout 1 0");
    tape.view();
    assert!(matches!(tape.live.view().standing, Standing::Silent(_)));
    tape.live.suppose(Process::Gone);
    assert_eq!(tape.live.view().standing, Standing::Gone);
    tape.live.suppose(Process::Runs);
    assert_eq!(tape.live.view().standing, Standing::Live);
    tape.live.suppose(Process::Unknown);
    tape.tell("2 destroy 5");
    tape.view();
    assert_eq!(tape.live.view().standing, Standing::Live);
}

/// Also where connections are not recorded, so that nothing says when a request is over.
#[test]
fn an_hour_of_requests_takes_no_more_than_a_minute() {
    let mut tape = Tape::of(CONNECTION);
    for minute in 0..6_u64 {
        let range = minute * 6000..(minute + 1) * 6000;
        tape.tell(&requests(range.clone(), 10, 4, "END status NUMBER 200"));
        for number in range {
            let time = (number + 1) * 10 - 1;
            let number = number + 1_000_000;
            tape.tell(&format!(
                "{time} start 99 {number}\n{time} ask {number} GET /lost\n{time} end {number}"
            ));
        }
        let view = tape.view();
        assert_eq!((view.routes.len(), view.requests.len()), (1, 64));
        assert!((5000..=6000).contains(&view.routes[0].count), "{}", view.routes[0].count);
        assert_eq!(tape.live.replay.routes_of((0, 1 << 60 | 1_000_001)), None);
        assert_eq!(view.open, 0);
    }
    assert!(tape.live.replay.resources().len() < 10);
}

#[test]
fn no_file_makes_it_panic_and_nothing_that_a_terminal_obeys_is_shown() {
    let mut shown = 0;
    for_damaged_files(3, 40, |bytes| {
        if Reader::new(Cursor::new(bytes.clone())).is_err() {
            return;
        }
        let mut live = Live::of(Follower::of(Cursor::new(bytes)), None);
        while live.advance(Duration::ZERO) {
            live.view();
        }
        let view = live.view();
        let waterfalls: Vec<_> =
            view.requests.iter().filter_map(|request| live.waterfall(request.key)).collect();
        let text = format!("{view:?}{waterfalls:?}");
        // Debug has escaped what strings hold: those of backslashes alone are of the text itself.
        assert!(!text.contains("\\u{1b}") && !text.chars().any(is_hidden), "{text}");
        shown += view.operations.len();
    });
    assert!(shown > 20, "{shown}");
}

#[test]
fn ids_are_of_their_thread() {
    let mut tape = Tape::of("0 init 5 Timeout 1 0 main");
    tape.writer.append(1, &[Entry::ThreadStart { time: 1, worker: 3, name: "pool".into() }]).unwrap();
    let id: Id = 5;
    let event = |kind| Entry::Event(Event { time: 2, id, kind });
    tape.writer.append(1, &[Entry::Type { index: 0, name: "Immediate".into() }]).unwrap();
    tape.writer.append(1, &[event(Kind::Init { trigger: 1, current: 0, type_: 0, stack: 0 })]).unwrap();
    let view = tape.view_after(1);
    let titles: Vec<_> = view.threads.iter().map(|thread| thread.title.as_str()).collect();
    assert_eq!((titles, view.alive), (vec!["main", "worker 3 pool"], 2));
}
