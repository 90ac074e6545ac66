//! What can stand in a recording. The recorder produces these, the file keeps them, reports read them.

/// An async id. Those of JavaScript are safe integers, unique within a thread.
pub type Id = u64;

/// From here on ids are this package's own, which count its promises; those below are the runtime's.
pub const FIRST_OWN: Id = 1_000_000_000_000_000;

/// One step in the life of one resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Event {
    /// Nanoseconds since the recording began. Never smaller than the one before it on the same thread.
    pub time: u64,
    /// The resource.
    pub id: Id,
    /// What happens to it.
    pub kind: Kind,
}

/// The callbacks of a hook.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The resource is created.
    Init {
        /// The resource that caused it.
        trigger: Id,
        /// The `executionAsyncId()` at the time.
        current: Id,
        /// The index of the thread's [`Entry::Type`].
        type_: u32,
        /// The index of the thread's [`Entry::Stack`] plus one; 0 where there is none.
        stack: u32,
    },
    /// A callback begins.
    Before,
    /// A callback has ended.
    After,
    /// The resource is gone.
    Destroy,
    /// The promise is resolved.
    Resolve,
}

/// One entry of a recording. All that an entry refers to is of its own thread.
#[allow(missing_docs, reason = "the variants say what their times and names are of")]
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Entry {
    /// Something happens to a resource.
    Event(Event),
    /// The name of a type, before its first use. Indices count up from 0 on each thread, without a gap.
    Type { index: u32, name: String },
    /// Where resources were created, in lines as V8 gives them, before its first use; with indices like those
    /// of types.
    Stack { index: u32, frames: String },
    /// A moment that the program named.
    Mark { time: u64, name: String },
    /// Whole resources that were not recorded, since the last such entry of the type.
    Dropped { type_: u32, count: u64 },
    /// The event loop's idle and active nanoseconds, since the last such entry.
    Loop { time: u64, idle: u64, active: u64 },
    /// What the wall clock said, in nanoseconds since 1970: when the thread takes part, and whenever the clock has
    /// been set since. Wall times of the thread are counted from the last one before them.
    Clock { time: u64, wall: u64 },
    /// A server has read the head of a request on a connection.
    RequestStart {
        time: u64,
        /// The resource that all requests of the connection have in common.
        connection: Id,
        /// Counts the requests of the thread.
        number: u32,
    },
    /// The response to a request was handed over as a whole.
    RequestEnd { time: u64, number: u32 },
    /// After so many milliseconds a timer is due, once or again and again.
    Delay { id: Id, ms: u32, repeats: bool },
    /// What the program's own words say of something.
    Fact {
        fact: Fact,
        /// What it is about: a resource or a request, by [`Fact`].
        about: Id,
        text: String,
    },
    /// Where the thread ran at a moment, in lines as those of a stack.
    Sample {
        time: u64,
        /// The index of the thread's [`Entry::Stack`] plus one.
        stack: u32,
    },
    /// The thread takes part from now on.
    ThreadStart {
        time: u64,
        /// 0 on the main thread, else the worker's `threadId`.
        worker: u32,
        name: String,
    },
    /// The thread takes part no more.
    ThreadEnd { time: u64, reason: String },
}

impl Entry {
    /// When it happened, where it says so.
    pub fn time_mut(&mut self) -> Option<&mut u64> {
        match self {
            Self::Event(Event { time, .. })
            | Self::Mark { time, .. }
            | Self::Loop { time, .. }
            | Self::Clock { time, .. }
            | Self::RequestStart { time, .. }
            | Self::RequestEnd { time, .. }
            | Self::Sample { time, .. }
            | Self::ThreadStart { time, .. }
            | Self::ThreadEnd { time, .. } => Some(time),
            Self::Type { .. }
            | Self::Stack { .. }
            | Self::Dropped { .. }
            | Self::Delay { .. }
            | Self::Fact { .. } => None,
        }
    }
}

/// What a fact tells. A reader leaves out those that it does not know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Fact {
    /// What the resource is for, as `connecting to 10.0.0.5:5432`.
    Does = 0,
    /// What the request with the number asks for: the method, a space, the path.
    Asks = 1,
    /// The pattern that the program's framework has for the path of the request with the number.
    Route = 2,
    /// The status of the response to the request with the number.
    Status = 3,
    /// The folder that the program was started in. It is about nothing, as those that follow.
    Folder = 4,
    /// What ended the program: the first lines of an error and its stack. It is about the resource that was entered.
    Crash = 5,
    /// The ids of all resources that keep the event loop alive at the moment, with commas between them.
    Holds = 6,
    /// The `traceparent` that the request with the number came with.
    TraceParent = 7,
    /// The garbage of the thread was collected, all that there was so many microseconds before. The first of a thread is so
    /// long after its start.
    Collected = 8,
    /// The resource was there before the recording began, or before the part of it that is kept: see [`There`].
    Before = 9,
    /// All that was there when this part of the recording began is told of this thread. It is about the number of the part.
    Part = 10,
    /// The request with the number was open when this part of the recording began: see [`Open`].
    Open = 11,
    /// How far a resource has come that was there when this part of the recording began: see [`State`].
    State = 12,
    /// When this part of the recording began, so many resources of the type were there that it does not tell of, for want of room.
    NoRoom = 13,
    /// One that this version does not know.
    Unknown = 255,
}

impl Fact {
    /// All that are known, by their numbers.
    const ALL: [Self; 14] = [
        Self::Does,
        Self::Asks,
        Self::Route,
        Self::Status,
        Self::Folder,
        Self::Crash,
        Self::Holds,
        Self::TraceParent,
        Self::Collected,
        Self::Before,
        Self::Part,
        Self::Open,
        Self::State,
        Self::NoRoom,
    ];

    /// The one with the number.
    pub fn of(number: u64) -> Self {
        usize::try_from(number).ok().and_then(|at| Self::ALL.get(at).copied()).unwrap_or(Self::Unknown)
    }
}

/// The text of a [`Fact::Before`]: what is known of the resource.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct There {
    /// For how many microseconds it has been there, where that is known.
    pub age: Option<u64>,
    /// 0 where it is not known.
    pub trigger: Id,
    /// The index of the thread's [`Entry::Stack`] plus one, or 0.
    pub stack: u32,
    /// The name of its type.
    pub type_: String,
}

impl There {
    /// What a text says; nothing where it is none.
    pub fn of(text: &str) -> Option<Self> {
        let mut words = text.splitn(4, ' ');
        let age = words.next()?;
        let age = if age.is_empty() { None } else { Some(age.parse().ok()?) };
        let (trigger, stack) = (words.next()?.parse().ok()?, words.next()?.parse().ok()?);
        Some(Self { age, trigger, stack, type_: words.next()?.to_owned() })
    }
}

impl std::fmt::Display for There {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if let Some(age) = self.age {
            write!(out, "{age}")?;
        }
        write!(out, " {} {} {}", self.trigger, self.stack, self.type_)
    }
}

/// The text of a [`Fact::Open`]: what is known of the request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Open {
    /// The resource that all requests of its connection have in common.
    pub connection: Id,
    /// For how many microseconds it has been open.
    pub age: u64,
}

impl Open {
    /// What a text says; nothing where it is none.
    pub fn of(text: &str) -> Option<Self> {
        let (connection, age) = text.split_once(' ')?;
        Some(Self { connection: connection.parse().ok()?, age: age.parse().ok()? })
    }
}

impl std::fmt::Display for Open {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "{} {}", self.connection, self.age)
    }
}

/// The text of a [`Fact::State`]: what is known of the resource besides [`There`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct State {
    /// The number of the request that it belongs to; 0 for none.
    pub request: u32,
    /// Its callback has run.
    pub has_run: bool,
    /// It is a promise that was resolved or rejected.
    pub is_settled: bool,
}

impl State {
    /// What a text says; nothing where it is none.
    pub fn of(text: &str) -> Option<Self> {
        let (request, bits) = text.split_once(' ')?;
        let bits: u32 = bits.parse().ok()?;
        Some(Self { request: request.parse().ok()?, has_run: bits & 1 != 0, is_settled: bits & 2 != 0 })
    }
}

impl std::fmt::Display for State {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let bits = u32::from(self.has_run) | u32::from(self.is_settled) << 1;
        write!(out, "{} {bits}", self.request)
    }
}

/// Where a part stands in a recording of which only the newest is kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Part {
    /// Counts the parts, from 0.
    pub number: u32,
    /// When it begins, in nanoseconds since the recording began.
    pub from: u64,
    /// The wall clock's nanoseconds since 1970 when the recording began.
    pub began: u64,
}

/// What is known of the process when the recording begins.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Header {
    /// `process.pid`
    pub pid: u32,
    /// `process.version`
    pub node: String,
    /// `process.argv`
    pub argv: Vec<String>,
    /// The wall clock's nanoseconds since 1970 at the time 0 of the recording, or when the part begins.
    pub wall_ns: u64,
    /// `process.platform` and `process.arch`
    pub platform: String,
    /// What was asked to be recorded, as JSON.
    pub options: String,
    /// Missing where all of the recording is in one file.
    pub part: Option<Part>,
}
