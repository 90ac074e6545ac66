//! Where resources were created: the texts, each once, whichever threads have it.

use std::hash::BuildHasher;

use rustc_hash::{FxBuildHasher, FxHashMap};

/// So many different stacks are told apart. A resource of another one is taken for one without.
const MOST: usize = 1 << 20;
/// So many bytes of text are kept. What is beyond is told apart, but shown as missing.
const TEXT: usize = 1 << 26;
/// So many stacks of all threads together have an index. A resource of another one is taken for one without.
const INDICES: usize = 1 << 23;

#[derive(Default)]
pub struct Stacks {
    texts: Vec<Box<str>>,
    /// The number of each stack, by a hash of its text.
    numbers: FxHashMap<u64, u32>,
    kept: usize,
    indices: usize,
}

/// The numbers of one thread's stacks, by their index.
#[derive(Default)]
pub struct Indices(Vec<u32>);

impl Indices {
    /// The number of what `Kind::Init`'s `stack` stands for; 0 where there is none.
    #[inline]
    pub fn number(&self, stack: u32) -> u32 {
        match stack {
            0 => 0,
            _ => self.0.get(stack as usize - 1).copied().unwrap_or(0),
        }
    }
}

impl Stacks {
    /// A thread's next stack.
    pub fn add(&mut self, of: &mut Indices, text: &str) {
        if self.indices < INDICES {
            self.indices += 1;
            of.0.push(self.number(text));
        }
    }

    fn number(&mut self, text: &str) -> u32 {
        let hash = FxBuildHasher.hash_one(text);
        if let Some(&number) = self.numbers.get(&hash) {
            return number;
        }
        if text.is_empty() || self.texts.len() == MOST {
            return 0;
        }
        let fits = self.kept + text.len() <= TEXT;
        self.kept += if fits { text.len() } else { 0 };
        self.texts.push(if fits { text.into() } else { "".into() });
        let number = self.texts.len() as u32;
        self.numbers.insert(hash, number);
        number
    }

    /// The text of a number, where it is kept.
    pub fn text(&self, number: u32) -> Option<&str> {
        let text = self.texts.get((number as usize).checked_sub(1)?)?;
        if text.is_empty() { None } else { Some(text) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stack_is_kept_once_for_all_threads() {
        let (mut stacks, mut one, mut other) = (Stacks::default(), Indices::default(), Indices::default());
        stacks.add(&mut one, "at a");
        stacks.add(&mut one, "at b");
        stacks.add(&mut other, "at b");
        assert_eq!((one.number(0), one.number(2)), (0, other.number(1)));
        assert_eq!(stacks.text(one.number(1)), Some("at a"));
        assert_eq!(stacks.text(other.number(1)), Some("at b"));
        assert_eq!((stacks.texts.len(), other.number(2)), (2, 0));
    }

    #[test]
    fn texts_that_do_not_fit_are_told_apart() {
        let (mut stacks, mut of) = (Stacks::default(), Indices::default());
        let long = "x".repeat(TEXT);
        for text in ["at a", &long, "at b", "at a"] {
            stacks.add(&mut of, text);
        }
        assert_eq!(stacks.text(of.number(2)), None);
        assert_ne!(of.number(2), of.number(1));
        assert_eq!(stacks.text(of.number(3)), Some("at b"));
        assert_eq!(of.number(4), of.number(1));
    }
}
