//! That two parts are never larger than they may be, and that each of them tells all that is there.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use super::*;
use crate::event::{Fact, Id, There};
use crate::file::{Reader, former};
use crate::output::Output;

const BUDGET: u64 = FEWEST_BYTES;
const TIMERS: u64 = 40;

/// The newest nanoseconds, however many bytes those are.
const fn time(time: u64) -> Keep {
    Keep { bytes: 1 << 40, time }
}

fn folder(name: &str) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("async-hooks-rs-keep-{name}-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    folder
}

/// A server that runs for long: few things live on, and others come and go.
struct Server {
    output: Output,
    file: PathBuf,
    now: u64,
    next: Id,
    /// By id, the trigger and the place of what is alive.
    alive: BTreeMap<Id, (Id, String)>,
    stacks: u32,
    requests: u32,
}

impl Server {
    fn begin(file: &Path, keep: Keep) -> Self {
        let output = Output::create(file, &Header { pid: 7, ..Header::default() }, Some(keep)).unwrap();
        let (file, alive) = (file.to_owned(), BTreeMap::new());
        let mut server = Self { output, file, now: 0, next: 2, alive, stacks: 0, requests: 0 };
        let start = Entry::ThreadStart { time: 0, worker: 0, name: "main".into() };
        server.say(vec![start, Entry::Clock { time: 0, wall: 1 << 60 }]);
        for (index, name) in (0..).zip(["PROMISE", "Timeout", "HTTPINCOMINGMESSAGE"]) {
            server.say(vec![Entry::Type { index, name: name.into() }]);
        }
        for _ in 0..TIMERS {
            let id = server.create(1, 1);
            server.say(vec![
                Entry::Delay { id, ms: 5, repeats: true },
                Entry::Fact { fact: Fact::Does, about: id, text: format!("timer {id}") },
            ]);
        }
        server
    }

    fn say(&mut self, mut entries: Vec<Entry>) {
        self.output.append(0, &mut entries);
        self.output.flush();
        assert!(entries.is_empty());
    }

    /// Of another place each time, as code that is made while the program runs.
    fn create(&mut self, type_: u32, trigger: Id) -> Id {
        let (id, index) = (self.next, self.stacks % 1000);
        self.next += 1;
        self.stacks += 1;
        let frames = format!("    at made{id} (/app/made.js:{id}:1)");
        self.alive.insert(id, (trigger, frames.clone()));
        let kind = Kind::Init { trigger, current: trigger, type_, stack: index + 1 };
        self.say(vec![Entry::Stack { index, frames }, Entry::Event(Event { time: self.now, id, kind })]);
        id
    }

    fn event(&mut self, id: Id, kind: Kind) {
        self.now += 10_000;
        self.say(vec![Entry::Event(Event { time: self.now, id, kind })]);
    }

    /// Answers a request on a connection of its own, which lives on if it is not answered.
    fn request(&mut self, is_answered: bool) {
        let connection = self.create(2, 1);
        self.requests += 1;
        let number = self.requests;
        self.event(connection, Kind::Before);
        self.say(vec![
            Entry::RequestStart { time: self.now, connection, number },
            Entry::Fact { fact: Fact::Asks, about: number.into(), text: format!("GET /{number}") },
        ]);
        let promise = self.create(0, connection);
        self.event(connection, Kind::After);
        if is_answered {
            self.say(vec![Entry::RequestEnd { time: self.now, number }]);
            for id in [promise, connection] {
                self.alive.remove(&id);
                self.event(id, Kind::Destroy);
            }
        }
    }

    /// With nothing that is created before it.
    fn begin_another_part(&mut self) {
        for number in 0..40_000_u64 {
            let name = format!("{:x}", number.wrapping_mul(0x9e37_79b9_7f4a_7c15));
            self.say(vec![Entry::Mark { time: self.now, name }]);
        }
    }

    fn sizes(&self) -> (u64, u64) {
        let size = |path: &Path| fs::metadata(path).map_or(0, |of| of.len());
        (size(&former(&self.file)), size(&self.file))
    }
}

/// What a reader takes for alive: the trigger and the place of each resource.
fn alive_in(reader: &mut Reader) -> BTreeMap<Id, (Id, String)> {
    let (mut alive, mut stacks) = (BTreeMap::new(), Vec::new());
    for entry in reader.by_ref() {
        let place = |stacks: &[String], stack: u32| stacks[stack as usize - 1].clone();
        match entry.unwrap().1 {
            Entry::Stack { index, frames } => {
                assert_eq!(index as usize, stacks.len());
                stacks.push(frames);
            }
            Entry::Fact { fact: Fact::Before, about, text } => {
                let there = There::of(&text).unwrap();
                alive.insert(about, (there.trigger, place(&stacks, there.stack)));
            }
            Entry::Event(Event { id, kind: Kind::Init { trigger, stack, .. }, .. }) => {
                alive.insert(id, (trigger, place(&stacks, stack)));
            }
            Entry::Event(Event { id, kind: Kind::Destroy, .. }) => drop(alive.remove(&id)),
            _ => {}
        }
    }
    alive
}

/// The last part alone, without the one before.
fn alone(file: &Path) -> Reader {
    Reader::new(fs::File::open(file).unwrap()).unwrap()
}

#[test]
fn parts_are_never_larger_and_tell_all_that_is_there() {
    let folder = folder("turns");
    let file = folder.join("a.rec");
    let mut server = Server::begin(&file, Keep::bytes(BUDGET));
    let mut largest = 0;
    for number in 0..60_000 {
        server.request(number % 3000 != 7);
        if number % 100 == 0 {
            server.output.pending().wait();
            let (former, current) = server.sizes();
            largest = largest.max(former + current);
            assert!(former.max(current) <= BUDGET / 2, "{former} and {current} bytes");
        }
    }
    server.output.finish();
    server.output.pending().close();
    assert!(largest > BUDGET * 3 / 4, "{largest} bytes at most");
    for (number, mut reader) in [Reader::open(&file).unwrap(), alone(&file)].into_iter().enumerate() {
        let part = reader.header().part.unwrap();
        assert!(part.number > 2 && part.from > 0 && reader.header().wall_ns == (1 << 60) + part.from);
        assert_eq!(alive_in(&mut reader), server.alive, "{number}");
        assert!(reader.is_complete());
    }
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn a_part_ends_by_the_limit_that_is_reached_first() {
    let folder = folder("both");
    let file = folder.join("a.rec");
    let mut server = Server::begin(&file, Keep { bytes: BUDGET, time: 1_000_000_000 });
    let part = |server: &mut Server| {
        server.output.pending().wait();
        alone(&server.file).header().part.unwrap().number
    };
    for _ in 0..8_000 {
        server.request(true);
    }
    let by_size = part(&mut server);
    assert!(by_size > 0 && server.now < 500_000_000, "{by_size}");
    server.output.look(server.now);
    assert_eq!(part(&mut server), by_size);
    server.output.look(server.now + 500_000_000);
    assert_eq!(part(&mut server), by_size + 1);
    server.output.finish();
    server.output.pending().close();
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn what_is_open_is_told_and_what_is_read_before_is_not_told_again() {
    let folder = folder("open");
    let file = folder.join("a.rec");
    let mut server = Server::begin(&file, time(1_000_000_000));
    server.request(true);
    server.request(false);
    let busy = server.create(1, 1);
    server.event(busy, Kind::Before);
    server.output.look(2_000_000_000);
    server.now = 2_000_000_000;
    server.event(busy, Kind::After);
    server.output.finish();
    server.output.pending().close();
    let entries: Vec<Entry> = alone(&file).map(|entry| entry.unwrap().1).collect();
    let told = |wanted: Fact| {
        entries.iter().filter_map(move |entry| match entry {
            Entry::Fact { fact, about, text } if *fact == wanted => Some((*about, text.as_str())),
            _ => None,
        })
    };
    let open: Vec<_> = told(Fact::Open).collect();
    assert!(matches!(open[..], [(2, text)] if text.starts_with("44 ")), "{open:?}");
    assert_eq!(told(Fact::Asks).collect::<Vec<_>>(), [(2, "GET /2")]);
    let of_request: Vec<_> = told(Fact::State).filter(|(_, text)| !text.starts_with('0')).collect();
    assert_eq!(of_request, [(45, "2 0")]);
    assert_eq!(told(Fact::Does).count(), TIMERS as usize);
    assert_eq!(told(Fact::Part).collect::<Vec<_>>(), [(1, "")]);
    let runs =
        |entry: &&Entry| matches!(entry, Entry::Event(Event { id, kind: Kind::Before, .. }) if *id == busy);
    assert_eq!(entries.iter().filter(runs).count(), 1);
    // Times count from when the first part began that is read.
    assert!(matches!(entries[0], Entry::ThreadStart { time: 0, .. }));
    let both: Vec<Entry> = Reader::open(&file).unwrap().map(|entry| entry.unwrap().1).collect();
    let parts = [Fact::Part, Fact::Open, Fact::Before, Fact::State];
    assert!(!both.iter().any(|entry| matches!(entry, Entry::Fact { fact, .. } if parts.contains(fact))));
    assert_eq!(both.iter().filter(|entry| matches!(entry, Entry::ThreadStart { .. })).count(), 1);
    assert_eq!(both.iter().filter(runs).count(), 1);
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn what_happens_while_it_is_told_what_is_there_comes_behind_it() {
    let folder = folder("behind");
    let file = folder.join("a.rec");
    let mut server = Server::begin(&file, time(1_000_000_000));
    let pending: Vec<_> = (0..8 * AT_ONCE).map(|_| server.create(0, 1)).collect();
    server.now = 2_000_000_000;
    server.output.look(server.now);
    let mut slices = 0;
    for &id in pending.iter().step_by(8000) {
        assert!(server.output.is_behind());
        server.request(slices % 2 == 0);
        server.alive.remove(&id);
        server.event(id, Kind::Destroy);
        // Not due before all of it is told.
        server.output.look(u64::MAX);
        server.output.go_on();
        slices += 1;
    }
    assert!(slices > 3);
    server.output.finish();
    server.output.pending().close();
    for (number, mut reader) in [Reader::open(&file).unwrap(), alone(&file)].into_iter().enumerate() {
        assert_eq!(reader.header().part.unwrap().number, u32::from(number > 0));
        assert_eq!(alive_in(&mut reader), server.alive, "{number}");
        assert!(reader.is_complete());
    }
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn a_part_does_not_begin_behind_what_is_still_to_come() {
    let folder = folder("oldest");
    for (keep, oldest, looked, wanted) in [
        (Keep::bytes(BUDGET), u64::MAX, 0, 10_000),
        (Keep::bytes(BUDGET), 7_000, 0, 7_000),
        (time(1_000_000_000), 7_000, 2_000_000_000, 7_000),
        (time(1_000_000_000), u64::MAX, 2_000_000_000, 2_000_000_000),
    ] {
        let file = folder.join("a.rec");
        let mut server = Server::begin(&file, keep);
        let id = server.create(1, 1);
        server.event(id, Kind::Before);
        assert_eq!(server.now, 10_000);
        server.output.none_is_older(oldest);
        server.output.look(looked);
        if looked == 0 {
            server.begin_another_part();
        }
        server.output.finish();
        server.output.pending().close();
        assert_eq!(alone(&file).header().part.map(|part| part.from), Some(wanted));
        fs::remove_file(&file).unwrap();
        fs::remove_file(former(&file)).unwrap();
    }
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn what_has_no_room_is_counted() {
    let folder = folder("room");
    let file = folder.join("a.rec");
    let mut server = Server::begin(&file, Keep::bytes(BUDGET));
    for _ in 0..60_000 {
        server.create(0, 1);
    }
    server.begin_another_part();
    server.output.finish();
    server.output.pending().close();
    let (mut told, mut missing) = (0, 0);
    for entry in alone(&file) {
        match entry.unwrap().1 {
            Entry::Fact { fact: Fact::Before, .. } => told += 1,
            Entry::Fact { fact: Fact::NoRoom, about, text } => {
                assert_eq!(text, "PROMISE");
                missing += about;
            }
            Entry::Dropped { .. } => panic!("it was there"),
            _ => {}
        }
    }
    assert!(told > 1000 && missing > 1000, "{told} and {missing}");
    assert_eq!(told + missing, server.alive.len() as u64);
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn what_says_little_on_one_thread_takes_no_room_from_another_one() {
    let folder = folder("threads");
    let file = folder.join("a.rec");
    let mut server = Server::begin(&file, Keep::bytes(BUDGET));
    for _ in 0..60_000 {
        server.create(0, 1);
    }
    let kind = Kind::Init { trigger: 1, current: 1, type_: 0, stack: 0 };
    server.output.append(
        1,
        &mut vec![
            Entry::ThreadStart { time: server.now, worker: 1, name: "helper".into() },
            Entry::Type { index: 0, name: "PROMISE".into() },
            Entry::Event(Event { time: server.now, id: 7, kind }),
        ],
    );
    server.begin_another_part();
    server.output.finish();
    server.output.pending().close();
    let of_helper: Vec<Entry> =
        alone(&file).map(|entry| entry.unwrap()).filter(|(thread, _)| *thread == 1).map(|of| of.1).collect();
    let told =
        |wanted| of_helper.iter().any(|entry| matches!(entry, Entry::Fact { fact, .. } if *fact == wanted));
    assert!(told(Fact::Before) && told(Fact::State) && told(Fact::Part) && !told(Fact::NoRoom));
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn nothing_grows_with_time() {
    let mut keeper = Keeper::new(Keep::bytes(BUDGET), &Header::default());
    let mut out = Vec::new();
    keeper.take(0, Entry::ThreadStart { time: 0, worker: 0, name: String::new() }, &mut out);
    keeper.take(0, Entry::Type { index: 0, name: "PROMISE".into() }, &mut out);
    for id in 1..300_000_u64 {
        let index = (id % 500) as u32;
        keeper.take(0, Entry::Stack { index, frames: format!("at {id}") }, &mut out);
        let kind = Kind::Init { trigger: id - 1, current: 0, type_: 0, stack: index + 1 };
        keeper.take(0, Entry::Event(Event { time: id, id, kind }), &mut out);
        if id > 100 {
            keeper.take(0, Entry::Event(Event { time: id, id: id - 100, kind: Kind::Destroy }), &mut out);
        }
        out.clear();
    }
    assert_eq!(keeper.threads[&0].sizes(), (500, 100));
    keeper.take(0, Entry::ThreadEnd { time: 1 << 40, reason: String::new() }, &mut out);
    assert!(keeper.threads.is_empty());
}

#[test]
fn a_file_of_somebody_else_is_left_alone() {
    let folder = folder("others");
    let file = folder.join("a.rec");
    let mut server = Server::begin(&file, time(1_000));
    fs::write(former(&file), "precious").unwrap();
    server.output.look(1 << 40);
    server.request(true);
    server.output.finish();
    server.output.pending().close();
    assert_eq!(fs::read(former(&file)).unwrap(), b"precious");
    assert_eq!(alive_in(&mut Reader::open(&file).unwrap()), server.alive);
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn a_part_that_has_only_begun_hides_nothing() {
    let folder = folder("begun");
    let file = folder.join("a.rec");
    let mut server = Server::begin(&file, time(1_000_000_000));
    server.output.look(2_000_000_000);
    server.output.finish();
    server.output.pending().close();
    for length in [25, 10, 0] {
        fs::File::options().write(true).open(&file).unwrap().set_len(length).unwrap();
        assert_eq!(alive_in(&mut Reader::open(&file).unwrap()), server.alive);
    }
    fs::remove_file(&file).unwrap();
    assert_eq!(alive_in(&mut Reader::open(&file).unwrap()), server.alive);
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn a_copy_is_one_file_with_both_parts() {
    let folder = folder("dump");
    let file = folder.join("a.rec");
    let mut server = Server::begin(&file, time(1_000_000_000));
    server.request(true);
    server.output.look(2_000_000_000);
    server.request(false);
    let copied = server.output.pending().dump(&file).unwrap();
    assert_eq!(copied, folder.join("a.1.rec"));
    let mut reader = Reader::open(&copied).unwrap();
    assert_eq!(reader.header().part.unwrap().number, 0);
    assert_eq!(alive_in(&mut reader), server.alive);
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 3);
    fs::remove_dir_all(folder).unwrap();
}
