//! Whether the thread pool of libuv was the bottleneck: it takes a few calls at once, and the others wait in a row.

use std::collections::VecDeque;

use recorder::event::Id;
use rustc_hash::FxHashMap;

use super::{Finding, Subject, When, plural};
use crate::replay::{Heard, PlaceNumber, Replay, Resource, Step, Type};
use crate::units::time;

/// So many calls at once the thread pool takes, unless `UV_THREADPOOL_SIZE` says otherwise.
const POOL: usize = 4;
/// A call that waited for so long, and all together for so long, make it a bottleneck, where those that held it are long.
const LONG: u64 = 150_000_000;
const ALL: u64 = 500_000_000;
const HELD: u64 = 6_000_000;
/// So many calls of one place, ahead of others that have nothing to do with them, are a flood.
const FLOOD: u64 = 256;
/// The event loop waited, if nothing ran for so long.
const GAP: u64 = 500_000;
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
    trace: Id,
    /// The place of the flood that was in the queue before it.
    behind: Option<PlaceNumber>,
}

#[derive(Clone, Copy, Default)]
struct Sum {
    count: u64,
    total: u64,
    longest: u64,
}

/// When the event loop of a thread went on after it had waited, and when the last callback ended.
#[derive(Default)]
struct Turn {
    began: u64,
    ended: u64,
}

#[derive(Default)]
pub(crate) struct Pool {
    calls: FxHashMap<(u32, Id), Call>,
    queue: VecDeque<(u32, Id)>,
    running: usize,
    /// Since when calls wait in the queue; for how long they did in all, and how many were done meanwhile.
    full: Option<u64>,
    was_full: u64,
    done: u64,
    /// The longest of these times.
    longest: Option<When>,
    turns: FxHashMap<u32, Turn>,
    waited: FxHashMap<Kind, Sum>,
    held: FxHashMap<Kind, Sum>,
    /// What waits in the queue, by place and trace.
    queued: FxHashMap<(PlaceNumber, Id), u64>,
    /// Those that waited behind a flood, by the place of the flood.
    flooded: FxHashMap<Kind, Sum>,
}

impl Pool {
    pub(crate) fn hear(&mut self, replay: &Replay, &Heard { thread, step, .. }: &Heard, now: u64) {
        match step {
            Step::Created { id, resource, .. } if replay.types.pooled(resource.type_) => {
                self.created(replay, (thread, id), &resource);
            }
            Step::Entered { id, .. } => {
                let turn = self.turns.entry(thread).or_default();
                if now.saturating_sub(turn.ended) > GAP {
                    turn.began = now;
                }
                self.done((thread, id), now);
            }
            Step::Left { .. } => self.turns.entry(thread).or_default().ended = now,
            Step::Ended { id, .. } => self.done((thread, id), now),
            _ => {}
        }
    }

    fn created(&mut self, replay: &Replay, key: (u32, Id), resource: &Resource) {
        if self.calls.len() == MOST {
            return;
        }
        let has_room = self.running < POOL;
        let kind = (resource.type_, replay.place_of(key, resource.stack, resource.trigger));
        // All that the main module calls is one.
        let trace = if resource.trace == key.1 { 0 } else { resource.trace };
        let began = has_room.then_some(resource.created);
        let behind = self.flood(kind, trace);
        let call = Call { created: resource.created, began, kind, trace, behind };
        self.calls.insert(key, call);
        if has_room {
            self.running += 1;
        } else {
            *self.queued.entry((kind.1, trace)).or_default() += 1;
            self.queue.push_back(key);
            self.full.get_or_insert(resource.created);
        }
    }

    fn done(&mut self, key: (u32, Id), now: u64) {
        let Some(call) = self.calls.remove(&key) else { return };
        // While callbacks ran, nobody could tell that it was done.
        let then = self.turns.get(&key.0).map_or(now, |turn| turn.began.min(now));
        match call.began {
            Some(began) => {
                self.running -= 1;
                sum(&mut self.held, call.kind, then.saturating_sub(began));
            }
            // The pool was not as full as it looked.
            None => {
                self.queue.retain(|&other| other != key);
                self.left((call.kind.1, call.trace));
            }
        }
        self.done += u64::from(self.full.is_some());
        while self.running < POOL
            && let Some(next) = self.queue.pop_front()
        {
            if let Some(call) = self.calls.get_mut(&next) {
                call.began = Some(then.max(call.created));
                self.running += 1;
                let Call { created, kind, trace, behind, .. } = *call;
                sum(&mut self.waited, kind, then.saturating_sub(created));
                self.left((kind.1, trace));
                let waited = now.saturating_sub(created);
                if let Some(flood) = behind
                    && waited >= LONG / 3
                {
                    sum(&mut self.flooded, (kind.0, flood), waited);
                }
            }
        }
        self.emptied(key.0, now);
    }

    /// Nothing waits any more.
    fn emptied(&mut self, thread: u32, now: u64) {
        if self.queue.is_empty()
            && let Some(since) = self.full.take()
        {
            self.was_full = self.was_full.saturating_add(now.saturating_sub(since));
            if self.longest.is_none_or(|longest| now.saturating_sub(since) > longest.to - longest.from) {
                self.longest = Some(When { thread, from: since, to: now.max(since) });
            }
        }
    }

    fn left(&mut self, of: (PlaceNumber, Id)) {
        if let Some(count) = self.queued.get_mut(&of) {
            *count -= 1;
            if *count == 0 {
                self.queued.remove(&of);
            }
        }
    }

    /// What a new call waits behind, if it is much that has nothing to do with it.
    fn flood(&self, (_, place): Kind, trace: Id) -> Option<PlaceNumber> {
        if (self.queue.len() as u64) < FLOOD || self.queued.len() > 64 {
            return None;
        }
        let others = self.queued.iter().filter(|&(&of, _)| of.0 != place && of.1 != trace && of.0 != 0);
        let (of, &count) = others.max_by_key(|&(&of, &count)| (count, of))?;
        (count >= FLOOD).then_some(of.0)
    }

    pub(crate) fn finding(&self, replay: &Replay) -> Option<Finding> {
        let of = |sums: &FxHashMap<Kind, Sum>| {
            let most = sums.iter().max_by_key(|&(&kind, sum)| (sum.total, kind));
            most.map(|(&kind, &sum)| (kind, sum))
        };
        let all: u64 = self.waited.values().map(|sum| sum.total).sum();
        let longest = self.waited.values().map(|sum| sum.longest).max().unwrap_or(0);
        let (held, _) = of(&self.held)?;
        let is_full = longest >= LONG
            && all >= ALL
            && self.was_full.saturating_mul(POOL as u64) >= HELD.saturating_mul(self.done);
        let name = |(type_, place): Kind| match replay.places.text(place) {
            Some(place) => format!("{}, {place}", replay.words_of(type_)),
            None => replay.words_of(type_).to_owned(),
        };
        let size = format!("UV_THREADPOOL_SIZE sets how many run at once; it is {POOL} unless it is set.");
        let (text, evidence, place, weight) = if is_full {
            let (waited, of) = of(&self.waited)?;
            let count: u64 = self.waited.values().map(|sum| sum.count).sum();
            let text = format!(
                "The thread pool was the bottleneck: {} waited for it, {} at most. It was held by {}.",
                plural(count, "call", "calls"),
                time(longest),
                name(held)
            );
            let most = format!(
                "Most of those that waited: {} of {}.",
                plural(of.count, "call", "calls"),
                name(waited)
            );
            (text, most, held.1, all)
        } else {
            let (flood, of) = of(&self.flooded)?;
            let at = replay.places.text(flood.1)?;
            let text = format!(
                "The thread pool was the bottleneck: {} waited behind the calls of {at}, {} at most.",
                plural(of.count, "call", "calls"),
                time(of.longest)
            );
            (text, format!("What waited: {}.", replay.words_of(flood.0)), flood.1, of.total)
        };
        Some(Finding {
            kind: "thread-pool",
            weight: weight as f64 / 1e6,
            text,
            evidence: vec![evidence, size],
            subject: Subject { place, when: self.longest, ..Subject::default() },
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
    sum.longest = sum.longest.max(took);
}
