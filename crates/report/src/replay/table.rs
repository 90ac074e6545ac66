//! The resources that are alive, in several tables: while one of them grows, the others do not need twice their room.

use std::array;

use rustc_hash::FxHashMap;

use super::resource::{Key, Resource};

const TABLES: usize = 16;

pub(crate) struct Table {
    tables: [FxHashMap<Key, Resource>; TABLES],
    len: usize,
}

impl Default for Table {
    fn default() -> Self {
        Self { tables: array::from_fn(|_| FxHashMap::default()), len: 0 }
    }
}

#[inline]
fn place(key: &Key) -> usize {
    (key.1 ^ u64::from(key.0)) as usize % TABLES
}

impl Table {
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    #[inline]
    pub(crate) fn get(&self, key: &Key) -> Option<&Resource> {
        self.tables[place(key)].get(key)
    }

    #[inline]
    pub(crate) fn get_mut(&mut self, key: &Key) -> Option<&mut Resource> {
        self.tables[place(key)].get_mut(key)
    }

    pub(crate) fn contains(&self, key: &Key) -> bool {
        self.get(key).is_some()
    }

    /// Answers the one that had the key before.
    #[inline]
    pub(crate) fn insert(&mut self, key: Key, resource: Resource) -> Option<Resource> {
        let former = self.tables[place(&key)].insert(key, resource);
        self.len += usize::from(former.is_none());
        former
    }

    #[inline]
    pub(crate) fn remove(&mut self, key: &Key) -> Option<Resource> {
        let resource = self.tables[place(key)].remove(key);
        self.len -= usize::from(resource.is_some());
        resource
    }

    pub(crate) fn keys(&self) -> impl Iterator<Item = &Key> {
        self.tables.iter().flat_map(FxHashMap::keys)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&Key, &Resource)> {
        self.tables.iter().flat_map(FxHashMap::iter)
    }
}
