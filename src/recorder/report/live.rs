//! What is alive while a recording is read: the resources, the contexts that were entered, and of what is gone
//! as much as fits.
//!
//! This is what reports have in common. It grows with what was alive at once in the program, not with the file.

use rustc_hash::FxHashMap;

use super::ancestors::{Ancestor, Ancestors};
use crate::recorder::event::{Entry, Event, Id, Kind};

/// So many resources are followed at once, about 200 bytes each while the table grows. Those beyond
/// are only counted ([`Live::overlooked`]).
const MOST: usize = 3_600_000;
/// So many contexts may be entered at once on a thread. Where an exception leaves more behind, the oldest are
/// forgotten.
const DEPTH: usize = 4096;
/// So many characters of stacks are kept. Those beyond are shown as missing.
const STACKS: usize = 1 << 26;

/// The resource of a server's connection. All requests of the connection run in its context, so a trace of it
/// would never end: each request begins a trace instead.
const CONNECTION: &str = "HTTPINCOMINGMESSAGE";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Resource {
    pub trigger: Id,
    pub created: u64,
    /// The id of the first resource of the tree, by trigger, that this one belongs to.
    pub trace: Id,
    /// An index of [`Live::types`].
    pub type_: u32,
    /// As in [`Kind::Init`].
    pub stack: u32,
    /// Its callback has run.
    pub ran: bool,
    /// It is a promise that was resolved or rejected.
    pub settled: bool,
    connection: bool,
}

/// What an entry meant. The resource is missing where its creation was not recorded.
#[derive(Clone, Copy, Debug)]
pub enum Step {
    Created {
        id: Id,
        resource: Resource,
    },
    /// Created when too many were alive: nothing more is known of it.
    Overlooked {
        resource: Resource,
    },
    /// As the resource was before: `ran` tells whether this is the first time.
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
    pub running: Vec<Running>,
    pub resources: FxHashMap<Id, Resource>,
    /// The context that was entered last.
    entered: Id,
    types: Vec<u32>,
    stacks: Vec<Box<str>>,
    /// The trace of the request that each connection is at.
    requests: FxHashMap<Id, Option<Id>>,
}

impl Thread {
    /// What `Kind::Init`'s `stack` stands for.
    pub fn stack(&self, stack: u32) -> Option<&str> {
        let frames = self.stacks.get((stack as usize).checked_sub(1)?)?;
        if frames.is_empty() { None } else { Some(frames) }
    }

    pub fn title(&self) -> String {
        match (self.worker, self.name.as_str()) {
            (0, _) => "main".to_owned(),
            (worker, "") => format!("worker {worker}"),
            (worker, name) => format!("worker {worker} {name}"),
        }
    }
}

#[derive(Default)]
pub struct Live {
    pub types: Vec<String>,
    /// Resources that were alive when too many were.
    pub overlooked: u64,
    by_name: FxHashMap<String, u32>,
    threads: Vec<Thread>,
    /// The position of the thread that was asked for last.
    last: usize,
    ancestors: Ancestors,
    count: usize,
    kept: usize,
}

impl Live {
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
    pub fn alive(&self) -> Vec<(u32, Id)> {
        let mut alive = Vec::with_capacity(self.count);
        for thread in &self.threads {
            alive.extend(thread.resources.keys().map(|&id| (thread.number, id)));
        }
        alive.sort_unstable();
        alive
    }

    pub fn type_name(&self, type_: u32) -> &str {
        self.types.get(type_ as usize).map_or("(unknown)", String::as_str)
    }

    /// The index in [`Live::types`] of a type of the thread.
    pub fn type_of(&mut self, number: u32, type_: u32) -> u32 {
        self.thread(number).types.get(type_ as usize).copied().unwrap_or(u32::MAX)
    }

    /// A resource that is alive, or one that is gone and not forgotten.
    pub fn find(&mut self, number: u32, id: Id) -> Option<Ancestor> {
        let at = self.position(number);
        let alive = self.threads[at].resources.get(&id).map(Ancestor::from);
        alive.or_else(|| self.ancestors.get(number, id))
    }

    pub fn take(&mut self, number: u32, entry: &Entry) -> Step {
        let at = self.position(number);
        match entry {
            Entry::Event(event) => {
                self.threads[at].now = event.time;
                return self.event(at, event);
            }
            Entry::Type { name, .. } => self.name(at, name),
            Entry::Stack { frames, .. } => {
                self.kept += frames.len();
                let frames = if self.kept > STACKS { "" } else { frames };
                self.threads[at].stacks.push(frames.into());
            }
            Entry::ThreadStart { time, worker, name } => {
                let thread = &mut self.threads[at];
                (thread.began, thread.now) = (*time, *time);
                (thread.worker, thread.name) = (*worker, name.clone());
            }
            Entry::Mark { time, .. } | Entry::Loop { time, .. } | Entry::ThreadEnd { time, .. } => {
                self.threads[at].now = *time;
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
        self.last = self.threads.iter().position(|thread| thread.number == number).unwrap_or_else(|| {
            self.threads.push(Thread { number, worker: number, ..Thread::default() });
            self.threads.len() - 1
        });
        self.last
    }

    fn name(&mut self, at: usize, name: &str) {
        let type_ = match self.by_name.get(name) {
            Some(&type_) => type_,
            None => {
                let type_ = self.types.len() as u32;
                self.types.push(name.to_owned());
                self.by_name.insert(name.to_owned(), type_);
                type_
            }
        };
        self.threads[at].types.push(type_);
    }

    #[inline]
    fn event(&mut self, at: usize, event: &Event) -> Step {
        let Event { time, id, kind } = *event;
        match kind {
            Kind::Init { trigger, type_, stack, .. } => self.create(at, event, trigger, type_, stack),
            Kind::Before => self.enter(at, id, time),
            Kind::After => self.leave(at, id),
            Kind::Resolve => {
                let resource = self.threads[at].resources.get_mut(&id);
                let before = resource.as_deref().copied();
                if let Some(resource) = resource {
                    resource.settled = true;
                }
                Step::Settled { resource: before }
            }
            Kind::Destroy => self.end_of(at, id),
        }
    }

    fn create(&mut self, at: usize, event: &Event, trigger: Id, type_: u32, stack: u32) -> Step {
        let (number, id) = (self.threads[at].number, event.id);
        let thread = &mut self.threads[at];
        let type_ = thread.types.get(type_ as usize).copied().unwrap_or(u32::MAX);
        let trace = match thread.resources.get(&trigger) {
            Some(Resource { connection: true, .. }) => {
                *thread.requests.entry(trigger).or_default().get_or_insert(id)
            }
            Some(resource) => resource.trace,
            None => self.ancestors.get(number, trigger).map_or(id, |ancestor| ancestor.trace),
        };
        let connection = self.types.get(type_ as usize).is_some_and(|name| name == CONNECTION);
        let resource = Resource {
            trigger,
            created: event.time,
            trace,
            type_,
            stack,
            ran: false,
            settled: false,
            connection,
        };
        if self.count >= MOST {
            self.overlooked += 1;
            return Step::Overlooked { resource };
        }
        let former = self.threads[at].resources.insert(id, resource);
        self.count += usize::from(former.is_none());
        Step::Created { id, resource }
    }

    fn enter(&mut self, at: usize, id: Id, time: u64) -> Step {
        let thread = &mut self.threads[at];
        if thread.running.len() == DEPTH {
            thread.running.remove(0);
        }
        thread.running.push(Running { id, began: time });
        let again = std::mem::replace(&mut thread.entered, id) == id;
        let resource = thread.resources.get_mut(&id);
        let before = resource.as_deref().copied();
        if let Some(resource) = resource {
            resource.ran = true;
            // Its callbacks for one request follow one another.
            if resource.connection && !again {
                thread.requests.insert(id, None);
            }
        }
        Step::Entered { id, resource: before }
    }

    fn leave(&mut self, at: usize, id: Id) -> Step {
        let thread = &mut self.threads[at];
        let resource = thread.resources.get(&id).copied();
        let Some(depth) = thread.running.iter().rposition(|running| running.id == id) else {
            return Step::Left { id, resource, began: None, outermost: false };
        };
        let began = Some(thread.running[depth].began);
        thread.running.truncate(depth);
        Step::Left { id, resource, began, outermost: depth == 0 }
    }

    fn end_of(&mut self, at: usize, id: Id) -> Step {
        let thread = &mut self.threads[at];
        let resource = thread.resources.remove(&id);
        if let Some(resource) = &resource {
            self.count -= 1;
            self.ancestors.put(thread.number, id, resource.into());
            if resource.connection {
                thread.requests.remove(&id);
            }
        }
        Step::Ended { id, resource }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn live() -> Live {
        let mut live = Live::default();
        for (index, name) in ["Timeout", CONNECTION].into_iter().enumerate() {
            live.take(0, &Entry::Type { index: index as u32, name: name.into() });
        }
        live
    }

    fn take(live: &mut Live, time: u64, id: Id, kind: Kind) -> Step {
        live.take(0, &Entry::Event(Event { time, id, kind }))
    }

    fn init(live: &mut Live, id: Id, trigger: Id, type_: u32) -> Resource {
        match take(live, 0, id, Kind::Init { trigger, current: 1, type_, stack: 0 }) {
            Step::Created { resource, .. } => resource,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn leaving_a_context_leaves_those_that_an_exception_left_behind() {
        let live = &mut live();
        init(live, 2, 1, 0);
        take(live, 10, 2, Kind::Before);
        take(live, 11, 3, Kind::Before);
        let left = take(live, 15, 2, Kind::After);
        let is_whole =
            matches!(left, Step::Left { id: 2, resource: Some(_), began: Some(10), outermost: true });
        assert!(is_whole, "{left:?}");
        assert!(live.thread(0).running.is_empty());
    }

    #[test]
    fn a_callback_that_began_before_the_recording_has_no_beginning() {
        let left = take(&mut live(), 5, 9, Kind::After);
        assert!(matches!(left, Step::Left { began: None, resource: None, .. }), "{left:?}");
    }

    #[test]
    fn contexts_that_are_never_left_are_forgotten() {
        let live = &mut live();
        for id in 0..10 * DEPTH as u64 {
            take(live, id, id, Kind::Before);
        }
        assert_eq!(live.thread(0).running.len(), DEPTH);
    }

    #[test]
    fn what_is_gone_is_remembered_and_belongs_to_its_thread() {
        let live = &mut live();
        init(live, 2, 1, 0);
        take(live, 1, 2, Kind::Destroy);
        assert_eq!(live.find(0, 2).map(|ancestor| ancestor.trigger), Some(1));
        assert_eq!(live.find(1, 2), None);
        assert_eq!(init(live, 3, 2, 0).trace, 2);
    }

    #[test]
    fn requests_of_a_connection_have_traces_of_their_own() {
        let live = &mut live();
        assert_eq!(init(live, 14, 10, 1).trace, 14);
        take(live, 1, 14, Kind::Before);
        assert_eq!(init(live, 20, 14, 0).trace, 20);
        take(live, 2, 14, Kind::After);
        take(live, 2, 14, Kind::Before);
        assert_eq!(init(live, 21, 14, 0).trace, 20);
        take(live, 3, 14, Kind::After);
        take(live, 4, 20, Kind::Before);
        assert_eq!(init(live, 22, 20, 0).trace, 20);
        take(live, 5, 20, Kind::After);
        take(live, 6, 14, Kind::Before);
        assert_eq!(init(live, 30, 14, 0).trace, 30);
    }
}
