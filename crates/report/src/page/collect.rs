//! Reads a recording once, entry by entry, into what the page shows.

use std::collections::HashMap;

use super::alive::Alive;
use super::calls::Ran;
use super::calls::THREADS;
use super::causes::Causes;
use super::keep::Keep;
use super::names::Names;
use super::requests::{Requests, Role, role};
use super::resources::{Found, Key, Resource, Resources};
use super::threads::{Thread, Use};
use crate::left_out::LeftOut;
use crate::shown::Shown;
use crate::stacks::Stacks;
use recorder::event::{Entry, Event, Id, Kind};
use recorder::spread::Spread;

const MARKS: usize = 500;
/// So many callbacks may run at once on all threads.
const RUNNING: usize = 1 << 18;

/// The numbers of one type.
#[derive(Default)]
pub struct Numbers {
    pub created: u64,
    pub alive: u64,
    pub callbacks: u64,
    pub dropped: u64,
    pub wait: Spread,
    pub run: Spread,
    pub life: Spread,
}

#[derive(Default)]
pub struct Collect {
    pub names: Names,
    pub types: Vec<Numbers>,
    pub threads: Vec<Thread>,
    pub marks: Vec<(usize, u64, Shown)>,
    pub resources: Resources,
    pub causes: Causes,
    pub alive: Alive,
    pub requests: Requests,
    pub keep: Keep,
    pub stacks: Stacks,
    pub events: u64,
    pub end: u64,
    pub longest: u64,
    roles: Vec<Option<Role>>,
    numbers: HashMap<u32, usize>,
    /// Callbacks that run on all threads.
    running: usize,
    more_marks: u64,
    more_callbacks: u64,
}

impl Collect {
    pub fn take(&mut self, number: u32, entry: &Entry) {
        let thread = self.thread(number);
        match entry {
            Entry::Event(event) => self.event(thread, number, event),
            Entry::Type { index, name } => self.names.add(number, *index, name),
            Entry::Stack { frames, .. } => self.stacks.add(&mut self.threads[thread].stacks, frames),
            Entry::Mark { time, name } => {
                self.end = self.end.max(*time);
                if self.marks.len() < MARKS {
                    self.marks.push((thread, *time, Shown::name(name)));
                } else {
                    self.more_marks += 1;
                }
            }
            Entry::Dropped { type_, count } => {
                let type_ = self.names.number(number, *type_);
                let dropped = &mut self.of(type_).dropped;
                *dropped = dropped.saturating_add(*count);
            }
            &Entry::Loop { time, idle, active } => {
                self.end = self.end.max(time);
                self.threads[thread].used(Use { time, idle, active });
            }
            &Entry::RequestStart { time, connection, .. } => {
                self.end = self.end.max(time);
                self.threads[thread].tells_requests = true;
                self.begin_request((thread as u32, connection), time);
            }
            Entry::RequestEnd { time, .. } | Entry::Clock { time, .. } => self.end = self.end.max(*time),
            Entry::ThreadStart { time, worker, name } => self.threads[thread].started(*time, *worker, name),
            Entry::ThreadEnd { time, reason } => {
                self.end = self.end.max(*time);
                self.threads[thread].ended(*time, reason);
            }
        }
    }

    /// What still runs ends with the recording.
    pub fn finish(&mut self) {
        for thread in 0..self.threads.len() {
            for ran in self.threads[thread].calls.finish(self.end) {
                self.ran(thread, ran, self.end);
            }
        }
    }

    /// What had no room.
    pub fn left_out(&self) -> LeftOut {
        LeftOut {
            types: self.names.left_out,
            stacks: self.stacks.left_out(),
            forgotten: self.resources.lost,
            causes: self.causes.left_out,
            callbacks: self.more_callbacks,
            marks: self.more_marks,
            drawn: self.threads.len().saturating_sub(THREADS) as u64,
            ..LeftOut::default()
        }
    }

    fn thread(&mut self, number: u32) -> usize {
        let threads = &mut self.threads;
        *self.numbers.entry(number).or_insert_with(|| {
            threads.push(Thread::new(threads.len()));
            threads.len() - 1
        })
    }

    fn of(&mut self, type_: u16) -> &mut Numbers {
        let at = usize::from(type_);
        if self.types.len() <= at {
            self.types.resize_with(at + 1, Numbers::default);
        }
        &mut self.types[at]
    }

    fn event(&mut self, thread: usize, number: u32, event: &Event) {
        self.events += 1;
        self.end = self.end.max(event.time);
        match event.kind {
            Kind::Init { trigger, current, type_, stack } => {
                let type_ = self.names.number(number, type_);
                self.created(thread, event, trigger, current, type_, stack);
            }
            Kind::Before => self.before(thread, event.id, event.time),
            Kind::After => {
                let calls = &mut self.threads[thread].calls;
                let before = calls.running();
                let ran = calls.after(event.time, event.id);
                self.running -= before - calls.running();
                if let Some(ran) = ran {
                    self.ran(thread, ran, event.time);
                }
            }
            Kind::Destroy => self.destroyed(thread, event.id, event.time),
            Kind::Resolve => self.settled(thread, event.id, event.time),
        }
    }

    fn created(&mut self, thread: usize, event: &Event, trigger: Id, current: Id, type_: u16, stack: u32) {
        let key = (thread as u32, event.id);
        let time = event.time;
        let stack = self.threads[thread].stacks.number(stack);
        let (node, of_trigger) = match self.resources.find((key.0, trigger)) {
            Some(Found::Whole(resource)) => (Some(resource.node), resource.trace),
            Some(Found::Node(node)) => (Some(node), None),
            None => (None, None),
        };
        // What runs knows best which request it belongs to: a connection that many requests share was triggered by one.
        let mut trace = match self.resources.find((key.0, current)) {
            Some(Found::Whole(resource)) => resource.trace.or(of_trigger),
            _ => of_trigger,
        };
        match (trace, self.role(type_)) {
            (Some(trace), _) => self.requests.created(trace, key, time),
            (None, Some(Role::Client)) => trace = Some(self.requests.begin(key, type_, Role::Client, time)),
            (None, _) => {}
        }
        let node = self.causes.created(node, type_);
        let numbers = self.of(type_);
        numbers.created += 1;
        numbers.alive += 1;
        self.alive.created(type_.into(), time);
        let resource = Resource {
            trigger,
            created: time,
            wait: None,
            last: 0,
            destroyed: None,
            run: 0,
            longest: 0,
            runs: 0,
            node,
            trace,
            stack,
            type_,
        };
        self.resources.add(key, resource, |key, resource| self.keep.forget(key, resource, &self.requests));
    }

    fn role(&mut self, type_: u16) -> Option<Role> {
        for name in self.roles.len()..self.names.all.len() {
            self.roles.push(role(&self.names.all[name]));
        }
        self.roles[usize::from(type_)]
    }

    fn before(&mut self, thread: usize, id: Id, time: u64) {
        let key = (thread as u32, id);
        let type_ = match self.resources.find(key) {
            Some(Found::Whole(resource)) => {
                let (type_, node, first) = (resource.type_, resource.node, resource.runs == 0);
                if first {
                    let wait = time.saturating_sub(resource.created);
                    resource.wait = Some(wait);
                    self.of(type_).wait.add(wait);
                    let sum = &mut self.causes.nodes[node as usize];
                    sum.wait = sum.wait.saturating_add(wait);
                    sum.waits += 1;
                }
                self.request(key, type_, time);
                type_
            }
            Some(Found::Node(node)) => self.causes.nodes[node as usize].type_,
            // It is older than the recording, or was dropped.
            None => return,
        };
        self.threads[thread].last_ran = None;
        let calls = &mut self.threads[thread].calls;
        let before = calls.running();
        self.more_callbacks += u64::from(!calls.before(time, id, type_, self.running < RUNNING));
        self.running = self.running + calls.running() - before;
    }

    /// Where the recorder does not tell where requests begin: a server's parser calls back several times for each,
    /// one after the other; when anything else has run since, it is the next request's turn.
    fn request(&mut self, key: Key, type_: u16, time: u64) {
        let thread = &self.threads[key.0 as usize];
        if !thread.tells_requests && thread.last_ran != Some(key.1) && self.role(type_) == Some(Role::Server)
        {
            self.begin_request(key, time);
        }
    }

    /// The connection is at a new request.
    fn begin_request(&mut self, key: Key, time: u64) {
        if let Some(Found::Whole(resource)) = self.resources.find(key) {
            let trace = self.requests.begin(key, resource.type_, Role::Server, time);
            resource.trace = Some(trace);
        }
    }

    fn ran(&mut self, thread: usize, Ran { call, own }: Ran, time: u64) {
        self.threads[thread].last_ran = Some(call.id);
        self.longest = self.longest.max(call.length);
        let numbers = self.of(call.type_);
        numbers.callbacks += 1;
        numbers.run.add(call.length);
        let role = self.role(call.type_);
        let node = match self.resources.find((thread as u32, call.id)) {
            Some(Found::Whole(resource)) => {
                resource.run += call.length;
                resource.longest = resource.longest.max(call.length);
                resource.runs += 1;
                resource.last = time.saturating_sub(resource.created);
                if let Some(trace) = resource.trace {
                    self.requests.ran(trace, role, call.start, time);
                }
                resource.node
            }
            Some(Found::Node(node)) => node,
            None => return,
        };
        self.causes.nodes[node as usize].run += own;
    }

    fn settled(&mut self, thread: usize, id: Id, time: u64) {
        if let Some(Found::Whole(resource)) = self.resources.find((thread as u32, id)) {
            resource.last = resource.last.max(time.saturating_sub(resource.created));
            if let Some(trace) = resource.trace {
                self.requests.touched(trace, time);
            }
        }
    }

    fn destroyed(&mut self, thread: usize, id: Id, time: u64) {
        let key = (thread as u32, id);
        let node = match self.resources.find(key) {
            Some(Found::Whole(resource)) if resource.destroyed.is_none() => {
                let life = time.saturating_sub(resource.created);
                resource.destroyed = Some(life);
                let (type_, node) = (resource.type_, resource.node);
                self.of(type_).life.add(life);
                node
            }
            Some(Found::Node(node)) => {
                self.resources.end(key);
                node
            }
            _ => return,
        };
        let sum = &mut self.causes.nodes[node as usize];
        sum.alive = sum.alive.saturating_sub(1);
        let type_ = sum.type_;
        let numbers = self.of(type_);
        numbers.alive = numbers.alive.saturating_sub(1);
        self.alive.destroyed(type_.into(), time);
    }
}
