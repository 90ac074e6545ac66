//! One thread of JavaScript, as the drain sees it: what comes out of its ring, made into entries.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use super::clock::{Clock, Wall};
use super::event::{Entry, Event, Id, Kind};
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
    pub const REQUEST: u64 = 7;
}
/// Number of codes.
pub const CODES: u64 = 8;
/// Stacks that a thread can tell apart, and 0 for none.
pub const STACKS: u64 = 1 << 16;
/// The index of the type that [`code::INIT_PROMISE`] means. The thread names it before all others.
pub const PROMISE_TYPE: u32 = 0;

/// The longest run. What a program has written over does not fill the memory.
pub const LONGEST_RUN: u64 = 32;

/// Slots that are taken from the ring before another thread has its turn. So few that what becomes of them
/// stays in the cache.
const BATCH: usize = 1 << 12;

/// What a thread says in text, for the events that it publishes afterwards.
pub enum Note {
    /// The name of the next type.
    Type(String),
    /// The lines of the next stack.
    Stack(String),
    /// The name of the next mark.
    Mark(String),
    /// Why the thread will end; empty where that is not known any more.
    Ending(String),
}

/// The notes that the drain has not seen yet. Both sides hold the lock for a moment only.
#[derive(Default)]
pub(crate) struct Notes(Mutex<Vec<Note>>);

impl Notes {
    pub(crate) fn add(&self, note: Note) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(note);
    }

    fn take(&self) -> Vec<Note> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Tells for how many nanoseconds an event loop has been idle so far.
pub type Idle = Box<dyn Fn() -> u64 + Send>;

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
    /// Time and idle time when the event loop was last asked.
    loop_read: (u64, u64),
    /// Slots that were taken and wait for the rest of their event.
    slots: Vec<u64>,
    time: u64,
    /// What the ring answered to `settle` at the last tick.
    stored: u32,
    stacks: u32,
    marks: VecDeque<String>,
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
            loop_read,
            slots: Vec::new(),
            time: now,
            stored: 0,
            stacks: 0,
            marks: VecDeque::new(),
            ending: None,
            stats: Stats::default(),
        }
    }

    /// The next event will take the time; and what was stored before the last tick counts as published.
    pub(crate) fn tick(&mut self) {
        self.ring.tick();
        self.stored = self.ring.settle(self.stored);
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
        let some = self.ring.take(&mut self.slots, BATCH);
        // Later than the ring: so what the events refer to is among them.
        self.read_notes(entries);
        self.decode(clock, entries);
        some
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

    fn read_notes(&mut self, entries: &mut Vec<Entry>) {
        for note in self.notes.take() {
            match note {
                Note::Type(name) => {
                    let index = self.stats.add(name.clone());
                    entries.push(Entry::Type { index, name });
                }
                Note::Stack(frames) => {
                    entries.push(Entry::Stack { index: self.stacks, frames });
                    self.stacks += 1;
                }
                Note::Mark(name) => self.marks.push_back(name),
                Note::Ending(reason) => self.ending = Some(reason).filter(|reason| !reason.is_empty()),
            }
        }
    }

    fn decode(&mut self, clock: &Clock, entries: &mut Vec<Entry>) {
        let slots = std::mem::take(&mut self.slots);
        let mut at = 0;
        while let Some(&first) = slots.get(at) {
            if first & TIME != 0 {
                self.time = self.time.max(clock.nanoseconds(first & !TIME));
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
                let (type_, stack) = ((what / STACKS) as u32, (what % STACKS) as u32);
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
                return entries.push(match number(slots[1]) as u32 {
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
