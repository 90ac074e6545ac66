//! What each event changes in the model.

use recorder::event::{Event, Id, Kind, Open, State, There};

use super::requests::REQUEST;
use super::resource::{Key, Resource};
use super::threads::{Ran, ReplayThread, Running};
use super::types::Type;
use super::{CONTEXTS, DEPTH, Replay, Request, Step};

impl Replay {
    #[inline]
    pub(super) fn event(&mut self, at: usize, event: &Event) -> Step {
        let Event { time, id, kind } = *event;
        let key = (at as u32, id);
        match kind {
            Kind::Init { trigger, current, type_, stack } => {
                self.create(key, time, (trigger, current), type_, stack)
            }
            Kind::Before => self.enter(key, time),
            Kind::After => self.leave(key, time),
            Kind::Resolve => {
                let resource = self.resources.get_mut(&key);
                let before = resource.as_deref().copied();
                if let Some(resource) = resource {
                    resource.state |= Resource::SETTLED;
                    self.requests.touched((key.0, resource.trace), time);
                }
                Step::Settled { resource: before }
            }
            Kind::Destroy => {
                let resource = self.resources.remove(&key);
                if let Some(resource) = &resource {
                    self.ancestors.put(key, resource.into());
                    self.gone(key, resource, time);
                }
                Step::Ended { id, resource }
            }
        }
    }

    fn create(&mut self, key: Key, created: u64, context: (Id, Id), type_: u32, stack: u32) -> Step {
        let type_ = self.type_at(key.0 as usize, type_);
        let thread = &mut self.threads[key.0 as usize];
        let stack = thread.stacks.number(stack);
        let state = if thread.running.is_empty() { 0 } else { Resource::WITHIN };
        let trace = self.trace(key, context, type_);
        let resource = Resource { trigger: context.0, created, trace, stack, type_, state };
        if self.is_full() {
            self.count(type_);
            self.left_out.resources += 1;
            return Step::Overlooked { resource };
        }
        let former = self.resources.insert(key, resource);
        if let Some(former) = &former {
            self.gone(key, former, created);
        }
        self.count(type_);
        self.requests.created((key.0, trace), created);
        Step::Created { id: key.1, resource, former }
    }

    /// Takes up a resource that was there before the recording began, unless its creation is recorded.
    pub(super) fn find_before(&mut self, key: Key, text: &str) -> Step {
        let Some(There { age, trigger, stack, type_ }) = There::of(text) else { return Step::Other };
        if self.resources.contains(&key) || self.is_full() {
            return Step::Other;
        }
        let type_ = self.types.add(&type_);
        let trace = self.trace(key, (trigger, 0), type_);
        let thread = &self.threads[key.0 as usize];
        let now = thread.now;
        let created = now.saturating_sub(age.unwrap_or(0).saturating_mul(1000));
        let (stack, state) = (thread.stacks.number(stack), Resource::BEFORE | Resource::RAN);
        let resource = Resource { trigger, created, trace, stack, type_, state };
        self.resources.insert(key, resource);
        self.numbers_of(type_).alive += 1;
        self.requests.created((key.0, trace), now);
        Step::Found { id: key.1, resource }
    }

    /// A request was open when what is kept of the recording began.
    pub(super) fn go_on_with(&mut self, thread: u32, number: u32, text: &str) {
        let Some(Open { connection, age }) = Open::of(text) else { return };
        let now = self.thread(thread).now;
        let age = age.saturating_mul(1000);
        self.start_request(thread as usize, connection, now.saturating_sub(age), number);
        self.requests.is_older(thread, number, age.saturating_sub(now));
    }

    /// How far a resource had come when what is kept of the recording began.
    pub(super) fn has_come_to(&mut self, key: Key, text: &str) {
        let Some(state) = State::of(text) else { return };
        let Some(resource) = self.resources.get_mut(&key).filter(|of| of.was_before()) else { return };
        if !state.has_run {
            resource.state &= !Resource::RAN;
        }
        if state.is_settled {
            resource.state |= Resource::SETTLED;
        }
        let former = resource.trace;
        let trace = REQUEST | Id::from(state.request);
        if state.request != 0 && trace != former {
            resource.trace = trace;
            let now = self.thread(key.0).now;
            self.requests.ended((key.0, former));
            self.requests.created((key.0, trace), now);
        }
    }

    /// Counts a new resource.
    fn count(&mut self, type_: Type) {
        let numbers = self.numbers_of(type_);
        numbers.created += 1;
        numbers.alive += 1;
    }

    /// What a new resource belongs to.
    fn trace(&mut self, (thread, id): Key, (trigger, current): (Id, Id), type_: Type) -> Id {
        let within = self.resources.get(&(thread, current));
        // Those that a server receives are made by the session, those that a client makes by the program.
        if Some(type_) == self.types.stream
            && within.is_some_and(|within| Some(within.type_) == self.types.session)
        {
            return id;
        }
        // What runs knows best what it belongs to: what many requests share was triggered by one.
        if within.is_some_and(|within| self.types.serves(within.type_))
            && let Some(trace) = self.requests.current((thread, current))
        {
            return trace;
        }
        if let Some(within) = within
            && within.trace & REQUEST != 0
        {
            return within.trace;
        }
        let by = self.resources.get(&(thread, trigger));
        if by.is_some_and(|by| self.types.serves(by.type_))
            && let Some(trace) = self.requests.current((thread, trigger))
        {
            return trace;
        }
        match by {
            Some(resource) => resource.trace,
            None => self.ancestors.get((thread, trigger)).map_or(id, |ancestor| ancestor.trace),
        }
    }

    fn enter(&mut self, key: Key, time: u64) -> Step {
        let thread = &mut self.threads[key.0 as usize];
        let again = std::mem::replace(&mut thread.entered, key.1) == key.1;
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
        if let Some(resource) = before
            && !resource.ran()
        {
            self.numbers_of(resource.type_).wait.add(time.saturating_sub(resource.created));
        }
        let type_ = before.map(|resource| resource.type_);
        self.run(key.0 as usize, Running { id: key.1, began: time, inner: 0, type_ });
        Step::Entered { id: key.1, resource: before }
    }

    fn run(&mut self, at: usize, running: Running) {
        let ReplayThread { running: all, .. } = &mut self.threads[at];
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

    fn leave(&mut self, key: Key, time: u64) -> Step {
        let at = key.0 as usize;
        let resource = self.resources.get(&key).copied();
        if let Some(depth) = self.threads[at].running.iter().rposition(|running| running.id == key.1) {
            self.close(at, depth, time);
        }
        Step::Left { resource }
    }

    /// Ends the callbacks of a thread from a depth on.
    pub(super) fn close(&mut self, at: usize, from: usize, time: u64) {
        let mut ran = std::mem::take(&mut self.ran);
        ran.clear();
        self.threads[at].close(from, time, &mut ran);
        self.contexts -= ran.len();
        for &Ran { id, type_, began, took, .. } in &ran {
            if let Some(type_) = type_ {
                self.numbers_of(type_).run.add(took);
            }
            if let Some(&Resource { trace, .. }) = self.resources.get(&(at as u32, id)) {
                let trace = (at as u32, trace);
                let last = self.requests.get(trace).map(|request| request.end);
                if last.is_some_and(|last| !self.types.runs_idly(type_, began, last)) {
                    self.requests.touched(trace, time);
                }
            }
        }
        self.ran = ran;
    }

    /// Nothing of what is kept besides a resource outlives it.
    fn gone(&mut self, key: Key, resource: &Resource, time: u64) {
        let numbers = self.numbers_of(resource.type_);
        numbers.alive = numbers.alive.saturating_sub(1);
        if !resource.was_before() {
            numbers.life.add(time.saturating_sub(resource.created));
        }
        self.facts.gone(&key);
        self.requests.ended((key.0, resource.trace));
        if resource.served() {
            self.requests.close(key, time);
        }
        if self.is_request(key, resource) {
            self.requests.stream(Request::of_stream(key, resource.created, time));
        }
    }
}
