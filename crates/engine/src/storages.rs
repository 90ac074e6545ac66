//! Where in a frame each `AsyncLocalStorage` has its store.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::layout::STORAGE_GENERATION;
use crate::memory::Memory;

/// The storages of a thread that were ever entered, by their position in a frame.
///
/// A position is given again when its storage is gone, the lowest first, so frames stay
/// as short as there are storages. Frames that were made before still hold the store of
/// the former storage; they are told by the generation, which goes up with every storage
/// that goes.
pub struct Storages {
    memory: Memory,
    /// Positions below this one were given at least once.
    end: u32,
    free: BinaryHeap<Reverse<u32>>,
}

impl Storages {
    /// Without a storage.
    pub fn new(memory: Memory) -> Self {
        Self { memory, end: 0, free: BinaryHeap::new() }
    }

    /// A position for a storage.
    pub fn place(&mut self) -> u32 {
        if let Some(Reverse(position)) = self.free.pop() {
            return position;
        }
        self.end += 1;
        self.end - 1
    }

    /// The storage at this position is gone.
    pub fn leave(&mut self, position: u32) {
        self.free.push(Reverse(position));
        // Wraps after four billion storages that came and went.
        let generation = self.memory.field(STORAGE_GENERATION).wrapping_add(1);
        self.memory.set_field(STORAGE_GENERATION, generation);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::memory::tests::memory;

    #[test]
    fn the_lowest_free_position_is_given_first() {
        let mut storages = Storages::new(memory());
        assert_eq!([storages.place(), storages.place(), storages.place()], [0, 1, 2]);
        storages.leave(1);
        storages.leave(0);
        assert_eq!([storages.place(), storages.place(), storages.place()], [0, 1, 3]);
    }

    #[test]
    fn every_storage_that_goes_begins_a_generation() {
        let memory = memory();
        let mut storages = Storages::new(memory);
        let [first, second] = [storages.place(), storages.place()];
        assert_eq!(memory.field(STORAGE_GENERATION), 0);
        storages.leave(first);
        storages.leave(second);
        assert_eq!(memory.field(STORAGE_GENERATION), 2);
    }
}
