//! What is worth a look: each finding is one sentence that answers a question, in the words of the program, and at most a few
//! lines of evidence.
//!
//! * `block`: what keeps the event loop from turning
//! * `leak`: what is made again and again and never ends
//! * `unsettled`: which promises never settle
//! * `unanswered`: which requests wait for an answer that does not come
//! * `pool`: whether the thread pool is the bottleneck
//! * `holds`: why the program does not exit
//! * `crash`: what ended it
//!
//! A healthy program has none. So whatever is not sure is not said.

pub(crate) mod block;
mod crash;
pub(crate) mod holds;
mod leak;
mod pool;
mod unanswered;
mod unsettled;

use recorder::event::{Entry, Id};
use rustc_hash::FxHashMap;

use crate::path::Segment;
use crate::recordings::Fate;
use crate::replay::{Heard, PlaceNumber, Ran, Replay, Request, Step};
use crate::shown::Shown;

/// So many are told, and so many lines of evidence of each.
const MOST: usize = 12;
const LINES: usize = 6;

/// What a finding is about.
#[derive(Clone, Debug, Default)]
pub(crate) struct Subject {
    pub place: PlaceNumber,
    pub route: Option<String>,
    /// When it was.
    pub when: Option<When>,
    /// A resource that stands for it, and the number of a request. Both are of the thread of `when`.
    pub resource: Option<Id>,
    pub request: Option<u32>,
}

/// A part of the recording.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct When {
    /// The position of the thread.
    pub thread: u32,
    pub from: u64,
    pub to: u64,
}

#[derive(Clone, Debug)]
pub(crate) struct Finding {
    /// For programs: `block`, `leak`, `unsettled`, `unanswered`, `thread-pool`, `does-not-exit`, `crash`, `lost`.
    pub kind: &'static str,
    /// Those with more come first.
    weight: f64,
    pub text: String,
    pub evidence: Vec<String>,
    pub subject: Subject,
}

impl Finding {
    /// The text and what supports it, safe to show.
    pub(crate) fn shown(&self) -> (Shown, Vec<Shown>) {
        let evidence = self.evidence.iter().take(LINES).map(|line| Shown::line(line)).collect();
        (Shown::of(&self.text, 600), evidence)
    }
}

/// Listens for all of them.
#[derive(Default)]
pub(crate) struct Findings {
    pub blocks: block::Blocks,
    leaks: leak::Leaks,
    unsettled: unsettled::Unsettled,
    unanswered: unanswered::Unanswered,
    /// Each process has a thread pool of its own.
    pools: FxHashMap<u32, pool::Pool>,
    crash: crash::CrashOf,
    last_request: Option<u64>,
    is_at_end: bool,
}

impl Findings {
    pub(crate) fn hear(&mut self, replay: &Replay, heard: &Heard) {
        match heard.entry {
            Entry::Event(event) => {
                self.blocks.hear(replay, heard, event.time);
                self.leaks.hear(replay, heard, event.time);
                self.unsettled.hear(replay, heard);
                let process = replay.thread(heard.thread).process;
                self.pools.entry(process).or_default().hear(replay, heard, event.time);
            }
            &Entry::Sample { time, stack } => {
                let stack = replay.stack_of(heard.thread, stack);
                self.blocks.sample(replay, heard.thread, time, stack);
            }
            Entry::Fact { .. } if matches!(heard.step, Step::Found { .. }) => {
                self.blocks.hear(replay, heard, replay.thread(heard.thread).now);
            }
            &Entry::Delay { id, ms, repeats } => self.blocks.timer(replay, (heard.thread, id), ms, repeats),
            _ => {}
        }
    }

    pub(crate) fn ran(&mut self, replay: &Replay, thread: u32, ran: &Ran) {
        self.blocks.ran(replay, thread, ran);
    }

    pub(crate) fn over(&mut self, replay: &Replay, request: &Request, path: &[Segment]) {
        self.blocks.over(request);
        self.leaks.over(request);
        self.unanswered.over(replay, request, path);
        // One that is open at the end has a client that waits.
        if request.is_answered() || self.is_at_end && !request.is_aborted() {
            self.last_request = self.last_request.max(Some(request.end));
        }
        if self.is_at_end {
            self.unsettled.open(request);
            self.leaks.open(request);
            self.crash.over(replay, request);
        }
    }

    /// From here on, requests are over because the recording is.
    pub(crate) fn end(&mut self) {
        self.is_at_end = true;
    }

    /// All there are, the most important first. `why` asks for what keeps the program alive, whether or not it has ended.
    pub(crate) fn finish(mut self, replay: &Replay, fates: &[Fate], why: bool) -> Vec<Finding> {
        self.blocks.finish(replay);
        let mut all = self.blocks.findings(replay);
        all.extend(self.leaks.findings(replay));
        all.extend(self.unsettled.findings(replay));
        all.extend(self.unanswered.findings(replay));
        all.extend(self.pools.values().filter_map(|pool| pool.finding(replay)));
        all.extend(self.crash.findings(replay));
        // What does not come to its end for it still runs has an answer already.
        if why || !self.blocks.is_blocked_at_end(replay) {
            let mains = replay.threads().iter().enumerate().filter(|(_, thread)| thread.worker == 0);
            all.extend(mains.filter_map(|(at, thread)| {
                let is_complete = fates.get(thread.process as usize).is_some_and(|fate| fate.is_complete);
                holds::finding(replay, at as u32, is_complete, self.last_request, why)
            }));
        }
        all.extend(lost(replay));
        all.sort_by(|a, b| b.weight.total_cmp(&a.weight).then_with(|| a.text.cmp(&b.text)));
        all.truncate(MOST);
        if replay.headers().len() > 1 {
            all.iter_mut().for_each(|finding| tell_thread(replay, finding));
        }
        all
    }
}

/// Says of which process a finding is.
fn tell_thread(replay: &Replay, finding: &mut Finding) {
    let Some(when) = finding.subject.when else { return };
    finding.evidence.insert(0, format!("Thread: {}.", replay.thread(when.thread).title()));
}

/// What was not recorded.
fn lost(replay: &Replay) -> Option<Finding> {
    let dropped = replay.dropped();
    let total = dropped.iter().fold(0_u64, |total, &(_, count)| total.saturating_add(count));
    let (most, _) = *dropped.first()?;
    Some(Finding {
        kind: "lost",
        weight: 1.0,
        text: format!(
            "{} were not recorded because the program was faster than the recorder: most of them {}.",
            plural(total, "resource", "resources"),
            replay.words_of(most)
        ),
        evidence: vec![
            "What depends on them is missing here. To record fewer, use --types or --no-promises.".to_owned(),
        ],
        subject: Subject::default(),
    })
}

fn plural(count: u64, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}
