//! Which HTTP requests the page shows, each with the operations that came about while it was handled.
//!
//! The replay says which requests servers answered, and what belongs to each. Those that the program makes are traces of the
//! page alone.

use std::collections::{BTreeMap, HashMap, HashSet};

use recorder::event::Id;

use super::top::{Offer, Top};
use crate::path::{Segment, said};
use crate::replay::{Key, REQUEST, Replay, Request, Type, Types};
use crate::shown::Shown;
use crate::units::shuffled;

/// Requests of the program that are followed at a time; when there are more, the oldest is taken to be over.
const OPEN: usize = 4096;
/// The slowest that are kept, and some others by chance; of those received and of those made each.
const SLOWEST: usize = 200;
const CHANCE: usize = 75;
/// Parts of a request's path that are kept.
const SEGMENTS: usize = 100;
/// Operations of one request that are kept, the first ones; and those of all that are open.
const SPANS: usize = 100;
const ALL_SPANS: usize = 1 << 19;

/// In the id of a trace that is a request of the program. The rest counts them.
const MADE: Id = 1 << 61;

/// What belongs to a request.
#[derive(Clone, Default)]
struct Operations {
    first: Vec<Id>,
    size: u64,
}

/// A request that the page may show.
#[derive(Clone)]
pub(super) struct ShownRequest {
    pub trace: Key,
    pub root: Id,
    pub is_made: bool,
    pub start: u64,
    pub end: u64,
    /// The root first.
    pub spans: Vec<Key>,
    /// With the operations that are not kept.
    pub size: u64,
    pub said: Said,
}

/// What is said of a request.
#[derive(Clone, Default)]
pub(super) struct Said {
    /// The method and the path.
    pub what: Option<Shown>,
    pub status: u16,
    /// The connection was closed before the response had ended.
    pub is_aborted: bool,
    /// Where its time went: kinds, times from its start, lengths and words.
    pub path: Vec<(&'static str, u64, u64, Shown)>,
}

impl Said {
    pub(super) fn of(replay: &Replay, request: &Request, segments: &[Segment]) -> Self {
        let asked = replay.asked((request.thread, request.trace()));
        let path = segments.iter().take(SEGMENTS).map(|segment| {
            let from = segment.from.saturating_sub(request.began);
            (segment.kind.name(), from, segment.took(), Shown::line(&said(replay, segment)))
        });
        Self {
            what: asked.map(|asked| Shown::line(&asked.what)),
            status: request.status,
            is_aborted: request.is_aborted(),
            path: path.collect(),
        }
    }
}

/// A request of the program that is open.
struct Made {
    root: Key,
    start: u64,
    /// When anything last happened in it.
    last: u64,
}

#[derive(Default)]
pub(super) struct PageRequests {
    count: u64,
    /// What belongs to those that are open, by thread and trace.
    operations: HashMap<Key, Operations>,
    spans: usize,
    /// How many the program made, and those of them that are open.
    next: Id,
    made: BTreeMap<Id, Made>,
    received_kept: Best,
    made_kept: Best,
    /// The traces of those that are kept, and how many each root has.
    followed: HashSet<Key>,
    roots: HashMap<Key, u32>,
}

struct Best {
    slowest: Top<ShownRequest>,
    chance: Top<ShownRequest>,
}

impl Default for Best {
    fn default() -> Self {
        Self { slowest: Top::new(SLOWEST), chance: Top::new(CHANCE) }
    }
}

impl Best {
    /// Whether a request of a trace that took so long may be kept.
    fn may_take(&self, trace: Key, took: u64) -> bool {
        self.slowest.takes(took) || self.chance.takes(chance(trace))
    }

    /// Answers which one has no room.
    fn offer(&mut self, request: ShownRequest) -> Option<ShownRequest> {
        let rest = match self.slowest.offer(request.end - request.start, || request.clone()) {
            Offer::Taken => return None,
            Offer::Instead(beaten) => beaten,
            Offer::Refused => request,
        };
        match self.chance.offer(chance(rest.trace), || rest.clone()) {
            Offer::Taken => None,
            Offer::Instead(beaten) => Some(beaten),
            Offer::Refused => Some(rest),
        }
    }

    fn into_items(self) -> impl Iterator<Item = ShownRequest> {
        self.slowest.into_items().chain(self.chance.into_items())
    }
}

fn chance((thread, trace): Key) -> u64 {
    shuffled(trace ^ (Id::from(thread) << 32))
}

impl PageRequests {
    pub(super) fn open(&self) -> usize {
        self.operations.len()
    }

    pub(super) fn knows(&self, trace: Key) -> bool {
        self.operations.contains_key(&trace)
    }

    /// A request has begun: it is known by its first operation, or when it is over.
    pub(super) fn begin(&mut self, trace: Key, root: Id) {
        self.operations.insert(trace, Operations::default());
        *self.roots.entry((trace.0, root)).or_default() += 1;
    }

    /// What looked like a request is none.
    pub(super) fn forget(&mut self, trace: Key, root: Id) {
        if let Some(Operations { first, .. }) = self.operations.remove(&trace) {
            self.spans -= first.len();
            self.leave((trace.0, root));
        }
    }

    /// The program makes a request.
    pub(super) fn make(&mut self, root: Key, time: u64) -> Id {
        self.next += 1;
        let trace = MADE | self.next;
        self.begin((root.0, trace), root.1);
        self.made.insert(trace, Made { root, start: time, last: time });
        if self.made.len() > OPEN
            && let Some((oldest, made)) = self.made.pop_first()
        {
            self.close_made(oldest, made);
        }
        trace
    }

    /// The trace of a request that a resource belongs to, by the trace of the replay and those of what created it; 0 where it
    /// belongs to none.
    pub(super) fn trace_of(&self, thread: u32, replayed: Id, creators: [Id; 2]) -> Id {
        if replayed & REQUEST != 0 || self.knows((thread, replayed)) {
            return replayed;
        }
        creators.into_iter().find(|trace| trace & MADE != 0).unwrap_or_default()
    }

    /// An operation came about in a request.
    pub(super) fn created(&mut self, trace: Key, id: Id, time: u64) {
        if trace.1 == 0 {
            return;
        }
        self.touched(trace.1, time);
        if let Some(operations) = self.operations.get_mut(&trace) {
            operations.size += 1;
            if operations.first.len() < SPANS && self.spans < ALL_SPANS {
                self.spans += 1;
                operations.first.push(id);
            }
        }
    }

    /// A callback ran in a request.
    pub(super) fn ran(&mut self, trace: Id, types: &Types, type_: Option<Type>, (start, end): (u64, u64)) {
        let last = self.made.get(&trace).map(|made| made.last);
        if last.is_some_and(|last| !types.runs_idly(type_, start, last)) {
            self.touched(trace, end);
        }
    }

    /// Something happened in a request. The replay knows that of those that servers answer.
    pub(super) fn touched(&mut self, trace: Id, time: u64) {
        if let Some(made) = self.made.get_mut(&trace) {
            made.last = made.last.max(time);
        }
    }

    /// A request that a server answered is over.
    pub(super) fn over(&mut self, request: &Request, said: impl FnOnce() -> Said) {
        let &Request { thread, connection, began, end, .. } = request;
        let trace = (thread, request.trace());
        if !self.knows(trace) {
            self.begin(trace, connection);
        }
        self.close(trace, (thread, connection), (began, end), said);
    }

    fn close_made(&mut self, trace: Id, Made { root, start, last }: Made) {
        self.close((root.0, trace), root, (start, last), Said::default);
    }

    fn close(&mut self, trace: Key, root: Key, (start, end): (u64, u64), said: impl FnOnce() -> Said) {
        self.count += 1;
        let Operations { first, size } = self.operations.remove(&trace).unwrap_or_default();
        self.spans -= first.len();
        let own = first.into_iter().filter(|&id| id != root.1).map(|id| (root.0, id));
        let spans = std::iter::once(root).chain(own).collect();
        // The root is there before the requests of its connection.
        let size = if trace.1 & REQUEST != 0 { size + 1 } else { size };
        let is_made = trace.1 & MADE != 0;
        self.followed.insert(trace);
        let best = if is_made { &mut self.made_kept } else { &mut self.received_kept };
        let end = end.max(start);
        // Most requests are not kept: nothing is said of those.
        let said = if best.may_take(trace, end - start) { said() } else { Said::default() };
        let request = ShownRequest { trace, root: root.1, is_made, start, end, spans, size, said };
        if let Some(ShownRequest { trace, root, .. }) = best.offer(request) {
            self.followed.remove(&trace);
            self.leave((trace.0, root));
        }
    }

    fn leave(&mut self, root: Key) {
        if let Some(count) = self.roots.get_mut(&root) {
            *count -= 1;
            if *count == 0 {
                self.roots.remove(&root);
            }
        }
    }

    /// The resource is of a request that may be shown.
    pub(super) fn follows(&self, key: Key, trace: Id) -> bool {
        let of = (key.0, trace);
        self.knows(of) || self.followed.contains(&of) || self.roots.contains_key(&key)
    }

    /// How many there were, and those that are kept, by their start.
    pub(super) fn finish(mut self) -> (u64, Vec<ShownRequest>) {
        for (trace, made) in std::mem::take(&mut self.made) {
            self.close_made(trace, made);
        }
        let mut kept: Vec<_> = self.received_kept.into_items().chain(self.made_kept.into_items()).collect();
        kept.sort_by_key(|request| (request.start, request.trace));
        (self.count, kept)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn served(number: u32, began: u64, end: u64) -> Request {
        Request::served(number.into(), number, (began, end))
    }

    #[test]
    fn the_slowest_and_some_others_stay() {
        let mut requests = PageRequests::default();
        for n in 1..=10_000u32 {
            let start = u64::from(n) * 1000;
            let request = served(n, start, start + if n % 100 == 0 { 500 } else { 20 });
            requests.begin((0, request.trace()), request.connection);
            requests.created((0, request.trace()), 100_000 + Id::from(n), start + 10);
            requests.over(&request, Said::default);
        }
        assert_eq!((requests.followed.len(), requests.roots.len()), (SLOWEST + CHANCE, SLOWEST + CHANCE));
        assert!(requests.operations.is_empty() && requests.spans == 0);
        let (count, kept) = requests.finish();
        assert_eq!((count, kept.len()), (10_000, SLOWEST + CHANCE));
        assert_eq!(kept.iter().filter(|request| request.end - request.start == 500).count(), 100);
        assert!(
            kept.iter().any(|request| request.start > 9_000_000)
                && kept.iter().any(|request| request.start < 1_000_000)
        );
    }

    #[test]
    fn a_request_of_the_program_ends_with_what_happens_last_in_it() {
        let (mut requests, mut types) = (PageRequests::default(), Types::default());
        let timer = Some(types.add("Timeout"));
        let trace = requests.make((0, 1), 0);
        requests.created((0, trace), 2, 5);
        requests.ran(trace, &types, timer, (1000, 1010));
        assert_eq!(requests.made[&trace].last, 5);
        requests.created((0, trace), 3, 2005);
        requests.ran(trace, &types, timer, (2000, 2010));
        assert_eq!(requests.made[&trace].last, 2010);
        requests.ran(trace, &types, None, (3000, 3010));
        assert_eq!(requests.trace_of(0, 1, [0, trace]), trace);
        let (count, kept) = requests.finish();
        assert_eq!((count, kept[0].end, kept[0].is_made), (1, 3010, true));
    }

    #[test]
    fn a_request_keeps_its_first_operations_and_counts_all() {
        let mut requests = PageRequests::default();
        let request = served(1, 0, 1999);
        requests.begin((0, request.trace()), 1);
        (2..2000).for_each(|id| requests.created((0, request.trace()), id, id));
        requests.over(&request, Said::default);
        let (_, kept) = requests.finish();
        assert_eq!((kept[0].spans.len(), kept[0].size, kept[0].end), (SPANS + 1, 1999, 1999));
    }
}
