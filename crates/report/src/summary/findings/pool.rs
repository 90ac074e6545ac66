//! Whether the thread pool of libuv was the bottleneck: it takes a few calls at once, and the others wait in a row.

use std::collections::VecDeque;

use recorder::event::Id;
use rustc_hash::FxHashMap;

use super::{Finding, Subject, plural};
use crate::replay::{Heard, POOL, PlaceNumber, Replay, Resource, Step, Type};
use crate::units::time;

/// A call that waited for so long, and all together for so long, make it a bottleneck.
const LONG: u64 = 50_000_000;
const ALL: u64 = 200_000_000;
/// Calls that are followed at once.
const MOST: usize = 1 << 16;
/// So many kinds of calls are told apart.
const KINDS: usize = 512;

type Kind = (Type, PlaceNumber);

struct Call {
    created: u64,
    /// When the pool began with it.
    began: Option<u64>,
    kind: Kind,
}

#[derive(Default)]
struct Sum {
    count: u64,
    total: u64,
}

#[derive(Default)]
pub(crate) struct Pool {
    calls: FxHashMap<(u32, Id), Call>,
    queue: VecDeque<(u32, Id)>,
    running: usize,
    waited: FxHashMap<Kind, Sum>,
    held: FxHashMap<Kind, Sum>,
    longest: u64,
}

impl Pool {
    pub(crate) fn hear(&mut self, replay: &Replay, &Heard { thread, step, .. }: &Heard, now: u64) {
        match step {
            Step::Created { id, resource, .. } if replay.types.pooled(resource.type_) => {
                self.created(replay, (thread, id), &resource);
            }
            Step::Entered { id, .. } | Step::Ended { id, .. } if !self.calls.is_empty() => {
                self.done((thread, id), now)
            }
            _ => {}
        }
    }

    fn created(&mut self, replay: &Replay, key: (u32, Id), resource: &Resource) {
        if self.calls.len() == MOST {
            return;
        }
        let has_room = self.running < POOL;
        let kind = (resource.type_, replay.place(resource.stack));
        let call = Call { created: resource.created, began: has_room.then_some(resource.created), kind };
        self.calls.insert(key, call);
        if has_room {
            self.running += 1;
        } else {
            self.queue.push_back(key);
        }
    }

    fn done(&mut self, key: (u32, Id), now: u64) {
        let Some(call) = self.calls.remove(&key) else { return };
        match call.began {
            Some(began) => {
                self.running -= 1;
                sum(&mut self.held, call.kind, now.saturating_sub(began));
            }
            // The pool was not as full as it looked.
            None => self.queue.retain(|&other| other != key),
        }
        while self.running < POOL
            && let Some(next) = self.queue.pop_front()
        {
            if let Some(call) = self.calls.get_mut(&next) {
                call.began = Some(now);
                self.running += 1;
                let waited = now.saturating_sub(call.created);
                self.longest = self.longest.max(waited);
                sum(&mut self.waited, call.kind, waited);
            }
        }
    }

    pub(crate) fn finding(&self, replay: &Replay) -> Option<Finding> {
        let all: u64 = self.waited.values().map(|sum| sum.total).sum();
        if self.longest < LONG || all < ALL {
            return None;
        }
        let count: u64 = self.waited.values().map(|sum| sum.count).sum();
        let (&held, _) = self.held.iter().max_by_key(|&(&kind, sum)| (sum.total, kind))?;
        let (&waited, of) = self.waited.iter().max_by_key(|&(&kind, sum)| (sum.total, kind))?;
        let name = |(type_, place): Kind| match replay.places.text(place) {
            Some(place) => format!("{}, {place}", replay.words_of(type_)),
            None => replay.words_of(type_).to_owned(),
        };
        let evidence = vec![
            format!("Most of those that waited: {} of {}.", plural(of.count, "call", "calls"), name(waited)),
            format!("UV_THREADPOOL_SIZE sets how many run at once; it is {POOL} unless it is set."),
        ];
        Some(Finding {
            kind: "thread-pool",
            weight: all as f64 / 1e6,
            text: format!(
                "The thread pool was the bottleneck: {} waited for it, {} at most. It was held by {}.",
                plural(count, "call", "calls"),
                time(self.longest),
                name(held)
            ),
            evidence,
            subject: Subject { place: held.1, route: None },
        })
    }
}

fn sum(sums: &mut FxHashMap<Kind, Sum>, kind: Kind, took: u64) {
    if sums.len() >= KINDS && !sums.contains_key(&kind) {
        return;
    }
    let sum = sums.entry(kind).or_default();
    sum.count += 1;
    sum.total = sum.total.saturating_add(took);
}
