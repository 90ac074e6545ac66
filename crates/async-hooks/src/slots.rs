//! Which places of the JavaScript array, that keeps what handles stand for, are free.
//!
//! An array costs less than a reference of Node-API for each value, and nothing leaks where an environment ends while
//! other threads still have handles.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// Below this length the array is not shortened.
const SMALL: u32 = 1024;

#[derive(Default)]
pub(crate) struct Slots {
    /// By slot; the last one is always in use.
    used: Vec<bool>,
    /// Slots that were given back, the lowest first, so that the end of the array gets free. Some are in use again, or
    /// beyond the end.
    free: BinaryHeap<Reverse<u32>>,
    /// At least the length of the JavaScript array.
    length: u32,
}

impl Slots {
    pub(crate) fn take(&mut self) -> u32 {
        while let Some(Reverse(slot)) = self.free.pop() {
            if let Some(used @ false) = self.used.get_mut(slot as usize) {
                *used = true;
                return slot;
            }
        }
        let slot = self.used.len() as u32;
        self.used.push(true);
        self.length = self.length.max(slot + 1);
        slot
    }

    pub(crate) fn give_back(&mut self, slot: u32) {
        match self.used.get_mut(slot as usize) {
            Some(used @ true) => *used = false,
            _ => return,
        }
        if slot as usize + 1 < self.used.len() {
            self.free.push(Reverse(slot));
            return;
        }
        while self.used.last() == Some(&false) {
            self.used.pop();
        }
        if self.used.is_empty() {
            self.free.clear();
        }
    }

    /// The length to which the JavaScript array should be cut, if most of it is free.
    pub(crate) fn shorter(&mut self) -> Option<u32> {
        let length = self.used.len() as u32;
        if self.length <= SMALL || length > self.length / 2 {
            return None;
        }
        self.length = length;
        self.used.shrink_to(length as usize * 2);
        self.free.retain(|Reverse(slot)| *slot < length);
        self.free.shrink_to_fit();
        Some(length)
    }
}

#[cfg(test)]
mod tests {
    use super::Slots;

    fn take(slots: &mut Slots, count: u32) {
        for slot in 0..count {
            assert_eq!(slots.take(), slot);
        }
    }

    #[test]
    fn the_lowest_free_slot_is_taken() {
        let mut slots = Slots::default();
        let taken: Vec<u32> = (0..4).map(|_| slots.take()).collect();
        assert_eq!(taken, [0, 1, 2, 3]);
        slots.give_back(2);
        slots.give_back(0);
        assert_eq!([slots.take(), slots.take(), slots.take()], [0, 2, 4]);
    }

    #[test]
    fn a_slot_given_back_twice_is_taken_once() {
        let mut slots = Slots::default();
        take(&mut slots, 3);
        slots.give_back(1);
        slots.give_back(1);
        assert_eq!([slots.take(), slots.take()], [1, 3]);
    }

    #[test]
    fn no_slot_is_taken_twice_after_the_end_was_free() {
        let mut slots = Slots::default();
        take(&mut slots, 4);
        slots.give_back(1);
        slots.give_back(3);
        slots.give_back(2);
        assert_eq!([slots.take(), slots.take(), slots.take()], [1, 2, 3]);
    }

    #[test]
    fn a_long_array_is_cut() {
        let mut slots = Slots::default();
        take(&mut slots, 5000);
        assert_eq!(slots.shorter(), None);
        (100..5000).rev().for_each(|slot| slots.give_back(slot));
        assert_eq!(slots.shorter(), Some(100));
        assert_eq!(slots.shorter(), None);
        assert_eq!(slots.take(), 100);
    }
}
