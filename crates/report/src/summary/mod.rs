//! The summary: a recording as text for a terminal, and what in it is worth a look.
//!
//! * this module: listens to the replay
//! * `numbers`, `alive`: what it collects
//! * `findings`: the findings, which the page has, too
//! * `screen`: what answers questions first; `print`: the rest; `data`: the same for programs

mod alive;
mod data;
pub(crate) mod findings;
mod numbers;
mod print;
mod screen;

use recorder::event::{Entry, Id};
use recorder::spread::Spread;
use rustc_hash::FxHashMap;

use crate::path::Segment;
use crate::recordings::Fate;
use crate::replay::{CONNECTION, Heard, Ran, Replay, Request, RouteNumber};
use crate::shown::Shown;
use alive::is_of_node;
pub(crate) use data::data;
pub(crate) use findings::Finding;
use findings::Findings;
pub(crate) use numbers::Summary;
use numbers::{Link, LongCallback, Route, Slow};
pub(crate) use print::print;

/// So many of the longest callbacks are listed, and of the slowest requests.
const LONGEST: usize = 10;
/// So many links of a chain are shown, and so many resources are followed for them.
const CHAIN: usize = 12;
const FOLLOWED: u64 = 10_000;
const MOST_MARKS: usize = 100;
/// So many pairs of a route and a status are told apart.
const ROUTES: usize = 1 << 12;

#[derive(Default)]
pub(crate) struct Collector {
    summary: Summary,
    findings: Findings,
    routes: FxHashMap<(RouteNumber, u16, bool), Spread>,
}

impl Collector {
    pub(crate) fn hear(&mut self, replay: &Replay, heard: &Heard) {
        self.findings.hear(replay, heard);
        match heard.entry {
            Entry::Event(_) => replay.ran().iter().for_each(|ran| self.ran(replay, heard.thread, ran)),
            Entry::Mark { time, name } if self.summary.marks.len() < MOST_MARKS => {
                self.summary.marks.push((*time, Shown::line(name)));
            }
            Entry::Mark { .. } => self.summary.more_marks += 1,
            _ => {}
        }
    }

    /// A callback has run, or still ran at the end.
    pub(crate) fn ran(&mut self, replay: &Replay, at: u32, ran: &Ran) {
        let &Ran { id, began, took, depth, .. } = ran;
        if depth > 0 {
            return;
        }
        self.findings.ran(replay, at, ran);
        insert(
            &mut self.summary.longest,
            |callback| callback.took >= took,
            || {
                let (chain, cut) = chain(replay, at, id);
                let thread = Shown::name(&replay.thread(at).title());
                LongCallback { thread, began, took, chain, cut }
            },
        );
    }

    /// A request is over.
    pub(crate) fn over(&mut self, replay: &Replay, request: &Request, path: &[Segment]) {
        self.findings.over(replay, request, path);
        if let Some(route) = request.route {
            let key = (route, request.status, request.is_aborted());
            if self.routes.len() < ROUTES || self.routes.contains_key(&key) {
                self.routes.entry(key).or_default().add(request.took());
            }
        }
        let requests = &mut self.summary.requests;
        requests.took.add(request.took());
        insert(
            &mut requests.slowest,
            |other| other.request.took() >= request.took(),
            || {
                let found = replay.find((request.thread, request.connection));
                let type_ = Shown::name(found.map_or(CONNECTION, |of| replay.type_name(of.type_)));
                let thread = Shown::name(&replay.thread(request.thread).title());
                Slow { request: *request, thread, type_ }
            },
        );
    }

    /// From here on, requests are over because the recording is.
    pub(crate) fn end(&mut self) {
        self.findings.end();
    }

    pub(crate) fn finish(mut self, replay: &Replay, fates: &[Fate], why: bool) -> Summary {
        self.summary.findings = self.findings.finish(replay, fates, why);
        self.summary.alive = alive::group(replay);
        self.summary.routes = self
            .routes
            .into_iter()
            .map(|((route, status, is_aborted), took)| Route {
                route,
                status,
                is_aborted,
                took,
                mostly: None,
            })
            .collect();
        self.summary.routes.sort_unstable_by_key(|of| (of.route, of.status, of.is_aborted));
        self.summary
    }
}

/// Inserts an item behind those that are `before` it, where there is room in the list.
fn insert<T>(list: &mut Vec<T>, before: impl Fn(&T) -> bool, item: impl FnOnce() -> T) {
    let at = list.partition_point(before);
    if at < LONGEST {
        list.truncate(LONGEST - 1);
        list.insert(at, item());
    }
}

/// The resource and what led to it, as far as it is remembered; and whether there is more.
fn chain(replay: &Replay, thread: u32, mut id: Id) -> (Vec<Link>, bool) {
    let mut chain: Vec<Link> = Vec::new();
    let mut last = None;
    for _ in 0..FOLLOWED {
        let Some(found) = replay.find((thread, id)) else { return (chain, id > 1) };
        if last == Some((found.type_, found.stack)) {
            chain.iter_mut().last().into_iter().for_each(|link| link.count += 1);
        } else if chain.len() == CHAIN {
            return (chain, true);
        } else {
            let type_ = Shown::name(replay.type_name(found.type_));
            let place = replay.stack(found.stack).and_then(place);
            chain.push(Link { id, count: 1, type_, place });
            last = Some((found.type_, found.stack));
        }
        if found.trigger == id {
            return (chain, false);
        }
        id = found.trigger;
    }
    (chain, true)
}

/// The first line of a stack that is not Node's own, or the first of all.
fn place(frames: &str) -> Option<Shown> {
    let line = frames.lines().find(|line| !is_of_node(line)).or_else(|| frames.lines().next())?;
    Some(Shown::line(line.trim().trim_start_matches("at ")))
}
