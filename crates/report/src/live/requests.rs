//! The requests that servers answer: those that are open, and what those of the last minute have in common.

use std::collections::VecDeque;

use recorder::event::{Entry, Id};
use rustc_hash::FxHashMap;

use super::view::{PartView, RequestKey, RequestView, RouteView, Waterfall};
use super::window::{Minute, Recent, SECOND, greatest_first};
use crate::path::{self, Kind, Pending, RouteSums, Segment, Sums};
use crate::replay::{Heard, Key, REQUEST, Replay, Request, RouteNumber};
use crate::shown::Shown;

/// So many routes are told apart. Those beyond are counted with those that nobody knows.
const ROUTES: usize = 1 << 10;
/// So many finished requests can be opened: the slowest of the last minute.
const SLOW: usize = 64;
const MINUTE: u64 = 60 * SECOND;
/// So many parts of one are kept.
const PARTS: usize = 256;
/// So many open ones are listed, the oldest.
const LISTED: usize = 500;
/// From this status on, a request has failed.
const FAILED: u16 = 500;

/// A route, where it is known.
type Route = Option<RouteNumber>;

/// One that has ended.
struct Finished {
    key: Key,
    route: Route,
    asks: Box<str>,
    began: u64,
    ended: u64,
    status: u16,
    is_aborted: bool,
    segments: Vec<Segment>,
}

#[derive(Default)]
pub(super) struct Requests {
    /// When they began.
    open: FxHashMap<Key, u64>,
    /// Answered, of all routes and of each.
    rate: Recent,
    rates: FxHashMap<Route, Recent>,
    minute: Minute<Sums>,
    /// What routes are called once the pattern of their path is known.
    patterns: FxHashMap<RouteNumber, RouteNumber>,
    slow: VecDeque<Finished>,
    /// As of the last look.
    looked: Option<Look>,
}

/// What takes long to find out.
struct Look {
    pending: Pending,
    routes: Vec<(RouteView, Route)>,
}

impl Requests {
    pub(super) fn hear(&mut self, replay: &mut Replay, paths: &mut path::Collector, heard: &Heard) {
        match *heard.entry {
            Entry::RequestStart { time, number, .. } => {
                let key = (heard.thread, REQUEST | Id::from(number));
                if replay.request(key).is_some() {
                    self.open.insert(key, time);
                }
            }
            Entry::RequestEnd { time, number } => {
                let key = (heard.thread, REQUEST | Id::from(number));
                let segments = paths.take_ended(key).unwrap_or_default();
                if let Some(began) = self.open.remove(&key) {
                    self.finish(replay, key, (began, time), false, segments);
                }
            }
            _ => {}
        }
    }

    /// Nothing is alive any more of a request.
    pub(super) fn over(&mut self, replay: &mut Replay, paths: &path::Collector, request: &Request) {
        let key = (request.thread, request.trace());
        let is_open = self.open.remove(&key).is_some();
        // One of which the recorder does not say when it begins and ends.
        let is_told = request.is_answered() || request.is_aborted();
        if is_open || !is_told {
            let segments = self.broken_off(replay, paths, request);
            self.finish(replay, key, (request.began, request.end), request.is_aborted(), segments);
        }
    }

    /// The path of a request that has no answer: it did what it did at the last look.
    fn broken_off(&self, replay: &Replay, paths: &path::Collector, request: &Request) -> Vec<Segment> {
        self.looked.as_ref().map_or(Vec::new(), |look| paths.open(replay, request, &look.pending))
    }

    fn finish(
        &mut self,
        replay: &mut Replay,
        key: Key,
        (began, ended): (u64, u64),
        is_aborted: bool,
        mut segments: Vec<Segment>,
    ) {
        let known = replay.routes_of(key);
        if let Some((route, plain)) = known.filter(|(route, plain)| route != plain)
            && (self.patterns.len() < ROUTES || self.patterns.contains_key(&plain))
        {
            self.patterns.insert(plain, route);
        }
        let (asks, status) =
            replay.asked(key).map_or((Box::default(), 0), |asked| (asked.what.clone(), asked.status));
        let route = known.map(|(route, _)| route);
        let route = if self.rates.len() < ROUTES || self.rates.contains_key(&route) { route } else { None };
        if segments.is_empty() {
            segments.push(Segment::over(Kind::Unknown, began, ended));
        }
        let mut request = Request::finished(key, (began, ended), is_aborted);
        (request.route, request.status) = (route, status);
        self.minute.at(ended).add(replay, &request, &segments);
        self.rate.add(ended, 1);
        self.rates.entry(route).or_default().add(ended, 1);
        segments.truncate(PARTS);
        self.keep_slow(Finished { key, route, asks, began, ended, status, is_aborted, segments });
    }

    fn keep_slow(&mut self, finished: Finished) {
        let took = |finished: &Finished| finished.ended.saturating_sub(finished.began);
        self.slow.retain(|other| other.ended + MINUTE >= finished.ended);
        if self.slow.len() == SLOW {
            let fastest = self.slow.iter().enumerate().min_by_key(|(_, other)| took(other));
            let Some((at, _)) = fastest.filter(|(_, other)| took(other) < took(&finished)) else { return };
            self.slow.remove(at);
        }
        self.slow.push_back(finished);
    }

    /// Ends those whose connections were closed, and forgets what is too old.
    pub(super) fn tidy(&mut self, replay: &mut Replay, paths: &path::Collector, now: u64) {
        let mut closed = Vec::new();
        self.open.retain(|&key, &mut began| match replay.request(key) {
            Some(request) if request.is_aborted() => {
                closed.push((key, began, request));
                false
            }
            request => request.is_some(),
        });
        for (key, began, request) in closed {
            let segments = self.broken_off(replay, paths, &request);
            self.finish(replay, key, (began, request.end), true, segments);
        }
        self.minute.forget(now);
        self.slow.retain(|finished| finished.ended + MINUTE >= now);
    }

    /// Finds out what takes long: what open requests wait for, and what those of each route have in common.
    pub(super) fn look(&mut self, replay: &mut Replay, now: u64, since: u64) {
        let mut all = Sums::default();
        self.minute.iter().for_each(|part| all.merge(part));
        let mut by_route: FxHashMap<Route, (RouteSums, u64)> = FxHashMap::default();
        for sums in all.finish() {
            let failed = if sums.status >= FAILED || sums.is_aborted { sums.count } else { 0 };
            match by_route.entry(sums.route) {
                std::collections::hash_map::Entry::Occupied(mut slot) => {
                    slot.get_mut().0.merge(&sums);
                    slot.get_mut().1 += failed;
                }
                std::collections::hash_map::Entry::Vacant(slot) => {
                    slot.insert((sums, failed));
                }
            }
        }
        let routes = by_route.into_iter().map(|(route, (sums, failed))| {
            let view = RouteView {
                name: name(replay, route),
                rate: 0.0,
                open: 0,
                count: sums.count,
                failed,
                p50: sums.took.percentile(50.0),
                p99: sums.took.percentile(99.0),
                mostly: path::mostly(replay, &sums).unwrap_or_default(),
            };
            (view, route)
        });
        let routes = routes.collect();
        self.rates.retain(|_, rate| rate.per_second(now, since) > 0.0);
        self.looked = Some(Look { pending: Pending::of(replay), routes });
    }

    pub(super) fn open(&self) -> usize {
        self.open.len()
    }

    pub(super) fn rate(&self, now: u64, since: u64) -> f64 {
        self.rate.per_second(now, since)
    }

    fn route_of_open(&self, replay: &mut Replay, key: Key) -> Route {
        let (route, plain) = replay.routes_of(key)?;
        Some(if route == plain { self.patterns.get(&plain).copied().unwrap_or(plain) } else { route })
    }

    /// Each route of the last minute, and those that requests are open of.
    pub(super) fn routes(&self, replay: &mut Replay, now: u64, since: u64) -> Vec<RouteView> {
        let mut open: FxHashMap<Route, usize> = FxHashMap::default();
        for &key in self.open.keys() {
            *open.entry(self.route_of_open(replay, key)).or_default() += 1;
        }
        let mut views: Vec<RouteView> = Vec::new();
        for (view, route) in self.looked.iter().flat_map(|look| &look.routes) {
            let rate = self.rates.get(route).map_or(0.0, |rate| rate.per_second(now, since));
            views.push(RouteView { rate, open: open.remove(route).unwrap_or(0), ..view.clone() });
        }
        for (route, open) in open {
            views.push(RouteView { name: name(replay, route), open, ..RouteView::default() });
        }
        views
    }

    /// The open ones, the oldest first, and then the slowest.
    pub(super) fn list(&self, replay: &mut Replay, now: u64) -> Vec<RequestView> {
        let open: Vec<(Key, u64)> = self.open.iter().map(|(&key, &began)| (key, began)).collect();
        let oldest = greatest_first(open.iter().map(|(_, began)| !began)).take(LISTED).map(|at| open[at]);
        let mut views: Vec<_> =
            oldest.map(|(key, began)| self.view_of_open(replay, key, began, now)).collect();
        let took = |finished: &Finished| finished.ended.saturating_sub(finished.began);
        let slowest = greatest_first(self.slow.iter().map(took));
        views.extend(slowest.map(|at| view_of_finished(replay, &self.slow[at])));
        views
    }

    fn view_of_open(&self, replay: &mut Replay, key: Key, began: u64, now: u64) -> RequestView {
        let route = self.route_of_open(replay, key);
        let asks = replay.asked(key).map_or(String::new(), |asked| Shown::name(&asked.what).to_string());
        RequestView {
            key,
            route: name(replay, route),
            asks,
            took: now.saturating_sub(began),
            is_open: true,
            status: String::new(),
            waits: self.waits(replay, key).unwrap_or_default(),
        }
    }

    /// What an open request does now.
    fn waits(&self, replay: &Replay, key: Key) -> Option<String> {
        let runs =
            replay.thread(key.0).running().last().filter(|&(id, _)| replay.trace_of((key.0, id)) == key.1);
        if let Some((id, _)) = runs {
            let of = replay.find((key.0, id));
            let place = replay.places.text(of.map_or(0, |of| replay.place(of.stack)));
            return Some(place.map_or("running".to_owned(), |place| format!("running: {place}")));
        }
        let request = replay.request(key)?;
        let segment = self.looked.as_ref()?.pending.segment(replay, &request);
        Some(path::waits_for(replay, &segment)).filter(|text| !text.is_empty())
    }

    pub(super) fn waterfall(
        &self,
        replay: &mut Replay,
        paths: &path::Collector,
        key: RequestKey,
        now: u64,
    ) -> Option<Waterfall> {
        if let Some(&began) = self.open.get(&key) {
            let view = self.view_of_open(replay, key, began, now);
            let mut request = replay.request(key)?;
            request.end = now;
            // What it waits for now, not what it waited for at the last look.
            let segments = paths.open(replay, &request, &Pending::of(replay));
            return Some(Waterfall { request: view, parts: parts(replay, &segments, began) });
        }
        let finished = self.slow.iter().find(|finished| finished.key == key)?;
        Some(Waterfall {
            request: view_of_finished(replay, finished),
            parts: parts(replay, &finished.segments, finished.began),
        })
    }
}

fn view_of_finished(replay: &Replay, finished: &Finished) -> RequestView {
    let longest = finished.segments.iter().max_by_key(|segment| segment.took());
    RequestView {
        key: finished.key,
        route: name(replay, finished.route),
        asks: Shown::name(&finished.asks).to_string(),
        took: finished.ended.saturating_sub(finished.began),
        is_open: false,
        status: match (finished.is_aborted, finished.status) {
            (true, _) => "aborted".to_owned(),
            (_, 0) => String::new(),
            (_, status) => status.to_string(),
        },
        waits: longest.map_or(String::new(), |segment| path::said(replay, segment)),
    }
}

fn parts(replay: &Replay, segments: &[Segment], began: u64) -> Vec<PartView> {
    let part = |segment: &Segment| PartView {
        from: segment.from.saturating_sub(began),
        to: segment.to.saturating_sub(began),
        kind: segment.kind.name(),
        text: path::said(replay, segment),
    };
    segments.iter().take(PARTS).map(part).collect()
}

fn name(replay: &Replay, route: Route) -> String {
    route.map_or("(other requests)".to_owned(), |route| Shown::name(replay.routes.name(route)).to_string())
}
