//! The names of types, the same number for the same name on every thread.

use std::collections::HashMap;

use rustc_hash::FxHashMap;

use crate::shown::cut;

/// Beyond so many, a name is one of the others.
const MOST: usize = 512;
/// Bytes of a name.
const LONGEST: usize = 400;
/// So many numbers of all threads together are remembered. Those beyond are of the others.
const INDICES: usize = 1 << 18;
const OTHERS: &str = "(other types)";

#[derive(Default)]
pub struct Names {
    /// As the file has them.
    pub all: Vec<Box<str>>,
    numbers: HashMap<Box<str>, u16>,
    /// By thread and by the number that the thread gave.
    threads: FxHashMap<(u32, u32), u16>,
    /// How many names are of the others.
    pub left_out: u64,
}

impl Names {
    pub fn add(&mut self, thread: u32, index: u32, name: &str) {
        let name = cut(name, LONGEST);
        let has_room = self.all.len() < MOST || self.numbers.contains_key(name);
        if !has_room || self.threads.len() >= INDICES {
            self.left_out += 1;
            return;
        }
        let number = self.named(name);
        self.threads.insert((thread, index), number);
    }

    fn named(&mut self, name: &str) -> u16 {
        if let Some(&number) = self.numbers.get(name) {
            return number;
        }
        self.all.push(name.into());
        let number = (self.all.len() - 1) as u16;
        self.numbers.insert(name.into(), number);
        number
    }

    /// What a thread calls by a number that has no name here is one of the others.
    pub fn number(&mut self, thread: u32, index: u32) -> u16 {
        match self.threads.get(&(thread, index)) {
            Some(&number) => number,
            None => self.named(OTHERS),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_number_for_one_name() {
        let mut names = Names::default();
        names.add(0, 0, "Timeout");
        names.add(1, 0, "PROMISE");
        names.add(1, 1, "Timeout");
        assert_eq!((names.number(0, 0), names.number(1, 1), names.number(1, 0)), (0, 0, 1));
        assert_eq!(names.number(7, 7), 2);
        (0..2000).for_each(|index| names.add(2, index, &format!("type {index}")));
        assert_eq!(names.number(2, 1999), names.number(7, 7));
        assert!(names.all.len() <= MOST + 1);
        assert_eq!(names.left_out, 2000 - (MOST as u64 - 3));
    }

    #[test]
    fn numbers_beyond_all_room_are_of_the_others() {
        let mut names = Names::default();
        (0..INDICES as u32 + 9).for_each(|index| names.add(0, index, "Timeout"));
        assert_eq!((names.threads.len(), names.left_out), (INDICES, 9));
        let others = names.number(0, INDICES as u32);
        assert_eq!(&*names.all[usize::from(others)], OTHERS);
    }
}
