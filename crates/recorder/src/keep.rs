//! The flight recorder: of a recording only the newest is kept, in two files that are parts of it. Each part can be read
//! without the one before, for it begins with all that is there.
//!
//! [`Keeper`] follows what is written, thread by thread, and knows at any moment what a new part has to begin with.
//!
//! * `texts`: the stacks that may still be referred to, each once
//! * `thread`: what is there of one thread; `requests`: those of its servers that are open;
//!   `sink`: how much room there is

mod requests;
mod sink;
#[cfg(test)]
mod tests;
mod texts;
mod thread;

use std::collections::BTreeMap;

use super::event::{Entry, Event, Header, Kind, Part};
use sink::Sink;
use thread::{Stage, Telling, Thread};

/// How much of a recording is kept. Older entries are given up as soon as either limit is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Keep {
    /// Bytes of the two files together.
    pub bytes: u64,
    /// Nanoseconds.
    pub time: u64,
}

impl Keep {
    /// The newest bytes, whatever time they took.
    pub const fn bytes(bytes: u64) -> Self {
        Self { bytes, time: u64::MAX }
    }
}

/// The fewest bytes that can be kept: with fewer there is no room for what a part begins with.
pub const FEWEST_BYTES: u64 = 1 << 20;

/// What the last chunk of a file takes, and the name of a signal in it.
const END: u64 = 128;
/// Resources that are looked at in one go while it is told what is there: a few milliseconds.
const AT_ONCE: usize = 1 << 13;
/// What a thread costs even where nothing is alive, in such looks.
const AT_LEAST: usize = 1 << 4;
/// Of an entry without its text.
const ENTRY: u64 = 64;

/// What is kept, and what is there.
pub(crate) struct Keeper {
    keep: Keep,
    threads: BTreeMap<u32, Thread>,
    pub part: Part,
    /// The latest time of all entries.
    now: u64,
    /// When the part began, by the clock, which is later than its entries where the drain is behind.
    turned: u64,
    /// What the wall clock said at time 0, as far as it is known.
    wall: u64,
    /// What is there is being told, and nothing is taken meanwhile.
    tale: Option<Tale>,
}

/// How far it is told what was there when a part began.
struct Tale {
    now: u64,
    wall: u64,
    /// Threads that have told nothing yet, the next one last.
    threads: Vec<u32>,
    /// The others.
    told: Vec<(u32, Telling)>,
    /// What is told now, in [`Stage::ALL`].
    stage: usize,
    /// Of which of the others, and up to how many bytes, once that is known.
    at: usize,
    limit: Option<u64>,
    /// Bytes that the part has.
    size: u64,
}

impl Keeper {
    /// At the beginning of a recording.
    pub(crate) fn new(keep: Keep, header: &Header) -> Self {
        let part = Part { number: 0, from: 0, began: header.wall_ns };
        Self { keep, threads: BTreeMap::new(), part, now: 0, turned: 0, wall: header.wall_ns, tale: None }
    }

    /// How large a part may be. Two of them are kept.
    pub(crate) fn most(&self) -> u64 {
        (self.keep.bytes / 2).saturating_sub(END)
    }

    /// Bytes of a text. The beginning of a longer one is kept.
    fn most_of_text(&self, entry: &Entry) -> usize {
        // There may be many names of types, and each part has all of them.
        let share = if matches!(entry, Entry::Type { .. }) { self.most() / 4096 } else { self.most() / 32 };
        usize::try_from(share).unwrap_or(usize::MAX)
    }

    /// Whether a new part is due by the time, which is now so late.
    pub(crate) fn is_due(&mut self, now: u64) -> bool {
        let is_due = now.saturating_sub(self.turned) >= (self.keep.time / 2).max(1);
        if is_due {
            (self.now, self.turned) = (self.now.max(now), now);
        }
        is_due
    }

    /// How many bytes an entry takes at most, as it stands in the part.
    pub(crate) fn cost_as_it_is(entry: &Entry) -> u64 {
        ENTRY + text_of(entry) as u64
    }

    /// How many bytes an entry takes at most, with what it refers to.
    pub(crate) fn cost(&self, thread: u32, entry: &Entry) -> u64 {
        let of = self.threads.get(&thread);
        let stack = match entry {
            Entry::Event(event) => of.map_or(0, |of| of.cost(event)),
            Entry::Sample { stack, .. } => of.map_or(0, |of| of.cost_of_stack(*stack)),
            // Written with what is first created there.
            Entry::Stack { .. } => return 0,
            _ => text_of(entry).min(self.most_of_text(entry)),
        };
        ENTRY + stack as u64
    }

    /// Takes an entry, and adds it to `out` as it stands in this part.
    pub(crate) fn take(&mut self, thread: u32, mut entry: Entry, out: &mut Vec<Entry>) {
        if let Some(&mut time) = entry.time_mut() {
            self.now = self.now.max(time);
        }
        let most = self.most_of_text(&entry);
        match &mut entry {
            Entry::Event(event) => {
                let Some(of) = self.threads.get_mut(&thread) else { return };
                of.event(event, out);
                out.push(entry);
                return;
            }
            Entry::Mark { name: text, .. }
            | Entry::Type { name: text, .. }
            | Entry::ThreadStart { name: text, .. }
            | Entry::Fact { text, .. }
            | Entry::Stack { frames: text, .. }
            | Entry::ThreadEnd { reason: text, .. } => cut(text, most),
            Entry::Clock { time, wall } => self.wall = wall.saturating_sub(*time),
            _ => {}
        }
        match &entry {
            Entry::ThreadStart { worker, name, .. } => {
                self.threads.insert(thread, Thread::new(*worker, name.clone()));
            }
            Entry::ThreadEnd { .. } => drop(self.threads.remove(&thread)),
            _ => {}
        }
        match self.threads.get_mut(&thread) {
            Some(of) => of.take(self.now, entry, out),
            None => out.push(entry),
        }
    }

    /// A new part begins, with what is there, which is to be told by [`Keeper::tell_more`]. No entry that comes is older than
    /// `oldest`. Answers what its header says.
    pub(crate) fn turn(&mut self, oldest: u64, header: &Header) -> Header {
        // Times before it could not be told.
        let now = self.now.min(oldest).max(self.part.from);
        self.part = Part { number: self.part.number.wrapping_add(1), from: now, began: self.part.began };
        self.threads.values_mut().for_each(Thread::forget_part);
        let wall = self.wall.saturating_add(now);
        let threads = self.threads.keys().rev().copied().collect();
        let (told, limit) = (Vec::new(), None);
        self.tale = Some(Tale { now, wall, threads, told, stage: 0, at: 0, limit, size: 0 });
        Header { wall_ns: wall, part: Some(self.part), ..header.clone() }
    }

    /// Whether it is not told yet what is there.
    pub(crate) fn is_telling(&self) -> bool {
        self.tale.is_some()
    }

    /// Tells more of what is there, for a few milliseconds. `write` answers how many bytes the part has then.
    pub(crate) fn tell_more(&mut self, mut write: impl FnMut(u32, &[Entry]) -> u64) {
        let most = self.most();
        let Some(tale) = &mut self.tale else { return };
        let mut sink = Sink::new(self.part.number, tale.size, &mut write);
        let mut left = AT_ONCE;
        while left > 0 {
            if let Some(thread) = tale.threads.pop() {
                let Some(of) = self.threads.get_mut(&thread) else { continue };
                sink.turn_to(thread, most);
                tale.told.push((thread, of.begin_to_tell(tale.now, tale.wall, &mut sink)));
                sink.flush();
                left = left.saturating_sub(AT_LEAST);
                continue;
            }
            let Some(&stage) = Stage::ALL.get(tale.stage) else {
                self.tale = None;
                return;
            };
            let others = tale.told.len() - tale.at;
            let Some((thread, telling)) = tale.told.get_mut(tale.at) else {
                tale.stage += 1;
                tale.at = 0;
                continue;
            };
            // What a thread leaves of its share is for those after it.
            let share = || {
                let room = (most / 6 * stage.sixths()).saturating_sub(sink.size());
                sink.size() + room / others as u64
            };
            let limit = *tale.limit.get_or_insert_with(share);
            sink.turn_to(*thread, limit);
            let of = self.threads.get_mut(thread);
            let is_done = of.is_none_or(|of| of.tell_more(stage, telling, tale.now, &mut left, &mut sink));
            sink.flush();
            if is_done {
                tale.at += 1;
                tale.limit = None;
                left = left.saturating_sub(AT_LEAST);
            }
        }
        tale.size = sink.size();
    }
}

/// How long the text of an entry is.
fn text_of(entry: &Entry) -> usize {
    match entry {
        Entry::Type { name: text, .. }
        | Entry::Mark { name: text, .. }
        | Entry::ThreadStart { name: text, .. }
        | Entry::Fact { text, .. }
        | Entry::Stack { frames: text, .. }
        | Entry::ThreadEnd { reason: text, .. } => text.len(),
        _ => 0,
    }
}

/// The stack that an event tells.
fn stack_of(event: &mut Event) -> Option<&mut u32> {
    match &mut event.kind {
        Kind::Init { stack, .. } if *stack != 0 => Some(stack),
        _ => None,
    }
}

fn cut(text: &mut String, most: usize) {
    if text.len() > most {
        let end = (0..=most).rev().find(|&end| text.is_char_boundary(end));
        text.truncate(end.unwrap_or(0));
    }
}
