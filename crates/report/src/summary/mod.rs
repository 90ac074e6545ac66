//! Collecting the numbers of a recording.

use std::cmp::Reverse;
use std::collections::hash_map::Entry as Slot;

use rustc_hash::FxHashMap;

use super::findings::grows;
use super::left_out::LeftOut;
use super::live::{Live, Resource, Step};
use super::series::Series;
use super::shown::{COMMAND, Shown, cut};
use super::summary::{
    Alive, BLOCKED, Callback, Growing, Link, POOL, Summary, ThreadSummary, Type, holds, is_of_node,
};
use super::types;
use recorder::event::{Entry, Header, Id};
use recorder::file::Reader;

/// So many types have numbers of their own. The others share those of the last.
const MOST_TYPES: usize = 512;
const OTHERS: &str = "(other types)";
/// So many of the longest callbacks are listed.
const LONGEST: usize = 10;
/// So many links of a chain are shown, and so many resources are followed for them.
const CHAIN: usize = 12;
const FOLLOWED: u64 = 10_000;
const MOST_MARKS: usize = 100;
/// So many threads are listed, and so many types of what was dropped.
const MOST_THREADS: usize = 100;
const MOST_DROPPED: usize = 100;
/// So many types on threads are looked at for growth.
const MOST_SERIES: usize = 1 << 14;
/// Bytes of the reason why a thread ended.
const REASON: usize = 300;
/// So many lines of a stack are shown.
const FRAMES: usize = 4;

/// The types of fs and dns calls, which the pool carries out.
const POOLED: [&str; 4] = ["FSREQCALLBACK", "FSREQPROMISE", "GETADDRINFOREQWRAP", "GETNAMEINFOREQWRAP"];

/// What is kept of a thread while the file is read.
#[derive(Default)]
struct Thread {
    ended: Option<Box<str>>,
    in_callbacks: u64,
    idle: u64,
    active: u64,
    /// Calls that the pool has not carried out.
    underway: usize,
}

#[derive(Default)]
struct Collector {
    live: Live,
    summary: Summary,
    threads: FxHashMap<u32, Thread>,
    /// By thread and by the index in [`Summary::types`].
    series: FxHashMap<(u32, u16), Series>,
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
    collector.summary.left_out.of_threads = reader.left_out();
    drop(reader);
    collector.finish()
}

impl Collector {
    fn of(header: &Header) -> Self {
        let summary = Summary {
            command: Shown::of(&header.argv.join(" "), COMMAND),
            node: Shown::name(&header.node),
            pid: header.pid,
            platform: Shown::name(&header.platform),
            ..Summary::default()
        };
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
                self.summary.marks.push((*time, Shown::line(name)));
            }
            Entry::Mark { .. } => self.summary.more_marks += 1,
            Entry::Dropped { type_, count } => {
                let type_ = self.live.type_of(number, *type_);
                let dropped = self.dropped.entry(type_).or_default();
                *dropped = dropped.saturating_add(*count);
            }
            Entry::Loop { idle, active, .. } => {
                let thread = self.threads.entry(number).or_default();
                thread.idle = thread.idle.saturating_add(*idle);
                thread.active = thread.active.saturating_add(*active);
            }
            Entry::ThreadEnd { reason, .. } => {
                self.threads.entry(number).or_default().ended = Some(cut(reason, REASON).into());
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
            let name = self.live.type_name(type_ as types::Type);
            if name == "PROMISE" {
                self.promise = Some(type_ as types::Type);
            }
            self.pooled.push(POOLED.contains(&name));
            let index = type_.min(MOST_TYPES - 1);
            if index == self.summary.types.len() {
                let name = Shown::name(if index == MOST_TYPES - 1 { OTHERS } else { name });
                self.summary.types.push(Type { name, ..Type::default() });
            }
            self.indices.push(index);
        }
    }

    fn step(&mut self, number: u32, time: u64, step: Step) {
        match step {
            Step::Created { id, resource, former } => {
                if let Some(former) = former {
                    self.ended(number, time, former);
                }
                self.population(number, time, resource.type_, true);
                if self.is_pooled(&resource) {
                    self.begin_call(number, id);
                }
            }
            // Nobody hears of its end.
            Step::Overlooked { resource } => self.population(number, time, resource.type_, true),
            Step::Entered { resource: Some(resource), .. } if !resource.ran() => {
                let wait = time.saturating_sub(resource.created);
                self.type_mut(resource.type_).wait.add(wait);
                if self.is_pooled(&resource) {
                    self.end_call(number, resource, wait);
                }
            }
            Step::Left { id, resource, began: Some(began), outermost, .. } => {
                self.left(number, id, resource, began, time - began, outermost);
            }
            Step::Settled { .. } => self.summary.resolutions += 1,
            Step::Ended { resource: Some(resource), .. } => self.ended(number, time, resource),
            _ => {}
        }
    }

    fn ended(&mut self, number: u32, time: u64, resource: Resource) {
        self.population(number, time, resource.type_, false);
        let age = time.saturating_sub(resource.created);
        self.type_mut(resource.type_).lifetime.add(age);
        if Some(resource.type_) == self.promise && !resource.settled() {
            self.summary.lost_promises += 1;
        }
        if self.is_pooled(&resource) && !resource.ran() {
            self.end_call(number, resource, age);
        }
    }

    /// The index in [`Summary::types`]. A type may have a number because one that was named has no room.
    fn index(&mut self, type_: types::Type) -> usize {
        if self.indices.len() <= usize::from(type_) {
            self.name();
        }
        self.indices[usize::from(type_)]
    }

    fn type_mut(&mut self, type_: types::Type) -> &mut Type {
        let index = self.index(type_);
        &mut self.summary.types[index]
    }

    fn is_pooled(&self, resource: &Resource) -> bool {
        self.pooled.get(usize::from(resource.type_)).is_some_and(|&is_pooled| is_pooled)
    }

    /// Counts a resource in or out.
    fn population(&mut self, number: u32, time: u64, type_: types::Type, created: bool) {
        let index = self.index(type_);
        let of_type = &mut self.summary.types[index];
        of_type.created += u64::from(created);
        of_type.alive = if created { of_type.alive + 1 } else { of_type.alive.saturating_sub(1) };
        let has_room = self.series.len() < MOST_SERIES;
        let series = match self.series.entry((number, index as u16)) {
            Slot::Occupied(slot) => slot.into_mut(),
            Slot::Vacant(slot) if has_room => slot.insert(Series::default()),
            Slot::Vacant(_) => {
                self.summary.left_out.series += u64::from(created);
                return;
            }
        };
        let now = if created { series.now + 1 } else { series.now.saturating_sub(1) };
        series.change(time, now);
    }

    fn begin_call(&mut self, number: u32, id: Id) {
        let thread = self.threads.entry(number).or_default();
        thread.underway += 1;
        let pool = &mut self.summary.pool;
        pool.most = pool.most.max(thread.underway);
        if thread.underway > POOL {
            self.live.queue(number, id);
            pool.waited += 1;
        }
    }

    fn end_call(&mut self, number: u32, call: Resource, took: u64) {
        let thread = self.threads.entry(number).or_default();
        thread.underway = thread.underway.saturating_sub(1);
        if call.queued() {
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
        let thread = self.threads.entry(number).or_default();
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
        let thread = Shown::name(&self.live.thread(number).title());
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
                let type_ = Shown::name(self.live.type_name(found.type_));
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
        let LeftOut { of_threads, series, .. } = self.summary.left_out;
        self.summary.left_out = LeftOut { of_threads, series, ..self.live.left_out() };
        self.live.end_entries();
        self.finish_growing();
        self.finish_threads();
        self.finish_alive();
        self.finish_dropped();
        self.summary.types.retain(|of_type| of_type.created > 0 || of_type.run.count > 0);
        self.summary.types.sort_by_key(|of_type| Reverse((of_type.run.total, of_type.created)));
        self.summary
    }

    fn finish_dropped(&mut self) {
        let mut dropped: Vec<_> = self.dropped.drain().collect();
        dropped.sort_unstable_by_key(|&(type_, count)| (Reverse(count), type_));
        self.summary.dropped_total = dropped.iter().fold(0, |total, &(_, count)| total.saturating_add(count));
        self.summary.more_dropped = dropped.len().saturating_sub(MOST_DROPPED);
        let most = dropped.into_iter().take(MOST_DROPPED);
        self.summary.dropped =
            most.map(|(type_, count)| (Shown::name(self.live.type_name(type_)), count)).collect();
    }

    fn finish_growing(&mut self) {
        let mut all: Vec<_> = self.series.drain().collect();
        all.sort_unstable_by_key(|&(key, _)| key);
        for ((number, index), mut series) in all {
            let thread = self.live.thread(number);
            series.reach(thread.now);
            if let Some(quarters) = series.quarters().filter(|&quarters| grows(quarters)) {
                let (type_, thread) =
                    (self.summary.types[usize::from(index)].name.clone(), Shown::name(&thread.title()));
                self.summary.growing.push(Growing { type_, thread, quarters });
            }
        }
    }

    fn finish_threads(&mut self) {
        let all = self.live.threads();
        self.summary.more_threads = all.len().saturating_sub(MOST_THREADS);
        for of in all.iter().take(MOST_THREADS) {
            let Thread { ended, in_callbacks, idle, active, .. } =
                self.threads.remove(&of.number).unwrap_or_default();
            self.summary.threads.push(ThreadSummary {
                title: Shown::name(&of.title()),
                began: of.began,
                end: of.now,
                ended: ended.map(|reason| Shown::line(&reason)),
                in_callbacks,
                idle,
                active,
            });
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
                let stack = self.live.stack(stack).map_or(Vec::new(), first_lines);
                groups.add(Alive { type_: Shown::name(name), count, oldest, stack });
            } else {
                groups.more += 1;
            }
        }
    }
}

/// The first line of a stack that is not Node's own, or the first of all.
fn place(frames: &str) -> Option<Shown> {
    let line = frames.lines().find(|line| !is_of_node(line)).or_else(|| frames.lines().next())?;
    Some(Shown::line(line.trim().trim_start_matches("at ")))
}

/// The first lines of a stack. Node's own lines come first, and say less than those of the program.
fn first_lines(frames: &str) -> Vec<Shown> {
    let own = frames.lines().position(|line| !is_of_node(line)).unwrap_or(0);
    frames.lines().skip(own).take(FRAMES).map(|line| Shown::line(line.trim())).collect()
}
