//! The names of types, the same number for the same name on every thread.

use std::collections::HashMap;

/// Beyond so many, a name is one of the others.
const MOST: usize = 512;
const LONGEST: usize = 1000;
const OTHERS: &str = "(other types)";

#[derive(Default)]
pub struct Names {
    pub all: Vec<String>,
    numbers: HashMap<String, u16>,
    /// By thread and by the number that the thread gave.
    threads: HashMap<(u32, u32), u16>,
}

impl Names {
    pub fn add(&mut self, thread: u32, index: u32, name: &str) {
        let name = if self.all.len() < MOST || self.numbers.contains_key(name) {
            cut(name, LONGEST)
        } else {
            OTHERS
        };
        let number = *self.numbers.entry(name.to_owned()).or_insert_with(|| {
            self.all.push(name.to_owned());
            (self.all.len() - 1) as u16
        });
        self.threads.insert((thread, index), number);
    }

    /// What a thread calls by a number that it has not named is one of the others too.
    pub fn number(&mut self, thread: u32, index: u32) -> u16 {
        match self.threads.get(&(thread, index)) {
            Some(&number) => number,
            None => {
                self.add(thread, index, OTHERS);
                self.threads[&(thread, index)]
            }
        }
    }
}

/// At most so many bytes, at the edge of a character.
pub fn cut(text: &str, most: usize) -> &str {
    let end = (0..=most.min(text.len())).rev().find(|&end| text.is_char_boundary(end));
    &text[..end.unwrap_or(0)]
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
    }

    #[test]
    fn a_cut_is_between_characters() {
        assert_eq!(cut("aé", 2), "a");
        assert_eq!(cut("aé", 9), "aé");
    }
}
