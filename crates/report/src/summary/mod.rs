//! The summary: a recording as text for a terminal, and what in it is worth a look.
//!
//! * this module: listens to the replay
//! * `numbers`, `alive`: what it collects
//! * `series`: how many of a type were alive over time
//! * `findings`: the findings, which the page has, too; `print`: the text

mod alive;
mod findings;
mod numbers;
mod print;
mod series;

use std::collections::hash_map::Entry as Slot;

use recorder::event::{Entry, Id};
use rustc_hash::FxHashMap;

use crate::replay::{CONNECTION, Heard, Ran, Replay, Request, Resource, Step, Type};
use crate::shown::Shown;
use alive::is_of_node;
pub(crate) use findings::findings;
pub(crate) use numbers::Summary;
use numbers::{BLOCKED, Growing, Link, LongCallback, Slow};
pub(crate) use print::print;
use series::Series;

/// So many of the longest callbacks are listed, and of the slowest requests.
const LONGEST: usize = 10;
/// So many links of a chain are shown, and so many resources are followed for them.
const CHAIN: usize = 12;
const FOLLOWED: u64 = 10_000;
const MOST_MARKS: usize = 100;
/// So many types on threads are looked at for growth.
const MOST_SERIES: usize = 1 << 14;

#[derive(Default)]
pub(crate) struct Collector {
    summary: Summary,
    /// By thread and row of the type.
    series: FxHashMap<(u32, usize), Series>,
}

impl Collector {
    pub(crate) fn hear(&mut self, replay: &Replay, heard: &Heard) {
        match heard.entry {
            Entry::Event(event) => {
                self.step(replay, heard, event.time);
                replay.ran().iter().for_each(|ran| self.ran(replay, heard.thread, ran));
            }
            Entry::Mark { time, name } if self.summary.marks.len() < MOST_MARKS => {
                self.summary.marks.push((*time, Shown::line(name)));
            }
            Entry::Mark { .. } => self.summary.more_marks += 1,
            _ => {}
        }
    }

    fn step(&mut self, replay: &Replay, &Heard { thread, step, .. }: &Heard, time: u64) {
        match step {
            Step::Created { resource, former, .. } => {
                if let Some(former) = former {
                    self.ended(replay, thread, time, former);
                }
                self.population(replay, thread, time, resource.type_, true);
                let (pool, underway) = (&mut self.summary.pool, replay.thread(thread).underway);
                pool.most = pool.most.max(underway);
                pool.waited += u64::from(resource.queued());
            }
            // Nobody hears of its end.
            Step::Overlooked { resource } => self.population(replay, thread, time, resource.type_, true),
            Step::Entered { resource: Some(resource), .. } => self.carried_out(time, resource),
            Step::Settled { .. } => self.summary.resolutions += 1,
            Step::Ended { resource: Some(resource), .. } => self.ended(replay, thread, time, resource),
            _ => {}
        }
    }

    fn ended(&mut self, replay: &Replay, thread: u32, time: u64, resource: Resource) {
        self.population(replay, thread, time, resource.type_, false);
        let is_promise = Some(resource.type_) == replay.types.promise;
        self.summary.lost_promises += u64::from(is_promise && !resource.settled());
        self.carried_out(time, resource);
    }

    /// What runs or ends for the first time is no call that waits for the pool any more.
    fn carried_out(&mut self, time: u64, call: Resource) {
        if call.queued() && !call.ran() {
            let longest = &mut self.summary.pool.longest;
            *longest = (*longest).max(time.saturating_sub(call.created));
        }
    }

    /// Counts a resource in or out.
    fn population(&mut self, replay: &Replay, thread: u32, time: u64, type_: Type, created: bool) {
        let has_room = self.series.len() < MOST_SERIES;
        let series = match self.series.entry((thread, replay.types.row(type_))) {
            Slot::Occupied(slot) => slot.into_mut(),
            Slot::Vacant(slot) if has_room => slot.insert(Series::default()),
            Slot::Vacant(_) => {
                self.summary.unseen += u64::from(created);
                return;
            }
        };
        let now = if created { series.now + 1 } else { series.now.saturating_sub(1) };
        series.change(time, now);
    }

    /// A callback has run, or still ran at the end.
    pub(crate) fn ran(&mut self, replay: &Replay, at: u32, &Ran { id, began, took, depth, .. }: &Ran) {
        if depth > 0 {
            return;
        }
        if took >= BLOCKED {
            self.summary.blocked.count += 1;
            self.summary.blocked.total = self.summary.blocked.total.saturating_add(took);
        }
        insert(
            &mut self.summary.longest,
            |callback| callback.took >= took,
            || {
                let (chain, cut) = chain(replay, at, id);
                let thread = Shown::name(&replay.thread(at).title());
                LongCallback { thread, began, took, chain, cut }
            },
        );
    }

    /// A request is over.
    pub(crate) fn over(&mut self, replay: &Replay, request: &Request) {
        let requests = &mut self.summary.requests;
        requests.took.add(request.took());
        insert(
            &mut requests.slowest,
            |other| other.request.took() >= request.took(),
            || {
                let found = replay.find((request.thread, request.connection));
                let type_ = Shown::name(found.map_or(CONNECTION, |of| replay.type_name(of.type_)));
                let thread = Shown::name(&replay.thread(request.thread).title());
                Slow { request: *request, thread, type_ }
            },
        );
    }

    pub(crate) fn finish(mut self, replay: &Replay) -> Summary {
        self.finish_growing(replay);
        (self.summary.alive, self.summary.pending_promises) = alive::group(replay);
        self.summary
    }

    fn finish_growing(&mut self, replay: &Replay) {
        let mut all: Vec<_> = self.series.drain().collect();
        all.sort_unstable_by_key(|&(key, _)| key);
        for ((at, row), mut series) in all {
            let thread = replay.thread(at);
            series.reach(thread.now);
            if let Some(quarters) = series.quarters().filter(|&quarters| series::grows(quarters)) {
                let type_ = Shown::name(replay.types.row_name(row));
                self.summary.growing.push(Growing { type_, thread: Shown::name(&thread.title()), quarters });
            }
        }
    }
}

/// Inserts an item behind those that are `before` it, where there is room in the list.
fn insert<T>(list: &mut Vec<T>, before: impl Fn(&T) -> bool, item: impl FnOnce() -> T) {
    let at = list.partition_point(before);
    if at < LONGEST {
        list.truncate(LONGEST - 1);
        list.insert(at, item());
    }
}

/// The resource and what led to it, as far as it is remembered; and whether there is more.
fn chain(replay: &Replay, thread: u32, mut id: Id) -> (Vec<Link>, bool) {
    let mut chain: Vec<Link> = Vec::new();
    let mut last = None;
    for _ in 0..FOLLOWED {
        let Some(found) = replay.find((thread, id)) else { return (chain, id > 1) };
        if last == Some((found.type_, found.stack)) {
            chain.iter_mut().last().into_iter().for_each(|link| link.count += 1);
        } else if chain.len() == CHAIN {
            return (chain, true);
        } else {
            let type_ = Shown::name(replay.type_name(found.type_));
            let place = replay.stack(found.stack).and_then(place);
            chain.push(Link { id, count: 1, type_, place });
            last = Some((found.type_, found.stack));
        }
        if found.trigger == id {
            return (chain, false);
        }
        id = found.trigger;
    }
    (chain, true)
}

/// The first line of a stack that is not Node's own, or the first of all.
fn place(frames: &str) -> Option<Shown> {
    let line = frames.lines().find(|line| !is_of_node(line)).or_else(|| frames.lines().next())?;
    Some(Shown::line(line.trim().trim_start_matches("at ")))
}
