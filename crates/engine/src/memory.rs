//! The thread's memory as Rust sees it.

use std::ptr::NonNull;

use crate::layout::{FIELD_COUNT, SLOTS};

/// A pointer to [`SLOTS`] slots of eight bytes that JavaScript reads and writes too.
///
/// Both languages run on one thread and take turns; no Rust reference into the
/// memory is ever made, so none can be alive while JavaScript writes.
#[derive(Clone, Copy)]
pub struct Memory {
    slots: NonNull<f64>,
}

impl Memory {
    /// # Safety
    /// `slots` must point to [`SLOTS`] aligned slots that stay where they are for as
    /// long as this value (or a copy) is used, and that no other thread touches.
    pub unsafe fn new(slots: NonNull<f64>) -> Self {
        Self { slots }
    }

    /// The number in a slot. Panics outside of the memory, as the others do.
    pub fn id(self, index: usize) -> f64 {
        assert!(index < SLOTS);
        // SAFETY: in bounds by the assertion, alive and aligned by the promise given to `new`.
        unsafe { self.slots.as_ptr().add(index).read() }
    }

    /// Stores the number of a slot.
    pub fn set_id(self, index: usize, value: f64) {
        assert!(index < SLOTS);
        // SAFETY: in bounds by the assertion, alive and aligned by the promise given to `new`.
        unsafe { self.slots.as_ptr().add(index).write(value) }
    }

    /// A counter or flag.
    pub fn field(self, index: usize) -> u32 {
        assert!(index < FIELD_COUNT);
        // SAFETY: as above; two fields share a slot, and a slot is aligned for a u32.
        unsafe { self.slots.as_ptr().cast::<u32>().add(index).read() }
    }

    /// Stores a counter or flag.
    pub fn set_field(self, index: usize, value: u32) {
        assert!(index < FIELD_COUNT);
        // SAFETY: as above; two fields share a slot, and a slot is aligned for a u32.
        unsafe { self.slots.as_ptr().cast::<u32>().add(index).write(value) }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// Memory for tests: owned by Rust, never shared with JavaScript.
    pub(crate) fn memory() -> Memory {
        let slots = Box::leak(vec![0.0; SLOTS].into_boxed_slice());
        // SAFETY: leaked, so it stays; tests use it on one thread.
        unsafe { Memory::new(NonNull::from(&mut slots[0])) }
    }

    #[test]
    fn fields_and_ids_do_not_overlap() {
        let memory = memory();
        for field in 0..FIELD_COUNT {
            memory.set_field(field, u32::MAX);
        }
        for id in FIELD_COUNT / 2..SLOTS {
            assert_eq!(memory.id(id), 0.0);
        }
        for id in FIELD_COUNT / 2..SLOTS {
            memory.set_id(id, -1.0);
        }
        for field in 0..FIELD_COUNT {
            assert_eq!(memory.field(field), u32::MAX);
        }
    }

    #[test]
    #[should_panic]
    fn an_index_outside_the_memory_is_refused() {
        memory().id(SLOTS);
    }
}
