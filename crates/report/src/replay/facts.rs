//! What the program's own words say of resources, and of itself.

use std::collections::BTreeMap;

use rustc_hash::{FxHashMap, FxHashSet};

use recorder::event::Id;

use super::places::PlaceNumber;
use super::resource::Key;
use crate::shown::cut;

/// So many resources have words of their own, and so many timers their time.
const MOST: usize = 1 << 18;
const LENGTH: usize = 300;
const CRASH: usize = 1 << 13;
/// So many processes have an error that ended them.
const CRASHES: usize = 64;

/// What is known of a program besides what happened in it.
#[derive(Default)]
pub(crate) struct Facts {
    does: FxHashMap<Key, Box<str>>,
    delays: FxHashMap<Key, (u32, bool)>,
    /// The resource that was the last to end.
    ended: (Key, Told),
    /// The resources of each thread that kept its event loop alive when it was looked at last; missing where it was not.
    pub(crate) holds: FxHashMap<u32, FxHashSet<Id>>,
    /// What was garbage of a thread then is collected; missing where nothing tells.
    pub(crate) collected: FxHashMap<u32, u64>,
    /// What ended each process, where it was an error.
    pub(crate) crashes: BTreeMap<u32, Crash>,
}

/// What is told of a resource.
#[derive(Default)]
struct Told {
    does: Option<Box<str>>,
    delay: Option<(u32, bool)>,
}

/// What ended the program.
#[derive(Clone, Debug)]
pub(crate) struct Crash {
    pub thread: u32,
    /// The resource that was entered.
    pub within: Id,
    /// The error and its stack.
    pub text: Box<str>,
    /// Where it was thrown.
    pub place: PlaceNumber,
}

impl Facts {
    pub(super) fn does(&mut self, key: Key, text: &str) {
        if self.does.len() < MOST || self.does.contains_key(&key) {
            self.does.insert(key, cut(text, LENGTH).into());
        }
    }

    pub(super) fn delay(&mut self, key: Key, ms: u32, repeats: bool) {
        if self.delays.len() < MOST {
            self.delays.insert(key, (ms, repeats));
        }
    }

    pub(super) fn hold(&mut self, thread: u32, ids: &str) {
        let ids = ids.split(',').filter_map(|id| id.parse().ok()).collect();
        self.holds.insert(thread, ids);
    }

    pub(super) fn crashed(&mut self, process: u32, (thread, within): Key, text: &str, place: PlaceNumber) {
        let text = cut(text, CRASH).into();
        if self.crashes.len() < CRASHES || self.crashes.contains_key(&process) {
            self.crashes.insert(process, Crash { thread, within, text, place });
        }
    }

    /// The resource is gone. What is known of it is kept until the next one is.
    pub(super) fn gone(&mut self, key: &Key) {
        self.ended = (*key, Told::default());
        if !self.delays.is_empty() {
            self.ended.1.delay = self.delays.remove(key);
        }
        if !self.does.is_empty() {
            self.ended.1.does = self.does.remove(key);
        }
    }

    /// What the resource is for, in the recorder's words.
    pub(crate) fn words(&self, key: Key) -> Option<&str> {
        self.does.get(&key).or_else(|| self.just_ended(key)?.does.as_ref()).map(|text| &**text)
    }

    /// The milliseconds of a timer.
    pub(crate) fn ms(&self, key: Key) -> Option<u32> {
        self.delay_of(key).map(|(ms, _)| ms)
    }

    /// Whether a timer is due again and again.
    pub(crate) fn repeats(&self, key: Key) -> bool {
        self.delay_of(key).is_some_and(|(_, repeats)| repeats)
    }

    fn delay_of(&self, key: Key) -> Option<(u32, bool)> {
        self.delays.get(&key).copied().or_else(|| self.just_ended(key)?.delay)
    }

    fn just_ended(&self, key: Key) -> Option<&Told> {
        let (of, told) = &self.ended;
        (*of == key).then_some(told)
    }
}
