//! A recording that runs: the threads that take part, the file, and the thread that drains the ones into
//! the other.
//!
//! No thread of JavaScript waits for the drain, but where it asks for something: to take part, to leave,
//! for the counts, for the end.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, TryLockError};
use std::thread::{self, JoinHandle, Thread};
use std::time::{Duration, Instant};

use super::clock::{Clock, Wall};
use super::event::{Entry, Header};
use super::file::Writer;
use super::source::Source;
use super::stats::TypeStats;

/// Between two looks at the rings while something happens. Events without a time of their own have that of
/// the one before them, which is at most so old.
const TICK: Duration = Duration::from_millis(1);
/// Between two looks while nothing happens.
const PAUSE: Duration = Duration::from_millis(20);
/// Ticks in which nothing happens until it is a pause.
const QUIET_TICKS: u32 = 8;
/// What is older than this is with the operating system.
const FLUSH: Duration = Duration::from_millis(10);
/// Between two accounts of drops, of the event loops and of the wall clock.
const ACCOUNT: Duration = Duration::from_millis(100);
/// Between two looks whether the file is still there.
const CHECK: Duration = Duration::from_secs(1);
/// How long the end of the process may wait for the drain.
const PATIENCE: Duration = Duration::from_secs(1);

/// The file, for as long as it can be written.
struct Output {
    path: PathBuf,
    writer: Option<Writer>,
    warned: bool,
}

impl Output {
    fn create(path: &Path, header: &Header) -> Self {
        let mut output = Self { path: path.to_owned(), writer: None, warned: false };
        match Writer::create(path, header) {
            Ok(writer) => output.writer = Some(writer),
            Err(error) => output.warn(&format!("cannot be written ({error})")),
        }
        output
    }

    fn write(&mut self, write: impl FnOnce(&mut Writer) -> io::Result<()>) {
        let Some(writer) = &mut self.writer else { return };
        if let Err(error) = write(writer) {
            self.writer = None;
            self.warn(&format!("ends here, for it cannot be written any more ({error})"));
        }
    }

    /// Writes entries of one thread, and clears them.
    fn append(&mut self, thread: u32, entries: &mut Vec<Entry>) {
        self.write(|writer| writer.append(thread, entries));
        entries.clear();
    }

    fn check(&mut self) {
        if self.writer.is_some() && !self.path.exists() {
            self.warn("was deleted, and what is recorded goes nowhere");
        }
    }

    /// Says it on stderr, once, whatever happens afterwards.
    fn warn(&mut self, what: &str) {
        if !std::mem::replace(&mut self.warned, true) {
            let path = self.path.display();
            let _ =
                writeln!(io::stderr(), "async-hooks-rs: the recording {path} {what}. The program goes on.");
        }
    }
}

struct State {
    output: Output,
    sources: Vec<(u32, Source)>,
    /// The threads that took part so far.
    threads: u32,
    /// What threads that have ended leave to the counts.
    ended: Vec<TypeStats>,
    entries: Vec<Entry>,
    wall: Wall,
    is_paused: bool,
    is_over: bool,
    flushed: Instant,
    accounted: Instant,
    checked: Instant,
}

impl State {
    /// Takes what is in the rings. Answers whether there was anything.
    fn drain(&mut self, clock: &Clock) -> bool {
        let mut some = false;
        loop {
            let mut more = false;
            for (thread, source) in &mut self.sources {
                more |= source.drain(clock, &mut self.entries);
                some |= !self.entries.is_empty();
                self.output.append(*thread, &mut self.entries);
            }
            if !more {
                return some;
            }
        }
    }

    fn account(&mut self, clock: &Clock) {
        let is_set = self.wall.is_set(clock.anchor());
        let now = clock.now();
        for (thread, source) in &mut self.sources {
            if is_set {
                self.entries.push(source.clock(&self.wall));
            }
            source.account(now, &mut self.entries);
            self.output.append(*thread, &mut self.entries);
        }
    }

    fn flush(&mut self) {
        self.output.write(Writer::flush);
    }

    /// One turn of the drain thread. Answers whether anything happened.
    fn turn(&mut self, clock: &Clock) -> bool {
        if self.is_paused {
            return false;
        }
        let some = self.drain(clock);
        self.sources.iter_mut().for_each(|(_, source)| source.tick());
        if is_due(&mut self.accounted, ACCOUNT) {
            self.account(clock);
        }
        if is_due(&mut self.flushed, FLUSH) {
            self.flush();
        }
        if is_due(&mut self.checked, CHECK) {
            self.output.check();
        }
        some
    }

    /// The thread takes no part any more.
    fn end(&mut self, at: usize, clock: &Clock, reason: &str) {
        let (thread, mut source) = self.sources.remove(at);
        source.close();
        while source.drain(clock, &mut self.entries) {
            self.output.append(thread, &mut self.entries);
        }
        source.account(clock.now(), &mut self.entries);
        self.entries.push(Entry::ThreadEnd { time: clock.now(), reason: reason.to_owned() });
        self.output.append(thread, &mut self.entries);
        merge(&mut self.ended, source.stats.types());
    }

    fn end_all(&mut self, clock: &Clock, reason: &str) {
        self.is_over = true;
        self.sources.iter_mut().for_each(|(_, source)| source.look());
        if self.sources.len() > 1 {
            // Other threads still run: what they have stored must lie for a while before it is read.
            thread::sleep(TICK);
        }
        while !self.sources.is_empty() {
            self.end(0, clock, reason);
        }
        self.output.write(Writer::finish);
        self.output.writer = None;
    }
}

fn is_due(last: &mut Instant, every: Duration) -> bool {
    let due = last.elapsed() >= every;
    if due {
        *last = Instant::now();
    }
    due
}

/// Adds up what threads have of the same type.
fn merge(all: &mut Vec<TypeStats>, types: &[TypeStats]) {
    for stats in types {
        match all.iter_mut().find(|known| known.name == stats.name) {
            Some(known) => known.merge(stats),
            None => {
                let mut fresh = TypeStats { name: stats.name.clone(), ..TypeStats::default() };
                fresh.merge(stats);
                all.push(fresh);
            }
        }
    }
}

/// What the drain thread has in common with the others.
pub struct Shared {
    clock: Clock,
    state: Mutex<State>,
    /// Whether the drain thread pauses, and wants to be told when something happens.
    pauses: AtomicBool,
    is_over: AtomicBool,
    drain: OnceLock<Thread>,
}

impl Shared {
    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    /// Whether nobody reads the rings any more.
    pub fn is_over(&self) -> bool {
        self.is_over.load(Ordering::Relaxed)
    }

    /// Something happens. To be called for the first event after a tick.
    #[inline]
    pub fn wake(&self) {
        if self.pauses.load(Ordering::Relaxed) {
            self.wake_drain();
        }
    }

    #[cold]
    fn wake_drain(&self) {
        self.pauses.store(false, Ordering::Relaxed);
        if let Some(drain) = self.drain.get() {
            drain.unpark();
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The drain thread.
    fn run(&self) {
        let mut quiet = 0;
        loop {
            let mut state = self.lock();
            if state.is_over {
                return;
            }
            let some = state.turn(&self.clock);
            quiet = if some { 0 } else { quiet + 1 };
            if quiet == QUIET_TICKS {
                state.flush();
            }
            drop(state);
            if quiet < QUIET_TICKS {
                thread::park_timeout(TICK);
            } else {
                self.pauses.store(true, Ordering::Relaxed);
                thread::park_timeout(PAUSE);
                // Woken: then what comes needs ticks. What comes without a call is found after the pause.
                if !self.pauses.swap(false, Ordering::Relaxed) {
                    quiet = 0;
                }
            }
        }
    }
}

/// A recording. It ends with [`Recording::end`], or when the last thread leaves.
pub struct Recording {
    shared: Arc<Shared>,
    drain: Mutex<Option<JoinHandle<()>>>,
}

impl Recording {
    /// Starts the drain thread. A file that cannot be written is no error: it is said on stderr.
    pub fn start(path: &Path, header: Header) -> io::Result<Self> {
        let clock = Clock::start();
        let header = Header { wall_ns: clock.wall, ..header };
        let now = Instant::now();
        let state = State {
            output: Output::create(path, &header),
            sources: Vec::new(),
            threads: 0,
            ended: Vec::new(),
            entries: Vec::new(),
            wall: Wall::new(clock.wall),
            is_paused: false,
            is_over: false,
            flushed: now,
            accounted: now,
            checked: now,
        };
        let (pauses, is_over) = (AtomicBool::new(false), AtomicBool::new(false));
        let shared = Shared { clock, state: Mutex::new(state), pauses, is_over, drain: OnceLock::new() };
        let shared = Arc::new(shared);
        let drain = {
            let shared = shared.clone();
            thread::Builder::new().name("async-hooks-rs".to_owned()).spawn(move || shared.run())?
        };
        let _ = shared.drain.set(drain.thread().clone());
        Ok(Self { shared, drain: Mutex::new(Some(drain)) })
    }

    pub fn shared(&self) -> Arc<Shared> {
        self.shared.clone()
    }

    /// A thread takes part. Returns what [`Recording::leave`] knows it by.
    pub fn join(&self, source: Source) -> u32 {
        let mut state = self.shared.lock();
        let thread = state.threads;
        state.threads += 1;
        let (worker, name) = (source.identity.worker, source.identity.name.clone());
        let time = self.shared.clock.now();
        let clock = Entry::Clock { time, wall: state.wall.at(time) };
        let start = Entry::ThreadStart { time, worker, name };
        state.output.write(|writer| writer.append(thread, &[start, clock]));
        state.sources.push((thread, source));
        drop(state);
        self.shared.wake();
        thread
    }

    /// A thread ends. Afterwards nobody reads its ring. With the last one the recording ends; then the
    /// answer is true.
    pub fn leave(&self, thread: u32, reason: &str) -> bool {
        let mut state = self.shared.lock();
        let found = state.sources.iter().position(|(of, _)| *of == thread);
        if let Some(at) = found {
            state.sources[at].1.look();
            state.end(at, &self.shared.clock, reason);
            state.flush();
        }
        let is_last = state.sources.is_empty();
        drop(state);
        if is_last {
            self.end(reason);
        }
        is_last
    }

    /// Takes and writes what there is, whether or not the drain is paused.
    pub fn flush(&self) {
        let mut state = self.shared.lock();
        state.drain(&self.shared.clock);
        state.sources.iter_mut().for_each(|(_, source)| source.tick());
        state.account(&self.shared.clock);
        state.flush();
    }

    /// For tests: the drain thread looks at nothing.
    pub fn pause(&self, is_paused: bool) {
        self.shared.lock().is_paused = is_paused;
    }

    /// Counts and latencies by type, of all threads up to now.
    pub fn stats(&self) -> Vec<TypeStats> {
        let mut state = self.shared.lock();
        state.drain(&self.shared.clock);
        state.account(&self.shared.clock);
        let mut all = Vec::new();
        merge(&mut all, &state.ended);
        state.sources.iter().for_each(|(_, source)| merge(&mut all, source.stats.types()));
        all
    }

    /// Completes the file and ends the drain thread.
    pub fn end(&self, reason: &str) {
        self.shared.is_over.store(true, Ordering::Relaxed);
        self.shared.lock().end_all(&self.shared.clock, reason);
        let drain = self.drain.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(drain) = drain {
            drain.thread().unpark();
            // It panicked where this fails, and has said so.
            let _ = drain.join();
        }
    }

    /// The process ends: completes the file, unless the disk takes too long. The drain thread ends with
    /// the process.
    pub fn end_with_process(&self) {
        let since = Instant::now();
        while since.elapsed() < PATIENCE {
            match self.shared.state.try_lock() {
                Ok(mut state) => return state.end_all(&self.shared.clock, "exit"),
                Err(TryLockError::Poisoned(_)) => return,
                Err(TryLockError::WouldBlock) => thread::sleep(TICK),
            }
        }
    }
}

#[cfg(test)]
mod tests;
