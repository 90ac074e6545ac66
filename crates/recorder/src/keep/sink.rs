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
    /// Up to how many bytes the part may be filled for now.
    limit: u64,
    write: Write<'a>,
}

impl<'a> Sink<'a> {
    /// Where the part has so many bytes already.
    pub(super) fn new(part: u32, size: u64, write: Write<'a>) -> Self {
        Self { out: Vec::new(), thread: 0, part, size, limit: 0, write }
    }

    pub(super) fn size(&self) -> u64 {
        self.size
    }

    /// What follows is of this thread, which may fill the part up to so many bytes.
    pub(super) fn turn_to(&mut self, thread: u32, limit: u64) {
        self.thread = thread;
        self.limit = limit;
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

    /// Whether the part may have more.
    pub(super) fn has_room(&self) -> bool {
        self.size < self.limit
    }
}
