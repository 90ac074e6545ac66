//! A table of what is alive, by id: in pages, for ids come and go nearly in order.

use rustc_hash::FxHashMap;

use super::event::Id;

/// Ids of one page.
const PAGE: u64 = 16;

/// What is known of each resource that is alive.
pub(crate) struct Alive<T> {
    pages: FxHashMap<u64, usize>,
    slab: Vec<[Option<T>; PAGE as usize]>,
    /// How many are alive in each.
    counts: Vec<u32>,
    free: Vec<usize>,
    /// The page that was asked for last.
    last: Option<(u64, usize)>,
    len: usize,
}

impl<T> Default for Alive<T> {
    fn default() -> Self {
        Self {
            pages: FxHashMap::default(),
            slab: Vec::new(),
            counts: Vec::new(),
            free: Vec::new(),
            last: None,
            len: 0,
        }
    }
}

impl<T: Copy> Alive<T> {
    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    /// Calls for each, the lowest id first.
    pub(crate) fn each(&self, mut call: impl FnMut(Id, &T)) {
        let mut pages: Vec<_> = self.pages.iter().map(|(&key, &at)| (key, at)).collect();
        pages.sort_unstable();
        for (key, at) in pages {
            for (id, one) in (key * PAGE..).zip(&self.slab[at]) {
                if let Some(one) = one {
                    call(id, one);
                }
            }
        }
    }

    #[inline]
    fn page(&mut self, key: u64) -> Option<usize> {
        match self.last {
            Some((last, at)) if last == key => Some(at),
            _ => {
                let at = *self.pages.get(&key)?;
                self.last = Some((key, at));
                Some(at)
            }
        }
    }

    /// Answers the one that had the id before.
    pub(crate) fn insert(&mut self, id: Id, resource: T) -> Option<T> {
        let key = id / PAGE;
        let at = self.page(key).unwrap_or_else(|| {
            let at = self.free.pop().unwrap_or_else(|| {
                self.slab.push([None; PAGE as usize]);
                self.counts.push(0);
                self.slab.len() - 1
            });
            self.pages.insert(key, at);
            self.last = Some((key, at));
            at
        });
        let former = self.slab[at][(id % PAGE) as usize].replace(resource);
        if former.is_none() {
            self.counts[at] += 1;
            self.len += 1;
        }
        former
    }

    #[inline]
    pub(crate) fn get_mut(&mut self, id: Id) -> Option<&mut T> {
        let at = self.page(id / PAGE)?;
        self.slab[at][(id % PAGE) as usize].as_mut()
    }

    pub(crate) fn remove(&mut self, id: Id) -> Option<T> {
        let key = id / PAGE;
        let at = self.page(key)?;
        let resource = self.slab[at][(id % PAGE) as usize].take()?;
        self.counts[at] -= 1;
        self.len -= 1;
        if self.counts[at] == 0 {
            self.pages.remove(&key);
            self.free.push(at);
            self.last = None;
        }
        Some(resource)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_are_used_again() {
        let mut alive = Alive::default();
        for id in 0..10_000 {
            alive.insert(id, id);
            assert!(alive.get_mut(id).is_some_and(|of| *of == id));
            // A few live on.
            if id >= 100 && (id - 100) % 1000 != 0 {
                assert!(alive.remove(id - 100).is_some_and(|of| of == id - 100));
                assert!(alive.remove(id - 100).is_none());
            }
        }
        assert!(alive.slab.len() < 30, "{} pages", alive.slab.len());
        assert!(alive.get_mut(2000).is_some() && alive.get_mut(2001).is_none());
        let mut ids = Vec::new();
        alive.each(|id, _| ids.push(id));
        assert!(ids.len() == alive.len() && ids.is_sorted() && ids.contains(&2000) && !ids.contains(&2001));
    }
}
