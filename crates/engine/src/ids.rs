//! The counter of the ids that this package allocates.

use crate::layout::{FIRST_ID, LAST_ID};
use crate::memory::Memory;

/// Ids are unique within a thread, increase, and never equal an id of the runtime.
/// They are not unique across threads, just as the runtime's are not.
///
/// JavaScript increments the same slot on the per-promise path.
pub struct Ids {
    memory: Memory,
}

impl Ids {
    /// A counter in the memory, from the beginning.
    pub fn new(memory: Memory) -> Self {
        memory.set_id(LAST_ID, FIRST_ID);
        Self { memory }
    }

    /// The next id.
    pub fn allocate(&self) -> f64 {
        let id = self.memory.id(LAST_ID) + 1.0;
        self.memory.set_id(LAST_ID, id);
        id
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::memory::tests::memory;

    #[test]
    fn the_ordinal_can_be_read_off_an_id() {
        let ids = Ids::new(memory());
        assert_eq!(ids.allocate(), 1_000_000_000_000_001.0);
        assert_eq!(ids.allocate(), 1_000_000_000_000_002.0);
    }

    #[test]
    fn an_id_taken_by_javascript_is_not_given_again() {
        let memory = memory();
        let ids = Ids::new(memory);
        memory.set_id(LAST_ID, memory.id(LAST_ID) + 1.0);
        assert_eq!(ids.allocate(), 1_000_000_000_000_002.0);
    }
}
