//! One thread of JavaScript, as the drain sees it: what comes out of its ring, made into entries.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};

use super::clock::{Clock, Wall};
use super::event::{Entry, Event, Fact, Id, Kind};
use super::own_time::{OwnTime, Processor, SAMPLE};
use super::ring::{MAX_TYPES, Ring, TIME};
use super::shared::Shared;
use super::stats::Stats;

/// What the three lowest bits of an event's first slot say; the others are the id.
pub mod code {
    /// Followed by the trigger, the current id, and `type * STACKS + stack`.
    pub const INIT: u64 = 0;
    /// A callback begins.
    pub const BEFORE: u64 = 1;
    /// A callback has ended.
    pub const AFTER: u64 = 2;
    /// The resource is gone.
    pub const DESTROY: u64 = 3;
    /// The promise is resolved.
    pub const RESOLVE: u64 = 4;
    /// An `init` of the type that comes first, followed by the trigger, which is the current id as well.
    pub const INIT_PROMISE: u64 = 5;
    /// The `destroy` of as many promises as the next slot says, with ids from this one on.
    pub const DESTROY_RUN: u64 = 6;
    /// The same with the id 0, which no resource has, and alone: the next of the marks that were noted.
    pub const MARK: u64 = DESTROY_RUN;
    /// A request begins on the connection of the id, followed by its number; or where that is 0, the
    /// response to the request ends that has the number instead of the id.
    /// Where the number is [`FACT`](super::FACT) or more, it tells of the id what is not in an event.
    pub const REQUEST: u64 = 7;
}
/// From here on a number behind [`code::REQUEST`] is no request's: the multiple says what it is, the rest is its value. A
/// timer is due after so many milliseconds.
pub const DELAY: u64 = 1 << 32;
/// In the milliseconds of a timer that is due again and again.
pub const REPEATS: u32 = 1 << 31;
/// The fact of the number 0 is told of the id, by the next text that was noted; that of the number n n multiples later.
pub const FACT: u64 = 2 << 32;
/// Number of codes.
pub const CODES: u64 = 8;
/// Stacks that a thread can tell apart, and 0 for none.
pub const STACKS: u64 = 1 << 16;
/// Where only the newest is kept, a thread calls so many stacks by numbers of their own. Then it begins anew with the first
/// half of them, and behind those with the second, so that what is still in the ring means what it meant.
pub const AGING_STACKS: u32 = STACKS as u32 - 2;
/// The index of the type that [`code::INIT_PROMISE`] means. The thread names it before all others.
pub const PROMISE_TYPE: u32 = 0;

/// The longest run. What a program has written over does not fill the memory.
pub const LONGEST_RUN: u64 = 32;

/// After so many ticks, what a thread has stored before a sample has been read.
const SETTLED: u64 = 4;

/// Different stacks of samples that a thread can tell apart. Samples of further ones are left out.
const SAMPLED: usize = 1 << 14;

/// Slots that are taken from the ring before another thread has its turn. So few that what becomes of them
/// stays in the cache.
pub(crate) const BATCH: usize = 1 << 12;

/// What a thread says in text, for the events that it publishes afterwards.
pub enum Note {
    /// The name of the next type.
    Type(String),
    /// The lines of the next stack.
    Stack(String),
    /// The name of the next mark.
    Mark(String),
    /// What a fact says.
    Fact(String),
    /// Where the thread runs, as a stack; and the time.
    Sample(String, u64),
    /// Why the thread will end; empty where that is not known any more.
    Ending(String),
}

/// The notes that the drain has not seen yet. Both sides hold the lock for a moment only.
#[derive(Default)]
pub struct Notes(Mutex<Vec<Note>>);

impl Notes {
    /// Adds one.
    pub fn add(&self, note: Note) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(note);
    }

    fn take(&self) -> Vec<Note> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Tells for how many nanoseconds an event loop has been idle so far.
pub type Idle = Box<dyn Fn() -> u64 + Send>;

/// Asks a thread to note where it runs ([`Note::Sample`]): with the raw time, how long its event loop has been idle, and how
/// many samples of its own time there are since it was asked last.
pub type SampleAsk = Box<dyn Fn(u64, u64, u64) + Send>;

/// Between two looks of a drain that is not kept waiting itself there is not more.
const LONGEST_LOOK: u64 = 25_000_000;

/// Who a thread is.
pub struct Identity {
    /// 0 on the main thread, else the worker's `threadId`.
    pub worker: u32,
    /// Of the thread, as the program gave it.
    pub name: String,
}

pub(crate) struct Source {
    ring: Arc<Ring<Shared>>,
    notes: Arc<Notes>,
    pub identity: Identity,
    /// Whether events of resources that were not announced are left out.
    filtered: bool,
    idle: Option<Idle>,
    sample: Option<SampleAsk>,
    /// Time and idle time when it was looked at last whether the thread is busy.
    looked: (u64, u64),
    processor: Processor,
    own: OwnTime,
    /// Time and idle time when the event loop was last asked.
    loop_read: (u64, u64),
    /// Slots that were taken and wait for the rest of their event.
    slots: Vec<u64>,
    /// What is still to come is not older.
    oldest: u64,
    time: u64,
    /// What the ring answered to `settle` at the last tick.
    stored: u32,
    /// Stacks in the file.
    stacks: u32,
    /// Only the newest is kept: stacks have numbers that others have had before.
    ages: bool,
    /// How many stacks JavaScript has noted, and how many samples have.
    counts: (u32, u32),
    /// The stacks that JavaScript has noted, as they are called in the file.
    noted: Vec<u32>,
    /// Those that samples have noted.
    sampled: HashMap<String, u32>,
    /// Samples that wait for the events before them: the time, the tick at which they came, the stack.
    samples: VecDeque<(u64, u64, String)>,
    ticks: u64,
    marks: VecDeque<String>,
    facts: VecDeque<String>,
    /// Why the thread will end, if it said so.
    pub ending: Option<String>,
    /// Drops by type that were told already.
    dropped: Vec<u32>,
    pub stats: Stats,
}

impl Source {
    pub(crate) fn new(
        ring: Arc<Ring<Shared>>,
        notes: Arc<Notes>,
        identity: Identity,
        filtered: bool,
        idle: Option<Idle>,
        now: u64,
    ) -> Self {
        let loop_read = (now, idle.as_ref().map_or(0, |idle| idle()));
        Self {
            dropped: (0..MAX_TYPES).map(|type_| ring.dropped(type_)).collect(),
            ring,
            notes,
            identity,
            filtered,
            idle,
            sample: None,
            looked: loop_read,
            processor: Processor::of_this_thread(),
            own: OwnTime::default(),
            loop_read,
            slots: Vec::new(),
            oldest: now,
            time: now,
            stored: 0,
            stacks: 0,
            ages: false,
            counts: (0, 0),
            noted: Vec::new(),
            sampled: HashMap::new(),
            samples: VecDeque::new(),
            ticks: 0,
            marks: VecDeque::new(),
            facts: VecDeque::new(),
            ending: None,
            stats: Stats::default(),
        }
    }

    /// From here on it is noted now and then where the thread runs.
    pub(crate) fn with_samples(mut self, ask: SampleAsk) -> Self {
        self.sample = Some(ask);
        self
    }

    /// From here on stacks are called by numbers that others have had before, as JavaScript does.
    pub(crate) fn that_ages(mut self) -> Self {
        self.ages = true;
        self
    }

    /// Asks where the thread runs, if it is time for it, and answers whether it is busy.
    pub(crate) fn look_where(&mut self, clock: &Clock) -> bool {
        let (Some(ask), Some(idle)) = (&self.sample, &self.idle) else { return false };
        let now = clock.now();
        let (last, idle_before) = self.looked;
        if now.saturating_sub(last) < SAMPLE {
            return false;
        }
        let idle = idle();
        self.looked = (now, idle);
        let (took, rested) = (now - last, idle.saturating_sub(idle_before));
        let is_busy = rested < took / 2;
        let scheduled = self.processor.now();
        if is_busy {
            // What the drain did not look at is left out: the next look tells nothing of it.
            let busy = took.saturating_sub(rested).min(LONGEST_LOOK);
            let count = self.own.samples_of(busy, scheduled);
            ask(clock.raw(), idle, count);
        } else {
            self.own.rest(scheduled);
        }
        is_busy
    }

    /// The next event will take the time; and what was stored before the last tick counts as published.
    pub(crate) fn tick(&mut self) {
        self.ticks += 1;
        self.ring.tick();
        self.stored = self.ring.settle(self.stored);
    }

    /// What it tells from here on is not older.
    pub(crate) fn oldest(&self) -> u64 {
        self.oldest
    }

    /// How many slots its ring has.
    pub(crate) fn capacity(&self) -> usize {
        self.ring.capacity()
    }

    /// Looks what is stored now, for [`Source::close`].
    pub(crate) fn look(&mut self) {
        self.stored = self.ring.settle(u32::MAX);
    }

    /// Whether nothing was stored since it was last looked at. Then all of it counts as published.
    pub(crate) fn rests(&mut self) -> bool {
        let before = self.stored;
        self.stored = self.ring.settle(before);
        self.stored == before
    }

    /// What was stored when it was last looked at counts as published, unless the thread goes on. Then it
    /// finds no more room.
    pub(crate) fn close(&mut self) {
        self.ring.settle(self.stored);
        self.ring.tick();
    }

    /// Appends a part of what the thread has published to `entries`, and answers whether more may be waiting.
    pub(crate) fn drain(&mut self, clock: &Clock, entries: &mut Vec<Entry>) -> bool {
        let (before, now) = (self.slots.len(), clock.now());
        let some = self.ring.take(&mut self.slots, BATCH);
        let is_empty = self.slots.len() - before < BATCH;
        // Later than the ring: so what the events refer to is among them.
        self.read_notes(clock, entries);
        self.decode(clock, entries);
        self.oldest = if is_empty { now } else { self.time };
        self.tell_samples(|_, tick, now| tick + SETTLED <= now, entries);
        some
    }

    /// What waits for nothing any more: to be called behind the last drain.
    pub(crate) fn finish(&mut self, entries: &mut Vec<Entry>) {
        self.tell_samples(|_, _, _| true, entries);
    }

    /// Samples are asked for from another thread, so one may be here before the events that came before it. A time never
    /// goes back in the file, so those would seem to be as late as the sample.
    fn tell_samples(&mut self, is_due: impl Fn(u64, u64, u64) -> bool, entries: &mut Vec<Entry>) {
        while let Some(&(time, tick, _)) = self.samples.front()
            && is_due(time, tick, self.ticks)
            && let Some((_, _, frames)) = self.samples.pop_front()
        {
            self.sample(frames, self.time.max(time), entries);
        }
    }

    /// What is told from time to time: drops, and how busy the event loop was.
    pub(crate) fn account(&mut self, now: u64, entries: &mut Vec<Entry>) {
        for type_ in 0..self.stats.types().len() {
            let dropped = self.ring.dropped(type_);
            let count = u64::from(dropped.wrapping_sub(self.dropped[type_]));
            if count > 0 {
                self.dropped[type_] = dropped;
                self.stats.dropped(type_ as u32, count);
                entries.push(Entry::Dropped { type_: type_ as u32, count });
            }
        }
        if let Some(idle) = &self.idle {
            let (before, idle_before) = self.loop_read;
            let idle = idle();
            self.loop_read = (now, idle);
            let idle = idle.saturating_sub(idle_before).min(now - before);
            entries.push(Entry::Loop { time: self.time, idle, active: now - before - idle });
        }
    }

    /// What the wall clock says from the thread's next event on.
    pub(crate) fn clock(&self, wall: &Wall) -> Entry {
        Entry::Clock { time: self.time, wall: wall.at(self.time) }
    }

    fn read_notes(&mut self, clock: &Clock, entries: &mut Vec<Entry>) {
        for note in self.notes.take() {
            match note {
                Note::Type(name) => {
                    let index = self.stats.add(name.clone());
                    entries.push(Entry::Type { index, name });
                }
                Note::Stack(frames) => self.note_stack(frames, entries),
                Note::Sample(frames, raw) => {
                    self.samples.push_back((clock.nanoseconds(raw), self.ticks, frames));
                }
                Note::Fact(text) => self.facts.push_back(text),
                Note::Mark(name) => self.marks.push_back(name),
                Note::Ending(reason) => self.ending = Some(reason).filter(|reason| !reason.is_empty()),
            }
        }
    }

    fn note_stack(&mut self, frames: String, entries: &mut Vec<Entry>) {
        if !self.ages {
            let stack = self.add_stack(frames, entries);
            return self.noted.push(stack);
        }
        let index = self.counts.0 % AGING_STACKS;
        self.counts.0 += 1;
        if self.counts.0 == 2 * AGING_STACKS {
            self.counts.0 = AGING_STACKS;
        }
        entries.push(Entry::Stack { index, frames });
        if index as usize == self.noted.len() {
            self.noted.push(index + 1);
        }
    }

    /// The index of the stack of a sample in the file, plus one; 0 for one that has no room.
    fn sampled_stack(&mut self, frames: String, entries: &mut Vec<Entry>) -> u32 {
        if let Some(&stack) = self.sampled.get(&frames) {
            return stack;
        }
        if self.sampled.len() == SAMPLED {
            if !self.ages {
                return 0;
            }
            self.sampled.clear();
            self.counts.1 = 0;
        }
        let stack = if self.ages {
            let index = AGING_STACKS + self.counts.1;
            self.counts.1 += 1;
            entries.push(Entry::Stack { index, frames: frames.clone() });
            index + 1
        } else {
            self.add_stack(frames.clone(), entries)
        };
        self.sampled.insert(frames, stack);
        stack
    }

    /// Answers the index of a stack in the file, plus one.
    fn add_stack(&mut self, frames: String, entries: &mut Vec<Entry>) -> u32 {
        entries.push(Entry::Stack { index: self.stacks, frames });
        self.stacks += 1;
        self.stacks
    }

    fn sample(&mut self, frames: String, time: u64, entries: &mut Vec<Entry>) {
        let is_between = frames.is_empty();
        let stack = if is_between { 0 } else { self.sampled_stack(frames, entries) };
        if stack != 0 || is_between {
            entries.push(Entry::Sample { time, stack });
        }
    }

    fn decode(&mut self, clock: &Clock, entries: &mut Vec<Entry>) {
        let slots = std::mem::take(&mut self.slots);
        let mut at = 0;
        while let Some(&first) = slots.get(at) {
            if first & TIME != 0 {
                let next = self.time.max(clock.nanoseconds(first & !TIME));
                self.tell_samples(|time, _, _| time <= next, entries);
                self.time = next;
                at += 1;
                continue;
            }
            let number = number(first);
            let (code, id) = (number % CODES, number / CODES);
            let length = match (code, id) {
                (code::INIT, _) => 4,
                (code::MARK, 0) => 1,
                (code::INIT_PROMISE | code::REQUEST | code::DESTROY_RUN, _) => 2,
                _ => 1,
            };
            let Some(event) = slots.get(at..at + length) else { break };
            at += length;
            self.push(code, id, event, entries);
        }
        self.slots = slots;
        self.slots.drain(..at);
    }

    #[inline]
    fn push(&mut self, code: u64, id: Id, slots: &[u64], entries: &mut Vec<Entry>) {
        let kind = match code {
            code::INIT => {
                let (trigger, current, what) = (number(slots[1]), number(slots[2]), number(slots[3]));
                let (type_, stack) = ((what / STACKS) as u32, (what % STACKS) as usize);
                let stack = stack.checked_sub(1).and_then(|at| self.noted.get(at).copied()).unwrap_or(0);
                Kind::Init { trigger, current, type_, stack }
            }
            code::INIT_PROMISE => {
                let trigger = number(slots[1]);
                Kind::Init { trigger, current: trigger, type_: PROMISE_TYPE, stack: 0 }
            }
            code::BEFORE => Kind::Before,
            code::AFTER => Kind::After,
            code::DESTROY => Kind::Destroy,
            code::RESOLVE => Kind::Resolve,
            code::REQUEST => {
                let time = self.time;
                let value = number(slots[1]);
                if value >= DELAY {
                    return self.tell(id, value, entries);
                }
                return entries.push(match value as u32 {
                    0 => Entry::RequestEnd { time, number: id as u32 },
                    number => Entry::RequestStart { time, connection: id, number },
                });
            }
            _ if id == 0 => {
                let name = self.marks.pop_front().unwrap_or_default();
                return entries.push(Entry::Mark { time: self.time, name });
            }
            _ => {
                let count = number(slots[1]).min(LONGEST_RUN);
                return (id..id + count).for_each(|id| self.push_event(id, Kind::Destroy, entries));
            }
        };
        self.push_event(id, kind, entries);
    }

    #[cold]
    fn tell(&mut self, id: Id, value: u64, entries: &mut Vec<Entry>) {
        entries.push(match value.checked_sub(FACT) {
            None => {
                let value = (value - DELAY) as u32;
                Entry::Delay { id, ms: value & !REPEATS, repeats: value & REPEATS != 0 }
            }
            Some(number) => {
                let text = self.facts.pop_front().unwrap_or_default();
                Entry::Fact { fact: Fact::of(number / DELAY), about: id, text }
            }
        });
    }

    #[inline]
    fn push_event(&mut self, id: Id, kind: Kind, entries: &mut Vec<Entry>) {
        let event = Event { time: self.time, id, kind };
        let is_known = self.stats.event(&event);
        if is_known || !self.filtered {
            entries.push(Entry::Event(event));
        }
    }
}

/// What JavaScript stored, which is a double.
#[inline]
fn number(slot: u64) -> u64 {
    f64::from_bits(slot) as u64
}
