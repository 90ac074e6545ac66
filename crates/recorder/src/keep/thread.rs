//! What is there of one thread: what a part of a recording begins with.

use std::ops::Range;

use rustc_hash::FxHashMap;

use super::requests::Requests;
use super::sink::Sink;
use super::stack_of;
use super::texts::{Number, Texts};
use crate::alive::Alive;
use crate::event::{Entry, Event, Fact, Id, Kind, State, There};
use crate::source::PROMISE_TYPE;

/// So many resources are followed. A part does not begin with those beyond.
const MOST: usize = 1 << 22;
/// So many have words of their own.
const MOST_WORDS: usize = 1 << 17;
/// So many callbacks that run within one another are known.
const DEPTH: usize = 64;
/// So many that are gone are remembered with their request: what they have triggered belongs to it, too. A power of two.
const REMEMBERED: usize = 1 << 12;

/// What all requests of a connection have in common.
const CONNECTIONS: [&str; 2] = ["HTTPINCOMINGMESSAGE", "HTTP2SESSION"];

/// A resource that is alive.
#[derive(Clone, Copy)]
struct Resource {
    created: u64,
    trigger: Id,
    /// The number of the request that it belongs to; 0 for none.
    request: u32,
    stack: Number,
    type_: u16,
    has_run: bool,
    is_settled: bool,
}

pub(super) struct Thread {
    worker: u32,
    name: String,
    types: Vec<String>,
    /// Which types are of connections.
    connections: Vec<u16>,
    texts: Texts,
    alive: Alive<Resource>,
    /// Resources that were not followed, by type.
    overlooked: FxHashMap<u16, u64>,
    delays: FxHashMap<Id, (u32, bool)>,
    words: FxHashMap<Id, Box<str>>,
    requests: Requests,
    gone: Vec<(Id, u32)>,
    /// The callbacks that run, the outermost first.
    entered: Vec<Id>,
    /// What is told of the thread itself, the last of each: the folder, and what keeps the event loop alive.
    told: Vec<(Fact, Box<str>)>,
    /// The collection of garbage that ended last began then.
    collected: Option<u64>,
}

impl Thread {
    pub(super) fn new(worker: u32, name: String) -> Self {
        Self {
            worker,
            name,
            types: Vec::new(),
            connections: Vec::new(),
            texts: Texts::default(),
            alive: Alive::default(),
            overlooked: FxHashMap::default(),
            delays: FxHashMap::default(),
            words: FxHashMap::default(),
            requests: Requests::default(),
            gone: Vec::new(),
            entered: Vec::new(),
            told: Vec::new(),
            collected: None,
        }
    }

    /// Bytes of a stack that an event tells.
    pub(super) fn cost(&self, event: &Event) -> usize {
        match event.kind {
            Kind::Init { stack, .. } => self.cost_of_stack(stack),
            _ => 0,
        }
    }

    pub(super) fn cost_of_stack(&self, stack: u32) -> usize {
        self.texts.cost(self.texts.number(stack))
    }

    /// Takes an event, and makes it one of this part.
    pub(super) fn event(&mut self, event: &mut Event, out: &mut Vec<Entry>) {
        let Event { time, id, kind } = *event;
        match kind {
            Kind::Init { trigger, current, type_, stack } => {
                let stack = self.texts.number(stack);
                self.create(id, time, (trigger, current), type_, stack);
                if let Some(told) = stack_of(event) {
                    *told = self.texts.tell(stack, out);
                }
            }
            Kind::Before => {
                if self.entered.len() == DEPTH {
                    self.entered.remove(0);
                }
                self.entered.push(id);
                if let Some(resource) = self.alive.get_mut(id) {
                    resource.has_run = true;
                }
            }
            Kind::After => {
                if let Some(at) = self.entered.iter().rposition(|&entered| entered == id) {
                    self.entered.truncate(at);
                }
            }
            Kind::Resolve => {
                if let Some(resource) = self.alive.get_mut(id) {
                    resource.is_settled = true;
                }
            }
            Kind::Destroy => {
                if let Some(resource) = self.alive.remove(id) {
                    self.forget(id, &resource);
                }
            }
        }
    }

    fn create(&mut self, id: Id, created: u64, context: (Id, Id), type_: u32, stack: Number) {
        let type_ = type_ as u16;
        if self.alive.len() >= MOST {
            *self.overlooked.entry(type_).or_default() += 1;
            return;
        }
        let request = self.request_of(context);
        self.texts.hold(stack);
        let resource = Resource {
            created,
            trigger: context.0,
            request,
            stack,
            type_,
            has_run: false,
            is_settled: false,
        };
        if let Some(former) = self.alive.insert(id, resource) {
            self.forget(id, &former);
        }
    }

    /// Which request a new resource belongs to: to that of what runs, or else to that of what has triggered it.
    fn request_of(&mut self, (trigger, current): (Id, Id)) -> u32 {
        match self.request_at(current) {
            0 if trigger != current => self.request_at(trigger),
            0 => self.gone_of(trigger),
            request => request,
        }
    }

    fn request_at(&mut self, id: Id) -> u32 {
        match self.alive.get_mut(id).copied() {
            Some(of) => match of.request {
                _ if self.connections.contains(&of.type_) => self.requests.current(id),
                request => request,
            },
            None => self.gone_of(id),
        }
    }

    fn gone_of(&self, id: Id) -> u32 {
        let remembered = self.gone.get(id as usize % REMEMBERED);
        remembered.filter(|(of, _)| *of == id).map_or(0, |&(_, request)| request)
    }

    /// Nothing of what is known besides a resource outlives it.
    fn forget(&mut self, id: Id, resource: &Resource) {
        self.texts.release(resource.stack);
        if resource.request != 0 {
            self.gone.resize(REMEMBERED, (0, 0));
            self.gone[id as usize % REMEMBERED] = (id, resource.request);
        }
        if !self.delays.is_empty() {
            self.delays.remove(&id);
        }
        if !self.words.is_empty() {
            self.words.remove(&id);
        }
        if self.connections.contains(&resource.type_) {
            self.requests.gone(id);
        }
    }

    /// Takes what is no event.
    pub(super) fn take(&mut self, now: u64, entry: Entry, out: &mut Vec<Entry>) {
        match entry {
            Entry::Stack { index, frames } => {
                self.texts.add(index, frames);
                return;
            }
            Entry::Sample { time, stack } => {
                let stack = self.texts.tell(self.texts.number(stack), out);
                out.push(Entry::Sample { time, stack });
                return;
            }
            Entry::Type { index, ref name } => {
                if CONNECTIONS.contains(&name.as_str()) {
                    self.connections.push(index as u16);
                }
                self.types.push(name.clone());
            }
            Entry::Delay { id, ms, repeats } if self.alive.get_mut(id).is_some() => {
                self.delays.insert(id, (ms, repeats));
            }
            Entry::RequestStart { time, connection, number } => self.requests.start(connection, number, time),
            Entry::RequestEnd { number, .. } => self.requests.end(number),
            Entry::Fact { fact, about, ref text } => self.fact(now, fact, about, text),
            _ => {}
        }
        out.push(entry);
    }

    fn fact(&mut self, now: u64, fact: Fact, about: Id, text: &str) {
        match fact {
            Fact::Does if self.words.len() < MOST_WORDS && self.alive.get_mut(about).is_some() => {
                self.words.insert(about, text.into());
            }
            Fact::Asks | Fact::Route | Fact::Status | Fact::TraceParent => {
                self.requests.learn(about as u32, fact, text);
            }
            Fact::Folder | Fact::Holds => {
                self.told.retain(|(known, _)| *known != fact);
                self.told.push((fact, text.into()));
            }
            Fact::Collected => self.collected = Some(now.saturating_sub(about.saturating_mul(1000))),
            Fact::Before => self.found(now, about, text),
            _ => {}
        }
    }

    /// It was there before the recording began.
    fn found(&mut self, now: u64, id: Id, text: &str) {
        let Some(There { age, trigger, type_, .. }) = There::of(text) else { return };
        let Some(type_) = self.types.iter().position(|name| *name == type_) else { return };
        if self.alive.len() >= MOST || self.alive.get_mut(id).is_some() {
            return;
        }
        let created = now.saturating_sub(age.unwrap_or(0).saturating_mul(1000));
        let request = self.request_of((trigger, trigger));
        let type_ = type_ as u16;
        let resource =
            Resource { created, trigger, request, stack: 0, type_, has_run: true, is_settled: false };
        self.alive.insert(id, resource);
    }

    pub(super) fn forget_part(&mut self) {
        self.texts.forget_part();
    }

    /// Begins to tell what is there, with what is little. [`Thread::tell_more`] goes on, and nothing may happen in between.
    pub(super) fn begin_to_tell(&mut self, now: u64, wall: u64, sink: &mut Sink<'_>) -> Telling {
        sink.put(Entry::ThreadStart { time: now, worker: self.worker, name: self.name.clone() });
        sink.put(Entry::Clock { time: now, wall });
        for (index, name) in (0..).zip(&self.types) {
            sink.put(Entry::Type { index, name: name.clone() });
        }
        for (fact, text) in &self.told {
            sink.put(Entry::Fact { fact: *fact, about: 0, text: text.to_string() });
        }
        if let Some(then) = self.collected {
            let about = now.saturating_sub(then) / 1000;
            sink.put(Entry::Fact { fact: Fact::Collected, about, text: String::new() });
        }
        let mut ids: [Vec<Id>; RANKS] = Default::default();
        self.alive.each(|id, resource| ids[rank_of(resource)].push(id));
        Telling { ids, told: Vec::new(), at: 0, missing: std::mem::take(&mut self.overlooked) }
    }

    /// Tells more of a stage, as long as there is room. Looks at so many resources at most, which it takes from `most`, and answers
    /// whether the stage is done.
    pub(super) fn tell_more(
        &mut self,
        stage: Stage,
        telling: &mut Telling,
        now: u64,
        most: &mut usize,
        sink: &mut Sink<'_>,
    ) -> bool {
        match stage {
            Stage::Resources(rank) => {
                let ids = telling.next(telling.ids[rank].len(), most);
                for at in ids {
                    let id = telling.ids[rank][at];
                    let Some(&mut resource) = self.alive.get_mut(id) else { continue };
                    if sink.has_room() {
                        self.tell_resource(now, id, &resource, sink);
                        telling.told.push(id);
                    } else {
                        *telling.missing.entry(resource.type_).or_default() += 1;
                    }
                }
                telling.is_through(telling.ids[rank].len())
            }
            Stage::Requests => {
                self.requests.tell(now, sink);
                true
            }
            Stage::States => {
                for at in telling.next(telling.told.len(), most) {
                    self.tell_state(telling.told[at], sink);
                }
                let is_done = telling.is_through(telling.told.len());
                if is_done {
                    self.end_telling(telling, now, sink);
                }
                is_done
            }
        }
    }

    fn end_telling(&self, telling: &mut Telling, now: u64, sink: &mut Sink<'_>) {
        for (type_, count) in telling.missing.drain() {
            let text = self.types.get(usize::from(type_)).cloned().unwrap_or_default();
            sink.put(Entry::Fact { fact: Fact::NoRoom, about: count, text });
        }
        for &id in &self.entered {
            sink.put(Entry::Event(Event { time: now, id, kind: Kind::Before }));
        }
        sink.put(Entry::Fact { fact: Fact::Part, about: sink.part.into(), text: String::new() });
    }

    fn tell_state(&mut self, id: Id, sink: &mut Sink<'_>) {
        let Some(&mut Resource { request, has_run, is_settled, .. }) = self.alive.get_mut(id) else { return };
        let request = if self.requests.is_open(request) { request } else { 0 };
        // Of the others nothing more is expected.
        if (request != 0 || !has_run && !is_settled) && sink.has_room() {
            let state = State { request, has_run, is_settled };
            sink.put(Entry::Fact { fact: Fact::State, about: id, text: state.to_string() });
        }
    }

    fn tell_resource(&mut self, now: u64, id: Id, resource: &Resource, sink: &mut Sink<'_>) {
        let stack = self.texts.tell(resource.stack, &mut sink.out);
        let there = There {
            age: Some(now.saturating_sub(resource.created) / 1000),
            trigger: resource.trigger,
            stack,
            type_: self.types.get(usize::from(resource.type_)).cloned().unwrap_or_default(),
        };
        sink.put(Entry::Fact { fact: Fact::Before, about: id, text: there.to_string() });
        if let Some(&(ms, repeats)) = self.delays.get(&id) {
            sink.put(Entry::Delay { id, ms, repeats });
        }
        if let Some(words) = self.words.get(&id) {
            sink.put(Entry::Fact { fact: Fact::Does, about: id, text: words.to_string() });
        }
    }

    /// How many texts of stacks and resources there are.
    #[cfg(test)]
    pub(super) fn sizes(&self) -> (usize, usize) {
        (self.texts.len(), self.alive.len())
    }
}

/// How far it is told what is there of a thread.
pub(super) struct Telling {
    /// What is alive, by rank.
    ids: [Vec<Id>; RANKS],
    /// What is told of that.
    told: Vec<Id>,
    /// Of the list of the stage, the next one.
    at: usize,
    /// What is not told, by type.
    missing: FxHashMap<u16, u64>,
}

impl Telling {
    /// The next places in a list that is so long, as many as may be looked at.
    fn next(&mut self, length: usize, most: &mut usize) -> Range<usize> {
        let end = length.min(self.at + *most);
        let places = self.at..end;
        *most -= places.len();
        self.at = end;
        places
    }

    /// Whether the list is at its end. Then another one begins.
    fn is_through(&mut self, length: usize) -> bool {
        let is_through = self.at == length;
        if is_through {
            self.at = 0;
        }
        is_through
    }
}

/// What is told of all threads before the next stage, so that what says little on one thread takes no room from what says much on
/// another one.
#[derive(Clone, Copy)]
pub(super) enum Stage {
    /// Those of the rank.
    Resources(usize),
    Requests,
    /// How far resources have come, and the end.
    States,
}

impl Stage {
    /// In their order: resources of connections come before the requests on them, and promises that only the collector has to look
    /// at after all others.
    pub(super) const ALL: [Self; 5] =
        [Self::Resources(0), Self::Resources(1), Self::Resources(2), Self::Requests, Self::States];

    /// Up to how many sixths of the part may be taken. The rest is for what happens.
    pub(super) fn sixths(self) -> u64 {
        match self {
            Self::Resources(_) => 2,
            Self::Requests => 3,
            Self::States => 4,
        }
    }
}

/// In which order resources are told.
fn rank_of(resource: &Resource) -> usize {
    if u32::from(resource.type_) != PROMISE_TYPE { 0 } else { 1 + usize::from(resource.is_settled) }
}

const RANKS: usize = 3;
