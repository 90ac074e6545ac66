//! Which resources the page keeps when there are too many for all of them.

use std::collections::{BTreeMap, HashMap};

use super::requests::{PageRequests, ShownRequest};
use super::resources::{KeptResource, NEVER, Resources};
use super::top::Top;
use crate::replay::Key;

/// What a page keeps; all of them, when there are no more.
const MOST: usize = 50_000;
const LONGEST: usize = 12_000;
const WAITED: usize = 8000;
const ALIVE: usize = 8000;
/// Forgotten resources of requests that are held for the case that the request is shown.
const SPANS: usize = 100_000;
/// The first of each type.
const FIRST: u32 = 40;
/// How many generations of what led to a kept one.
const GENERATIONS: usize = 24;

/// Hears of every resource once: when it is forgotten, or at the end.
pub(super) struct Keep {
    longest: Top<(Key, KeptResource)>,
    waited: Top<(Key, KeptResource)>,
    alive: Top<(Key, KeptResource)>,
    first: HashMap<u16, u32>,
    spans: HashMap<Key, KeptResource>,
    kept: BTreeMap<Key, KeptResource>,
}

impl Default for Keep {
    fn default() -> Self {
        Self {
            longest: Top::new(LONGEST),
            waited: Top::new(WAITED),
            alive: Top::new(ALIVE),
            first: HashMap::new(),
            spans: HashMap::new(),
            kept: BTreeMap::new(),
        }
    }
}

impl Keep {
    pub(super) fn offer(&mut self, key: Key, resource: &KeptResource) {
        self.longest.offer(resource.longest, || (key, *resource));
        if resource.wait != NEVER {
            self.waited.offer(resource.wait, || (key, *resource));
        }
        if resource.destroyed == NEVER {
            // The oldest first: what is alive longest is what may have been forgotten.
            self.alive.offer(u64::MAX - resource.created, || (key, *resource));
        }
        let first = self.first.entry(resource.type_).or_default();
        if *first < FIRST {
            *first += 1;
            self.kept.insert(key, *resource);
        }
    }

    /// There is no room for the resource any more.
    pub(super) fn forget(&mut self, key: Key, resource: &KeptResource, requests: &PageRequests) {
        self.offer(key, resource);
        if !requests.follows(key, resource.trace) {
            return;
        }
        if self.spans.len() >= SPANS {
            self.spans.retain(|&key, resource| requests.follows(key, resource.trace));
        }
        if self.spans.len() < SPANS {
            self.spans.insert(key, *resource);
        }
    }

    /// The chosen ones, by thread and id; those that are `wanted` before all others.
    pub(super) fn choose(
        mut self,
        resources: &mut Resources,
        requests: &[ShownRequest],
        wanted: &[Key],
    ) -> BTreeMap<Key, KeptResource> {
        if resources.forgotten == 0 && resources.whole() <= MOST {
            return resources.iter().map(|(key, resource)| (key, *resource)).collect();
        }
        for &key in wanted {
            self.add(resources, key);
        }
        let all: Vec<_> = requests.iter().flat_map(|request| request.spans.iter().copied()).collect();
        for key in all {
            self.add(resources, key);
        }
        let ranked = std::mem::replace(&mut self.longest, Top::new(0))
            .into_items()
            .chain(std::mem::replace(&mut self.alive, Top::new(0)).into_items())
            .chain(std::mem::replace(&mut self.waited, Top::new(0)).into_items());
        for (key, resource) in ranked {
            if self.kept.len() < MOST {
                self.kept.insert(key, resource);
            }
        }
        self.add_ancestors(resources);
        self.kept
    }

    fn add(&mut self, resources: &mut Resources, key: Key) -> Option<KeptResource> {
        if let Some(resource) = self.kept.get(&key) {
            return Some(*resource);
        }
        let found = resources.get(key).or_else(|| self.spans.get(&key).copied());
        let resource = found.filter(|_| self.kept.len() < MOST)?;
        self.kept.insert(key, resource);
        Some(resource)
    }

    /// Generation by generation, so that all have their parents before any has all of its ancestors.
    fn add_ancestors(&mut self, resources: &mut Resources) {
        let mut generation: Vec<_> =
            self.kept.iter().map(|(key, resource)| (key.0, resource.trigger)).collect();
        for _ in 0..GENERATIONS {
            let fresh: Vec<_> = generation.into_iter().filter(|key| !self.kept.contains_key(key)).collect();
            generation = fresh
                .into_iter()
                .filter_map(|key| Some((key.0, self.add(resources, key)?.trigger)))
                .collect();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::replay::{REQUEST, Request};

    #[test]
    fn the_operations_of_a_request_outlive_the_room() {
        let (mut keep, mut requests, mut resources) =
            (Keep::default(), PageRequests::default(), Resources::with_room(256 * size_of::<KeptResource>()));
        let request = Request::served(500, 1, (0, 9));
        requests.begin((0, request.trace()), 500);
        for id in 0..100_000 {
            let trace = if (501..510).contains(&id) { request.trace() } else { 0 };
            requests.created((0, trace), id, id);
            let resource =
                KeptResource { trigger: 1, created: id, trace, destroyed: 1, ..KeptResource::default() };
            resources.add((0, id), resource, |key, resource| keep.forget(key, resource, &requests));
            if id == 600 {
                requests.over(&request, Default::default);
            }
        }
        assert_eq!(request.trace(), REQUEST | 1);
        let (_, shown) = requests.finish();
        let kept = keep.choose(&mut resources, &shown, &[(0, 50)]);
        assert!((500..510).all(|id| kept.contains_key(&(0, id))));
        assert!(resources.forgotten > 90_000 && kept.len() <= MOST);
    }
}
