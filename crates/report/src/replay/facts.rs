//! What the program's own words say of resources, and of itself.

use rustc_hash::{FxHashMap, FxHashSet};

use recorder::event::Id;

use super::places::PlaceNumber;
use super::resource::Key;
use crate::shown::cut;

/// So many resources have words of their own, and so many timers their time.
const MOST: usize = 1 << 18;
const LENGTH: usize = 300;
const CRASH: usize = 1 << 13;

/// What is known of a program besides what happened in it.
#[derive(Default)]
pub(crate) struct Facts {
    does: FxHashMap<Key, Box<str>>,
    delays: FxHashMap<Key, (u32, bool)>,
    /// The resources of each thread that kept its event loop alive when it was looked at last; missing where it was not.
    pub(crate) holds: FxHashMap<u32, FxHashSet<Id>>,
    pub(crate) crash: Option<Crash>,
    pub(crate) exit_code: Option<i32>,
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

    pub(super) fn crashed(&mut self, thread: u32, within: Id, text: &str, place: PlaceNumber) {
        let text = cut(text, CRASH).into();
        self.crash = Some(Crash { thread, within, text, place });
    }

    /// The resource is gone.
    pub(super) fn gone(&mut self, key: &Key) {
        if !self.delays.is_empty() {
            self.delays.remove(key);
        }
        if !self.does.is_empty() {
            self.does.remove(key);
        }
    }

    /// What the resource is for, in the recorder's words.
    pub(crate) fn words(&self, key: Key) -> Option<&str> {
        self.does.get(&key).map(|text| &**text)
    }

    /// The milliseconds of a timer.
    pub(crate) fn ms(&self, key: Key) -> Option<u32> {
        self.delays.get(&key).map(|&(ms, _)| ms)
    }

    /// Whether a timer is due again and again.
    pub(crate) fn repeats(&self, key: Key) -> bool {
        self.delays.get(&key).is_some_and(|&(_, repeats)| repeats)
    }
}
