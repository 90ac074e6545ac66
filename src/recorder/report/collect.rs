//! Collecting the numbers of a recording.

use std::cmp::Reverse;

use rustc_hash::{FxHashMap, FxHashSet};

use super::live::{Live, Resource, Step};
use super::series::Series;
use super::summary::{
    Alive, BLOCKED, Callback, Growing, Link, POOL, Summary, ThreadSummary, Type, holds, is_of_node,
};
use super::types;
use crate::recorder::event::{Entry, Header, Id};
use crate::recorder::file::Reader;

/// So many types have numbers of their own. The others share those of the last.
const MOST_TYPES: usize = 512;
const OTHERS: &str = "(other types)";
/// So many of the longest callbacks are listed.
const LONGEST: usize = 10;
/// So many links of a chain are shown, and so many resources are followed for them.
const CHAIN: usize = 12;
const FOLLOWED: u64 = 10_000;
const MOST_MARKS: usize = 100;

/// The types of fs and dns calls, which the pool carries out.
const POOLED: [&str; 4] = ["FSREQCALLBACK", "FSREQPROMISE", "GETADDRINFOREQWRAP", "GETNAMEINFOREQWRAP"];

/// What is kept of a thread while the file is read.
#[derive(Default)]
struct Thread {
    summary: ThreadSummary,
    /// By the index in [`Summary::types`].
    series: Vec<Series>,
    underway: FxHashSet<Id>,
    waiting: FxHashSet<Id>,
}

#[derive(Default)]
struct Collector {
    live: Live,
    summary: Summary,
    threads: FxHashMap<u32, Thread>,
    dropped: FxHashMap<types::Type, u64>,
    /// For every type of the file, its index in [`Summary::types`].
    indices: Vec<usize>,
    pooled: Vec<bool>,
    promise: Option<types::Type>,
}

pub fn collect(mut reader: Reader) -> Summary {
    let mut collector = Collector::of(reader.header());
    for entry in reader.by_ref() {
        match entry {
            Ok((thread, entry)) => collector.take(thread, &entry),
            Err(error) => collector.summary.error = Some(error),
        }
    }
    collector.summary.complete = reader.is_complete();
    collector.finish()
}

impl Collector {
    fn of(header: &Header) -> Self {
        let summary = Summary { header: header.clone(), ..Summary::default() };
        Self { live: Live::of(header), summary, ..Self::default() }
    }

    fn take(&mut self, number: u32, entry: &Entry) {
        let step = self.live.take(number, entry);
        match entry {
            Entry::Event(event) => {
                self.summary.events += 1;
                self.step(number, event.time, step);
            }
            Entry::Type { .. } => self.name(),
            Entry::Mark { time, name } if self.summary.marks.len() < MOST_MARKS => {
                self.summary.marks.push((*time, name.clone()));
            }
            Entry::Mark { .. } => self.summary.more_marks += 1,
            Entry::Dropped { type_, count } => {
                let type_ = self.live.type_of(number, *type_);
                let dropped = self.dropped.entry(type_).or_default();
                *dropped = dropped.saturating_add(*count);
            }
            Entry::Loop { idle, active, .. } => {
                let thread = &mut self.threads.entry(number).or_default().summary;
                thread.idle = thread.idle.saturating_add(*idle);
                thread.active = thread.active.saturating_add(*active);
            }
            Entry::ThreadEnd { reason, .. } => {
                self.threads.entry(number).or_default().summary.ended = Some(reason.clone());
            }
            Entry::ThreadStart { .. }
            | Entry::Stack { .. }
            | Entry::Clock { .. }
            | Entry::RequestStart { .. }
            | Entry::RequestEnd { .. } => {}
        }
    }

    /// Makes room for a type that was named.
    fn name(&mut self) {
        while self.indices.len() < self.live.types.len() {
            let type_ = self.indices.len();
            let name = self.live.type_name(type_ as types::Type).to_owned();
            if name == "PROMISE" {
                self.promise = Some(type_ as types::Type);
            }
            self.pooled.push(POOLED.contains(&name.as_str()));
            let index = type_.min(MOST_TYPES - 1);
            if index == self.summary.types.len() {
                let name = if index == MOST_TYPES - 1 { OTHERS.to_owned() } else { name.clone() };
                self.summary.types.push(Type { name, ..Type::default() });
            }
            self.indices.push(index);
        }
    }

    fn step(&mut self, number: u32, time: u64, step: Step) {
        match step {
            Step::Created { id, resource } => {
                self.population(number, time, resource.type_, true);
                if self.is_pooled(&resource) {
                    self.begin_call(number, id);
                }
            }
            Step::Overlooked { resource } => self.population(number, time, resource.type_, true),
            Step::Entered { id, resource: Some(resource) } if !resource.ran() => {
                let wait = time.saturating_sub(resource.created);
                self.type_mut(resource.type_).wait.add(wait);
                if self.is_pooled(&resource) {
                    self.end_call(number, id, wait);
                }
            }
            Step::Left { id, resource, began: Some(began), outermost, .. } => {
                self.left(number, id, resource, began, time - began, outermost);
            }
            Step::Settled { .. } => self.summary.resolutions += 1,
            Step::Ended { id, resource: Some(resource) } => {
                self.population(number, time, resource.type_, false);
                let age = time.saturating_sub(resource.created);
                self.type_mut(resource.type_).lifetime.add(age);
                if Some(resource.type_) == self.promise && !resource.settled() {
                    self.summary.lost_promises += 1;
                }
                if self.is_pooled(&resource) && !resource.ran() {
                    self.end_call(number, id, age);
                }
            }
            _ => {}
        }
    }

    fn type_mut(&mut self, type_: types::Type) -> &mut Type {
        &mut self.summary.types[self.indices[usize::from(type_)]]
    }

    fn is_pooled(&self, resource: &Resource) -> bool {
        self.pooled[usize::from(resource.type_)]
    }

    /// Counts a resource in or out.
    fn population(&mut self, number: u32, time: u64, type_: types::Type, created: bool) {
        let index = self.indices[usize::from(type_)];
        let of_type = &mut self.summary.types[index];
        let thread = self.threads.entry(number).or_default();
        if thread.series.len() <= index {
            thread.series.resize_with(index + 1, Series::default);
        }
        let series = &mut thread.series[index];
        if created {
            of_type.created += 1;
            of_type.alive += 1;
            series.change(time, series.now + 1);
        } else {
            of_type.alive = of_type.alive.saturating_sub(1);
            series.change(time, series.now.saturating_sub(1));
        }
    }

    fn begin_call(&mut self, number: u32, id: Id) {
        let thread = self.threads.entry(number).or_default();
        thread.underway.insert(id);
        let pool = &mut self.summary.pool;
        pool.most = pool.most.max(thread.underway.len());
        if thread.underway.len() > POOL {
            thread.waiting.insert(id);
            pool.waited += 1;
        }
    }

    fn end_call(&mut self, number: u32, id: Id, took: u64) {
        let thread = self.threads.entry(number).or_default();
        thread.underway.remove(&id);
        if thread.waiting.remove(&id) {
            self.summary.pool.longest = self.summary.pool.longest.max(took);
        }
    }

    fn left(
        &mut self,
        number: u32,
        id: Id,
        resource: Option<Resource>,
        began: u64,
        took: u64,
        outermost: bool,
    ) {
        if let Some(resource) = resource {
            self.type_mut(resource.type_).run.add(took);
        }
        if !outermost {
            return;
        }
        let thread = &mut self.threads.entry(number).or_default().summary;
        thread.in_callbacks = thread.in_callbacks.saturating_add(took);
        if took >= BLOCKED {
            self.summary.blocked.count += 1;
            self.summary.blocked.total = self.summary.blocked.total.saturating_add(took);
        }
        let longest = &self.summary.longest;
        if longest.len() == LONGEST && longest[LONGEST - 1].took >= took {
            return;
        }
        let (chain, cut) = self.chain(number, id);
        let thread = self.live.thread(number).title();
        let longest = &mut self.summary.longest;
        let at = longest.partition_point(|callback| callback.took >= took);
        longest.insert(at, Callback { thread, began, took, chain, cut });
        longest.truncate(LONGEST);
    }

    /// The resource and what led to it, as far as it is remembered; and whether there is more.
    fn chain(&mut self, number: u32, mut id: Id) -> (Vec<Link>, bool) {
        let mut chain: Vec<Link> = Vec::new();
        let mut last = None;
        for _ in 0..FOLLOWED {
            let Some(found) = self.live.find(number, id) else { return (chain, id > 1) };
            if last == Some((found.type_, found.stack)) {
                chain.iter_mut().last().into_iter().for_each(|link| link.count += 1);
            } else if chain.len() == CHAIN {
                return (chain, true);
            } else {
                let type_ = self.live.type_name(found.type_).to_owned();
                let place = self.live.stack(found.stack).and_then(place);
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

    fn finish(mut self) -> Summary {
        self.summary.duration = self.live.end();
        self.summary.overlooked = self.live.overlooked;
        self.finish_threads();
        self.finish_alive();
        let mut dropped: Vec<_> = self.dropped.drain().collect();
        dropped.sort_unstable_by_key(|&(type_, count)| (Reverse(count), type_));
        self.summary.dropped = dropped
            .into_iter()
            .map(|(type_, count)| (self.live.type_name(type_).to_owned(), count))
            .collect();
        self.summary.types.retain(|of_type| of_type.created > 0 || of_type.run.count > 0);
        self.summary.types.sort_by_key(|of_type| Reverse((of_type.run.total, of_type.created)));
        self.summary
    }

    fn finish_threads(&mut self) {
        for of in self.live.threads() {
            let mut thread = self.threads.remove(&of.number).unwrap_or_default();
            thread.summary.title = of.title();
            thread.summary.began = of.began;
            thread.summary.end = of.now;
            for (index, series) in thread.series.iter_mut().enumerate() {
                series.reach(of.now);
                let Some(quarters) = series.quarters() else { continue };
                let type_ = self.summary.types[index].name.clone();
                self.summary.growing.push(Growing { type_, thread: of.title(), quarters });
            }
            self.summary.threads.push(thread.summary);
        }
    }

    fn finish_alive(&mut self) {
        let mut all = Vec::with_capacity(self.live.resources.len());
        for resource in self.live.resources.values() {
            if Some(resource.type_) == self.promise && !resource.settled() {
                self.summary.pending_promises += 1;
            }
            all.push((resource.type_, resource.stack, resource.created));
        }
        // The oldest of each group comes first. A list, for there may be as many groups as resources.
        all.sort_unstable();
        for group in all.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1)) {
            let (type_, stack, created) = group[0];
            let name = self.live.type_name(type_);
            let groups =
                if holds(name) { &mut self.summary.alive.holding } else { &mut self.summary.alive.others };
            let count = group.len() as u64;
            if groups.takes(count) {
                let oldest = self.summary.duration.saturating_sub(created);
                let stack = self.live.stack(stack).map(str::to_owned);
                groups.add(Alive { type_: name.to_owned(), count, oldest, stack });
            } else {
                groups.more += 1;
            }
        }
    }
}

/// The first line of a stack that is not Node's own, or the first of all.
fn place(frames: &str) -> Option<String> {
    let line = frames.lines().find(|line| !is_of_node(line)).or_else(|| frames.lines().next())?;
    Some(line.trim().trim_start_matches("at ").to_owned())
}
