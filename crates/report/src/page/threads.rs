//! The threads of a recording.

use super::calls::{Calls, Room, THREADS};
use crate::shown::{Shown, cut};
use crate::stacks::Indices;
use recorder::event::Id;

/// The event loop's use, in so many steps; when there are more, two become one.
const STEPS: usize = 2048;
const NAME: usize = 80;
const REASON: usize = 300;

pub struct Thread {
    is_drawn: bool,
    pub name: Shown,
    pub start: u64,
    pub end: Option<u64>,
    pub reason: Shown,
    pub calls: Calls,
    pub loop_: Vec<Use>,
    /// The resource whose callback ended last: nothing else has run since.
    pub last_ran: Option<Id>,
    /// The recorder tells where its requests begin.
    pub tells_requests: bool,
    pub stacks: Indices,
}

/// The event loop between the time before and this one.
#[derive(Clone, Copy)]
pub struct Use {
    pub time: u64,
    pub idle: u64,
    pub active: u64,
}

impl Thread {
    /// The `index`th thread of the recording.
    pub fn new(index: usize) -> Self {
        let name = if index == 0 { "main".to_owned() } else { format!("thread {index}") };
        Self {
            is_drawn: index < THREADS,
            name: Shown::name(&name),
            start: 0,
            end: None,
            reason: Shown::default(),
            calls: Calls::new(Room::of_thread(index)),
            loop_: Vec::new(),
            last_ran: None,
            tells_requests: false,
            stacks: Indices::default(),
        }
    }

    pub fn started(&mut self, time: u64, worker: u32, name: &str) {
        self.start = time;
        if !self.is_drawn {
            return;
        }
        let name = match (worker, cut(name, NAME)) {
            (0, "" | "main") => "main".to_owned(),
            (0, name) => format!("main, {name}"),
            (worker, "") => format!("worker {worker}"),
            (worker, name) => format!("worker {worker}, {name}"),
        };
        self.name = Shown::name(&name);
    }

    pub fn ended(&mut self, time: u64, reason: &str) {
        self.end = Some(time);
        if self.is_drawn {
            self.reason = Shown::of(reason, REASON);
        }
    }

    pub fn used(&mut self, step: Use) {
        if !self.is_drawn {
            return;
        }
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
