//! A recording that runs: the threads that take part, the file, and the thread that drains the ones into
//! the other.
//!
//! No thread of JavaScript waits for the drain, but where it asks for something: to take part, to leave,
//! for the counts, for the end. Nobody waits for the output but at the end, and not for long (`output.rs`).

use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, TryLockError};
use std::thread::{self, JoinHandle, Thread};
use std::time::{Duration, Instant};

use super::clock::{Clock, Wall};
use super::event::{Entry, Header};
use super::keep::Keep;
use super::output::Output;
use super::signal::Signal;
use super::source::{BATCH, Source};
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
/// Times that a turn takes from each ring what it takes at once.
const ROUNDS: usize = 64;
/// So many ticks the end of a recording waits for threads that store events meanwhile.
const TICKS_TO_REST: u32 = 8;
/// Between two accounts of drops, of the event loops and of the wall clock.
const ACCOUNT: Duration = Duration::from_millis(100);
/// How long the end of the process may wait for the drain thread, which holds the state for moments only.
const PATIENCE: Duration = Duration::from_millis(100);

struct State {
    output: Output,
    sources: Vec<(u32, Source)>,
    /// The threads that took part so far.
    threads: u32,
    /// What threads that have ended leave to the counts.
    ended: Vec<TypeStats>,
    entries: Vec<Entry>,
    wall: Wall,
    /// Only the newest is kept, so that nothing may grow with time.
    ages: bool,
    /// The signal that asks for a copy of what is kept.
    dumps: Option<Signal>,
    is_paused: bool,
    is_over: bool,
    ticked: Instant,
    flushed: Instant,
    accounted: Instant,
}

/// What a turn of the drain thread has found.
#[derive(Clone, Copy, PartialEq)]
enum Found {
    Nothing,
    Something,
    /// And there is more, for a turn is short: others want the state, too.
    More,
}

impl State {
    /// Takes what is in the rings by now, unless too much waits for the output already.
    fn drain(&mut self, clock: &Clock) {
        let slots = self.sources.iter().map(|(_, source)| source.capacity()).max().unwrap_or(0);
        // A thread may go on to fill its ring meanwhile.
        for _ in 0..=slots / (ROUNDS * BATCH) {
            let found = self.drain_some(clock);
            self.output.catch_up();
            if found != Found::More {
                return;
            }
        }
    }

    /// The same for a few milliseconds.
    fn drain_some(&mut self, clock: &Clock) -> Found {
        let mut found = Found::Nothing;
        for _ in 0..ROUNDS {
            let mut more = false;
            let oldest = self.sources.iter().map(|(_, source)| source.oldest()).min();
            self.output.none_is_older(oldest.unwrap_or(u64::MAX));
            for (thread, source) in &mut self.sources {
                if self.output.is_full() {
                    return if self.output.can_go_on() { Found::More } else { found };
                }
                more |= source.drain(clock, &mut self.entries);
                if !self.entries.is_empty() {
                    found = Found::Something;
                }
                self.output.append(*thread, &mut self.entries);
            }
            if !more {
                return found;
            }
        }
        Found::More
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
        self.output.flush();
    }

    /// One turn of the drain thread.
    fn turn(&mut self, clock: &Clock) -> Found {
        if self.is_paused {
            return Found::Nothing;
        }
        if self.output.can_go_on() {
            self.output.go_on();
        }
        let found = match self.drain_some(clock) {
            _ if self.output.can_go_on() => Found::More,
            found => found,
        };
        // What was stored before a tick has lain for a while at the next one.
        if is_due(&mut self.ticked, TICK) {
            self.sources.iter_mut().for_each(|(_, source)| source.tick());
        }
        let busy =
            self.sources.iter_mut().map(|(_, source)| u32::from(source.look_where(clock))).sum::<u32>();
        if !self.output.is_full() && is_due(&mut self.accounted, ACCOUNT) {
            self.account(clock);
        }
        self.output.look(clock.now());
        if is_due(&mut self.flushed, FLUSH) {
            self.flush();
        }
        self.look_for_signal(clock);
        if found == Found::Nothing && busy > 0 { Found::Something } else { found }
    }

    fn look_for_signal(&mut self, clock: &Clock) {
        if self.dumps.as_mut().is_some_and(Signal::has_come) {
            self.dump_beside(clock);
        }
    }

    /// Copies what is kept to a file beside it, while the program and the recording go on.
    fn dump_beside(&mut self, clock: &Clock) {
        self.drain(clock);
        self.flush();
        let copying = self.output.pending().copying();
        let dump = move || {
            let pending = copying.pending();
            let mut name = pending.path().file_stem().unwrap_or_default().to_owned();
            name.push(".dump.rec");
            match pending.dump(&pending.path().with_file_name(name)) {
                Ok(path) => pending.say(&format!("what is kept was copied to {}.", path.display())),
                Err(error) => pending.say(&format!("what is kept cannot be copied ({error}).")),
            }
        };
        // Where there is no thread for it, there is no copy.
        let _ = thread::Builder::new().name("async-hooks-cpy".to_owned()).spawn(dump);
    }

    /// The thread takes no part any more. It may have said itself why.
    fn end(&mut self, at: usize, clock: &Clock, reason: &str) {
        let (thread, mut source) = self.sources.remove(at);
        source.close();
        while source.drain(clock, &mut self.entries) {
            self.output.append(thread, &mut self.entries);
        }
        source.finish(&mut self.entries);
        source.account(clock.now(), &mut self.entries);
        let reason = source.ending.take().unwrap_or_else(|| reason.to_owned());
        self.entries.push(Entry::ThreadEnd { time: clock.now(), reason });
        self.output.append(thread, &mut self.entries);
        merge(&mut self.ended, source.stats.types());
    }

    fn end_all(&mut self, clock: &Clock, reason: &str) {
        self.is_over = true;
        self.sources.iter_mut().for_each(|(_, source)| source.look());
        if self.sources.len() > 1 {
            // Other threads still run: what they have stored must lie for a while before it is read. One may be about to
            // rest; one that does not ends without what it stored last.
            for _ in 0..TICKS_TO_REST {
                thread::sleep(TICK);
                let busy = self.sources.iter_mut().map(|(_, source)| u32::from(!source.rests())).sum::<u32>();
                if busy == 0 {
                    break;
                }
            }
        }
        // What happened before a thread ended stands before its end, whichever thread it was on.
        self.drain(clock);
        // Whoever ends may have been told to by the same signal.
        self.look_for_signal(clock);
        self.dumps = None;
        while !self.sources.is_empty() {
            self.end(0, clock, reason);
        }
        self.output.finish();
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
pub(crate) struct Shared {
    clock: Clock,
    state: Mutex<State>,
    /// Whether the drain thread pauses, and wants to be told when something happens.
    pauses: AtomicBool,
    is_over: AtomicBool,
    /// How many threads wait for the state.
    wanted: AtomicU32,
    drain: OnceLock<Thread>,
}

impl Shared {
    pub(crate) fn clock(&self) -> &Clock {
        &self.clock
    }

    /// Whether nobody reads the rings any more.
    pub(crate) fn is_over(&self) -> bool {
        self.is_over.load(Ordering::Relaxed)
    }

    /// Something happens. To be called for the first event after a tick.
    #[inline]
    pub(crate) fn wake(&self) {
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

    /// For all but the drain thread, which gives way.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.wanted.fetch_add(1, Ordering::Relaxed);
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        self.wanted.fetch_sub(1, Ordering::Relaxed);
        state
    }

    /// The drain thread.
    fn run(&self) {
        let mut quiet = 0;
        loop {
            let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
            if state.is_over {
                return;
            }
            let found = state.turn(&self.clock);
            quiet = if found == Found::Nothing { quiet + 1 } else { 0 };
            if quiet == QUIET_TICKS {
                state.flush();
            }
            drop(state);
            if found == Found::More && self.wanted.load(Ordering::Relaxed) == 0 {
                thread::yield_now();
            } else if quiet < QUIET_TICKS {
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

/// How a recording begins.
pub struct Start {
    /// Where to.
    pub file: PathBuf,
    /// What stands in front of it.
    pub header: Header,
    /// How much of it is kept; all of it where this is missing.
    pub keep: Option<Keep>,
    /// The number of the signal that asks for a copy of what is kept.
    pub dumps_on: Option<i32>,
}

/// A recording. It ends with [`Recording::end`], or when the last thread leaves, and then is to be closed.
pub(crate) struct Recording {
    shared: Arc<Shared>,
    drain: Mutex<Option<JoinHandle<()>>>,
}

impl Recording {
    /// Opens the output and starts the drain thread. An output that cannot be written is no error: a warning tells it.
    pub(crate) fn start(Start { file, header, keep, dumps_on }: Start) -> io::Result<Self> {
        let clock = Clock::start();
        let header = Header { wall_ns: clock.wall, ..header };
        let now = Instant::now();
        let state = State {
            output: Output::create(&file, &header, keep)?,
            ages: keep.is_some(),
            dumps: dumps_on.and_then(Signal::follow),
            sources: Vec::new(),
            threads: 0,
            ended: Vec::new(),
            entries: Vec::new(),
            wall: Wall::new(clock.wall),
            is_paused: false,
            is_over: false,
            ticked: now,
            flushed: now,
            accounted: now,
        };
        let (pauses, is_over) = (AtomicBool::new(false), AtomicBool::new(false));
        let (wanted, drain) = Default::default();
        let shared = Shared { clock, state: Mutex::new(state), pauses, is_over, wanted, drain };
        let shared = Arc::new(shared);
        let drain = {
            let shared = shared.clone();
            thread::Builder::new().name("async-hooks-rs".to_owned()).spawn(move || shared.run())?
        };
        let _ = shared.drain.set(drain.thread().clone());
        Ok(Self { shared, drain: Mutex::new(Some(drain)) })
    }

    pub(crate) fn shared(&self) -> Arc<Shared> {
        self.shared.clone()
    }

    /// A thread takes part. Returns what [`Recording::leave`] knows it by.
    pub(crate) fn join(&self, source: Source) -> u32 {
        let mut state = self.shared.lock();
        let source = if state.ages { source.that_ages() } else { source };
        let thread = state.threads;
        state.threads += 1;
        let (worker, name) = (source.identity.worker, source.identity.name.clone());
        let time = self.shared.clock.now();
        let clock = Entry::Clock { time, wall: state.wall.at(time) };
        let start = Entry::ThreadStart { time, worker, name };
        state.output.append(thread, &mut vec![start, clock]);
        state.sources.push((thread, source));
        drop(state);
        self.shared.wake();
        thread
    }

    /// The file that is written, if there is one.
    pub(crate) fn path(&self) -> Option<PathBuf> {
        self.shared.lock().output.path()
    }

    /// A thread ends. Afterwards nobody reads its ring. With the last one the recording ends; then the
    /// answer is true, and [`Recording::close`] is left to do.
    pub(crate) fn leave(&self, thread: u32, reason: &str) -> bool {
        let mut state = self.shared.lock();
        let found = state.sources.iter().position(|(of, _)| *of == thread);
        if let Some(at) = found {
            state.sources[at].1.look();
            // What the others did before it ended stands before its end.
            state.drain(&self.shared.clock);
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
    pub(crate) fn flush(&self) {
        let mut state = self.shared.lock();
        state.drain(&self.shared.clock);
        state.sources.iter_mut().for_each(|(_, source)| source.tick());
        state.account(&self.shared.clock);
        state.output.catch_up();
        state.flush();
        let pending = state.output.pending();
        drop(state);
        pending.wait();
    }

    /// Copies what was written so far, up to now, to a new file, and answers its name.
    pub(crate) fn dump(&self, asked: &Path) -> io::Result<PathBuf> {
        let mut state = self.shared.lock();
        if !state.is_over {
            state.drain(&self.shared.clock);
            state.flush();
        }
        let pending = state.output.pending();
        drop(state);
        pending.dump(asked)
    }

    /// Whether only the newest is kept.
    pub(crate) fn ages(&self) -> bool {
        self.shared.lock().ages
    }

    /// For tests: the drain thread looks at nothing.
    pub(crate) fn pause(&self, is_paused: bool) {
        self.shared.lock().is_paused = is_paused;
    }

    /// Counts and latencies by type, of all threads up to now.
    pub(crate) fn stats(&self) -> Vec<TypeStats> {
        let mut state = self.shared.lock();
        state.drain(&self.shared.clock);
        state.account(&self.shared.clock);
        let mut all = Vec::new();
        merge(&mut all, &state.ended);
        state.sources.iter().for_each(|(_, source)| merge(&mut all, source.stats.types()));
        all
    }

    /// Takes what there is, for the last time. [`Recording::close`] is left to do.
    pub(crate) fn end(&self, reason: &str) {
        self.shared.is_over.store(true, Ordering::Relaxed);
        self.shared.lock().end_all(&self.shared.clock, reason);
    }

    /// Ends the drain thread of a recording that has ended, and completes the file, unless the output takes too long.
    pub(crate) fn close(&self) {
        let drain = self.drain.lock().unwrap_or_else(PoisonError::into_inner).take();
        let Some(drain) = drain else { return };
        drain.thread().unpark();
        // It panicked where this fails, and has said so.
        let _ = drain.join();
        let pending = self.shared.lock().output.pending();
        pending.close();
    }

    /// The process ends: completes the file, unless the output takes too long. The threads end with the process.
    pub(crate) fn end_with_process(&self, reason: &str) {
        let since = Instant::now();
        // For good: nobody else is waited for any more.
        self.shared.wanted.fetch_add(1, Ordering::Relaxed);
        while since.elapsed() < PATIENCE {
            let mut state = match self.shared.state.try_lock() {
                Ok(state) => state,
                Err(TryLockError::Poisoned(_)) => return,
                Err(TryLockError::WouldBlock) => {
                    thread::sleep(TICK);
                    continue;
                }
            };
            state.end_all(&self.shared.clock, reason);
            let pending = state.output.pending();
            drop(state);
            return pending.close();
        }
    }
}

#[cfg(test)]
mod tests;
