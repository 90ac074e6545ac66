//! Where resources were created: the texts, each once, whichever threads have it.

use std::hash::BuildHasher;

use rustc_hash::{FxBuildHasher, FxHashMap};

use super::places::{Frame, PlaceNumber, Places};
use crate::shown::cut;

/// So many different stacks are told apart. A resource of another one is taken for one without.
const MOST: usize = 1 << 18;
/// So many bytes of text are kept. What is beyond is told apart, but shown as missing.
const TEXT: usize = 1 << 25;
/// So many bytes of one.
const LENGTH: usize = 1 << 13;
/// So many stacks of all threads together have an index. A resource of another one is taken for one without.
const INDICES: usize = 1 << 22;
/// So many stacks of samples have the places of all their frames.
const SAMPLED: usize = 1 << 12;

#[derive(Default)]
pub(crate) struct Stacks {
    texts: Vec<Box<str>>,
    /// Their places.
    places: Vec<PlaceNumber>,
    /// The number of each stack, by a hash of its text.
    numbers: FxHashMap<u64, u32>,
    kept: usize,
    indices: usize,
    left_out: u64,
    /// The places of the frames of what samples saw, the innermost first.
    sampled: FxHashMap<u32, Box<[PlaceNumber]>>,
}

/// The numbers of one thread's stacks, by their index.
#[derive(Default)]
pub(crate) struct Indices(Vec<u32>);

impl Indices {
    /// The number of what `Kind::Init`'s `stack` stands for; 0 where there is none.
    #[inline]
    pub(super) fn number(&self, stack: u32) -> u32 {
        match stack {
            0 => 0,
            _ => self.0.get(stack as usize - 1).copied().unwrap_or(0),
        }
    }
}

impl Stacks {
    /// A thread's next stack.
    pub(super) fn add(&mut self, of: &mut Indices, text: &str, places: &mut Places) {
        if self.indices == INDICES {
            self.left_out += 1;
            return;
        }
        self.indices += 1;
        let number = self.number(cut(text, LENGTH), places);
        of.0.push(number);
    }

    /// A thread's stacks are counted from 0 again.
    pub(super) fn begin_anew(&mut self, of: &mut Indices) {
        self.indices -= of.0.len();
        of.0.clear();
    }

    /// How many had no room, or none for their text.
    pub(super) fn left_out(&self) -> u64 {
        self.left_out
    }

    fn number(&mut self, text: &str, places: &mut Places) -> u32 {
        let hash = FxBuildHasher.hash_one(text);
        if let Some(&number) = self.numbers.get(&hash) {
            return number;
        }
        if text.is_empty() {
            return 0;
        }
        let fits = self.kept + text.len() <= TEXT;
        if self.texts.len() == MOST || !fits {
            self.left_out += 1;
        }
        if self.texts.len() == MOST {
            return 0;
        }
        self.kept += if fits { text.len() } else { 0 };
        self.places.push(places.add(text));
        self.texts.push(if fits { text.into() } else { "".into() });
        let number = self.texts.len() as u32;
        self.numbers.insert(hash, number);
        number
    }

    /// A sample saw a stack.
    pub(super) fn see(&mut self, number: u32, places: &mut Places) {
        if self.sampled.len() < SAMPLED
            && !self.sampled.contains_key(&number)
            && let Some(text) = self.text(number)
        {
            let frames = text.lines().filter_map(Frame::of);
            let frames = frames.map(|frame| places.add_frame(&frame)).filter(|&place| place != 0).collect();
            self.sampled.insert(number, frames);
        }
    }

    /// The places of the frames of a stack that a sample saw, the innermost first.
    pub(super) fn frames(&self, number: u32) -> &[PlaceNumber] {
        self.sampled.get(&number).map_or(&[], |frames| frames)
    }

    /// The place of a number.
    pub(super) fn place(&self, number: u32) -> PlaceNumber {
        (number as usize).checked_sub(1).and_then(|at| self.places.get(at).copied()).unwrap_or(0)
    }

    /// The text of a number, where it is kept.
    pub(super) fn text(&self, number: u32) -> Option<&str> {
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
        stacks.add(&mut one, "at a", &mut Places::default());
        stacks.add(&mut one, "at b", &mut Places::default());
        stacks.add(&mut other, "at b", &mut Places::default());
        assert_eq!((one.number(0), one.number(2)), (0, other.number(1)));
        assert_eq!(stacks.text(one.number(1)), Some("at a"));
        assert_eq!(stacks.text(other.number(1)), Some("at b"));
        assert_eq!((stacks.texts.len(), other.number(2)), (2, 0));
    }

    #[test]
    fn texts_that_do_not_fit_are_told_apart() {
        let (mut stacks, mut of) = (Stacks::default(), Indices::default());
        stacks.kept = TEXT - 8;
        for text in ["at a", "at a long one", "at b", "at a"] {
            stacks.add(&mut of, text, &mut Places::default());
        }
        assert_eq!(stacks.text(of.number(2)), None);
        assert_ne!(of.number(2), of.number(1));
        assert_eq!(stacks.text(of.number(3)), Some("at b"));
        assert_eq!(of.number(4), of.number(1));
        assert_eq!(stacks.left_out(), 1);
    }

    #[test]
    fn those_without_room_are_counted() {
        let (mut stacks, mut of) = (Stacks::default(), Indices::default());
        (0..MOST + 5).for_each(|n| stacks.add(&mut of, &format!("at {n}"), &mut Places::default()));
        assert_eq!((stacks.left_out(), stacks.texts.len(), of.number(MOST as u32 + 1)), (5, MOST, 0));
        stacks.indices = INDICES;
        stacks.add(&mut of, "at 1", &mut Places::default());
        assert_eq!((stacks.left_out(), of.0.len()), (6, MOST + 5));
        stacks.indices = 0;
        stacks.add(&mut of, &"x".repeat(1 << 20), &mut Places::default());
        assert_eq!(stacks.kept, stacks.texts.iter().map(|text| text.len()).sum::<usize>());
    }
}
