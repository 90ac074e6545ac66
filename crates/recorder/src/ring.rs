//! The ring between one thread of JavaScript and the drain thread: how it is laid out, who may write what
//! and when, and what happens when it is full (`docs/recorder.md` states the protocol).
//!
//! JavaScript stores events itself. [`Producer`] is the part of its side that stands behind the native
//! calls; [`Ring::take`] is the drain's side.

#[cfg(loom)]
use loom::sync::atomic::{AtomicU32, Ordering};
#[cfg(not(loom))]
use std::sync::atomic::{AtomicU32, Ordering};

/// Words: numbers of four bytes in front of the slots. Those that different threads write often stand on
/// cache lines of their own.
pub mod word {
    /// Up to here, events are stored. Of the thread of JavaScript.
    pub const NEXT: usize = 0;
    /// Up to here, they are published: the drain may read them.
    pub const HEAD: usize = 1;
    /// An event may be stored where the next slot is below this. The drain sets it to 0 at every tick, so that
    /// the next event asks for room, and thereby for the time.
    pub const LIMIT: usize = 16;
    /// The same for an `init`, which leaves room for what is still to come from those that are recorded.
    pub const INIT_LIMIT: usize = 17;
    /// Resources that were dropped, by type: those of type t at `DROPPED + t`.
    pub const DROPPED: usize = 32;
}

/// Types that a thread can tell apart. All further ones share the last index.
pub const MAX_TYPES: usize = 1024;
/// Slots that the words take.
pub const FIRST_SLOT: usize = (word::DROPPED + MAX_TYPES) / 2;
/// Slots for events by default, of eight bytes: those of a tenth of a second in which a program does nothing but await.
/// Where the drain keeps up, a part of them comes to be in memory.
pub const CAPACITY: usize = 1 << 22;
/// Behind this part of the ring (a half), an empty one begins anew.
const WORKING_PART: usize = 2;
/// This part of the ring (a quarter) is left to resources that are recorded: half of it takes the end of
/// all promises that fit the rest.
const RESERVE: usize = 4;
/// The fewest that make sense.
pub const MIN_CAPACITY: usize = 64;
/// Size of the memory that JavaScript shares by default, in slots.
pub const SLOTS: usize = FIRST_SLOT + CAPACITY;
/// Slots of the longest event, its time included. No event goes over the end of the ring.
pub const LONGEST: usize = 5;

/// A bit of what a producer is told that asked for room: there is room for an event.
pub const HAS_ROOM: u32 = 1;
/// Another one: there is room for a new resource.
pub const HAS_ROOM_FOR_INIT: u32 = 2;
/// Another one: the recording is over.
pub const IS_OVER: u32 = 4;

/// In front of a time. No number that JavaScript stores has this bit, for none is negative.
pub const TIME: u64 = 1 << 63;
/// Behind the last event before the end of the ring: the next one is at the beginning.
const WRAP: u64 = u64::MAX;

const _: () = {
    assert!(word::DROPPED.is_multiple_of(2) && MAX_TYPES.is_multiple_of(2), "slots begin behind the words");
    assert!(CAPACITY <= u32::MAX as usize);
    assert!(RESERVE > WORKING_PART, "a ring that begins anew has room for new resources");
};

/// What a ring is made of: the memory that JavaScript shares, or a model of it.
pub trait Memory {
    /// Slots for events.
    fn capacity(&self) -> usize;
    /// The word at an index of [`word`].
    fn word(&self, index: usize) -> &AtomicU32;
    /// # Safety
    /// `slot` must be below the capacity, and nobody may write it meanwhile.
    unsafe fn read(&self, slot: usize) -> u64;
    /// # Safety
    /// `slot` must be below the capacity, and nobody may read or write it meanwhile.
    unsafe fn write(&self, slot: usize, value: u64);
}

/// A ring. The producer has a `Producer` for it beside.
pub struct Ring<M> {
    memory: M,
    /// Up to here, events were taken. Written by the drain, read by the producer.
    tail: AtomicU32,
}

impl<M: Memory> Ring<M> {
    /// An empty ring, whose counts of drops go on.
    pub fn new(memory: M) -> Self {
        memory.word(word::NEXT).store(0, Ordering::Relaxed);
        memory.word(word::HEAD).store(0, Ordering::Relaxed);
        let ring = Self { memory, tail: AtomicU32::new(0) };
        ring.tick();
        ring
    }

    /// How many slots it has.
    pub fn capacity(&self) -> usize {
        self.memory.capacity()
    }

    /// Makes the next event ask for room. For any thread.
    pub fn tick(&self) {
        self.memory.word(word::LIMIT).store(0, Ordering::Relaxed);
        self.memory.word(word::INIT_LIMIT).store(0, Ordering::Relaxed);
    }

    /// The count of dropped resources of a type, which goes round at 2^32. For any thread.
    pub fn dropped(&self, type_: usize) -> u32 {
        self.memory.word(word::DROPPED + type_).load(Ordering::Relaxed)
    }

    /// Publishes in the producer's place what it has stored and left for a while, which is the case where
    /// `before` is what this answered then. A store that lies for a while is visible everywhere. For the
    /// drain alone.
    pub fn settle(&self, before: u32) -> u32 {
        // Before `next`, which then is not older than it: so the head goes only forward. Pairs with the store of
        // the head, in front of which `next` was stored.
        let head = self.memory.word(word::HEAD).load(Ordering::Acquire);
        let next = self.memory.word(word::NEXT).load(Ordering::Relaxed);
        if next == before {
            // Fails where the producer itself publishes meanwhile, and more than this.
            let _ = self.memory.word(word::HEAD).compare_exchange(
                head,
                next,
                Ordering::Relaxed,
                Ordering::Relaxed,
            );
        }
        next
    }

    /// Appends what was published to `out`, at most `most` slots, and hands their room back to the
    /// producer. Answers whether there was anything. For the drain alone.
    pub fn take(&self, out: &mut Vec<u64>, most: usize) -> bool {
        // Pairs with the store of the head: what was stored in front of it can be read.
        let head = self.memory.word(word::HEAD).load(Ordering::Acquire) as usize;
        let head = head.min(self.memory.capacity());
        let mut tail = self.tail.load(Ordering::Relaxed) as usize;
        let mut left = most;
        while tail != head && left > 0 {
            // SAFETY: below the capacity; published and not handed back, so nobody writes it.
            let slot = if tail == self.memory.capacity() { WRAP } else { unsafe { self.memory.read(tail) } };
            if slot == WRAP {
                tail = 0;
                continue;
            }
            out.push(slot);
            tail += 1;
            left -= 1;
        }
        // Pairs with the load in `room`: what was read here is read before it is written anew.
        self.tail.store(tail as u32, Ordering::Release);
        left < most
    }
}

/// What [`Producer::room`] found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Room {
    /// For an event of a resource that is recorded.
    pub any: bool,
    /// For a new resource.
    pub init: bool,
}

/// The producer's side, on the thread of JavaScript.
#[derive(Default)]
pub struct Producer {
    /// Set when a resource could not be taken, until the ring is nearly empty again: so those that are
    /// dropped are many in a row, and not every other one.
    dropping: bool,
}

impl Producer {
    /// Publishes all that is stored, and with the time the event of one slot that is stored behind a free
    /// one. To be called where the next slot is below the limit.
    pub fn stamp<M: Memory>(&self, ring: &Ring<M>, time: u64) {
        let next = ring.memory.word(word::NEXT).load(Ordering::Relaxed) as usize;
        if next + 2 > ring.memory.capacity() {
            return;
        }
        // SAFETY: below the limit, so the room is the producer's.
        unsafe { ring.memory.write(next, TIME | time) };
        Self::publish(ring, next + 2);
    }

    /// Makes `next` the next slot and publishes what is in front of it.
    fn publish<M: Memory>(ring: &Ring<M>, next: usize) {
        ring.memory.word(word::NEXT).store(next as u32, Ordering::Relaxed);
        // Pairs with the load in `take`.
        ring.memory.word(word::HEAD).store(next as u32, Ordering::Release);
    }

    /// Looks how much room there is, publishes all that is stored and, after a tick, the time, and
    /// sets the limits by which JavaScript goes on until the next tick.
    pub fn room<M: Memory>(&mut self, ring: &Ring<M>, time: u64) -> Room {
        let capacity = ring.memory.capacity();
        let mut next = ring.memory.word(word::NEXT).load(Ordering::Relaxed) as usize;
        // Pairs with the store in `take`.
        let tail = ring.tail.load(Ordering::Acquire) as usize;
        let is_at_end = next >= tail && next + LONGEST + 1 > capacity;
        let starts_anew = next == tail && tail > capacity / WORKING_PART && !self.dropping;
        if (is_at_end || starts_anew) && tail > LONGEST + 1 {
            if next < capacity {
                // SAFETY: next and what follows up to the end is the producer's.
                unsafe { ring.memory.write(next, WRAP) };
            }
            next = 0;
        }
        // One slot stays free, or a full ring would look like an empty one.
        let (end, free) =
            if next >= tail { (capacity, capacity - next + tail) } else { (tail - 1, tail - next) };
        let free = free - 1;
        let any = next + LONGEST < end;
        // Only after a tick: where new resources are refused, each of them asks.
        if any && ring.memory.word(word::LIMIT).load(Ordering::Relaxed) == 0 {
            // SAFETY: the slot is in the room that was just found.
            unsafe { ring.memory.write(next, TIME | time) };
            next += 1;
        }
        Self::publish(ring, next);
        let limit = if any { end - LONGEST + 1 } else { 0 };
        let for_init = self.for_init(free, capacity).min(limit.saturating_sub(next));
        ring.memory.word(word::LIMIT).store(limit as u32, Ordering::Relaxed);
        let init_limit = if for_init > 0 { next + for_init } else { 0 };
        ring.memory.word(word::INIT_LIMIT).store(init_limit as u32, Ordering::Relaxed);
        Room { any, init: for_init > 0 }
    }

    /// How far from the next slot new resources may go.
    fn for_init(&mut self, free: usize, capacity: usize) -> usize {
        let reserve = capacity / RESERVE;
        let least = if self.dropping { capacity - 2 * reserve } else { reserve };
        self.dropping = free <= least + LONGEST;
        if self.dropping { 0 } else { free - reserve - LONGEST }
    }
}

#[cfg(test)]
mod tests;
