//! What a screen shows, as numbers and as text that a terminal may have: nothing of the program is in it unescaped.

/// A request, by its thread and its trace.
pub type RequestKey = (u32, u64);

/// Everything at one moment. Times are nanoseconds.
#[derive(Clone, Debug, Default)]
pub struct View {
    /// The program and its process.
    pub program: String,
    /// Its process id.
    pub pid: u32,
    /// The version of Node.
    pub node: String,
    /// How the recording goes on.
    pub standing: Standing,
    /// For how long the program was recorded.
    pub elapsed: u64,
    /// How old the last entry is that was read, while there is more to read; else 0.
    pub behind: u64,
    /// Events a second.
    pub events: f64,
    /// Requests answered a second, and how many are open.
    pub answered: f64,
    /// Requests without an answer.
    pub open: usize,
    /// What did not have room, in the recorder or here, in sentences.
    pub left_out: Vec<String>,
    /// The event loops.
    pub threads: Vec<ThreadView>,
    /// The routes of the last minute.
    pub routes: Vec<RouteView>,
    /// What is alive.
    pub operations: Vec<OperationView>,
    /// All that is alive, promises that wait among it.
    pub alive: u64,
    /// Requests that are open, and the slowest of the last minute.
    pub requests: Vec<RequestView>,
    /// What blocked event loops in the last minute.
    pub blocks: Vec<BlockView>,
    /// What keeps the program from exiting.
    pub holds: Vec<HoldView>,
    /// What ended the program, where it was an error.
    pub crash: Option<String>,
}

/// How the recording goes on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Standing {
    /// There is nothing of it yet.
    #[default]
    Waiting,
    /// What is there is read for the first time: so many per cent of it.
    Reading(u8),
    /// It is followed.
    Live,
    /// Nothing has come for so many nanoseconds, though nothing says that it has ended.
    Silent(u64),
    /// The process is gone, and has left no end.
    Gone,
    /// It has ended: how.
    Ended(String),
    /// It cannot be read any further: why.
    Failed(String),
}

impl Standing {
    /// Whether nothing more is to come.
    pub fn is_over(&self) -> bool {
        matches!(self, Self::Gone | Self::Ended(_) | Self::Failed(_))
    }
}

/// The event loop of one thread.
#[derive(Clone, Debug, Default)]
pub struct ThreadView {
    /// `main`, or the Worker's number and name.
    pub title: String,
    /// The share of the last ten seconds in which it was busy.
    pub busy: Option<f64>,
    /// The longest callback of the last minute.
    pub longest: u64,
    /// What runs now and for how long it has, where it is long enough to say.
    pub runs: Option<Runs>,
    /// Where samples saw it in the last ten seconds: shares and places.
    pub hot: Vec<(f64, String)>,
    /// Why it ended.
    pub ended: Option<String>,
}

/// What keeps an event loop from turning.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Runs {
    /// For so long.
    pub took: u64,
    /// The function, file and line; else what it is.
    pub place: String,
    /// What the event loop called it for, and for which request.
    pub of: String,
}

/// The requests of a route.
#[derive(Clone, Debug, Default)]
pub struct RouteView {
    /// The method and the pattern of the path.
    pub name: String,
    /// Answered a second.
    pub rate: f64,
    /// Without an answer.
    pub open: usize,
    /// In the last minute: how many, and of them with a status from 500 on or without a whole answer.
    pub count: u64,
    /// See above.
    pub failed: u64,
    /// Half of them took no longer.
    pub p50: u64,
    /// 99 of 100 took no longer.
    pub p99: u64,
    /// What most of their time went into.
    pub mostly: String,
}

/// What is alive of one type and place.
#[derive(Clone, Debug, Default)]
pub struct OperationView {
    /// What it is.
    pub what: String,
    /// Where it was made.
    pub place: String,
    /// How many.
    pub alive: u64,
    /// Made a second.
    pub made: f64,
    /// Ended a second.
    pub ended: f64,
    /// How many more than a minute ago.
    pub grown: i64,
    /// The age of the oldest.
    pub oldest: u64,
}

/// One request.
#[derive(Clone, Debug, Default)]
pub struct RequestView {
    /// What it is opened by.
    pub key: RequestKey,
    /// Its route, as in [`RouteView::name`].
    pub route: String,
    /// What it asks for.
    pub asks: String,
    /// Up to now, where it is open.
    pub took: u64,
    /// It has no answer yet.
    pub is_open: bool,
    /// The status of the response, or `aborted`.
    pub status: String,
    /// What it waits for, or what most of its time went into.
    pub waits: String,
}

/// One request's time, part after part.
#[derive(Clone, Debug, Default)]
pub struct Waterfall {
    /// The request.
    pub request: RequestView,
    /// The earliest first.
    pub parts: Vec<PartView>,
}

/// A part of a request's time.
#[derive(Clone, Debug, Default)]
pub struct PartView {
    /// Since the request began.
    pub from: u64,
    /// Since the request began.
    pub to: u64,
    /// `running`, `waiting`, `queued` or `unknown`.
    pub kind: &'static str,
    /// What it was and where, beginning with the kind.
    pub text: String,
}

/// What blocked the event loop in one place.
#[derive(Clone, Debug, Default)]
pub struct BlockView {
    /// The function, file and line; else what it is.
    pub place: String,
    /// What the event loop called it for, and for which request.
    pub of: String,
    /// The thread.
    pub thread: String,
    /// How often in the last minute.
    pub count: u64,
    /// The longest time.
    pub longest: u64,
    /// How long ago the last one ended; 0 where it goes on.
    pub ago: u64,
}

/// What keeps the program from exiting.
#[derive(Clone, Debug, Default)]
pub struct HoldView {
    /// What it is.
    pub what: String,
    /// Where it was made.
    pub place: String,
    /// How many.
    pub count: u64,
    /// The age of the oldest.
    pub oldest: u64,
}
