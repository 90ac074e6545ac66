//! Resources that are gone, as long as they are remembered.

use super::resource::{Key, Resource};
use super::types::Type;
use recorder::event::Id;

/// So many are remembered; an older one gives way to a newer one that falls on its place. Neighbours in id, which
/// most of those are that a chain leads to, never fall on the same place.
const PLACES: usize = 1 << 18;

/// What remains of a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Ancestor {
    pub trigger: Id,
    pub trace: Id,
    pub stack: u32,
    pub type_: Type,
}

impl From<&Resource> for Ancestor {
    fn from(&Resource { trigger, trace, type_, stack, .. }: &Resource) -> Self {
        Self { trigger, trace, type_, stack }
    }
}

#[derive(Default)]
pub(crate) struct Ancestors {
    places: Vec<Option<(Key, Ancestor)>>,
}

impl Ancestors {
    pub(super) fn put(&mut self, key: Key, ancestor: Ancestor) {
        if self.places.is_empty() {
            self.places.resize(PLACES, None);
        }
        self.places[place(key)] = Some((key, ancestor));
    }

    pub(super) fn get(&self, key: Key) -> Option<Ancestor> {
        match self.places.get(place(key)) {
            Some(&Some((of, ancestor))) if of == key => Some(ancestor),
            _ => None,
        }
    }
}

/// Threads count their ids alike, so each begins somewhere else.
fn place((thread, id): Key) -> usize {
    id.wrapping_add(u64::from(thread).wrapping_mul(0x9e37_79b9)) as usize % PLACES
}
