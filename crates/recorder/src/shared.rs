//! The memory of a ring that JavaScript shares.

use std::ptr::NonNull;
use std::sync::atomic::AtomicU32;

use super::ring::{FIRST_SLOT, MAX_TYPES, Memory, word};

/// A pointer to slots. JavaScript reads and writes them on its thread, Rust on that
/// and on the drain's, each only what `docs/recorder.md` leaves to it; no reference to a slot is ever made.
pub struct Shared {
    memory: NonNull<u64>,
    capacity: usize,
}

// SAFETY: words are atomic, and the ring's protocol says who may touch a slot.
unsafe impl Send for Shared {}
// SAFETY: as above.
unsafe impl Sync for Shared {}

impl Shared {
    /// # Safety
    /// `memory` must point to [`FIRST_SLOT`] and `capacity` slots aligned to eight bytes, which stay where
    /// they are for as long as this value is used.
    pub unsafe fn new(memory: NonNull<u64>, capacity: usize) -> Self {
        Self { memory, capacity }
    }
}

impl Memory for Shared {
    fn capacity(&self) -> usize {
        self.capacity
    }

    fn word(&self, index: usize) -> &AtomicU32 {
        assert!(index < word::DROPPED + MAX_TYPES);
        // SAFETY: in bounds by the assertion, alive by the promise given to `new`; nobody in Rust touches a
        // word but as an atomic.
        unsafe { AtomicU32::from_ptr(self.memory.as_ptr().cast::<u32>().add(index)) }
    }

    unsafe fn read(&self, slot: usize) -> u64 {
        debug_assert!(slot < self.capacity);
        // SAFETY: in bounds by the caller's promise, alive by the one given to `new`.
        unsafe { self.memory.as_ptr().add(FIRST_SLOT + slot).read() }
    }

    unsafe fn write(&self, slot: usize, value: u64) {
        debug_assert!(slot < self.capacity);
        // SAFETY: in bounds by the caller's promise, alive by the one given to `new`.
        unsafe { self.memory.as_ptr().add(FIRST_SLOT + slot).write(value) }
    }
}
