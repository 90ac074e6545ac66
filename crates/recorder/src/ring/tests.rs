//! What the ring promises, with a producer that does what `lib/record/hook.js` does. With
//! `RUSTFLAGS="--cfg loom" cargo test --release -p async-hooks-rs-recorder ring::` loom runs the last test, and those of `orders.rs`, in every order in
//! which the two threads can take turns; otherwise real threads run it.

use super::*;

#[cfg(loom)]
mod orders;

#[cfg(loom)]
use loom::{cell::UnsafeCell, sync::Arc, thread};
#[cfg(not(loom))]
use std::{cell::UnsafeCell, sync::Arc, thread};

/// A ring's memory that loom can watch.
pub(super) struct Model {
    words: [AtomicU32; 4],
    slots: Vec<UnsafeCell<u64>>,
}

// SAFETY: what the ring promises, and what loom checks.
unsafe impl Sync for Model {}

impl Model {
    pub(super) fn new(capacity: usize) -> Self {
        Self {
            words: [AtomicU32::new(0), AtomicU32::new(0), AtomicU32::new(0), AtomicU32::new(0)],
            slots: (0..capacity).map(|_| UnsafeCell::new(0)).collect(),
        }
    }
}

impl Memory for Model {
    fn capacity(&self) -> usize {
        self.slots.len()
    }

    fn word(&self, index: usize) -> &AtomicU32 {
        match index {
            word::HEAD => &self.words[0],
            word::NEXT => &self.words[3],
            word::LIMIT => &self.words[1],
            word::INIT_LIMIT => &self.words[2],
            _ => unreachable!(),
        }
    }

    unsafe fn read(&self, slot: usize) -> u64 {
        // SAFETY: by the caller's promise, which loom checks.
        #[cfg(loom)]
        return self.slots[slot].with(|value| unsafe { *value });
        // SAFETY: by the caller's promise.
        #[cfg(not(loom))]
        unsafe {
            *self.slots[slot].get()
        }
    }

    unsafe fn write(&self, slot: usize, value: u64) {
        // SAFETY: by the caller's promise, which loom checks.
        #[cfg(loom)]
        self.slots[slot].with_mut(|place| unsafe { *place = value });
        // SAFETY: by the caller's promise.
        #[cfg(not(loom))]
        unsafe {
            *self.slots[slot].get() = value;
        }
    }
}

/// The thread of JavaScript.
pub(super) struct Script<'a, M> {
    ring: &'a Ring<M>,
    producer: Producer,
    time: u64,
}

impl<'a, M: Memory> Script<'a, M> {
    pub(super) fn new(ring: &'a Ring<M>) -> Self {
        Self { ring, producer: Producer::default(), time: 0 }
    }

    fn next(&self) -> usize {
        self.ring.memory.word(word::NEXT).load(Ordering::Relaxed) as usize
    }

    fn has_room(&mut self, limit: usize, of: fn(Room) -> bool) -> bool {
        self.time += 1;
        self.next() < self.ring.memory.word(limit).load(Ordering::Relaxed) as usize
            || of(self.producer.room(self.ring, self.time))
    }

    /// An event of some slots, which is not published yet.
    pub(super) fn init(&mut self, slots: &[u64]) -> bool {
        if !self.has_room(word::INIT_LIMIT, |room| room.init) {
            return false;
        }
        let next = self.next();
        for (offset, &slot) in slots.iter().enumerate() {
            // SAFETY: below the limit.
            unsafe { self.ring.memory.write(next + offset, slot) };
        }
        self.ring.memory.word(word::NEXT).store((next + slots.len()) as u32, Ordering::Relaxed);
        true
    }

    /// An event of one slot, published with its time.
    pub(super) fn after(&mut self, slot: u64) -> bool {
        if !self.has_room(word::LIMIT, |room| room.any) {
            return false;
        }
        // SAFETY: below the limit.
        unsafe { self.ring.memory.write(self.next() + 1, slot) };
        self.producer.stamp(self.ring, self.time);
        true
    }
}

/// All that is stored is published when the drain has seen it lie.
fn take_all<M: Memory>(ring: &Ring<M>, taken: &mut Vec<u64>) {
    let seen = ring.settle(u32::MAX);
    ring.settle(seen);
    while ring.take(taken, usize::MAX) {}
}

/// What was taken, without the times, which must not go back.
fn events(taken: &[u64]) -> Vec<u64> {
    let times: Vec<u64> = taken.iter().filter(|slot| **slot & TIME != 0).map(|slot| slot & !TIME).collect();
    assert!(times.is_sorted());
    taken.iter().copied().filter(|slot| slot & TIME == 0).collect()
}

#[cfg(not(loom))]
mod alone {
    use std::cell::Cell;

    use super::*;

    #[test]
    fn what_is_stored_is_taken_in_order_and_once_round_after_round() {
        let ring = Ring::new(Model::new(64));
        let mut script = Script::new(&ring);
        for round in 0..1000 {
            let slots = [3 * round, 3 * round + 1, 3 * round + 2];
            assert!(script.init(&slots) && script.after(round));
            let mut taken = Vec::new();
            assert!(ring.take(&mut taken, usize::MAX));
            assert_eq!(events(&taken), [&slots[..], &[round]].concat());
            assert!(!ring.take(&mut taken, usize::MAX));
        }
    }

    #[test]
    fn it_is_taken_in_parts() {
        let ring = Ring::new(Model::new(64));
        let mut script = Script::new(&ring);
        assert!(script.after(7));
        let mut taken = Vec::new();
        while ring.take(&mut taken, 1) {}
        assert_eq!(events(&taken), [7]);
    }

    #[test]
    fn a_quarter_is_left_to_resources_that_are_recorded() {
        let ring = Ring::new(Model::new(64));
        let mut script = Script::new(&ring);
        while script.init(&[1, 2, 3, 4]) {}
        assert!(script.next() <= 48, "{}", script.next());
        let mut steps = 0;
        while script.after(5) {
            steps += 1;
        }
        assert!(steps >= 4, "{steps}");
    }

    #[test]
    fn after_a_drop_new_resources_wait_until_the_ring_is_nearly_empty() {
        let ring = Ring::new(Model::new(64));
        let mut script = Script::new(&ring);
        while script.init(&[1, 2]) {}
        let mut taken = Vec::new();
        ring.take(&mut taken, 16);
        assert!(!script.init(&[1, 2]));
        assert!(script.after(3));
        ring.take(&mut taken, usize::MAX);
        assert!(script.init(&[1, 2]));
    }

    #[test]
    fn a_tick_makes_the_next_event_take_the_time() {
        let ring = Ring::new(Model::new(64));
        let mut script = Script::new(&ring);
        let mut times = || {
            assert!(script.init(&[1]));
            let mut taken = Vec::new();
            take_all(&ring, &mut taken);
            taken.len() - 1
        };
        assert_eq!([times(), times()], [1, 0]);
        ring.tick();
        assert_eq!([times(), times()], [1, 0]);
    }

    #[test]
    fn at_the_very_end_of_the_ring_it_goes_on_at_the_beginning() {
        // All the ways in which the head can stand near the end, empty or not.
        for first in 1..70 {
            let ring = Ring::new(Model::new(64));
            let mut script = Script::new(&ring);
            let (mut expected, mut taken) = (Vec::new(), Vec::new());
            for value in 0..200 {
                let slots = vec![value; 1 + (value as usize * first) % 4];
                if script.init(&slots) {
                    expected.extend(slots);
                }
                if (value as usize).is_multiple_of(first) {
                    ring.take(&mut taken, first);
                }
            }
            take_all(&ring, &mut taken);
            assert_eq!(events(&taken), expected);
        }
    }

    /// A memory in which the thread of JavaScript publishes a slot just before one of the drain's accesses to words.
    struct Interrupted {
        model: Model,
        accesses_left: Cell<usize>,
    }

    impl Memory for Interrupted {
        fn capacity(&self) -> usize {
            self.model.capacity()
        }

        fn word(&self, index: usize) -> &AtomicU32 {
            self.accesses_left.set(self.accesses_left.get().wrapping_sub(1));
            if self.accesses_left.get() == 0 {
                let next = self.model.word(word::NEXT);
                let slot = next.fetch_add(1, Ordering::Relaxed);
                // SAFETY: one thread plays both; the slot is behind all others.
                unsafe { self.model.write(slot as usize, 2) };
                self.model.word(word::HEAD).store(slot + 1, Ordering::Relaxed);
            }
            self.model.word(index)
        }

        unsafe fn read(&self, slot: usize) -> u64 {
            // SAFETY: by the caller's promise.
            unsafe { self.model.read(slot) }
        }

        unsafe fn write(&self, slot: usize, value: u64) {
            // SAFETY: by the caller's promise.
            unsafe { self.model.write(slot, value) }
        }
    }

    #[test]
    fn what_is_published_while_the_drain_settles_stays_so() {
        for access in 1..=3 {
            let ring = Ring::new(Interrupted { model: Model::new(64), accesses_left: Cell::new(0) });
            let mut script = Script::new(&ring);
            assert!(script.init(&[1]));
            let seen = ring.settle(u32::MAX);
            ring.memory.accesses_left.set(access);
            ring.settle(seen);
            let left = ring.memory.accesses_left.replace(0);
            assert!(left == 0 || left > access, "there are fewer than {access} accesses");
            let mut taken = Vec::new();
            ring.take(&mut taken, usize::MAX);
            assert_eq!(events(&taken), [1, 2], "before access {access}");
        }
    }

    #[test]
    fn what_is_stored_and_left_is_taken_without_a_call() {
        let ring = Ring::new(Model::new(64));
        let mut script = Script::new(&ring);
        let mut taken = Vec::new();
        assert!(script.init(&[1, 2]));
        let seen = ring.settle(0);
        ring.take(&mut taken, usize::MAX);
        assert_eq!(events(&taken), [], "it was seen for the first time");
        assert!(script.init(&[3]));
        let seen = ring.settle(seen);
        ring.take(&mut taken, usize::MAX);
        assert_eq!(events(&taken), [], "it was not left alone");
        ring.settle(seen);
        ring.take(&mut taken, usize::MAX);
        assert_eq!(events(&taken), [1, 2, 3]);
        assert!(script.after(4));
        ring.take(&mut taken, usize::MAX);
        assert_eq!(events(&taken), [1, 2, 3, 4]);
    }
}

/// A small ring, so that it is full, empty and wrapped in few steps.
fn two_threads(capacity: usize, rounds: u64) {
    let ring = Arc::new(Ring::new(Model::new(capacity)));
    let drain = {
        let ring = ring.clone();
        thread::spawn(move || {
            let mut taken = Vec::new();
            for _ in 0..rounds {
                ring.take(&mut taken, usize::MAX);
                ring.tick();
                #[cfg(not(loom))]
                thread::yield_now();
            }
            taken
        })
    };
    let mut script = Script::new(&*ring);
    let mut expected = Vec::new();
    for value in 0..rounds {
        if script.init(&[2 * value, 2 * value]) {
            expected.extend([2 * value, 2 * value]);
        }
        if script.after(2 * value + 1) {
            expected.push(2 * value + 1);
        }
    }
    let mut taken = drain.join().expect("the drain ends");
    take_all(&ring, &mut taken);
    assert_eq!(events(&taken), expected);
}

#[cfg(loom)]
#[test]
fn nothing_is_lost_torn_or_seen_twice() {
    let mut model = loom::model::Builder::new();
    model.preemption_bound = Some(2);
    model.check(|| two_threads(16, 2));
}

#[cfg(not(loom))]
#[test]
fn nothing_is_lost_torn_or_seen_twice() {
    two_threads(64, 100_000);
}
