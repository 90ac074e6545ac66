//! The stacks of a thread that may still be referred to: by what it creates next, which says an index, and by what is
//! alive. A text that nothing refers to is forgotten, and its room used again.

use crate::event::Entry;

/// A stack, or 0 for none.
pub(super) type Number = u32;

struct Text {
    frames: Box<str>,
    /// How many refer to it.
    uses: u32,
    /// Its index plus one in this part; 0 where it was not told there.
    told: u32,
}

#[derive(Default)]
pub(super) struct Texts {
    texts: Vec<Text>,
    free: Vec<Number>,
    /// By the index that the thread says.
    slots: Vec<Number>,
    /// How many this part has told.
    told: u32,
}

impl Texts {
    /// The thread calls a stack by an index from here on, by which it may have called another one.
    pub(super) fn add(&mut self, index: u32, frames: String) {
        let index = index as usize;
        if self.slots.len() <= index {
            self.slots.resize(index + 1, 0);
        }
        let text = Text { frames: frames.into(), uses: 1, told: 0 };
        let number = match self.free.pop() {
            Some(number) => {
                self.texts[number as usize - 1] = text;
                number
            }
            None => {
                self.texts.push(text);
                self.texts.len() as Number
            }
        };
        let former = std::mem::replace(&mut self.slots[index], number);
        self.release(former);
    }

    /// What an index plus one stands for.
    pub(super) fn number(&self, stack: u32) -> Number {
        (stack as usize).checked_sub(1).and_then(|at| self.slots.get(at).copied()).unwrap_or(0)
    }

    /// Something else refers to it.
    pub(super) fn hold(&mut self, number: Number) {
        if let Some(text) = self.of(number) {
            text.uses += 1;
        }
    }

    /// Something refers to it no more.
    pub(super) fn release(&mut self, number: Number) {
        let Some(text) = self.of(number) else { return };
        text.uses -= 1;
        if text.uses == 0 {
            text.frames = Box::default();
            self.free.push(number);
        }
    }

    /// How many bytes it takes to say it.
    pub(super) fn cost(&self, number: Number) -> usize {
        let text = (number as usize).checked_sub(1).and_then(|at| self.texts.get(at));
        text.filter(|text| text.told == 0).map_or(0, |text| text.frames.len() + 16)
    }

    /// Its index plus one in this part, which is told here where it was not yet.
    pub(super) fn tell(&mut self, number: Number, out: &mut Vec<Entry>) -> u32 {
        let index = self.told;
        let Some(text) = self.of(number) else { return 0 };
        if text.told == 0 {
            out.push(Entry::Stack { index, frames: text.frames.to_string() });
            text.told = index + 1;
            self.told += 1;
            return index + 1;
        }
        text.told
    }

    /// A new part begins, which has told nothing yet.
    pub(super) fn forget_part(&mut self) {
        self.told = 0;
        self.texts.iter_mut().for_each(|text| text.told = 0);
    }

    /// How many there are.
    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.texts.len() - self.free.len()
    }

    fn of(&mut self, number: Number) -> Option<&mut Text> {
        self.texts.get_mut((number as usize).checked_sub(1)?)
    }
}
