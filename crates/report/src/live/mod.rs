//! What a program does now, out of its recording while that grows.
//!
//! [`Live`] reads the recording as far as it goes, through the model that reports have ([`crate::follow`], `replay`, `path`), and
//! answers at any moment what a screen shows ([`View`]). What is over is forgotten: rates are those of the last ten seconds,
//! percentiles those of the last minute. So it takes a bounded amount of memory, for as long as it is followed.
//!
//! * [`view`]: what it answers
//! * `window`: what happened lately
//! * `requests`, `operations`, `threads`: what of it

mod operations;
mod requests;
#[cfg(test)]
mod tests;
mod threads;
pub mod view;
mod window;

use std::cell::RefCell;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::time::{Duration, Instant};

use recorder::event::{Entry, Header};
use recorder::file::ReadError;

use crate::follow::{Follower, Next, State};
use crate::path;
use crate::replay::{Replay, Resolve, words};
use crate::shown::Shown;
use crate::summary::findings::holds::{Held, held};
use crate::units::time;
use operations::Operations;
use requests::Requests;
use threads::Threads;
pub use view::View;
use view::{HoldView, RequestKey, Standing, Waterfall};
use window::Recent;

/// So many resources are followed at once: together they take less than 128 MiB.
const RESOURCES: usize = 1_000_000;
/// So many entries are read between two looks at the clock.
const BETWEEN: usize = 512;
/// What takes long is done that often, and takes no more than such a part of the time.
const OFTEN: Duration = Duration::from_millis(900);
const PART: u32 = 20;
/// The file is looked at that often.
const LOOK: Duration = Duration::from_millis(500);
/// Where another file has the name of the recording, its next part is looked for so long.
const PATIENCE: Duration = Duration::from_secs(2);
/// A recording of which nothing comes for so long is silent.
const SILENCE: Duration = Duration::from_secs(3);

/// What is known from elsewhere of the process that is recorded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Process {
    /// Nothing.
    #[default]
    Unknown,
    /// It runs.
    Runs,
    /// There is no such process.
    Gone,
}

/// A recording that is followed.
pub struct Live {
    follower: Follower,
    replay: Replay,
    paths: path::Collector,
    requests: Requests,
    operations: Operations,
    threads: Threads,
    /// The file, where it is one, and what reads source maps: where parts of it are missing, all begins anew.
    path: Option<PathBuf>,
    resolve: Option<Rc<RefCell<Resolve>>>,
    /// Parts that were gone before they were read.
    missing: u64,
    has_header: bool,
    events: Recent,
    /// Time 0 of the recording, by this process's clock: no entry was read before it was made.
    origin: Option<Instant>,
    /// When something was read last, and whether it was after all that was there at first had been read.
    read: Instant,
    caught_up: bool,
    grows: bool,
    process: Process,
    /// When the file is to be looked at, and since when another one has its name.
    looks: Instant,
    replaced: Option<Instant>,
    /// When what takes long is due.
    due: Instant,
}

impl Live {
    /// Follows a file. Source maps are read with `resolve`.
    ///
    /// # Errors
    ///
    /// Where it cannot be opened.
    pub fn open(file: &Path, resolve: Option<Resolve>) -> Result<Self, ReadError> {
        Ok(Self { path: Some(file.to_owned()), ..Self::of(Follower::open(file)?, resolve) })
    }

    /// Follows what a follower reads.
    pub fn of(follower: Follower, resolve: Option<Resolve>) -> Self {
        Self::anew(follower, resolve.map(|resolve| Rc::new(RefCell::new(resolve))))
    }

    fn anew(follower: Follower, resolve: Option<Rc<RefCell<Resolve>>>) -> Self {
        let now = Instant::now();
        Self {
            follower,
            replay: Replay::default(),
            paths: path::Collector::default(),
            requests: Requests::default(),
            operations: Operations::default(),
            threads: Threads::default(),
            path: None,
            resolve,
            missing: 0,
            has_header: false,
            events: Recent::default(),
            origin: None,
            read: now,
            caught_up: false,
            grows: false,
            process: Process::Unknown,
            looks: now + LOOK,
            replaced: None,
            due: now,
        }
    }

    /// What is known of the process, by whoever asks the system.
    pub fn suppose(&mut self, process: Process) {
        self.process = process;
    }

    /// What stands in front of the recording, once it is there.
    pub fn header(&self) -> Option<&Header> {
        self.follower.header()
    }

    /// Why it cannot be read any further, where that is so.
    pub fn failure(&self) -> Option<String> {
        match self.standing((0, 0)) {
            Standing::Failed(why) => Some(why),
            _ => None,
        }
    }

    /// Reads what there is, for so long at most. Answers whether there is more.
    pub fn advance(&mut self, most: Duration) -> bool {
        let began = Instant::now();
        loop {
            let count = self.read_some();
            if count > 0 {
                self.read = Instant::now();
                self.grows |= self.caught_up;
                self.note_origin();
            }
            if count < BETWEEN {
                self.caught_up |= self.has_header;
                self.look();
                return false;
            }
            if began.elapsed() >= most {
                return true;
            }
        }
    }

    /// Reads a few entries. Answers how many there were.
    fn read_some(&mut self) -> usize {
        for count in 0..BETWEEN {
            let Some((thread, entry)) = self.follower.next() else { return count };
            if !self.has_header {
                self.begin();
            }
            self.take(thread, &entry);
        }
        BETWEEN
    }

    /// All that is there was read.
    fn look(&mut self) {
        let now = Instant::now();
        if now < self.looks {
            return;
        }
        self.looks = now + LOOK;
        if *self.follower.state() != State::Replaced {
            self.follower.look();
            if *self.follower.state() == State::Replaced {
                // What is left of it is read first.
                (self.looks, self.replaced) = (now, Some(now));
            }
            return;
        }
        match self.follower.go_on() {
            Next::Part => (self.looks, self.replaced) = (now, None),
            Next::Later(missing) => self.begin_anew(missing),
            Next::Nothing => {}
        }
    }

    /// What came between is not known, so nothing of what was known need be true any more.
    fn begin_anew(&mut self, missing: u32) {
        let Some(path) = self.path.clone() else { return };
        // Not the older one: whoever is behind reads the newest.
        let Ok(follower) = Follower::open(&path) else { return };
        *self = Self {
            path: self.path.take(),
            missing: self.missing + u64::from(missing),
            grows: self.grows,
            process: self.process,
            ..Self::anew(follower, self.resolve.take())
        };
    }

    fn begin(&mut self) {
        self.has_header = true;
        let resolve = self.resolve.clone().map(|shared| -> Resolve {
            Box::new(move |file, line, column, name| (shared.borrow_mut())(file, line, column, name))
        });
        self.replay = Replay::of_one_that_grows(self.follower.header(), RESOURCES, resolve);
    }

    fn take(&mut self, thread: u32, entry: &Entry) {
        let Self { replay, paths, requests, operations, threads, .. } = self;
        let heard = replay.take(thread, entry);
        paths.hear(replay, &heard);
        let time = replay.thread(heard.thread).now;
        if let Entry::Event(_) | Entry::Fact { .. } = entry {
            operations.hear(replay, &heard.step, time);
            self.events.add(time, 1);
        }
        threads.hear(replay, &heard, time);
        requests.hear(replay, paths, &heard);
        while let Some(request) = replay.take_over() {
            requests.over(replay, paths, &request);
            paths.over(replay, &request);
        }
    }

    /// The last entry was made before it was read.
    fn note_origin(&mut self) {
        let began = self.read.checked_sub(Duration::from_nanos(self.replay.end()));
        self.origin = match (self.origin, began) {
            (Some(former), Some(began)) => Some(former.min(began)),
            (former, began) => former.or(began),
        };
    }

    /// Whether time goes on though nothing is read.
    fn is_live(&self) -> bool {
        let is_open = *self.follower.state() == State::Open;
        let is_silent = self.read.elapsed() >= SILENCE;
        let runs = match self.process {
            Process::Runs => true,
            Process::Unknown => self.grows,
            // It may be known under another number elsewhere.
            Process::Gone => self.grows && !is_silent,
        };
        is_open && runs
    }

    /// The time of the recording at this moment.
    fn now(&self) -> u64 {
        let last = self.replay.end();
        match self.origin {
            Some(origin) if self.is_live() && self.caught_up => {
                last.max(u64::try_from(origin.elapsed().as_nanos()).unwrap_or(u64::MAX))
            }
            _ => last,
        }
    }

    fn standing(&self, (read, length): (u64, u64)) -> Standing {
        match self.follower.state() {
            State::Complete => Standing::Ended(self.ending().unwrap_or_else(|| "ended".to_owned())),
            State::Killed(signal) => Standing::Ended(format!("ended by {}", Shown::name(signal))),
            State::Damaged(error) => Standing::Failed(Shown::line(&error.to_string()).to_string()),
            State::Replaced if self.replaced.is_none_or(|since| since.elapsed() >= PATIENCE) => {
                Standing::Failed("the file was cut, or another one is in its place".to_owned())
            }
            State::Open | State::Replaced if !self.has_header => Standing::Waiting,
            State::Open if !self.caught_up => {
                Standing::Reading((read * 100).checked_div(length).unwrap_or(0).min(100) as u8)
            }
            State::Open if self.process == Process::Gone && !self.is_live() => Standing::Gone,
            State::Open if !self.is_live() => {
                Standing::Silent(u64::try_from(self.read.elapsed().as_nanos()).unwrap_or(u64::MAX))
            }
            State::Open | State::Replaced => Standing::Live,
        }
    }

    /// Why the main thread has ended.
    fn ending(&self) -> Option<String> {
        let main = self.replay.threads().iter().find(|thread| thread.worker == 0)?;
        let reason = Shown::line(main.ended.as_deref()?).to_string();
        Some(if reason == "stopped" {
            "the recording was stopped".to_owned()
        } else {
            format!("ended: {reason}")
        })
    }

    /// Everything at this moment.
    pub fn view(&mut self) -> View {
        let now = self.now();
        let since = self.since();
        self.requests.tidy(&mut self.replay, &self.paths, now);
        let began = Instant::now();
        if began >= self.due {
            self.operations.look(&self.replay, now);
            self.requests.look(&mut self.replay, now, since);
            self.due = Instant::now() + OFTEN.max(began.elapsed() * PART);
        }
        self.view_at(now, since)
    }

    /// When the first thread took part: nothing was recorded before.
    fn since(&self) -> u64 {
        self.replay.threads().iter().map(|thread| thread.began).min().unwrap_or(0)
    }

    fn view_at(&mut self, now: u64, since: u64) -> View {
        let progress = self.follower.progress();
        let threads = self.threads.view(&self.replay, now);
        let (alive, operations) = self.operations.view(&self.replay, now, since);
        let header = self.replay.headers().first();
        let program = header.map_or(String::new(), words::process);
        View {
            program: Shown::name(&program).to_string(),
            pid: header.map_or(0, |header| header.pid),
            node: header.map_or(String::new(), |header| Shown::of(&header.node, 20).to_string()),
            standing: self.standing(progress),
            elapsed: now.saturating_sub(since),
            behind: if progress.0 < progress.1 { now.saturating_sub(self.replay.end()) } else { 0 },
            events: self.events.per_second(now, since),
            answered: self.requests.rate(now, since),
            open: self.requests.open(),
            left_out: self.left_out(),
            blocks: self.threads.blocks(&self.replay, &threads, now),
            routes: self.requests.routes(&mut self.replay, now, since),
            requests: self.requests.list(&mut self.replay, now),
            holds: self.holds(),
            crash: self.crash(),
            threads,
            operations,
            alive,
        }
    }

    /// One request's time, part after part, while it is open or one of the slowest of the last minute.
    pub fn waterfall(&mut self, key: RequestKey) -> Option<Waterfall> {
        let now = self.now();
        self.requests.waterfall(&mut self.replay, &self.paths, key, now)
    }

    fn holds(&self) -> Vec<HoldView> {
        let threads = self.replay.threads().iter().enumerate();
        let Some((main, thread)) = threads.into_iter().find(|(_, thread)| thread.worker == 0) else {
            return Vec::new();
        };
        if thread.ended.is_some() {
            return Vec::new();
        }
        let view = |held: Held| HoldView {
            what: Shown::name(&held.what).to_string(),
            place: self.replay.places.text(held.place).map_or(String::new(), |place| place.to_string()),
            count: held.count,
            oldest: held.oldest,
        };
        held(&self.replay, main as u32).into_iter().map(view).collect()
    }

    fn crash(&self) -> Option<String> {
        let crash = self.replay.facts.crashes.values().next()?;
        let mut lines = crash.text.lines().take_while(|line| !line.trim_start().starts_with("at "));
        let first = lines.next().unwrap_or_default();
        // Of code that cannot be parsed, the file and the line come first, and what is wrong after it.
        let first = lines.find(|line| line.starts_with("SyntaxError: ")).unwrap_or(first);
        let place = self.replay.places.text(crash.place);
        let place = place.map_or(String::new(), |place| format!(", {place}"));
        Some(format!("{}{place}", Shown::line(first)))
    }

    fn left_out(&self) -> Vec<String> {
        let mut all = Vec::new();
        let dropped = self.replay.dropped().iter().fold(0_u64, |all, &(_, count)| all.saturating_add(count));
        if dropped > 0 {
            all.push(format!(
                "{dropped} resources were not recorded: the program was faster than the recorder"
            ));
        }
        let left_out = self.replay.left_out();
        if left_out.resources > 0 {
            all.push(format!("{} resources had no room here", left_out.resources));
        }
        if left_out.not_kept > 0 {
            all.push(format!("{} resources had no room in what is kept", left_out.not_kept));
        }
        if left_out.requests > 0 {
            all.push(format!("{} requests had no room here", left_out.requests));
        }
        match self.missing {
            0 => {}
            1 => all.push("1 part missed".to_owned()),
            many => all.push(format!("{many} parts missed")),
        }
        if self.follower.is_deleted() {
            all.push("the file was deleted".to_owned());
        }
        all
    }
}

/// Nanoseconds as people read them.
pub fn shown_time(ns: u64) -> String {
    time(ns)
}
