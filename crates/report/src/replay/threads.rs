//! The threads of a recording, and the callbacks that run on each.

use std::collections::VecDeque;

use recorder::event::Id;

use super::stacks::Indices;
use super::types::Type;
use super::wall::WallClock;

/// A list of contexts that has room for more than this gives it back.
const ROOM: usize = 64;

/// A callback that runs.
#[derive(Clone, Copy, Debug)]
pub(super) struct Running {
    pub id: Id,
    pub began: u64,
    /// Nanoseconds of the callbacks that ran within it.
    pub inner: u64,
    /// Missing where the creation of the resource was not recorded.
    pub type_: Option<Type>,
}

/// A callback that has run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Ran {
    pub id: Id,
    /// Missing where the creation of the resource was not recorded.
    pub type_: Option<Type>,
    pub began: u64,
    pub took: u64,
    /// Without the callbacks that ran within it.
    pub own: u64,
    /// So many callbacks it ran within.
    pub depth: usize,
}

/// One thread of the recorded process.
#[derive(Default)]
pub(crate) struct ReplayThread {
    /// The process that it is a thread of, by its place among [`super::Replay::headers`].
    pub process: u32,
    /// What tells its process from others of the report, where there are any.
    pub of: Option<Box<str>>,
    /// What the file calls it.
    pub number: u32,
    /// 0 on the main thread, else the worker's `threadId`.
    pub worker: u32,
    pub name: String,
    pub began: u64,
    /// It is older than what is kept of the recording.
    pub goes_on: bool,
    /// The time of the last entry.
    pub now: u64,
    /// Why it ended, if it has.
    pub ended: Option<Box<str>>,
    /// Nanoseconds in callbacks that the event loop called.
    pub in_callbacks: u64,
    idle: u64,
    active: u64,
    pub(super) running: VecDeque<Running>,
    pub(super) wall: WallClock,
    /// The context that was entered last.
    pub(super) entered: Id,
    /// The recorder tells of its requests.
    pub(super) tells_requests: bool,
    /// The recorder tells of those of HTTP/2, too.
    pub(super) tells_streams: bool,
    pub(super) types: Vec<Type>,
    pub(super) stacks: Indices,
}

impl ReplayThread {
    pub(super) fn new(number: u32, wall: WallClock) -> Self {
        Self { number, worker: number, wall, ..Self::default() }
    }

    pub(crate) fn title(&self) -> String {
        let name = self.name_in_process();
        self.of.as_ref().map_or(name.clone(), |of| format!("{name} of {of}"))
    }

    fn name_in_process(&self) -> String {
        match (self.worker, self.name.as_str()) {
            (0, _) => "main".to_owned(),
            (worker, "") => format!("worker {worker}"),
            (worker, name) => format!("worker {worker} {name}"),
        }
    }

    /// The wall clock's nanoseconds since 1970 at a time of the thread.
    #[inline]
    pub(crate) fn wall(&self, time: u64) -> u64 {
        self.wall.at(time)
    }

    /// The callbacks that run, the outermost first, and when each began.
    pub(crate) fn running(&self) -> impl Iterator<Item = (Id, u64)> {
        self.running.iter().map(|running| (running.id, running.began))
    }

    /// For how long the event loop was busy, and of how long: all the time in which it did not wait for anything to
    /// happen. Missing where the recorder does not tell of it.
    pub(crate) fn busy(&self) -> Option<(u64, u64)> {
        let looped = self.idle.saturating_add(self.active);
        if looped > 0 { Some((self.active, looped)) } else { None }
    }

    /// Frees what only entries need.
    pub(super) fn free(&mut self) {
        (self.running, self.types, self.stacks) = Default::default();
    }

    pub(super) fn looped(&mut self, idle: u64, active: u64) {
        self.idle = self.idle.saturating_add(idle);
        self.active = self.active.saturating_add(active);
    }

    /// Ends the callbacks from a depth on, the innermost first.
    pub(super) fn close(&mut self, from: usize, time: u64, ended: &mut Vec<Ran>) {
        while self.running.len() > from
            && let Some(Running { id, began, inner, type_ }) = self.running.pop_back()
        {
            let took = time.saturating_sub(began);
            match self.running.back_mut() {
                Some(outer) => outer.inner = outer.inner.saturating_add(took),
                None => self.in_callbacks = self.in_callbacks.saturating_add(took),
            }
            let (own, depth) = (took.saturating_sub(inner), self.running.len());
            ended.push(Ran { id, type_, began, took, own, depth });
        }
        if self.running.capacity() > ROOM.max(4 * from) {
            self.running.shrink_to(2 * from);
        }
    }
}
