use recorder::event::{Event, Kind as Happened};

use super::*;

const MS: u64 = 1_000_000;

/// A recording of one thread, told line by line, times in milliseconds.
#[derive(Default)]
struct Tape {
    replay: Replay,
    collector: Collector,
    types: Vec<String>,
    stacks: u32,
    over: Vec<(Request, Vec<Segment>)>,
}

impl Tape {
    fn of(lines: &str) -> Self {
        let mut tape = Self::default();
        lines.lines().map(str::trim).filter(|line| !line.is_empty()).for_each(|line| tape.tell(line));
        tape
    }

    fn take(&mut self, entry: &Entry) {
        let heard = self.replay.take(0, entry);
        self.collector.hear(&self.replay, &heard);
        while let Some(request) = self.replay.take_over() {
            let segments = self.collector.over(&self.replay, &request);
            self.over.push((request, segments));
        }
    }

    /// `TIME init ID TYPE TRIGGER CURRENT`, `TIME before ID`, `TIME start CONNECTION NUMBER`, `TIME end NUMBER` …
    fn tell(&mut self, line: &str) {
        let words: Vec<_> = line.split_whitespace().collect();
        let number = |at: usize| words[at].parse::<u64>().unwrap();
        let time = number(0) * MS;
        let event = |id, kind| Entry::Event(Event { time, id, kind });
        let entry = match words[1] {
            "init" => {
                let stack = self.stack(words.get(6).copied());
                let type_ = self.type_(words[3]);
                let kind = Happened::Init { trigger: number(4), current: number(5), type_, stack };
                event(number(2), kind)
            }
            "before" => event(number(2), Happened::Before),
            "after" => event(number(2), Happened::After),
            "resolve" => event(number(2), Happened::Resolve),
            "destroy" => event(number(2), Happened::Destroy),
            "start" => Entry::RequestStart { time, connection: number(2), number: number(3) as u32 },
            "end" => Entry::RequestEnd { time, number: number(2) as u32 },
            "delay" => Entry::Delay { id: number(2), ms: number(3) as u32, repeats: false },
            "does" => Entry::Fact { fact: Fact::Does, about: number(2), text: words[3..].join(" ") },
            "asks" => Entry::Fact { fact: Fact::Asks, about: number(2), text: words[3..].join(" ") },
            "sample" => Entry::Sample { time, stack: self.stack(words.get(2).copied()) },
            other => panic!("{other}"),
        };
        self.take(&entry);
    }

    fn type_(&mut self, name: &str) -> u32 {
        if let Some(at) = self.types.iter().position(|known| known == name) {
            return at as u32;
        }
        self.types.push(name.into());
        let index = self.types.len() as u32 - 1;
        self.take(&Entry::Type { index, name: name.into() });
        index
    }

    fn stack(&mut self, function: Option<&str>) -> u32 {
        let Some(function) = function else { return 0 };
        self.take(&Entry::Stack { index: self.stacks, frames: format!("at {function} (/a.js:1:1)") });
        self.stacks += 1;
        self.stacks
    }

    /// The recording ends: the segments of what is open.
    fn finish(&mut self) {
        self.collector.recording_ends(&self.replay);
        for request in self.replay.finish_requests() {
            let segments = self.collector.over(&self.replay, &request);
            self.over.push((request, segments));
        }
    }

    fn segments(&self, number: u32) -> &[Segment] {
        let key = (0, REQUEST | Id::from(number));
        let over = self.over.iter().find(|(request, _)| request.number == number);
        self.collector.paths.get(&key).or(over.map(|(_, segments)| segments)).unwrap()
    }

    /// `running 5, waiting 10 Timeout`: the kinds, their milliseconds, and what it was.
    fn path(&self, number: u32) -> String {
        let segments = self.segments(number);
        assert!(segments.windows(2).all(|pair| pair[0].to == pair[1].from), "{segments:?}");
        let text = segments.iter().map(|segment| {
            let kind = match segment.kind {
                Kind::Running => "running",
                Kind::Waiting => "waiting",
                Kind::Queued if segment.at_most => "queued?",
                Kind::Queued => "queued",
                Kind::Unknown => "unknown",
            };
            let type_ = segment.resource.map(|(_, type_)| self.replay.type_name(type_));
            let what = segment.words.as_deref().or(type_).filter(|_| segment.kind == Kind::Waiting);
            format!("{kind} {} {}", segment.took() / MS, what.unwrap_or_default()).trim().to_owned()
        });
        text.collect::<Vec<_>>().join(", ")
    }
}

/// A request of a connection, up to what happens in its first callback.
const BEGIN: &str = "
    0 init 10 HTTPINCOMINGMESSAGE 1 0
    10 before 10
    10 start 10 1
";

fn path(lines: &str) -> String {
    Tape::of(&format!("{BEGIN}{lines}")).path(1)
}

#[test]
fn a_callback_that_ends_the_response_ran() {
    assert_eq!(path("15 end 1"), "running 5");
}

#[test]
fn an_await_waits_for_what_resolved_its_promise() {
    let lines = "
        12 init 100 PROMISE 10 10
        12 init 20 Timeout 10 10
        12 delay 20 40
        12 init 101 PROMISE 100 10
        13 after 10
        52 before 20
        52 resolve 100
        53 after 20
        53 before 101
        58 init 30 TickObject 101 101
        59 resolve 101
        59 after 101
        60 before 30
        61 end 1";
    assert_eq!(path(lines), "running 2, waiting 40 Timeout, running 7, queued 1, running 1");
}

#[test]
fn a_timer_that_is_due_is_queued() {
    let lines = "
        12 init 20 Timeout 10 10
        12 delay 20 10
        12 after 10
        15 before 40
        35 after 40
        36 before 20
        37 end 1";
    assert_eq!(path(lines), "running 2, waiting 10 Timeout, queued 14, running 1");
    // Without its delay it is not known when it was due.
    assert_eq!(path(&lines.replace("12 delay 20 10", "")), "running 2, waiting 24 Timeout, running 1");
}

#[test]
fn an_interval_waits_since_it_called_back() {
    let lines = "
        12 init 20 Timeout 10 10
        12 delay 20 10
        12 after 10
        22 before 20
        23 after 20
        33 before 20
        34 end 1";
    assert_eq!(path(lines), "running 2, waiting 10 Timeout, running 1, waiting 10 Timeout, running 1");
}

#[test]
fn what_ran_while_an_operation_went_on_is_not_on_the_path() {
    let lines = "
        12 init 100 PROMISE 10 10
        12 init 20 Timeout 10 10
        12 delay 20 50
        32 init 101 PROMISE 100 10
        32 after 10
        62 before 20
        62 resolve 100
        62 after 20
        62 before 101
        63 end 1";
    assert_eq!(path(lines), "running 2, waiting 50 Timeout, running 1");
}

#[test]
fn a_promise_that_was_resolved_before_is_ready_at_once() {
    let lines = "
        11 init 100 PROMISE 10 10
        11 resolve 100
        12 init 101 PROMISE 100 10
        15 after 10
        15 before 40
        18 after 40
        18 before 101
        20 end 1";
    assert_eq!(path(lines), "running 5, queued 3, running 2");
}

#[test]
fn a_thenable_is_called_by_a_job() {
    let lines = "
        12 init 100 PROMISE 10 10
        12 init 101 PROMISE 100 10
        13 after 10
        14 before 100
        14 init 20 Timeout 100 100
        14 delay 20 20
        15 after 100
        34 before 20
        34 resolve 100
        34 after 20
        34 before 101
        36 end 1";
    assert_eq!(path(lines), "running 3, queued 1, waiting 20 Timeout, running 2");
}

#[test]
fn a_promise_that_is_returned_is_followed() {
    // `then(() => promise)`: the first callback of 101 makes 102, the second one is the job.
    let lines = "
        12 init 100 PROMISE 10 10
        12 resolve 100
        12 init 101 PROMISE 100 10
        12 init 103 PROMISE 101 10
        12 after 10
        12 before 101
        15 init 102 PROMISE 101 101
        15 init 20 Timeout 101 101
        15 delay 20 20
        16 after 101
        16 before 101
        16 init 104 PROMISE 102 101
        16 after 101
        35 before 20
        35 resolve 102
        35 after 20
        35 before 104
        35 resolve 101
        35 after 104
        35 before 103
        37 end 1";
    assert_eq!(path(lines), "running 5, waiting 20 Timeout, running 2");
}

#[test]
fn what_another_request_does_counts_since_it_was_waited_for() {
    // The second request waits for a promise that the first one resolves after its timer.
    let lines = "
        12 init 100 PROMISE 10 10
        12 init 20 Timeout 10 10
        12 delay 20 30
        12 after 10
        20 init 11 HTTPINCOMINGMESSAGE 1 0
        20 before 11
        20 start 11 2
        22 init 101 PROMISE 100 11
        22 after 11
        42 before 20
        47 resolve 100
        48 after 20
        48 before 101
        50 end 2";
    let tape = Tape::of(&format!("{BEGIN}{lines}"));
    assert_eq!(tape.path(2), "running 2, waiting 20 Timeout, running 8");
}

#[test]
fn an_operation_may_have_been_queued() {
    let lines = "
        12 init 20 FSREQCALLBACK 10 10
        12 after 10
        20 before 40
        30 after 40
        30 before 20
        31 end 1";
    assert_eq!(path(lines), "running 2, waiting 8 FSREQCALLBACK, queued? 10, running 1");
}

#[test]
fn a_shared_handle_is_waited_for_since_the_path_returns() {
    let lines = "
        12 init 100 PROMISE 10 10
        12 init 101 PROMISE 100 10
        13 after 10
        40 before 5
        41 resolve 100
        42 after 5
        42 before 101
        43 end 1";
    let tape = Tape::of(&format!("0 init 5 TCPWRAP 1 0\n0 does 5 connection to db:5432{BEGIN}{lines}"));
    assert_eq!(tape.path(1), "running 2, waiting 28 connection to db:5432, running 3");
}

#[test]
fn the_client_may_send_more() {
    let lines = "
        12 after 10
        30 before 10
        31 after 10
        50 before 10
        51 end 1";
    assert_eq!(
        path(lines),
        "running 2, waiting 18 more from the client, running 1, waiting 19 more from the client, running 1"
    );
}

#[test]
fn a_callback_within_another_goes_on_there() {
    let lines = "
        12 init 20 Pool 10 10
        12 after 10
        30 before 5
        33 before 20
        35 end 1";
    let tape = Tape::of(&format!("0 init 5 TCPWRAP 1 0{BEGIN}{lines}"));
    assert_eq!(tape.path(1), "running 2, waiting 18 TCPWRAP, running 5");
}

#[test]
fn a_shared_connection_sends_for_all() {
    let lines = "
        0 init 10 HTTP2SESSION 1 0
        10 before 10
        10 init 11 HTTP2STREAM 10 10
        10 start 10 1
        11 init 20 Timeout 10 10
        11 delay 20 5
        12 after 10
        16 before 20
        18 after 20
        25 before 11
        25 end 1";
    assert_eq!(
        Tape::of(lines).path(1),
        "running 1, waiting 5 Timeout, running 2, waiting 7 sending the response"
    );
}

#[test]
fn samples_say_where_it_ran() {
    let tape = Tape::of(&format!("{BEGIN} 15 sample sort\n 25 sample sort\n 35 sample print\n 40 end 1"));
    let places: Vec<_> =
        tape.segments(1).iter().map(|segment| (segment.took() / MS, segment.place)).collect();
    let text = |place| tape.replay.places.text(place).unwrap().to_string();
    assert_eq!(
        places.iter().map(|&(ms, place)| (ms, text(place))).collect::<Vec<_>>(),
        [(15, "sort (/a.js:1)".to_owned()), (15, "print (/a.js:1)".to_owned())]
    );
}

#[test]
fn an_operation_without_a_place_was_begun_for_what_is_awaited() {
    let mut tape = Tape::of(&format!(
        "{BEGIN} 11 init 20 PROMISE 10 10
         11 init 21 TCPWRAP 10 10
         11 init 22 PROMISE 20 10 fetchPrices
         12 after 10
         50 before 21
         51 resolve 20
         51 after 21
         52 before 22
         52 end 1
         53 after 22"
    ));
    [10, 20, 21, 22].iter().for_each(|id| tape.tell(&format!("60 destroy {id}")));
    let waiting = tape.segments(1).iter().find(|segment| segment.kind == Kind::Waiting).unwrap();
    assert_eq!(waiting.took(), 39 * MS);
    assert_eq!(tape.replay.places.text(waiting.place).unwrap().as_str(), "fetchPrices (/a.js:1)");
}

#[test]
fn a_sample_that_was_asked_for_just_before_is_of_the_callback_that_it_was_read_in() {
    let tape = Tape::of(&format!("{BEGIN} 8 sample sort\n 40 end 1\n 41 after 10"));
    let place = tape.segments(1)[0].place;
    assert_eq!(tape.replay.places.text(place).unwrap().as_str(), "sort (/a.js:1)");
    let tape = Tape::of(&format!("{BEGIN} 3 sample sort\n 40 end 1\n 41 after 10"));
    assert_eq!(tape.segments(1)[0].place, 0);
}

#[test]
fn what_leads_nowhere_is_not_known() {
    assert_eq!(path("12 after 10\n 20 before 77\n 25 end 1"), "running 2, unknown 13");
    // Without an end there is no path.
    let tape = Tape::of(&format!("{BEGIN} 12 after 10\n 13 destroy 10"));
    assert_eq!((tape.over.len(), tape.over[0].1.len()), (1, 0));
}

#[test]
fn a_request_without_an_answer_says_what_it_waits_for() {
    let charge = "11 init 20 HTTPCLIENTREQUEST 10 10 charge\n 11 does 20 POST api.pay.example\n 12 after 10";
    for (happens, path) in [
        (charge, "running 2, waiting 88 POST api.pay.example"),
        // An operation says more than a promise, and a promise more than nothing.
        ("11 init 20 PROMISE 10 10 acquire\n 12 after 10", "running 2, waiting 88 PROMISE"),
        ("12 after 10", "running 2, waiting 88 nothing is under way for it"),
        ("11 init 20 TickObject 10 10 f\n 12 after 10", "running 2, waiting 88 nothing is under way for it"),
    ] {
        let mut tape = Tape::of(&format!("{BEGIN} {happens}\n 100 init 99 TickObject 1 0"));
        tape.finish();
        assert_eq!(tape.path(1), path);
        assert!(!tape.over[0].0.is_answered() && !tape.over[0].0.is_aborted());
    }
}

#[test]
fn a_request_that_is_aborted_lasts_until_its_connection_is_closed() {
    let mut tape = Tape::of(&format!(
        "{BEGIN} 11 init 20 Timeout 10 10 beat\n 12 after 10\n 50 destroy 10\n 90 before 20\n 91 after 20"
    ));
    tape.finish();
    let (request, _) = &tape.over[0];
    assert_eq!((request.took(), request.is_aborted()), (40 * MS, true));
    assert_eq!(tape.path(1), "running 2, waiting 38 Timeout");
}

#[test]
fn nothing_is_kept_without_requests() {
    let mut tape = Tape::of(&format!("{BEGIN} 12 after 10\n 20 end 1\n 20 destroy 10"));
    assert!(tape.collector.threads.is_empty() && tape.collector.paths.is_empty());
    assert_eq!((tape.collector.kept, tape.collector.segments), (0, 0));
    (30..1000).for_each(|id| tape.tell(&format!("30 init {id} Timeout 1 0")));
    assert!(tape.collector.threads.is_empty());
}

#[test]
fn what_is_older_than_the_open_requests_is_forgotten() {
    let mut tape = Tape::of(BEGIN);
    tape.tell("10 after 10");
    for n in 2..20_000 {
        let time = 10 + n;
        tape.tell(&format!("{time} before 10"));
        tape.tell(&format!("{time} start 10 {n}"));
        tape.tell(&format!("{time} init {} Timeout 10 10", 100 + n));
        tape.tell(&format!("{time} after 10"));
        tape.tell(&format!("{time} end {}", n - 1));
        tape.tell(&format!("{time} destroy {}", 100 + n));
    }
    assert!(tape.collector.kept < 10_000, "{}", tape.collector.kept);
    assert!(tape.collector.paths.len() < 3, "{}", tape.collector.paths.len());
}

#[test]
fn a_request_that_never_ends_takes_no_more_than_its_room() {
    let mut collector = Collector::default();
    let mut replay = Replay::default();
    let mut take = |entry: Entry| {
        let heard = replay.take(0, &entry);
        collector.hear(&replay, &heard);
    };
    let event = |time, id, kind| Entry::Event(Event { time, id, kind });
    let init = Happened::Init { trigger: 1, current: 10, type_: 0, stack: 0 };
    take(Entry::Type { index: 0, name: "HTTPINCOMINGMESSAGE".into() });
    take(event(0, 10, init));
    take(Entry::RequestStart { time: 0, connection: 10, number: 1 });
    for id in 100..200_000 {
        take(event(id, id, init));
        take(event(id, id, Happened::Before));
        if id % 2 == 0 {
            take(event(id, id, Happened::After));
        }
        take(event(id, id, Happened::Destroy));
    }
    take(Entry::RequestEnd { time: 1_000_000, number: 1 });
    assert!(collector.kept <= KEPT);
    let segments = &collector.paths[&(0, REQUEST | 1)];
    assert_eq!(segments.iter().map(Segment::took).sum::<u64>(), 1_000_000);
}

#[test]
fn a_route_says_what_most_of_its_time_went_into() {
    let mut lines = BEGIN.to_owned();
    lines.push_str("10 asks 1 GET /user/17\n");
    let mut trigger = 10;
    // Thirty queries in a row.
    for n in 0..30 {
        let (time, id) = (11 + 3 * n, 20 + n);
        lines.push_str(&format!("{time} init {id} HTTPCLIENTREQUEST {trigger} {trigger} charge\n"));
        lines.push_str(&format!("{time} does {id} POST api.pay.example/charge/{n}\n"));
        lines.push_str(&format!("{time} after {trigger}\n{} before {id}\n", time + 3));
        trigger = id;
    }
    let tape = Tape::of(&format!("{lines} 101 end 1\n 101 after {trigger}\n 101 destroy 10"));
    let mut tape = tape;
    (20..50).for_each(|id| tape.tell(&format!("102 destroy {id}")));
    let sums = tape.collector.finish();
    assert_eq!((sums.len(), sums[0].count, sums[0].took.max), (1, 1, 91 * MS));
    assert_eq!(sums[0].route.map(|route| tape.replay.routes.name(route)), Some("GET /user/:id"));
    assert_eq!(
        mostly(&tape.replay, &sums[0]).as_deref(),
        Some("99 % waiting: POST api.pay.example, charge (/a.js:1); 30 in a row")
    );
}

#[test]
fn a_place_that_is_known_of_some_requests_of_a_route_is_believed_of_the_others() {
    let mut tape = Tape::default();
    for (n, place) in [(1, "charge"), (2, ""), (3, "")] {
        let (at, id) = (100 * n, 1000 + n);
        for line in [
            format!("{at} init {n} HTTPINCOMINGMESSAGE 1 0"),
            format!("{at} before {n}"),
            format!("{at} start {n} {n}"),
            format!("{at} asks {n} GET /pay"),
            format!("{at} init {id} HTTPCLIENTREQUEST {n} {n} {place}"),
            format!("{at} does {id} POST pay.example"),
            format!("{at} after {n}"),
            format!("{} before {id}", at + 30),
            format!("{} end {n}", at + 30),
            format!("{} after {id}", at + 30),
            format!("{} destroy {id}", at + 31),
            format!("{} destroy {n}", at + 31),
        ] {
            tape.tell(&line);
        }
    }
    let sums = tape.collector.finish();
    assert_eq!(
        mostly(&tape.replay, &sums[0]).as_deref(),
        Some("100 % waiting: POST pay.example, charge (/a.js:1)")
    );
}
