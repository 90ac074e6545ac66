//! What is known of each resource, ended ones included, as far as the memory for it goes.

use rustc_hash::FxHashMap;
use std::collections::VecDeque;

use super::causes::Node;
use crate::replay::{Key, Type};
use recorder::event::Id;

/// Beyond so many bytes, the oldest are forgotten: of those that are still alive only the node is kept.
const MOST: usize = 88 << 20;
/// These nodes take a share of it besides. Beyond, nothing is kept of the oldest.
const NODES: usize = 4;
const PAGE: u64 = 64;
/// What a page takes besides its resources: its places, and its own in the tables.
const BESIDES: usize = 200;

/// What has not happened.
pub(super) const NEVER: u64 = u64::MAX;

/// A resource, as the page tells of it.
#[derive(Clone, Copy, Debug)]
pub(super) struct KeptResource {
    pub trigger: Id,
    pub created: u64,
    /// From creation to the first callback.
    pub wait: u64,
    /// From creation to the end of the last callback, or to when the promise was settled.
    pub last: u64,
    pub destroyed: u64,
    /// In callbacks, all together; and the longest.
    pub run: u64,
    pub longest: u64,
    pub runs: u32,
    pub node: Node,
    /// The request that it belongs to; 0 where there is none.
    pub trace: Id,
    /// The number of where it was created; 0 where that is not known.
    pub stack: u32,
    pub type_: Type,
}

impl Default for KeptResource {
    fn default() -> Self {
        Self {
            trigger: 0,
            created: 0,
            wait: NEVER,
            last: 0,
            destroyed: NEVER,
            run: 0,
            longest: 0,
            runs: 0,
            node: 0,
            trace: 0,
            stack: 0,
            type_: 0,
        }
    }
}

/// What a lookup finds.
pub(super) enum Found<'a> {
    Whole(&'a mut KeptResource),
    /// Forgotten but for this.
    Node(Node),
}

pub(super) struct Resources {
    /// Bytes that may be taken, and that are.
    most: usize,
    taken: usize,
    pages: FxHashMap<(u32, u64), Page>,
    /// In the order in which they began.
    order: VecDeque<(u32, u64)>,
    whole: usize,
    pub forgotten: u64,
    /// Bytes that the nodes of the forgotten take.
    nodes: usize,
    /// Forgotten resources of which nothing is kept, though they are alive.
    pub lost: u64,
}

/// The resources of neighbouring ids.
struct Page {
    /// One more than the place in the list of the id of each number; 0 where there is none.
    places: [u8; PAGE as usize],
    list: List,
}

enum List {
    Whole(Vec<KeptResource>),
    Nodes(Vec<Node>),
}

impl Default for Resources {
    fn default() -> Self {
        Self::with_room(MOST)
    }
}

impl Resources {
    pub(super) fn with_room(most: usize) -> Self {
        Self {
            most,
            taken: 0,
            pages: FxHashMap::default(),
            order: VecDeque::new(),
            whole: 0,
            forgotten: 0,
            nodes: 0,
            lost: 0,
        }
    }

    /// Adds one; `forget` hears of each resource for which there is no room any more.
    pub(super) fn add(
        &mut self,
        (thread, id): Key,
        resource: KeptResource,
        mut forget: impl FnMut(Key, &KeptResource),
    ) {
        while self.taken >= self.most {
            match self.order.pop_front() {
                Some(page) => self.forget(page, &mut forget),
                None => break,
            }
        }
        let key = (thread, id / PAGE);
        let order = &mut self.order;
        let page = self.pages.entry(key).or_insert_with(|| {
            order.push_back(key);
            self.taken += BESIDES;
            Page { places: [0; PAGE as usize], list: List::Whole(Vec::new()) }
        });
        let place = &mut page.places[(id % PAGE) as usize];
        match &mut page.list {
            List::Whole(list) if *place == 0 => {
                let before = list.capacity();
                list.push(resource);
                self.taken += (list.capacity() - before) * size_of::<KeptResource>();
                *place = list.len() as u8;
                self.whole += 1;
            }
            List::Nodes(_) if self.nodes >= self.most / NODES => self.lost += 1,
            List::Nodes(list) if *place == 0 => {
                let before = list.capacity();
                list.push(resource.node);
                self.nodes += (list.capacity() - before) * size_of::<Node>();
                *place = list.len() as u8;
            }
            // The same id again: the file is at odds with itself, and the first one stays.
            _ => {}
        }
    }

    pub(super) fn find(&mut self, (thread, id): Key) -> Option<Found<'_>> {
        let page = self.pages.get_mut(&(thread, id / PAGE))?;
        let place = usize::from(page.places[(id % PAGE) as usize]).checked_sub(1)?;
        match &mut page.list {
            List::Whole(list) => list.get_mut(place).map(Found::Whole),
            List::Nodes(list) => list.get(place).map(|&node| Found::Node(node)),
        }
    }

    pub(super) fn get(&mut self, key: Key) -> Option<KeptResource> {
        match self.find(key) {
            Some(Found::Whole(resource)) => Some(*resource),
            _ => None,
        }
    }

    /// A forgotten resource that has ended needs no place any more.
    pub(super) fn end(&mut self, (thread, id): Key) {
        let key = (thread, id / PAGE);
        if let Some(page) = self.pages.get_mut(&key)
            && let List::Nodes(_) = page.list
        {
            page.places[(id % PAGE) as usize] = 0;
            if page.places.iter().all(|&place| place == 0)
                && let Some(Page { list: List::Nodes(list), .. }) = self.pages.remove(&key)
            {
                self.nodes -= BESIDES + list.capacity() * size_of::<Node>();
            }
        }
    }

    fn forget(&mut self, key: (u32, u64), forget: &mut impl FnMut(Key, &KeptResource)) {
        let Some(page) = self.pages.get_mut(&key) else { return };
        let List::Whole(list) = &page.list else { return };
        let mut nodes = Vec::new();
        self.whole -= list.len();
        self.taken -= BESIDES + list.capacity() * size_of::<KeptResource>();
        self.forgotten += list.len() as u64;
        for (number, place) in page.places.iter_mut().enumerate().filter(|(_, place)| **place > 0) {
            let resource = &list[usize::from(*place) - 1];
            forget((key.0, key.1 * PAGE + number as u64), resource);
            *place = 0;
            if resource.destroyed == NEVER {
                nodes.push(resource.node);
                *place = nodes.len() as u8;
            }
        }
        if nodes.is_empty() || self.nodes >= self.most / NODES {
            self.lost += nodes.len() as u64;
            self.pages.remove(&key);
        } else {
            nodes.shrink_to_fit();
            self.nodes += BESIDES + nodes.capacity() * size_of::<Node>();
            page.list = List::Nodes(nodes);
        }
    }

    /// All that are not forgotten, in the order in which their pages began.
    pub(super) fn iter(&self) -> impl Iterator<Item = (Key, &KeptResource)> {
        self.order.iter().flat_map(|key| {
            let page = self.pages.get(key).map(|page| (page.places, &page.list));
            page.into_iter().flat_map(|(places, list)| {
                let List::Whole(list) = list else { return Vec::new() };
                (0..PAGE)
                    .filter(|&number| places[number as usize] > 0)
                    .map(|number| {
                        ((key.0, key.1 * PAGE + number), &list[usize::from(places[number as usize]) - 1])
                    })
                    .collect()
            })
        })
    }

    pub(super) fn whole(&self) -> usize {
        self.whole
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resource(node: Node) -> KeptResource {
        KeptResource { node, ..KeptResource::default() }
    }

    #[test]
    fn found_by_thread_and_id() {
        let mut resources = Resources::default();
        for (thread, id) in [(0, 7), (1, 7), (0, 7000)] {
            resources.add((thread, id), resource(thread + id as u32), |_, _| panic!("there is room"));
        }
        assert_eq!(resources.get((1, 7)).map(|found| found.node), Some(8));
        assert_eq!(resources.get((0, 7000)).map(|found| found.node), Some(7000));
        assert!(resources.get((1, 7000)).is_none() && resources.get((0, 8)).is_none());
        assert_eq!(resources.iter().count(), 3);
    }

    #[test]
    fn the_oldest_are_forgotten_but_for_the_node_of_the_living() {
        let mut resources = Resources::with_room(160 * size_of::<KeptResource>());
        let mut gone = Vec::new();
        for id in 0..1000 {
            resources.add((0, id), resource(id as u32), |(_, id), _| gone.push(id));
            if let Some(Found::Whole(found)) = resources.find((0, id))
                && id % 64 != 1
            {
                found.destroyed = 1;
            }
        }
        assert_eq!(gone, (0..gone.len() as u64).collect::<Vec<_>>());
        assert!(resources.whole() <= 224 && resources.iter().count() == resources.whole());
        assert!(matches!(resources.find((0, 65)), Some(Found::Node(65))));
        assert!(resources.find((0, 66)).is_none());
        assert_eq!(resources.lost, 0);
        resources.end((0, 65));
        assert!(resources.find((0, 65)).is_none());
        assert!(resources.get((0, 999)).is_some());
    }

    #[test]
    fn the_nodes_of_the_living_have_a_limit() {
        let mut resources = Resources::with_room(64 << 10);
        for n in 0..10_000 {
            resources.add((0, n * PAGE), resource(0), |_, _| {});
        }
        let nodes = resources.pages.values().filter(|page| matches!(page.list, List::Nodes(_))).count();
        assert!(resources.nodes >= 16 << 10 && resources.nodes < 17 << 10, "{}", resources.nodes);
        assert_eq!(nodes + resources.whole() + resources.lost as usize, 10_000);
        (0..10_000).for_each(|n| resources.end((0, n * PAGE)));
        assert_eq!(resources.nodes, 0);
    }
}
