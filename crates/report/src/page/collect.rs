//! Listens to the replay, and keeps what the page shows besides what the replay has.

use recorder::event::{Entry, Event, Id, Kind};

use super::alive::AliveChart;
use super::calls::{Calls, LaneRoom, THREADS};
use super::causes::Causes;
use super::flame::{Flame, Path};
use super::keep::Keep;
use super::requests::{PageRequests, Said};
use super::resources::{Found, KeptResource, Resources};
use crate::left_out::LeftOut;
use crate::path::Segment;
use crate::replay::{Heard, Key, Ran, Replay, Request, Resource, Step, Type};
use crate::shown::Shown;

const MARKS: usize = 500;
/// The event loop's use, in so many steps; when there are more, two become one.
const STEPS: usize = 2048;
/// While so many requests are open, streams of HTTP/2 are none.
const OPEN: usize = 1 << 17;

/// What a thread's lane shows.
pub(super) struct Lane {
    pub calls: Calls,
    pub loop_: Vec<Use>,
}

/// The event loop between the time before and this one.
#[derive(Clone, Copy)]
pub(super) struct Use {
    pub time: u64,
    pub idle: u64,
    pub active: u64,
}

#[derive(Default)]
pub(crate) struct Collect {
    pub(super) lanes: Vec<Lane>,
    pub(super) marks: Vec<(u32, u64, Shown)>,
    pub(super) resources: Resources,
    pub(super) causes: Causes,
    pub(super) alive: AliveChart,
    pub(super) requests: PageRequests,
    pub(super) keep: Keep,
    pub(super) flame: Flame,
    /// The longest callback that the event loop called.
    pub(super) longest: u64,
    more_marks: u64,
}

impl Collect {
    pub(crate) fn hear(&mut self, replay: &Replay, heard: &Heard) {
        let thread = heard.thread;
        while self.lanes.len() <= thread as usize {
            let calls = Calls::new(LaneRoom::of_thread(self.lanes.len()));
            self.lanes.push(Lane { calls, loop_: Vec::new() });
        }
        match heard.entry {
            Entry::Event(event) => {
                self.step(replay, (thread, event.id), event, heard.step);
                replay.ran().iter().for_each(|ran| self.ran(replay, thread, ran));
            }
            Entry::Fact { .. } => {
                if let Step::Found { id, resource } = heard.step {
                    self.found(replay, (thread, id), &resource);
                }
            }
            Entry::Mark { time, name } if self.marks.len() < MARKS => {
                self.marks.push((thread, *time, Shown::name(name)));
            }
            Entry::Mark { .. } => self.more_marks += 1,
            &Entry::Sample { time, stack } => {
                self.flame.sample(thread, time, replay.stack_of(thread, stack));
            }
            &Entry::Loop { time, idle, active } if (thread as usize) < THREADS => {
                self.lanes[thread as usize].used(Use { time, idle, active });
            }
            _ => {}
        }
    }

    /// What had no room.
    pub(super) fn left_out(&self, shared: LeftOut) -> LeftOut {
        LeftOut {
            forgotten: self.resources.lost,
            causes: self.causes.left_out,
            marks: self.more_marks,
            drawn: self.lanes.len().saturating_sub(THREADS) as u64,
            ..shared
        }
    }

    /// A resource that was there before the recording began.
    fn found(&mut self, replay: &Replay, key: Key, resource: &Resource) {
        self.created(replay, key, resource, 0);
    }

    fn step(&mut self, replay: &Replay, key: Key, &Event { time, kind, .. }: &Event, step: Step) {
        match (step, kind) {
            (Step::Created { resource, .. } | Step::Overlooked { resource }, Kind::Init { current, .. }) => {
                if let Step::Created { former: Some(former), .. } = step {
                    self.ended(replay, key, &former, time);
                }
                self.created(replay, key, &resource, current);
            }
            (Step::Entered { resource: Some(resource), .. }, _) if !resource.ran() => {
                self.waited(key, time.saturating_sub(resource.created));
            }
            (Step::Settled { .. }, _) => self.settled(key, time),
            (Step::Ended { resource: Some(resource), .. }, _) => self.ended(replay, key, &resource, time),
            _ => {}
        }
    }

    fn created(&mut self, replay: &Replay, key: Key, resource: &Resource, current: Id) {
        let &Resource { trigger, created, stack, type_, trace, .. } = resource;
        let thread = key.0;
        let row = replay.types.row(type_) as Type;
        let (node, of_trigger) = match self.resources.find((thread, trigger)) {
            Some(Found::Whole(by)) => (Some(by.node), by.trace),
            Some(Found::Node(node)) => (Some(node), 0),
            None => (None, 0),
        };
        let of_current = match self.resources.find((thread, current)) {
            Some(Found::Whole(within)) => within.trace,
            _ => 0,
        };
        let is_stream = Some(type_) == replay.types.stream && trace == key.1;
        if is_stream && self.requests.open() < OPEN {
            self.requests.begin(key, key.1);
        } else if !self.requests.knows((thread, trace))
            && let Some(request) = replay.request((thread, trace))
        {
            self.requests.begin((thread, trace), request.connection);
        }
        let mut of = self.requests.trace_of(thread, trace, [of_current, of_trigger]);
        if of == 0 && Some(type_) == replay.types.client {
            of = self.requests.make(key, created);
        }
        self.requests.created((thread, of), key.1, created);
        let node = self.causes.created(node, row);
        self.alive.created(row.into(), created);
        let kept =
            KeptResource { trigger, created, node, trace: of, stack, type_: row, ..KeptResource::default() };
        self.resources.add(key, kept, |key, resource| self.keep.forget(key, resource, &self.requests));
    }

    fn waited(&mut self, key: Key, wait: u64) {
        let node = match self.resources.find(key) {
            Some(Found::Whole(resource)) => {
                resource.wait = wait;
                resource.node
            }
            Some(Found::Node(node)) => node,
            None => return,
        };
        let sum = &mut self.causes.nodes[node as usize];
        sum.wait = sum.wait.saturating_add(wait);
        sum.waits += 1;
    }

    /// A callback has run, or still ran at the end.
    pub(crate) fn ran(&mut self, replay: &Replay, thread: u32, ran: &Ran) {
        let end = ran.began.saturating_add(ran.took);
        let is_outer = ran.depth == 0;
        if is_outer {
            self.longest = self.longest.max(ran.took);
        }
        let Some(type_) = ran.type_ else {
            if is_outer {
                self.flame.ran(thread, Path::Other, ran.began, end);
            }
            return;
        };
        let row = replay.types.row(type_) as Type;
        self.lanes[thread as usize].calls.ran(ran, row);
        let mut place = 0;
        let node = match self.resources.find((thread, ran.id)) {
            Some(Found::Whole(resource)) => {
                resource.run = resource.run.saturating_add(ran.took);
                resource.longest = resource.longest.max(ran.took);
                resource.runs = resource.runs.saturating_add(1);
                resource.last = end.saturating_sub(resource.created);
                self.requests.ran(resource.trace, &replay.types, ran.type_, (ran.began, end));
                place = replay.place(resource.stack);
                Some(resource.node)
            }
            Some(Found::Node(node)) => Some(node),
            None => None,
        };
        if is_outer {
            self.flame.ran(thread, Path::Callback(row, place), ran.began, end);
        }
        let Some(node) = node else { return };
        let sum = &mut self.causes.nodes[node as usize];
        sum.run = sum.run.saturating_add(ran.own);
    }

    fn settled(&mut self, key: Key, time: u64) {
        if let Some(Found::Whole(resource)) = self.resources.find(key) {
            resource.last = resource.last.max(time.saturating_sub(resource.created));
            self.requests.touched(resource.trace, time);
        }
    }

    fn ended(&mut self, replay: &Replay, key: Key, resource: &Resource, time: u64) {
        self.alive.destroyed(replay.types.row(resource.type_), time);
        let is_stream = Some(resource.type_) == replay.types.stream && resource.trace == key.1;
        if is_stream && !replay.is_request(key, resource) {
            self.requests.forget(key, key.1);
        }
        let node = match self.resources.find(key) {
            Some(Found::Whole(kept)) => {
                kept.destroyed = time.saturating_sub(resource.created);
                kept.node
            }
            Some(Found::Node(node)) => {
                self.resources.end(key);
                node
            }
            None => return,
        };
        let sum = &mut self.causes.nodes[node as usize];
        sum.alive = sum.alive.saturating_sub(1);
    }

    /// A request that a server answered is over.
    pub(crate) fn over(&mut self, replay: &Replay, request: &Request, segments: &[Segment]) {
        let said = || Said::of(replay, request, segments);
        self.requests.over(request, said);
    }
}

impl Lane {
    fn used(&mut self, step: Use) {
        self.loop_.push(step);
        if self.loop_.len() > STEPS {
            let both = |pair: &[Use]| Use {
                time: pair[pair.len() - 1].time,
                idle: pair.iter().fold(0, |sum, step| step.idle.saturating_add(sum)),
                active: pair.iter().fold(0, |sum, step| step.active.saturating_add(sum)),
            };
            self.loop_ = self.loop_.chunks(2).map(both).collect();
        }
    }
}
