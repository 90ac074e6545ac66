//! The one model of a recording: what is alive while its entries are read, and of what is gone as much as fits.
//!
//! [`Replay`] is fed the entries of a file once, and says what each meant ([`Step`]). All outputs listen to it, so what two of
//! them show is the same. It grows with what was alive at once in the program, not with the file, and up to a limit: what is
//! beyond is counted ([`Replay::left_out`]).
//!
//! * [`resource`](Resource), `table`, `ancestors`: what is alive, and what is remembered of the rest
//! * [`threads`](ReplayThread): their names, callbacks and event loops; `wall`: their clocks
//! * [`requests`](Request): those that servers answer
//! * [`types`](Types), [`numbers`](TypeNumbers): the names of types, and what is summed up of each
//! * [`facts`](Facts), [`places`](Places), [`routes`](Routes): what the program's own words say; `answers`: what reports ask
//! * `words`: what resources are, in plain English
//! * `events`: what each event changes; `stacks`: where resources were created

mod ancestors;
mod answers;
mod events;
mod facts;
mod frames;
mod numbers;
mod places;
mod requests;
mod resource;
mod routes;
mod stacks;
mod table;
#[cfg(test)]
mod tests;
mod threads;
mod types;
mod wall;
pub(crate) mod words;

use std::cmp::Reverse;
use std::collections::hash_map::Entry as Slot;

use recorder::event::{Entry, Fact, Header, Id};
use rustc_hash::FxHashMap;

use crate::left_out::LeftOut;
use crate::shown::cut;
use ancestors::{Ancestor, Ancestors};
pub(crate) use facts::{Crash, Facts};
pub(crate) use frames::{called, loads_modules, makes_promise, node_promises};
pub(crate) use numbers::TypeNumbers;
pub use places::Resolve;
pub(crate) use places::{Frame, Place, PlaceNumber, Places};
use requests::Requests;
pub(crate) use requests::{REQUEST, Request};
pub(crate) use resource::{Key, Resource};
use routes::AskedOf;
pub(crate) use routes::{Asked, RouteNumber, Routes};
use stacks::Stacks;
use table::Table;
pub(crate) use threads::{Ran, ReplayThread};
pub(crate) use types::{CONNECTION, Type, Types};
use wall::WallClock;

/// So many resources are followed at once, about 60 bytes each. Those beyond are only counted.
const MOST: usize = 3_600_000;
/// So many contexts may be entered at once on a thread, and on all threads together. Where an exception leaves more behind,
/// the oldest are forgotten.
const DEPTH: usize = 4096;
const CONTEXTS: usize = 1 << 19;
/// So many types of all threads together have an index; resources of another one count as of [`types::FURTHER`].
const INDICES: usize = 1 << 21;
/// So many settings of the wall clock are kept of all threads.
const CLOCKS: usize = 1 << 18;
/// Bytes of a thread's name, and of why it ended.
const NAME: usize = 120;
const REASON: usize = 300;

/// What an entry meant. The resource is missing where its creation was not recorded.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Step {
    Created {
        id: Id,
        resource: Resource,
        /// One that had the id and has not ended: the file is at odds with itself. It is gone now.
        former: Option<Resource>,
    },
    /// It is told that it was there before the recording began.
    Found {
        id: Id,
        resource: Resource,
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
    /// The callbacks that ended are [`Replay::ran`].
    Left {
        resource: Option<Resource>,
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

/// An entry, and what it meant.
pub(crate) struct Heard<'a> {
    /// The position of the thread in [`Replay::threads`].
    pub thread: u32,
    pub entry: &'a Entry,
    pub step: Step,
}

/// The model. It answers what is known after the entry that it took last.
#[derive(Default)]
pub(crate) struct Replay {
    /// Of the processes, the one that began first in front.
    headers: Vec<Header>,
    /// The one whose entries are taken.
    process: u32,
    pub types: Types,
    pub events: u64,
    /// All that is alive.
    resources: Table,
    threads: Vec<ReplayThread>,
    positions: FxHashMap<(u32, u32), usize>,
    /// The position of the thread that was asked for last.
    last: usize,
    ancestors: Ancestors,
    requests: Requests,
    stacks: Stacks,
    pub places: Places,
    pub facts: Facts,
    pub routes: Routes,
    asked: AskedOf,
    /// The request that was taken last: what it asked for is forgotten with the next one.
    taken: Option<(u32, u32)>,
    /// By [`Types::row`].
    numbers: Vec<TypeNumbers>,
    dropped: FxHashMap<Type, u64>,
    /// The callbacks that the last entry ended, the innermost first.
    ran: Vec<Ran>,
    /// How many there are on all threads of what is limited.
    contexts: usize,
    indices: usize,
    clocks: usize,
    /// So many resources are followed at once, where that is other than [`MOST`].
    room: Option<usize>,
    left_out: LeftOut,
}

impl Replay {
    pub(crate) fn of(headers: Vec<Header>) -> Self {
        Self { headers, ..Self::default() }
    }

    /// Of one that is still being written, for whom more memory than for so many resources at once is too much.
    pub(crate) fn of_one_that_grows(
        header: Option<&Header>,
        resources: usize,
        resolve: Option<Resolve>,
    ) -> Self {
        let mut replay = Self::of(header.cloned().into_iter().collect());
        replay.room = Some(resources.min(MOST));
        if let Some(resolve) = resolve {
            replay.places.resolve_with(resolve);
        }
        replay
    }

    fn is_full(&self) -> bool {
        self.resources.len() >= self.room.unwrap_or(MOST)
    }

    /// Of the processes, the one that began first in front: it began at time 0.
    pub(crate) fn headers(&self) -> &[Header] {
        &self.headers
    }

    /// What is known of the process of a thread.
    pub(crate) fn header_of(&self, thread: u32) -> Option<&Header> {
        self.headers.get(self.thread(thread).process as usize)
    }

    /// What the wall clock said at time 0.
    pub(crate) fn began(&self) -> u64 {
        self.headers.first().map_or(0, |header| header.wall_ns)
    }

    /// The entries that follow are of this process.
    #[inline]
    pub(crate) fn turn_to(&mut self, process: usize) {
        self.process = process as u32;
    }

    /// In the order in which they appear in the file.
    pub(crate) fn threads(&self) -> &[ReplayThread] {
        &self.threads
    }

    pub(crate) fn thread(&self, at: u32) -> &ReplayThread {
        &self.threads[at as usize]
    }

    /// The time of the last entry of all threads.
    pub(crate) fn end(&self) -> u64 {
        self.threads.iter().map(|thread| thread.now).max().unwrap_or(0)
    }

    /// All that is alive, by thread and id. Only ids are collected: there may be millions.
    pub(crate) fn alive(&self) -> Vec<Key> {
        let mut alive = Vec::with_capacity(self.resources.len());
        alive.extend(self.resources.keys());
        alive.sort_unstable();
        alive
    }

    pub(crate) fn resources(&self) -> &Table {
        &self.resources
    }

    pub(crate) fn type_name(&self, type_: Type) -> &str {
        self.types.name(type_)
    }

    /// Where a resource was created.
    pub(crate) fn stack(&self, number: u32) -> Option<&str> {
        self.stacks.text(number)
    }

    /// The number of the stack that an index of a thread plus one stands for, after an entry that said so.
    pub(crate) fn stack_of(&self, thread: u32, index: u32) -> u32 {
        self.thread(thread).stacks.number(index)
    }

    /// The place of a stack.
    pub(crate) fn place(&self, stack: u32) -> PlaceNumber {
        self.stacks.place(stack)
    }

    /// The places of the frames of a stack that a sample saw, the innermost first.
    pub(crate) fn frames(&self, stack: u32) -> &[PlaceNumber] {
        self.stacks.frames(stack)
    }

    /// What the request that a trace is asks for, while it is not over, or as long as it is the one that was taken last.
    pub(crate) fn asked(&self, (thread, trace): Key) -> Option<&Asked> {
        if trace & REQUEST == 0 { None } else { self.asked.get((thread, trace as u32)) }
    }

    /// The route of a request that is not over, and the one that it has as long as nobody knows the pattern of its path.
    pub(crate) fn routes_of(&mut self, (thread, trace): Key) -> Option<(RouteNumber, RouteNumber)> {
        let asked = self.asked.get((thread, trace as u32)).filter(|_| trace & REQUEST != 0)?;
        let plain = self.routes.number(&asked.what, None);
        let pattern = asked.pattern.as_deref();
        Some((pattern.map_or(plain, |pattern| self.routes.number(&asked.what, Some(pattern))), plain))
    }

    /// A resource that is alive, or one that is gone and not forgotten.
    pub(crate) fn find(&self, key: Key) -> Option<Ancestor> {
        self.resources.get(&key).map(Ancestor::from).or_else(|| self.ancestors.get(key))
    }

    /// The callbacks that the last entry ended, the innermost first: more than one where an exception left some behind.
    pub(crate) fn ran(&self) -> &[Ran] {
        &self.ran
    }

    /// The numbers of each row of types.
    pub(crate) fn numbers(&self) -> &[TypeNumbers] {
        &self.numbers
    }

    /// How many resources of each type were dropped so far, those first of which the most was.
    pub(crate) fn dropped(&self) -> Vec<(Type, u64)> {
        let mut dropped: Vec<_> = self.dropped.iter().map(|(&type_, &count)| (type_, count)).collect();
        dropped.sort_unstable_by_key(|&(type_, count)| (Reverse(count), type_));
        dropped
    }

    /// What had no room so far.
    pub(crate) fn left_out(&self) -> LeftOut {
        let (stacks, requests) = (self.stacks.left_out(), self.requests.left_out());
        LeftOut { stacks, requests, ..self.left_out.clone() }
    }

    /// A request of which nothing is alive any more since the last entry; to be asked until there is none.
    #[inline]
    pub(crate) fn take_over(&mut self) -> Option<Request> {
        if let Some(taken) = self.taken.take() {
            self.asked.forget(taken);
        }
        let mut request = self.requests.take_over()?;
        self.taken = Some((request.thread, request.number)).filter(|_| !request.is_stream);
        self.describe(&mut request);
        Some(request)
    }

    /// A request that is not over, with what is known of it so far.
    pub(crate) fn described(&mut self, trace: Key) -> Option<Request> {
        let mut request = self.requests.get(trace)?;
        self.describe(&mut request);
        Some(request)
    }

    /// Says what a request was about.
    fn describe(&mut self, request: &mut Request) {
        if request.is_stream {
            return;
        }
        if let Some(asked) = self.asked.get((request.thread, request.number)) {
            request.route = Some(self.routes.number(&asked.what, asked.pattern.as_deref()));
            request.status = asked.status;
        }
    }

    /// The trace that a callback of a resource belongs to: that of a connection to the request which it is at.
    pub(crate) fn trace_of(&self, key: Key) -> Id {
        self.requests.at(key).unwrap_or_else(|| self.find(key).map_or(0, |of| of.trace))
    }

    /// A request that is not over.
    pub(crate) fn request(&self, trace: Key) -> Option<Request> {
        self.requests.get(trace)
    }

    /// Whether a stream of HTTP/2 counts as a request: where the recorder does not tell of those.
    pub(crate) fn is_request(&self, (thread, id): Key, resource: &Resource) -> bool {
        Some(resource.type_) == self.types.stream
            && resource.trace == id
            && !self.thread(thread).tells_streams
    }

    /// At the end, what still runs ends with its thread, or with the recording. Answers it, by thread.
    pub(crate) fn finish_callbacks(&mut self) -> Vec<(u32, Ran)> {
        let (end, mut all) = (self.end(), Vec::new());
        for at in 0..self.threads.len() {
            let thread = &self.threads[at];
            let time = if thread.ended.is_some() { thread.now } else { end };
            self.close(at, 0, time);
            all.extend(self.ran.iter().map(|&ran| (at as u32, ran)));
        }
        self.ran = Vec::new();
        all
    }

    /// At the end, the requests of which something is alive.
    pub(crate) fn finish_requests(&mut self) -> Vec<Request> {
        let mut requests = self.requests.finish();
        // Nobody answers them any more.
        for request in requests.iter_mut().filter(|request| request.is_awaited()) {
            request.end = request.end.max(self.lasted(request.thread));
        }
        requests.iter_mut().for_each(|request| self.describe(request));
        requests.extend(self.resources.iter().filter_map(|(&key, resource)| {
            let is_stream = self.is_request(key, resource);
            is_stream.then(|| Request::of_stream(key, resource.created, self.thread(key.0).now))
        }));
        requests.sort_unstable_by_key(|request| (request.thread, request.number, request.connection));
        requests
    }

    /// Frees what only entries need.
    pub(crate) fn free(&mut self) {
        self.ancestors = Ancestors::default();
        self.requests.free();
        self.threads.iter_mut().for_each(ReplayThread::free);
    }

    pub(crate) fn take<'a>(&mut self, number: u32, entry: &'a Entry) -> Heard<'a> {
        self.ran.clear();
        let at = self.position(number);
        let step = match entry {
            Entry::Event(event) => {
                self.threads[at].now = event.time;
                self.events += 1;
                self.event(at, event)
            }
            Entry::Fact { fact: Fact::Before, about, text } => self.find_before((at as u32, *about), text),
            _ => {
                self.note(at, entry);
                Step::Other
            }
        };
        Heard { thread: at as u32, entry, step }
    }

    #[inline]
    fn position(&mut self, number: u32) -> usize {
        let process = self.process;
        if self
            .threads
            .get(self.last)
            .is_some_and(|thread| (thread.process, thread.number) == (process, number))
        {
            return self.last;
        }
        let began = self.began();
        let threads = &mut self.threads;
        self.last = match self.positions.entry((process, number)) {
            Slot::Occupied(slot) => *slot.get(),
            Slot::Vacant(slot) => {
                let mut thread = ReplayThread::new(number, WallClock::new(began));
                thread.process = process;
                if self.headers.len() > 1 {
                    thread.of =
                        self.headers.get(process as usize).map(|header| words::process(header).into());
                }
                threads.push(thread);
                *slot.insert(threads.len() - 1)
            }
        };
        self.last
    }

    /// Takes what is no event.
    fn note(&mut self, at: usize, entry: &Entry) {
        let thread = &mut self.threads[at];
        match entry {
            Entry::Type { name, .. } => self.name(at, name),
            Entry::Stack { index, frames } => {
                if *index == 0 {
                    self.stacks.begin_anew(&mut thread.stacks);
                }
                self.stacks.add(&mut thread.stacks, frames, &mut self.places);
            }
            Entry::ThreadStart { time, worker, name } => {
                (thread.began, thread.now) = (*time, *time);
                (thread.worker, thread.name) = (*worker, cut(name, NAME).to_owned());
            }
            Entry::ThreadEnd { time, reason } => {
                thread.now = *time;
                thread.ended = Some(cut(reason, REASON).into());
            }
            Entry::Clock { time, wall } => {
                thread.now = *time;
                if self.clocks < CLOCKS && thread.wall.set(*time, *wall) {
                    self.clocks += 1;
                } else {
                    self.left_out.clocks += 1;
                }
            }
            &Entry::RequestStart { time, connection, number } => {
                thread.now = time;
                self.start_request(at, connection, time, number);
            }
            &Entry::RequestEnd { time, number } => {
                thread.now = time;
                // What one asks for that is not followed is of no use any more.
                if !self.requests.end(at as u32, number, time) {
                    self.asked.forget((at as u32, number));
                }
            }
            &Entry::Loop { time, idle, active } => {
                thread.now = time;
                thread.looped(idle, active);
            }
            Entry::Mark { time, .. } => thread.now = *time,
            &Entry::Sample { time, stack } => {
                thread.now = time;
                let stack = thread.stacks.number(stack);
                self.stacks.see(stack, &mut self.places);
            }
            &Entry::Delay { id, ms, repeats } => self.facts.delay((at as u32, id), ms, repeats),
            Entry::Fact { fact, about, text } => self.tell(at as u32, *fact, *about, text),
            &Entry::Dropped { type_, count } => {
                let type_ = self.type_at(at, type_);
                self.numbers_of(type_);
                let dropped = self.dropped.entry(type_).or_default();
                *dropped = dropped.saturating_add(count);
            }
            Entry::Event(_) => {}
        }
    }

    fn tell(&mut self, thread: u32, fact: Fact, about: Id, text: &str) {
        let request = (thread, about as u32);
        match fact {
            Fact::Does if self.resources.contains(&(thread, about)) => self.facts.does((thread, about), text),
            Fact::Asks => self.asked.asks(request, text),
            Fact::Route => self.asked.has_pattern(request, text),
            Fact::Status => self.asked.has_status(request, text),
            Fact::TraceParent => self.asked.has_parent(request, text),
            Fact::Folder => {
                let header = self.headers.get(self.process as usize);
                let script = header.and_then(|header| header.argv.get(1)).map_or("", String::as_str);
                self.places.set_folder(text, script);
            }
            Fact::Crash => {
                let place = self.places.add(text);
                self.facts.crashed(self.process, (thread, about), text, place);
            }
            Fact::Holds => self.facts.hold(thread, text),
            Fact::Collected => {
                let now = self.threads[thread as usize].now;
                self.facts.collected.insert(thread, now.saturating_sub(about.saturating_mul(1000)));
            }
            Fact::Part => self.threads[thread as usize].goes_on = true,
            Fact::Open => self.go_on_with(thread, about as u32, text),
            Fact::State => self.has_come_to((thread, about), text),
            Fact::NoRoom => self.left_out.not_kept = self.left_out.not_kept.saturating_add(about),
            Fact::Does | Fact::Before | Fact::Unknown => {}
        }
    }

    fn start_request(&mut self, at: usize, connection: Id, time: u64, number: u32) {
        let (thread, key) = (&mut self.threads[at], (at as u32, connection));
        thread.tells_requests = true;
        // Of a connection whose end is not recorded, nothing could be forgotten.
        if let Some(resource) = self.resources.get_mut(&key) {
            thread.tells_streams |= Some(resource.type_) == self.types.session;
            resource.state |= Resource::SERVED;
            self.requests.start(key, time, number);
        }
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

    /// What a thread calls by the index of a type, after an entry that did so.
    pub(crate) fn type_of(&self, thread: u32, index: u32) -> Type {
        let known = self.thread(thread).types.get(index as usize).copied();
        known.or(self.types.others).unwrap_or_default()
    }

    #[inline]
    fn type_at(&mut self, at: usize, index: u32) -> Type {
        let known = self.threads[at].types.get(index as usize).copied();
        known.unwrap_or_else(|| self.types.further())
    }

    #[inline]
    fn numbers_of(&mut self, type_: Type) -> &mut TypeNumbers {
        let row = self.types.row(type_);
        if self.numbers.len() <= row {
            self.numbers.resize_with(row + 1, TypeNumbers::default);
        }
        &mut self.numbers[row]
    }
}
