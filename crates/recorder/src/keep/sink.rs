//! Where a part's beginning is told to: it knows how much room there is.

use crate::event::Entry;

/// So many entries are handed over at once.
const BATCH: usize = 64;

/// Writes entries of a thread, and answers how many bytes the part has then.
pub(super) type Write<'a> = &'a mut dyn FnMut(u32, &[Entry]) -> u64;

pub(super) struct Sink<'a> {
    pub out: Vec<Entry>,
    thread: u32,
    /// The number of the part.
    pub part: u32,
    size: u64,
    /// How many bytes the part may have.
    most: u64,
    write: Write<'a>,
}

impl<'a> Sink<'a> {
    /// Where the part, which may have so many bytes, has so many already.
    pub(super) fn new(part: u32, size: u64, most: u64, write: Write<'a>) -> Self {
        Self { out: Vec::new(), thread: 0, part, size, most, write }
    }

    pub(super) fn size(&self) -> u64 {
        self.size
    }

    /// What follows is of this thread.
    pub(super) fn turn_to(&mut self, thread: u32) {
        self.thread = thread;
    }

    pub(super) fn put(&mut self, entry: Entry) {
        self.out.push(entry);
        if self.out.len() >= BATCH {
            self.flush();
        }
    }

    pub(super) fn flush(&mut self) {
        self.size = (self.write)(self.thread, &self.out);
        self.out.clear();
    }

    /// Whether so many sixths of the room are not taken yet. The rest is for what happens.
    pub(super) fn has_room(&self, sixths: u64) -> bool {
        self.size < self.most / 6 * sixths
    }
}
