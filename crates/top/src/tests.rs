use std::fs::File;
use std::path::PathBuf;

use ratatui_core::backend::TestBackend;
use recorder::event::{Entry, Event, Fact, Header, Kind};
use recorder::file::Writer;
use report::live::view::{
    BlockView, HoldView, OperationView, RequestView, RouteView, Runs, Standing, ThreadView,
};

use super::*;
use crate::keys::Key;

const MS: u64 = 1_000_000;

fn route(name: &str, rate: f64, p99: u64) -> RouteView {
    let mostly = "62 % waiting: timer of 4 ms, loadUser (db.js:3)".to_owned();
    RouteView { name: name.into(), rate, open: 2, count: 10, failed: 1, p50: 2 * MS, p99, mostly }
}

fn view() -> View {
    let runs = Runs { took: 340 * MS, place: "crunch (app.js:9)".into(), of: "timer".into() };
    let block = BlockView {
        place: runs.place.clone(),
        of: "timer".into(),
        thread: "main".into(),
        count: 1,
        longest: runs.took,
        ago: 0,
    };
    let operation = |what: &str, alive| OperationView {
        what: what.into(),
        place: "remember (grow.js:3)".into(),
        alive,
        made: 10.0,
        ended: 0.0,
        grown: alive as i64,
        oldest: 3000 * MS,
    };
    let request = |number, asks: &str, is_open| RequestView {
        key: (0, number),
        route: "GET /slow".into(),
        asks: asks.into(),
        took: number * MS,
        is_open,
        status: if is_open { String::new() } else { "200".into() },
        waits: "timer of 900 ms, later (app.js:4)".into(),
    };
    View {
        program: "app.js 42".into(),
        pid: 42,
        node: "v22.0.0".into(),
        standing: Standing::Live,
        elapsed: 12_000 * MS,
        answered: 412.4,
        open: 3,
        alive: 5000,
        threads: vec![ThreadView {
            title: "main".into(),
            busy: Some(0.93),
            longest: 340 * MS,
            runs: Some(runs),
            hot: vec![(0.8, "crunch (app.js:9)".into())],
            ended: None,
        }],
        routes: vec![route("GET /fast", 400.0, 3 * MS), route("GET /slow", 12.0, 900 * MS)],
        operations: vec![operation("socket", 3), operation("timer of 1000 ms", 4990)],
        requests: vec![request(5, "GET /slow?a", true), request(900, "GET /slow?b", false)],
        blocks: vec![block],
        holds: vec![HoldView {
            what: "server on port 80".into(),
            place: "app.js:1".into(),
            count: 1,
            oldest: 12_000 * MS,
        }],
        ..View::default()
    }
}

/// What is drawn, by ratatui's own backend for tests.
fn drawn(view: &View, state: &mut State, size: (u16, u16)) -> String {
    let mut terminal = Terminal::new(TestBackend::new(size.0, size.1)).unwrap();
    let shows = draw::Shows { view, waterfall: None, output: None, note: "" };
    terminal
        .draw(|frame| {
            let area = frame.area();
            draw::screen(frame.buffer_mut(), area, &shows, state);
        })
        .unwrap();
    text::lines(terminal.backend().buffer())
}

fn press(state: &mut State, view: &View, keys: &[u8]) -> bool {
    keys::keys(keys).into_iter().any(|key| state.press(key, view))
}

#[test]
fn the_overview_answers_what_the_program_does_now() {
    let text = drawn(&view(), &mut State::default(), (80, 24));
    for part in [
        "app.js 42",
        "live",
        "412 requests/s, 3 open",
        "5000 operations alive",
        "93 % busy",
        "BLOCKED for 340 ms: crunch (app.js:9), timer",
        "GET /fast",
        "62 % timer of 4 ms",
        "remember (grow.js:3)",
        "kept from exiting by server on port 80, app.js:1",
        "q quit",
    ] {
        assert!(text.contains(part), "{part}\n{text}");
    }
    assert_eq!(text.lines().count(), 24);
    assert!(text.lines().all(|line| line.chars().count() <= 80));
}

#[test]
fn keys_sort_filter_open_and_go_back() {
    let (view, mut state) = (view(), State::default());
    let first = |state: &mut State| pages::routes(&view, state)[0].name.clone();
    assert_eq!(first(&mut state), "GET /fast");
    press(&mut state, &view, b"ssss");
    assert_eq!(first(&mut state), "GET /slow");
    assert!(drawn(&view, &mut state, (80, 24)).contains("P99▼"));
    press(&mut state, &view, b"\r");
    assert_eq!((state.page, state.route.as_deref()), (Page::Requests, Some("GET /slow")));
    // The open one comes first, though the other one took longer.
    assert_eq!(pages::requests(&view, &state)[0].asks, "GET /slow?a");
    press(&mut state, &view, b"\x1b[B\r");
    assert_eq!((state.page, state.opened), (Page::Request, Some((0, 900))));
    press(&mut state, &view, b"\x1b");
    assert_eq!(state.page, Page::Requests);
    press(&mut state, &view, b"\x1b/FAST");
    assert!(state.is_typing && drawn(&view, &mut state, (80, 24)).contains("filter: FAST_"));
    // While it is typed, letters are no commands.
    assert!(!press(&mut state, &view, b"q\x7f\r"));
    assert_eq!(pages::routes(&view, &state).len(), 1);
    press(&mut state, &view, b"\x1b");
    assert_eq!(pages::routes(&view, &state).len(), 2);
    assert!(press(&mut state, &view, b"q"));
    assert!(State::default().press(Key::Ctrl('c'), &view));
}

#[test]
fn every_page_fits_into_every_terminal() {
    let (view, empty) = (view(), View::default());
    for size in [(1, 1), (20, 5), (40, 10), (80, 24), (120, 40), (200, 100)] {
        for key in *b"123456?" {
            for view in [&view, &empty] {
                let mut state = State::default();
                press(&mut state, view, &[key]);
                press(&mut state, view, b"\x1b[6~\x1b[F");
                let text = drawn(view, &mut state, size);
                assert!(text.lines().all(|line| line.chars().count() <= usize::from(size.0)), "{text}");
            }
        }
    }
}

struct Scratch(PathBuf);

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

/// A recording with a request that is open, of a program that names things as terminals would obey them.
fn recording(name: &str) -> (Scratch, Writer) {
    let file = Scratch(std::env::temp_dir().join(format!("ahr-top-{}-{name}", std::process::id())));
    let argv = vec!["node".into(), "/srv/\u{1b}[2Japp.js".into()];
    let mut writer =
        Writer::new(File::create(&file.0).unwrap(), &Header { argv, ..Header::default() }).unwrap();
    let event = |time, id, kind| Entry::Event(Event { time: time * MS, id, kind });
    let init = |trigger, current, type_| Kind::Init { trigger, current, type_, stack: 0 };
    let entries = [
        Entry::ThreadStart { time: 0, worker: 0, name: String::new() },
        Entry::Type { index: 0, name: "HTTPINCOMINGMESSAGE".into() },
        Entry::Type { index: 1, name: "\u{1b}]0;evil\u{7}\u{202e}".into() },
        event(1, 10, init(1, 0, 0)),
        event(2, 10, Kind::Before),
        Entry::RequestStart { time: 2 * MS, connection: 10, number: 1 },
        Entry::Fact { fact: Fact::Asks, about: 1, text: "GET /\u{9b}31m".into() },
        event(3, 11, init(10, 10, 1)),
        event(4, 10, Kind::After),
    ];
    writer.append(0, &entries).unwrap();
    writer.flush().unwrap();
    (file, writer)
}

fn top(file: &Scratch, colour: bool) -> Top {
    let about = About { size: (80, 24), colour, output: None };
    let mut top = Top::open(&file.0, None, about).unwrap();
    top.advance(Duration::from_secs(60));
    top.refresh();
    top
}

#[test]
fn a_terminal_gets_no_more_than_what_has_changed() {
    let (file, mut writer) = recording("changes");
    let mut top = top(&file, true);
    let first = top.draw();
    assert!(first.contains("GET /") && first.len() < 4000, "{}", first.len());
    assert!(!top.type_in(b" "));
    let next = top.draw();
    assert!(next.contains("PAUSED") && next.len() < 300, "{} {next:?}", next.len());
    // Paused, it shows what it showed: but for how the recording goes on.
    writer.finish().unwrap();
    top.advance(Duration::from_secs(60));
    top.refresh();
    assert!(top.draw().contains("ended") && top.view.requests.len() == 1);
    top.resize((100, 30));
    assert!(top.draw().len() > 500);
    assert!(top.type_in(b"\x03"));
}

#[test]
fn nothing_of_the_program_is_obeyed_by_a_terminal() {
    let (file, _writer) = recording("hostile");
    let mut top = top(&file, false);
    top.tell("it \u{1b}[2J said");
    let mut all = String::new();
    for keys in ["1", "2", "\r", "3", "4", "5", "6", "?"] {
        top.type_in(keys.as_bytes());
        all.push_str(&top.draw());
    }
    assert!(all.contains("GET /\\x9b31m"), "{all:?}");
    // What is left are our own sequences: to go somewhere, and to change how text looks.
    let mut rest = all.as_str();
    while let Some(at) = rest.find('\u{1b}') {
        let end = rest[at..].find(|char: char| char.is_ascii_alphabetic()).unwrap() + at;
        let sequence = &rest[at + 1..=end];
        assert!(sequence == "[2J" || sequence.ends_with('H') || sequence.ends_with('m'), "{sequence:?}");
        // No colours.
        assert!(!sequence.ends_with('m') || !sequence.contains(";3"), "{sequence}");
        rest = &rest[end + 1..];
    }
    assert!(!rest.chars().any(|char| char.is_control()));
    assert!(!top.text().chars().any(|char| char != '\n' && report::shown::is_hidden(char)));
}

#[test]
fn a_request_is_opened() {
    let (file, _writer) = recording("request");
    let mut top = top(&file, false);
    top.type_in(b"2\r");
    let text = top.draw();
    assert!(text.contains("where its time went"), "{text}");
    assert!(top.waterfall.is_some());
}

#[test]
fn what_cannot_be_followed_is_an_error() {
    let missing = Top::open(std::path::Path::new("/nowhere/at.all"), None, About::default());
    assert!(missing.is_err_and(|error| error.contains("cannot be read")));
}
