//! HTTP requests: each with the operations that came about while it was handled.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::resources::{Key, Resource};
use super::top::{Offer, Top};

/// A request's number.
pub type Trace = u32;

/// Requests that are followed at a time; when there are more, the oldest is taken to be over.
const OPEN: usize = 4096;
/// The slowest that are kept, and some others by chance; of those received and of those made each.
const SLOWEST: usize = 200;
const CHANCE: usize = 75;
/// Operations of one request that are kept: the first ones.
const SPANS: usize = 100;

/// A server's parser of requests; it serves one connection, and so one request after the other.
const SERVER: &str = "HTTPINCOMINGMESSAGE";
/// One for each request that the program makes.
const CLIENT: &str = "HTTPCLIENTREQUEST";
/// Node and libraries set timers while they handle a request and let them run on.
const TIMER: &str = "Timeout";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    Server,
    Client,
    /// No request: part of one only when its callback leads to something.
    Timer,
}

pub fn role(type_: &str) -> Option<Role> {
    match type_ {
        SERVER => Some(Role::Server),
        CLIENT => Some(Role::Client),
        TIMER => Some(Role::Timer),
        _ => None,
    }
}

#[derive(Clone)]
pub struct Request {
    pub trace: Trace,
    pub root: Key,
    pub type_: u16,
    pub role: Role,
    pub start: u64,
    /// When anything last happened in it.
    pub last: u64,
    pub spans: Vec<Key>,
    /// With those that are not kept.
    pub size: u64,
}

#[derive(Default)]
pub struct Requests {
    pub count: u64,
    next: Trace,
    open: BTreeMap<Trace, Request>,
    received: Kept,
    made: Kept,
    /// Of the requests that are open or kept: their numbers, and how many each root has.
    followed: HashSet<Trace>,
    roots: HashMap<Key, u32>,
}

struct Kept {
    slowest: Top<Request>,
    chance: Top<Request>,
}

impl Default for Kept {
    fn default() -> Self {
        Self { slowest: Top::new(SLOWEST), chance: Top::new(CHANCE) }
    }
}

impl Kept {
    /// Answers which one has no room.
    fn offer(&mut self, request: Request) -> Option<Request> {
        let rest = match self.slowest.offer(request.last - request.start, || request.clone()) {
            Offer::Taken => return None,
            Offer::Instead(beaten) => beaten,
            Offer::Refused => request,
        };
        match self.chance.offer(shuffled(rest.trace), || rest.clone()) {
            Offer::Taken => None,
            Offer::Instead(beaten) => Some(beaten),
            Offer::Refused => Some(rest),
        }
    }

    fn into_items(self) -> impl Iterator<Item = Request> {
        self.slowest.into_items().chain(self.chance.into_items())
    }
}

impl Requests {
    pub fn begin(&mut self, root: Key, type_: u16, role: Role, time: u64) -> Trace {
        let trace = self.next;
        self.followed.insert(trace);
        *self.roots.entry(root).or_default() += 1;
        self.next = self.next.wrapping_add(1);
        self.open.insert(
            trace,
            Request { trace, root, type_, role, start: time, last: time, spans: vec![root], size: 1 },
        );
        if self.open.len() > OPEN
            && let Some((_, oldest)) = self.open.pop_first()
        {
            self.close(oldest);
        }
        trace
    }

    /// An operation came about in a request.
    pub fn created(&mut self, trace: Trace, key: Key, time: u64) {
        if let Some(request) = self.open.get_mut(&trace) {
            request.last = request.last.max(time);
            request.size += 1;
            if request.spans.len() < SPANS {
                request.spans.push(key);
            }
        }
    }

    /// A callback ran in a request. A timer's callback that led to nothing does not count.
    pub fn ran(&mut self, trace: Trace, role: Option<Role>, start: u64, end: u64) {
        if role != Some(Role::Timer) || self.open.get(&trace).is_some_and(|request| request.last >= start) {
            self.touched(trace, end);
        }
    }

    /// Something happened in a request.
    pub fn touched(&mut self, trace: Trace, time: u64) {
        if let Some(request) = self.open.get_mut(&trace) {
            request.last = request.last.max(time);
        }
    }

    fn close(&mut self, request: Request) {
        // A parser that read without leading to anything: the rest of a body, or the end of a connection.
        if request.role == Role::Server && request.size == 1 {
            return self.leave(&request);
        }
        self.count += 1;
        let kept = if request.role == Role::Client { &mut self.made } else { &mut self.received };
        if let Some(rest) = kept.offer(request) {
            self.leave(&rest);
        }
    }

    fn leave(&mut self, request: &Request) {
        self.followed.remove(&request.trace);
        if let Some(count) = self.roots.get_mut(&request.root) {
            *count -= 1;
            if *count == 0 {
                self.roots.remove(&request.root);
            }
        }
    }

    /// The resource is of a request that may be shown.
    pub fn follow(&self, key: Key, resource: &Resource) -> bool {
        resource.trace.is_some_and(|trace| self.followed.contains(&trace)) || self.roots.contains_key(&key)
    }

    /// How many there were, and those that are kept, by their start.
    pub fn finish(mut self) -> (u64, Vec<Request>) {
        for request in std::mem::take(&mut self.open).into_values() {
            self.close(request);
        }
        let mut kept: Vec<_> = self.received.into_items().chain(self.made.into_items()).collect();
        kept.sort_by_key(|request| request.start);
        (self.count, kept)
    }
}

/// The same every time, and without a pattern: splitmix64's finalizer.
fn shuffled(trace: Trace) -> u64 {
    let mut value = u64::from(trace).wrapping_add(0x9e37_79b9_7f4a_7c15);
    value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ (value >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_slowest_and_some_others_stay() {
        let mut requests = Requests::default();
        for n in 0..10_000u64 {
            let trace = requests.begin((0, n), 0, Role::Server, n * 1000);
            requests.created(trace, (0, 100_000 + n), n * 1000 + 10);
            requests.touched(trace, n * 1000 + if n % 100 == 0 { 500 } else { 20 });
        }
        assert_eq!(requests.followed.len(), OPEN + SLOWEST + CHANCE);
        assert_eq!(requests.roots.len(), requests.followed.len());
        let (count, kept) = requests.finish();
        assert_eq!((count, kept.len()), (10_000, SLOWEST + CHANCE));
        assert_eq!(kept.iter().filter(|request| request.last - request.start == 500).count(), 100);
        assert!(
            kept.iter().any(|request| request.start > 9_000_000)
                && kept.iter().any(|request| request.start < 1_000_000)
        );
    }

    #[test]
    fn a_parser_that_led_to_nothing_is_no_request() {
        let mut requests = Requests::default();
        requests.begin((0, 1), 0, Role::Server, 0);
        requests.begin((0, 2), 0, Role::Client, 0);
        assert_eq!(requests.finish().0, 1);
    }

    #[test]
    fn a_timer_is_part_of_a_request_when_it_leads_to_something() {
        let mut requests = Requests::default();
        let trace = requests.begin((0, 1), 0, Role::Server, 0);
        requests.created(trace, (0, 2), 5);
        requests.ran(trace, Some(Role::Timer), 1000, 1010);
        assert_eq!(requests.open[&trace].last, 5);
        requests.created(trace, (0, 3), 2005);
        requests.ran(trace, Some(Role::Timer), 2000, 2010);
        assert_eq!(requests.open[&trace].last, 2010);
        requests.ran(trace, None, 3000, 3010);
        assert_eq!(requests.open[&trace].last, 3010);
    }

    #[test]
    fn a_request_keeps_its_first_operations_and_counts_all() {
        let mut requests = Requests::default();
        let trace = requests.begin((0, 1), 0, Role::Server, 0);
        (2..2000).for_each(|id| requests.created(trace, (0, id), id));
        let (_, kept) = requests.finish();
        assert_eq!((kept[0].spans.len(), kept[0].size, kept[0].last), (SPANS, 1999, 1999));
    }
}
