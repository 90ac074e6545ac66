//! The numbers of a recording. All text of it that came from the file is [`Shown`].

use super::left_out::LeftOut;
use super::shown::Shown;
use recorder::event::Id;
use recorder::file::ReadError;
use recorder::spread::Spread;

/// From this on, a callback counts as one that blocked the event loop.
pub const BLOCKED: u64 = 50_000_000;

/// So many calls at once the thread pool takes, unless `UV_THREADPOOL_SIZE` says otherwise.
pub const POOL: usize = 4;

#[derive(Default)]
pub struct Summary {
    pub command: Shown,
    pub node: Shown,
    pub pid: u32,
    pub platform: Shown,
    pub events: u64,
    /// From the first to the last entry.
    pub duration: u64,
    pub complete: bool,
    pub error: Option<ReadError>,
    pub left_out: LeftOut,
    /// What was dropped of the types of which the most was, and the number of types besides.
    pub dropped: Vec<(Shown, u64)>,
    pub more_dropped: usize,
    pub dropped_total: u64,
    pub types: Vec<Type>,
    pub threads: Vec<ThreadSummary>,
    /// How many there are besides.
    pub more_threads: usize,
    pub longest: Vec<Callback>,
    pub blocked: Blocked,
    pub pool: Pool,
    pub alive: AliveGroups,
    /// Those that grow without end.
    pub growing: Vec<Growing>,
    /// Promises that were collected without being resolved.
    pub lost_promises: u64,
    /// Promises that were not resolved at the end.
    pub pending_promises: u64,
    pub resolutions: u64,
    pub marks: Vec<(u64, Shown)>,
    pub more_marks: u64,
}

#[derive(Default)]
pub struct Type {
    pub name: Shown,
    pub created: u64,
    pub alive: u64,
    /// From its creation to its first callback.
    pub wait: Spread,
    /// From before to after.
    pub run: Spread,
    /// From its creation to its end.
    pub lifetime: Spread,
}

#[derive(Default)]
pub struct ThreadSummary {
    pub title: Shown,
    pub began: u64,
    pub end: u64,
    pub ended: Option<Shown>,
    /// In callbacks that the event loop called.
    pub in_callbacks: u64,
    /// The event loop's own figures, where they were recorded.
    pub idle: u64,
    pub active: u64,
}

pub struct Callback {
    pub thread: Shown,
    pub began: u64,
    pub took: u64,
    /// The resource itself, what triggered it, and so on.
    pub chain: Vec<Link>,
    /// There is more to it than is shown.
    pub cut: bool,
}

/// Neighbours of the same type and place, as a chain of promises has them.
pub struct Link {
    /// That of the first of them.
    pub id: Id,
    pub count: u64,
    pub type_: Shown,
    /// The line of code that created it.
    pub place: Option<Shown>,
}

#[derive(Default)]
pub struct Blocked {
    pub count: u64,
    pub total: u64,
}

/// fs and dns calls that found the thread pool busy.
#[derive(Default)]
pub struct Pool {
    pub waited: u64,
    pub longest: u64,
    /// The most that were underway at once.
    pub most: usize,
}

/// Resources of one type that were alive at the end and created in one place.
pub struct Alive {
    pub type_: Shown,
    pub count: u64,
    pub oldest: u64,
    /// The first lines of where, from the program's own on.
    pub stack: Vec<Shown>,
}

/// What was alive at the end, the largest groups.
#[derive(Default)]
pub struct AliveGroups {
    /// Of types that can keep a process alive.
    pub holding: Groups,
    pub others: Groups,
}

#[derive(Default)]
pub struct Groups {
    /// The largest first.
    pub largest: Vec<Alive>,
    /// How many groups there are besides.
    pub more: u64,
}

impl Groups {
    /// So many are listed.
    const MOST: usize = 20;

    /// Whether a group of the size would be among the largest. Of equal ones, the first stay.
    pub fn takes(&self, count: u64) -> bool {
        self.largest.len() < Self::MOST || self.largest[Self::MOST - 1].count < count
    }

    pub fn add(&mut self, group: Alive) {
        let at = self.largest.partition_point(|other| other.count >= group.count);
        self.largest.insert(at, group);
        if self.largest.len() > Self::MOST {
            self.largest.pop();
            self.more += 1;
        }
    }
}

pub struct Growing {
    pub type_: Shown,
    pub thread: Shown,
    pub quarters: [u64; 4],
}

/// Whether a resource of the type can keep a process alive. Promises never do, nor do the resources of programs
/// and packages, whose types do not look like Node's own.
pub fn holds(type_: &str) -> bool {
    const NEVER: [&str; 4] = ["PROMISE", "HTTPINCOMINGMESSAGE", "HTTPCLIENTREQUEST", "DNSCHANNEL"];
    let of_node = type_.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
    type_ == "Timeout" || type_ == "Immediate" || (of_node && !NEVER.contains(&type_))
}

/// Whether a line of a stack is in Node's own code.
pub fn is_of_node(line: &str) -> bool {
    line.contains("node:")
}
