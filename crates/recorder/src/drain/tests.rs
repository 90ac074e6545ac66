//! That the drain writes all that is in a ring; and how many events a second it takes, counts, packs and
//! writes, on one core:
//!
//! ```text
//! cargo test --release -- --ignored --nocapture drain::tests
//! ```

use std::ptr::NonNull;
use std::sync::atomic::Ordering;

use super::*;
use crate::event::FIRST_OWN;
use crate::file::{Reader, former};
use crate::keep::FEWEST_BYTES;
use crate::ring::{FIRST_SLOT, Memory, Producer, Ring, SLOTS, TIME, word};
use crate::shared;
use crate::source::{CODES, Identity, LONGEST_RUN, Note, Notes, STACKS, code};

const ROUNDS: usize = 8;

/// A thread of JavaScript: it stores events where those of `lib/record` would.
struct Thread {
    memory: shared::Shared,
    ring: Arc<Ring<shared::Shared>>,
    notes: Arc<Notes>,
    producer: Producer,
    clock: Clock,
    next: usize,
    events: u64,
    last: u64,
}

impl Thread {
    fn join(recording: &Recording, slots: &mut [u64]) -> Self {
        let (start, capacity) = (NonNull::from(&mut slots[0]), slots.len() - FIRST_SLOT);
        // SAFETY: the caller keeps the slots for as long as the recording, and does not touch them.
        let [memory, other] = [(); 2].map(|()| unsafe { shared::Shared::new(start, capacity) });
        let ring = Arc::new(Ring::new(other));
        let notes = Arc::new(Notes::default());
        for name in ["PROMISE", "(steps)", "TickObject", "Timeout", "TCPWRAP"] {
            notes.add(Note::Type(name.to_owned()));
        }
        let identity = Identity { worker: 0, name: "main".to_owned() };
        let clock = recording.shared().clock().clone();
        recording.join(Source::new(ring.clone(), notes.clone(), identity, false, None, clock.now()));
        Self { memory, ring, notes, producer: Producer::default(), clock, next: 0, events: 0, last: 0 }
    }

    fn store(&mut self, value: u64) {
        // SAFETY: `fill` stays below the limit that the producer was given, and the drain is paused.
        unsafe { self.memory.write(self.next, value) };
        self.next += 1;
    }

    fn event(&mut self, code: u64, id: u64, rest: &[u64]) {
        self.store(((id * CODES + code) as f64).to_bits());
        rest.iter().for_each(|&number| self.store((number as f64).to_bits()));
        self.events += 1;
    }

    /// As JavaScript leaves it when it goes back to the event loop: stored, and published by nobody.
    fn leave_stored(&self) {
        self.memory.word(word::NEXT).store(self.next as u32, Ordering::Relaxed);
    }

    fn time(&mut self) {
        self.store(TIME | self.clock.raw());
    }

    /// Fills what the ring has for new resources. Answers how many events that were.
    fn fill(&mut self, mut step: impl FnMut(&mut Self, u64)) -> u64 {
        assert!(self.producer.room(&self.ring, self.clock.raw()).init);
        self.next = self.memory.word(word::NEXT).load(Ordering::Relaxed) as usize;
        let limit = self.memory.word(word::INIT_LIMIT).load(Ordering::Relaxed) as usize;
        let before = self.events;
        while self.next + 256 < limit {
            self.last += 1;
            step(self, self.last);
        }
        self.leave_stored();
        self.producer.room(&self.ring, self.clock.raw());
        self.events - before
    }
}

/// A program that does nothing but await: what comes out of the recorder's own promise hooks.
fn awaits(thread: &mut Thread, n: u64) {
    let id = FIRST_OWN + n;
    thread.event(code::INIT_PROMISE, id, &[id - 1]);
    thread.event(code::RESOLVE, id, &[]);
    thread.event(code::BEFORE, id, &[]);
    thread.time();
    thread.event(code::AFTER, id, &[]);
    if n > 1000 && n.is_multiple_of(LONGEST_RUN) {
        thread.event(code::DESTROY_RUN, id - 1000, &[LONGEST_RUN]);
        thread.events += LONGEST_RUN - 1;
    }
}

/// A server: several types, contexts that are not the trigger, callbacks with a time at both ends.
fn serves(thread: &mut Thread, n: u64) {
    let (id, connection) = (n * 3 + 100, n % 50 + 2);
    thread.time();
    thread.event(code::BEFORE, connection, &[]);
    for (at, type_) in [(0, 2), (1, 3), (2, 4)] {
        thread.event(code::INIT, id + at, &[id - at, connection, type_ * STACKS]);
    }
    thread.event(code::INIT_PROMISE, FIRST_OWN + n, &[connection]);
    thread.time();
    thread.event(code::AFTER, connection, &[]);
    if n > 1000 {
        (0..3).for_each(|at| thread.event(code::DESTROY, id + at - 3000, &[]));
        thread.event(code::DESTROY, FIRST_OWN + n - 1000, &[]);
    }
}

/// Processor time of this thread in nanoseconds, where the system tells it; else the time that passes.
fn processor_time() -> u64 {
    static START: OnceLock<Instant> = OnceLock::new();
    let stat = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let passed = START.get_or_init(Instant::now).elapsed().as_nanos() as u64;
    stat.split(' ').next().and_then(|first| first.parse().ok()).unwrap_or(passed)
}

/// Where a test records to.
fn file(name: &str) -> PathBuf {
    std::env::temp_dir().join(format!("async-hooks-rs-{name}-{}.rec", std::process::id()))
}

fn begin(file: &Path) -> io::Result<Recording> {
    Recording::start(Start { file: file.to_owned(), header: Header::default(), keep: None, dumps_on: None })
}

/// Counts the events in a file, and removes it.
fn events_in(path: &Path) -> u64 {
    let reader = Reader::open(path).unwrap();
    let events = reader.filter(|entry| matches!(entry, Ok((_, Entry::Event(_))))).count() as u64;
    std::fs::remove_file(path).unwrap();
    events
}

#[test]
fn what_is_in_the_ring_at_the_end_is_written() {
    let path = file("end");
    let recording = begin(&path).unwrap();
    recording.pause(true);
    let mut slots = vec![0; FIRST_SLOT + (1 << 16)];
    let mut thread = Thread::join(&recording, &mut slots);
    // Many times what the drain takes at once.
    assert!(thread.fill(awaits) > 10_000);
    recording.end("exit");
    recording.close();
    assert_eq!(events_in(&path), thread.events);
}

#[test]
fn what_a_thread_stored_is_written_though_it_goes_on_while_another_one_ends_the_recording() {
    let path = file("rest");
    let recording = begin(&path).unwrap();
    recording.pause(true);
    let mut slots = [(); 2].map(|()| vec![0; FIRST_SLOT + (1 << 12)]);
    let [mut thread, _other] = slots.each_mut().map(|slots| Thread::join(&recording, slots));
    thread.producer.room(&thread.ring, thread.clock.raw());
    thread.next = thread.memory.word(word::NEXT).load(Ordering::Relaxed) as usize;
    thread.event(code::BEFORE, 2, &[]);
    thread.leave_stored();
    let since = Instant::now();
    std::thread::scope(|scope| {
        scope.spawn(move || {
            while since.elapsed() < TICK * 3 {
                thread.event(code::RESOLVE, 2, &[]);
                thread.leave_stored();
                let stored = Instant::now();
                while stored.elapsed() < TICK / 50 {
                    std::hint::spin_loop();
                }
            }
        });
        recording.end("exit");
    });
    recording.close();
    assert!(events_in(&path) > 0);
}

/// A program in which nothing ends.
fn piles(thread: &mut Thread, n: u64) {
    thread.time();
    thread.event(code::INIT_PROMISE, FIRST_OWN + n, &[n.wrapping_mul(0x9e37_79b9) % (1 << 32)]);
}

#[test]
fn a_copy_has_all_that_is_in_the_ring_though_it_takes_long_to_tell_what_is_there() {
    let path = file("piles");
    let dump = path.with_extension("copy.rec");
    let keep = Some(Keep::bytes(FEWEST_BYTES));
    let start = Start { file: path.clone(), header: Header::default(), keep, dumps_on: None };
    let recording = Recording::start(start).unwrap();
    recording.pause(true);
    let mut slots = vec![0; SLOTS];
    let mut thread = Thread::join(&recording, &mut slots);
    // More than may wait while a part begins.
    assert!(thread.fill(piles) > 600_000);
    thread.notes.add(Note::Mark("last".to_owned()));
    thread.event(code::MARK, 0, &[1]);
    thread.leave_stored();
    thread.producer.room(&thread.ring, thread.clock.raw());
    let copy = recording.dump(&dump).unwrap();
    let is_mark = |entry: Entry| matches!(entry, Entry::Mark { name, .. } if name == "last");
    let mut reader = Reader::open(&copy).unwrap();
    assert!(reader.header().part.unwrap().number > 0);
    assert!(reader.any(|entry| is_mark(entry.unwrap().1)));
    recording.end("exit");
    recording.close();
    for path in [former(&path), path, copy] {
        std::fs::remove_file(path).unwrap();
    }
}

#[test]
#[cfg(unix)]
fn a_signal_that_comes_just_before_the_end_has_its_copy() {
    let path = file("signal");
    let dump = path.with_extension("dump.rec");
    let _ = std::fs::remove_file(&dump);
    let keep = Some(Keep::bytes(1 << 26));
    let start = Start { file: path.clone(), header: Header::default(), keep, dumps_on: Some(libc::SIGUSR2) };
    let recording = Recording::start(start).unwrap();
    recording.pause(true);
    let mut slots = vec![0; FIRST_SLOT + (1 << 16)];
    let mut thread = Thread::join(&recording, &mut slots);
    let stored = thread.fill(awaits);
    // SAFETY: the recording listens to it, as this process does not.
    unsafe { libc::raise(libc::SIGUSR2) };
    recording.end_with_process("exit");
    assert!(dump.exists(), "the end did not wait for the copy");
    assert_eq!(events_in(&dump), stored);
    std::fs::remove_file(path).unwrap();
}

/// Fills a ring and drains it by turns, and answers how many events there were and what draining took.
fn drain(step: fn(&mut Thread, u64)) -> (u64, u64) {
    let path = file("drain");
    let recording = begin(&path).unwrap();
    recording.pause(true);
    let mut slots = vec![0; SLOTS];
    let mut thread = Thread::join(&recording, &mut slots);
    let mut took = 0;
    for _ in 0..ROUNDS {
        thread.fill(step);
        let before = processor_time();
        recording.flush();
        took += processor_time() - before;
    }
    recording.end("exit");
    recording.close();
    let events = events_in(&path);
    assert_eq!(events, thread.events);
    (events, took)
}

#[test]
#[ignore = "a measurement"]
fn throughput() {
    for (name, step) in [("awaits", awaits as fn(&mut Thread, u64)), ("serves", serves)] {
        let (events, took) = drain(step);
        let rate = events as f64 / took as f64 * 1e3;
        println!("{name}: {events} events, {rate:.1} million events per second of processor time");
    }
}
