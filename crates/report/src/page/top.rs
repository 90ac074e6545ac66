//! The greatest few of very many.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// Keeps the `limit` items of the greatest keys that it was offered; of equal keys, any.
pub(super) struct Top<T> {
    limit: usize,
    heap: BinaryHeap<Reverse<Keyed<T>>>,
}

struct Keyed<T> {
    key: u64,
    item: T,
}

impl<T> PartialEq for Keyed<T> {
    fn eq(&self, other: &Self) -> bool {
        self.key == other.key
    }
}

impl<T> Eq for Keyed<T> {}

impl<T> PartialOrd for Keyed<T> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl<T> Ord for Keyed<T> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.key.cmp(&other.key)
    }
}

impl<T> Top<T> {
    pub(super) fn new(limit: usize) -> Self {
        Self { limit, heap: BinaryHeap::new() }
    }

    /// Makes the item only if it is kept. Answers what had to go for it, or whether it was not taken at all.
    pub(super) fn offer(&mut self, key: u64, item: impl FnOnce() -> T) -> Offer<T> {
        if self.heap.len() < self.limit {
            self.heap.push(Reverse(Keyed { key, item: item() }));
            return Offer::Taken;
        }
        match self.heap.peek_mut() {
            Some(mut least) if least.0.key < key => {
                let gone = std::mem::replace(&mut *least, Reverse(Keyed { key, item: item() }));
                Offer::Instead(gone.0.item)
            }
            _ => Offer::Refused,
        }
    }

    /// Whether an item of the key would be kept.
    pub(super) fn takes(&self, key: u64) -> bool {
        self.heap.len() < self.limit || self.heap.peek().is_some_and(|least| least.0.key < key)
    }

    pub(super) fn len(&self) -> usize {
        self.heap.len()
    }

    pub(super) fn into_items(self) -> impl Iterator<Item = T> {
        self.heap.into_iter().map(|keyed| keyed.0.item)
    }
}

pub(super) enum Offer<T> {
    Taken,
    Instead(T),
    Refused,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_greatest_stay_and_the_least_goes() {
        let mut top = Top::new(2);
        assert!(matches!(top.offer(3, || 'c'), Offer::Taken));
        assert!(matches!(top.offer(1, || 'a'), Offer::Taken));
        assert!(matches!(top.offer(2, || 'b'), Offer::Instead('a')));
        assert!(matches!(top.offer(2, || panic!("it is not wanted")), Offer::Refused));
        let mut items: Vec<_> = top.into_items().collect();
        items.sort();
        assert_eq!(items, ['b', 'c']);
    }
}
