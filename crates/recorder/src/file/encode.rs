//! Entries as bytes.

use super::limits::MAX_STRING;
use super::predict::{Predict, Role};
use super::varint::{put, put_signed, put_str};
use crate::event::{Entry, Event, Id, Kind};

/// The low three bits of an entry's first byte.
pub(super) mod tag {
    pub(crate) const INIT: u8 = 0;
    pub(crate) const BEFORE: u8 = 1;
    pub(crate) const AFTER: u8 = 2;
    pub(crate) const DESTROY: u8 = 3;
    pub(crate) const RESOLVE: u8 = 4;
    /// The high five bits say which of [`super::other`] it is.
    pub(crate) const OTHER: u8 = 7;
    pub(crate) const MASK: u8 = 7;
}

/// Entries that are no events.
pub(super) mod other {
    pub(crate) const TYPE: u8 = 0;
    pub(crate) const STACK: u8 = 1;
    pub(crate) const MARK: u8 = 2;
    pub(crate) const DROPPED: u8 = 3;
    pub(crate) const LOOP: u8 = 4;
    pub(crate) const THREAD_START: u8 = 5;
    pub(crate) const THREAD_END: u8 = 6;
    pub(crate) const CLOCK: u8 = 7;
    pub(crate) const REQUEST_START: u8 = 8;
    pub(crate) const REQUEST_END: u8 = 9;
    pub(crate) const DELAY: u8 = 10;
    pub(crate) const FACT: u8 = 11;
    pub(crate) const SAMPLE: u8 = 12;
}

/// The high five bits of an event's first byte.
pub(super) mod flag {
    /// The id is of this package's own space.
    pub(crate) const OWN: u8 = 1 << 3;
    /// The id is the expected one.
    pub(crate) const EXPECTED: u8 = 1 << 4;
    /// The trigger is the current context.
    pub(crate) const TRIGGER_IS_CURRENT: u8 = 1 << 5;
    /// The current context is the one that was entered last.
    pub(crate) const CURRENT_IS_ENTERED: u8 = 1 << 6;
    pub(crate) const STACK: u8 = 1 << 7;
}

/// The entries of one thread that wait for their chunk, in two columns, since times do not compress and
/// the rest does.
#[derive(Default)]
pub(super) struct Encoder {
    predict: Predict,
    shapes: Vec<u8>,
    times: Vec<u8>,
    entries: u32,
}

impl Encoder {
    pub(super) fn entries(&self) -> u32 {
        self.entries
    }

    pub(super) fn len(&self) -> usize {
        self.shapes.len() + self.times.len()
    }

    /// Moves the payload of a chunk into `out`, which is cleared before.
    pub(super) fn take(&mut self, out: &mut Vec<u8>) {
        out.clear();
        put(out, self.shapes.len() as u64);
        out.append(&mut self.shapes);
        out.append(&mut self.times);
        self.entries = 0;
    }

    /// Takes entries until there are `full` bytes or more, and answers how many.
    pub(super) fn fill(&mut self, entries: &[Entry], full: usize) -> usize {
        for (at, entry) in entries.iter().enumerate() {
            if self.len() >= full {
                return at;
            }
            self.push(entry);
        }
        entries.len()
    }

    fn push(&mut self, entry: &Entry) {
        self.entries += 1;
        match entry {
            Entry::Event(event) => self.event(event),
            Entry::Type { index, name } => self.text(other::TYPE, *index, name),
            Entry::Stack { index, frames } => self.text(other::STACK, *index, frames),
            Entry::Mark { time, name } => {
                self.other(other::MARK);
                put_str(&mut self.shapes, cut(name));
                self.time(*time);
            }
            Entry::Dropped { type_, count } => {
                self.other(other::DROPPED);
                put(&mut self.shapes, u64::from(*type_));
                put(&mut self.shapes, *count);
            }
            Entry::Loop { time, idle, active } => {
                self.other(other::LOOP);
                put(&mut self.shapes, *idle);
                put(&mut self.shapes, *active);
                self.time(*time);
            }
            Entry::Clock { time, wall } => {
                self.other(other::CLOCK);
                put(&mut self.shapes, *wall);
                self.time(*time);
            }
            Entry::RequestStart { time, connection, number } => {
                self.other(other::REQUEST_START);
                put(&mut self.shapes, *connection);
                put(&mut self.shapes, u64::from(*number));
                self.time(*time);
            }
            Entry::RequestEnd { time, number } => {
                self.other(other::REQUEST_END);
                put(&mut self.shapes, u64::from(*number));
                self.time(*time);
            }
            Entry::Delay { id, ms, repeats } => {
                self.other(other::DELAY);
                put_signed(&mut self.shapes, id.wrapping_sub(self.predict.created()) as i64);
                put(&mut self.shapes, u64::from(*ms) << 1 | u64::from(*repeats));
            }
            Entry::Fact { fact, about, text } => {
                self.other(other::FACT);
                put(&mut self.shapes, *fact as u64);
                put(&mut self.shapes, *about);
                put_str(&mut self.shapes, cut(text));
            }
            Entry::Sample { time, stack } => {
                self.other(other::SAMPLE);
                put(&mut self.shapes, u64::from(*stack));
                self.time(*time);
            }
            Entry::ThreadStart { time, worker, name } => {
                self.text(other::THREAD_START, *worker, name);
                self.time(*time);
            }
            Entry::ThreadEnd { time, reason } => {
                self.other(other::THREAD_END);
                put_str(&mut self.shapes, cut(reason));
                self.time(*time);
            }
        }
    }

    fn event(&mut self, event: &Event) {
        match event.kind {
            Kind::Init { trigger, current, type_, stack } => {
                self.init(event.id, trigger, current, stack);
                put(&mut self.shapes, u64::from(type_));
            }
            Kind::Before => self.step(tag::BEFORE, Role::Before, event.id),
            Kind::After => self.step(tag::AFTER, Role::After, event.id),
            Kind::Destroy => self.step(tag::DESTROY, Role::Destroy, event.id),
            Kind::Resolve => self.step(tag::RESOLVE, Role::Resolve, event.id),
        }
        self.time(event.time);
    }

    fn init(&mut self, id: Id, trigger: Id, current: Id, stack: u32) {
        let entered = self.predict.current();
        let mut flags = 0;
        if trigger == current {
            flags |= flag::TRIGGER_IS_CURRENT;
        }
        if current == entered {
            flags |= flag::CURRENT_IS_ENTERED;
        }
        if stack != 0 {
            flags |= flag::STACK;
        }
        self.step(tag::INIT | flags, Role::Init, id);
        if current != entered {
            put_signed(&mut self.shapes, current.wrapping_sub(id) as i64);
        }
        if trigger != current {
            put_signed(&mut self.shapes, trigger.wrapping_sub(id) as i64);
        }
        if stack != 0 {
            put(&mut self.shapes, u64::from(stack));
        }
    }

    /// The first byte of an event, and its id where it is not the expected one. Inlined, for much of it falls
    /// away where the role is known.
    #[inline(always)]
    fn step(&mut self, tag: u8, role: Role, id: Id) {
        let space = Predict::space(id);
        let expected = self.predict.id(role, space);
        let own = if space == 1 { flag::OWN } else { 0 };
        if id == expected {
            self.shapes.push(tag | own | flag::EXPECTED);
        } else {
            self.shapes.push(tag | own);
            put_signed(&mut self.shapes, id.wrapping_sub(expected) as i64);
        }
        self.predict.came(role, space, id);
    }

    fn other(&mut self, which: u8) {
        self.shapes.push(tag::OTHER | which << 3);
    }

    fn text(&mut self, which: u8, index: u32, text: &str) {
        self.other(which);
        put(&mut self.shapes, u64::from(index));
        put_str(&mut self.shapes, cut(text));
    }

    /// A time before the last one counts as the last one.
    fn time(&mut self, time: u64) {
        put(&mut self.times, time.saturating_sub(self.predict.time));
        self.predict.time = self.predict.time.max(time);
    }
}

fn cut(text: &str) -> &str {
    let mut end = text.len().min(MAX_STRING);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}
