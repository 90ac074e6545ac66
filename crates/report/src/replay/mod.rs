//! What is alive while a recording is read: the resources, the contexts that were entered, and of what is gone
//! as much as fits.
//!
//! This is what reports have in common. It grows with what was alive at once in the program, not with the file, and up to a
//! limit: what is beyond is counted ([`Live::left_out`]).

use std::collections::VecDeque;

use rustc_hash::FxHashMap;

use super::ancestors::{Ancestor, Ancestors};
use super::left_out::LeftOut;
use super::requests::{Key, REQUEST, Request, Requests};
use super::shown::cut;
use super::stacks::{Indices, Stacks};
use super::table::Table;
use super::types::{self, Type, Types};
use super::wall::Wall;
use recorder::event::{Entry, Event, Header, Id, Kind};

/// So many resources are followed at once, about 60 bytes each. Those beyond are only counted.
const MOST: usize = 3_600_000;
/// So many contexts may be entered at once on a thread, and on all threads together. Where an exception leaves more behind,
/// the oldest are forgotten.
const DEPTH: usize = 4096;
const CONTEXTS: usize = 1 << 19;
/// A list of contexts that has room for more than this gives it back.
const ROOM: usize = 64;
/// So many types of all threads together have an index; resources of another one count as of [`types::FURTHER`].
const INDICES: usize = 1 << 21;
/// So many settings of the wall clock are kept of all threads.
const CLOCKS: usize = 1 << 18;
/// Bytes of a thread's name.
const NAME: usize = 120;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Resource {
    pub trigger: Id,
    pub created: u64,
    /// What it belongs to: the id of the first resource of the tree, by trigger; or a request ([`Request::trace`]).
    pub trace: Id,
    /// The number of where it was created ([`Live::stack`]); 0 where that is not known.
    pub stack: u32,
    pub type_: Type,
    state: u8,
}

impl Resource {
    const WITHIN: u8 = 1;
    const RAN: u8 = 2;
    const SETTLED: u8 = 4;
    const SERVED: u8 = 8;
    const QUEUED: u8 = 16;

    /// It was created in a callback.
    pub fn within(&self) -> bool {
        self.state & Self::WITHIN != 0
    }

    /// Its callback has run.
    pub fn ran(&self) -> bool {
        self.state & Self::RAN != 0
    }

    /// A report noted that it had to wait ([`Live::queue`]).
    pub fn queued(&self) -> bool {
        self.state & Self::QUEUED != 0
    }

    /// It is a promise that was resolved or rejected.
    pub fn settled(&self) -> bool {
        self.state & Self::SETTLED != 0
    }
}

// There are millions: see MOST.
const _: () = assert!(size_of::<(Key, Resource)>() == 48);

/// What an entry meant. The resource is missing where its creation was not recorded.
#[derive(Clone, Copy, Debug)]
pub enum Step {
    Created {
        id: Id,
        resource: Resource,
        /// One that had the id and has not ended: the file is at odds with itself. It is gone now.
        former: Option<Resource>,
    },
    /// Created when too many were alive: nothing more is known of it.
    Overlooked {
        resource: Resource,
    },
    /// As the resource was before: `ran()` tells whether this is the first time.
    Entered {
        id: Id,
        resource: Option<Resource>,
    },
    Left {
        id: Id,
        resource: Option<Resource>,
        /// Missing where the callback began before the recording.
        began: Option<u64>,
        /// The event loop itself called it.
        outermost: bool,
        /// So many contexts were left: one, and those within that an exception left behind.
        contexts: usize,
    },
    /// As the resource was before.
    Settled {
        resource: Option<Resource>,
    },
    Ended {
        id: Id,
        resource: Option<Resource>,
    },
    /// No event.
    Other,
}

/// A callback that is running.
#[derive(Clone, Copy, Debug)]
pub struct Running {
    pub id: Id,
    pub began: u64,
}

#[derive(Default)]
pub struct Thread {
    pub number: u32,
    /// 0 on the main thread, else the worker's `threadId`.
    pub worker: u32,
    pub name: String,
    pub began: u64,
    /// The time of the last entry.
    pub now: u64,
    pub running: VecDeque<Running>,
    wall: Wall,
    /// The context that was entered last.
    entered: Id,
    /// The recorder tells of its requests.
    pub tells_requests: bool,
    types: Vec<Type>,
    stacks: Indices,
}

impl Thread {
    pub fn title(&self) -> String {
        match (self.worker, self.name.as_str()) {
            (0, _) => "main".to_owned(),
            (worker, "") => format!("worker {worker}"),
            (worker, name) => format!("worker {worker} {name}"),
        }
    }

    /// The wall clock's nanoseconds since 1970 at a time of the thread.
    #[inline]
    pub fn wall(&self, time: u64) -> u64 {
        self.wall.at(time)
    }
}

#[derive(Default)]
pub struct Live {
    pub types: Types,
    /// All that is alive.
    pub resources: Table,
    left_out: LeftOut,
    stacks: Stacks,
    /// How many there are on all threads of what is limited.
    contexts: usize,
    indices: usize,
    clocks: usize,
    threads: Vec<Thread>,
    positions: FxHashMap<u32, usize>,
    /// The position of the thread that was asked for last.
    last: usize,
    ancestors: Ancestors,
    requests: Requests,
    wall: u64,
}

impl Live {
    pub fn of(header: &Header) -> Self {
        Self { wall: header.wall_ns, ..Self::default() }
    }

    pub fn threads(&self) -> &[Thread] {
        &self.threads
    }

    pub fn thread(&mut self, number: u32) -> &mut Thread {
        let at = self.position(number);
        &mut self.threads[at]
    }

    /// The time of the last entry of all threads.
    pub fn end(&self) -> u64 {
        self.threads.iter().map(|thread| thread.now).max().unwrap_or(0)
    }

    /// All that is alive, by thread and id. Only ids are collected: there may be millions.
    pub fn alive(&self) -> Vec<Key> {
        let mut alive = Vec::with_capacity(self.resources.len());
        alive.extend(self.resources.keys());
        alive.sort_unstable();
        alive
    }

    pub fn type_name(&self, type_: Type) -> &str {
        self.types.name(type_)
    }

    /// What had no room so far.
    pub fn left_out(&self) -> LeftOut {
        let (stacks, requests) = (self.stacks.left_out(), self.requests.left_out());
        LeftOut { stacks, requests, ..self.left_out.clone() }
    }

    /// Frees what only entries need, when there are no more.
    pub fn end_entries(&mut self) {
        self.ancestors = Ancestors::default();
        self.requests = Requests::default();
        self.threads.iter_mut().for_each(|thread| {
            thread.running = VecDeque::new();
            thread.types = Vec::new();
            thread.stacks = Indices::default();
        });
    }

    /// Notes that a resource has to wait.
    pub fn queue(&mut self, number: u32, id: Id) {
        if let Some(resource) = self.resources.get_mut(&(number, id)) {
            resource.state |= Resource::QUEUED;
        }
    }

    /// The index in [`Live::types`] of a type of the thread.
    pub fn type_of(&mut self, number: u32, type_: u32) -> Type {
        let at = self.position(number);
        self.type_at(at, type_)
    }

    #[inline]
    fn type_at(&mut self, at: usize, type_: u32) -> Type {
        let known = self.threads[at].types.get(type_ as usize).copied();
        known.unwrap_or_else(|| self.types.further())
    }

    /// Where a resource was created.
    pub fn stack(&self, number: u32) -> Option<&str> {
        self.stacks.text(number)
    }

    /// A resource that is alive, or one that is gone and not forgotten.
    pub fn find(&self, number: u32, id: Id) -> Option<Ancestor> {
        let alive = self.resources.get(&(number, id)).map(Ancestor::from);
        alive.or_else(|| self.ancestors.get(number, id))
    }

    /// A request of which nothing is alive any more since the last entry; to be asked until there is none.
    #[inline]
    pub fn take_over(&mut self) -> Option<Request> {
        self.requests.take_over()
    }

    /// A request that is not over.
    pub fn request(&self, trace: Key) -> Option<Request> {
        self.requests.get(trace)
    }

    /// At the end, the requests of which something is alive.
    pub fn open_requests(&mut self) -> Vec<Request> {
        self.requests.finish()
    }

    pub fn take(&mut self, number: u32, entry: &Entry) -> Step {
        self.requests.forget_over();
        let at = self.position(number);
        let thread = &mut self.threads[at];
        match entry {
            Entry::Event(event) => {
                thread.now = event.time;
                return self.event(at, event);
            }
            Entry::Type { name, .. } => self.name(at, name),
            Entry::Stack { frames, .. } => self.stacks.add(&mut thread.stacks, frames),
            Entry::ThreadStart { time, worker, name } => {
                (thread.began, thread.now) = (*time, *time);
                (thread.worker, thread.name) = (*worker, cut(name, NAME).to_owned());
            }
            Entry::Clock { time, wall } => {
                thread.now = *time;
                if self.clocks < CLOCKS && thread.wall.set(*time, *wall) {
                    self.clocks += 1;
                } else {
                    self.left_out.clocks += 1;
                }
            }
            &Entry::RequestStart { time, connection, number: request } => {
                thread.now = time;
                thread.tells_requests = true;
                // Of a connection whose end is not recorded, nothing could be forgotten.
                if let Some(resource) = self.resources.get_mut(&(number, connection)) {
                    resource.state |= Resource::SERVED;
                    self.requests.start((number, connection), time, request);
                }
            }
            &Entry::RequestEnd { time, number: request } => {
                thread.now = time;
                self.requests.end(number, request, time);
            }
            Entry::Mark { time, .. } | Entry::Loop { time, .. } | Entry::ThreadEnd { time, .. } => {
                thread.now = *time;
            }
            Entry::Dropped { .. } => {}
        }
        Step::Other
    }

    #[inline]
    fn position(&mut self, number: u32) -> usize {
        if self.threads.get(self.last).is_some_and(|thread| thread.number == number) {
            return self.last;
        }
        let threads = &mut self.threads;
        self.last = *self.positions.entry(number).or_insert_with(|| {
            threads.push(Thread { number, worker: number, wall: Wall::new(self.wall), ..Thread::default() });
            threads.len() - 1
        });
        self.last
    }

    fn name(&mut self, at: usize, name: &str) {
        let type_ = self.types.add(name);
        // The name itself may be that of the others.
        let is_further = Some(type_) == self.types.others && name != types::FURTHER;
        if self.indices < INDICES {
            self.indices += 1;
            self.threads[at].types.push(type_);
            self.left_out.types += u64::from(is_further);
        } else {
            self.left_out.types += 1;
        }
    }

    #[inline]
    fn event(&mut self, at: usize, event: &Event) -> Step {
        let Event { time, id, kind } = *event;
        match kind {
            Kind::Init { trigger, current, type_, stack } => {
                self.create(at, event, (trigger, current), type_, stack)
            }
            Kind::Before => self.enter(at, id, time),
            Kind::After => self.leave(at, id, time),
            Kind::Resolve => {
                let resource = self.resources.get_mut(&(self.threads[at].number, id));
                let before = resource.as_deref().copied();
                if let Some(resource) = resource {
                    resource.state |= Resource::SETTLED;
                }
                Step::Settled { resource: before }
            }
            Kind::Destroy => self.end_of(at, id),
        }
    }

    fn create(&mut self, at: usize, event: &Event, context: (Id, Id), type_: u32, stack: u32) -> Step {
        let Event { time, id, .. } = *event;
        let type_ = self.type_at(at, type_);
        let thread = &self.threads[at];
        let key = (thread.number, id);
        let stack = thread.stacks.number(stack);
        let state = if thread.running.is_empty() { 0 } else { Resource::WITHIN };
        let trace = self.trace(key, context, type_);
        let resource = Resource { trigger: context.0, created: time, trace, stack, type_, state };
        if self.resources.len() >= MOST {
            self.left_out.resources += 1;
            return Step::Overlooked { resource };
        }
        let former = self.resources.insert(key, resource);
        if let Some(former) = &former {
            self.gone(key, former);
        }
        self.requests.created((key.0, trace), time);
        Step::Created { id, resource, former }
    }

    /// What a new resource belongs to.
    fn trace(&mut self, (number, id): Key, (trigger, current): (Id, Id), type_: Type) -> Id {
        let within = self.resources.get(&(number, current));
        // Those that a server receives are made by the session, those that a client makes by the program.
        if Some(type_) == self.types.stream
            && within.is_some_and(|within| Some(within.type_) == self.types.session)
        {
            return id;
        }
        // What runs knows best what it belongs to: what many requests share was triggered by one.
        if within.is_some_and(|within| self.types.serves(within.type_))
            && let Some(trace) = self.requests.current((number, current))
        {
            return trace;
        }
        if let Some(within) = within
            && within.trace & REQUEST != 0
        {
            return within.trace;
        }
        let by = self.resources.get(&(number, trigger));
        if by.is_some_and(|by| self.types.serves(by.type_))
            && let Some(trace) = self.requests.current((number, trigger))
        {
            return trace;
        }
        match by {
            Some(resource) => resource.trace,
            None => self.ancestors.get(number, trigger).map_or(id, |ancestor| ancestor.trace),
        }
    }

    fn enter(&mut self, at: usize, id: Id, time: u64) -> Step {
        self.run(at, Running { id, began: time });
        let thread = &mut self.threads[at];
        let again = std::mem::replace(&mut thread.entered, id) == id;
        let key = (thread.number, id);
        let resource = self.resources.get_mut(&key);
        let before = resource.as_deref().copied();
        if let Some(resource) = resource {
            resource.state |= Resource::RAN;
            // Its callbacks for one request follow one another.
            if Some(resource.type_) == self.types.connection && !thread.tells_requests && !again {
                resource.state |= Resource::SERVED;
                self.requests.turn(key, time);
            }
        }
        Step::Entered { id, resource: before }
    }

    fn run(&mut self, at: usize, running: Running) {
        let Thread { running: all, .. } = &mut self.threads[at];
        if all.len() < DEPTH && self.contexts < CONTEXTS {
            self.contexts += 1;
            all.push_back(running);
            return;
        }
        self.left_out.callbacks += 1;
        if all.pop_front().is_some() {
            all.push_back(running);
        }
    }

    fn leave(&mut self, at: usize, id: Id, time: u64) -> Step {
        let thread = &mut self.threads[at];
        let resource = self.resources.get(&(thread.number, id)).copied();
        let Some(depth) = thread.running.iter().rposition(|running| running.id == id) else {
            return Step::Left { id, resource, began: None, outermost: false, contexts: 0 };
        };
        let began = thread.running[depth].began;
        let contexts = thread.running.len() - depth;
        thread.running.truncate(depth);
        self.contexts -= contexts;
        if thread.running.capacity() > ROOM.max(4 * depth) {
            thread.running.shrink_to(2 * depth);
        }
        if let Some(resource) = &resource {
            let trace = (thread.number, resource.trace);
            // Node and libraries set timers while they handle a request, and let them run on: the callback of one is
            // part of the request when it leads to something.
            let is_idle = Some(resource.type_) == self.types.timer
                && self.requests.get(trace).is_some_and(|request| request.end < began);
            if !is_idle {
                self.requests.touched(trace, time);
            }
        }
        let began = Some(began);
        Step::Left { id, resource, began, outermost: depth == 0, contexts }
    }

    fn end_of(&mut self, at: usize, id: Id) -> Step {
        let key = (self.threads[at].number, id);
        let resource = self.resources.remove(&key);
        if let Some(resource) = &resource {
            self.ancestors.put(key.0, id, resource.into());
            self.gone(key, resource);
        }
        Step::Ended { id, resource }
    }

    /// Nothing of what is kept besides a resource outlives it.
    fn gone(&mut self, key: Key, resource: &Resource) {
        self.requests.ended((key.0, resource.trace));
        if resource.state & Resource::SERVED != 0 {
            self.requests.close(key);
        }
    }
}

#[cfg(test)]
mod tests;
