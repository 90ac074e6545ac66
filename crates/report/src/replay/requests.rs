//! The HTTP requests that servers answer: which of them a connection is at, and what came of each.
//!
//! All requests of a connection run in the context of one resource, and so of one trace that would never end. So each
//! request is a trace of its own. The recorder says where a request begins and ends; in a recording without its word,
//! the callbacks of a connection that follow one another count as a request.

use rustc_hash::FxHashMap;

use recorder::event::Id;

use super::resource::Key;
use super::routes::RouteNumber;

/// So many requests are followed at once, and so many connections that are at one. Those beyond are no traces of their own.
const OPEN: usize = 1 << 17;

/// In the id of a trace that is a request's. The rest is the request's number.
pub(crate) const REQUEST: Id = 1 << 60;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Request {
    /// The position of its thread.
    pub thread: u32,
    pub connection: Id,
    /// Counts the requests of the thread, from 1.
    pub number: u32,
    pub began: u64,
    /// When the response ended, or where that is not known, when something last happened.
    pub end: u64,
    /// What it is grouped by, once it is over; missing where the recording does not tell what it asked for.
    pub route: Option<RouteNumber>,
    /// The status of its response; 0 where that is not known.
    pub status: u16,
    /// It is a stream of HTTP/2 in a recording that does not tell of those, and the first resource of its trace.
    pub is_stream: bool,
    /// The response ended.
    has_ended: bool,
    /// The connection was closed before that.
    is_aborted: bool,
    /// The recorder will say when the response ends, unless the connection breaks off.
    is_awaited: bool,
    /// It began so many nanoseconds before what is kept of the recording.
    pub early: u64,
    /// So many of its resources are alive.
    alive: u64,
    /// The connection is at it.
    is_current: bool,
}

impl Request {
    /// A stream of HTTP/2, where the recorder does not tell of those.
    pub(super) fn of_stream((thread, id): Key, began: u64, end: u64) -> Self {
        Self { thread, connection: id, began, end, is_stream: true, ..Self::default() }
    }

    pub(crate) fn trace(&self) -> Id {
        if self.is_stream { self.connection } else { REQUEST | Id::from(self.number) }
    }

    /// One that has ended, answered or not.
    pub(crate) fn finished((thread, trace): Key, (began, end): (u64, u64), is_aborted: bool) -> Self {
        let number = trace as u32;
        Self { thread, number, began, end, is_aborted, has_ended: !is_aborted, ..Self::default() }
    }

    #[cfg(test)]
    pub(crate) fn served(connection: Id, number: u32, (began, end): (u64, u64)) -> Self {
        Self { connection, number, began, end, ..Self::default() }
    }

    /// The response is still to come.
    pub(crate) fn is_awaited(&self) -> bool {
        self.is_awaited
    }

    /// The response was handed over as a whole.
    pub(crate) fn is_answered(&self) -> bool {
        self.has_ended
    }

    /// The connection was closed before the response had ended.
    pub(crate) fn is_aborted(&self) -> bool {
        self.is_aborted
    }

    /// From its head to the end of the response.
    pub(crate) fn took(&self) -> u64 {
        self.end.saturating_sub(self.began).saturating_add(self.early)
    }
}

/// What a connection is at.
#[derive(Default)]
struct ServedTurn {
    began: u64,
    /// Missing where nothing has come of it yet.
    request: Option<Id>,
    /// Former requests whose responses are awaited: those that were sent at once, or on streams.
    unanswered: Vec<Id>,
}

#[derive(Default)]
pub(crate) struct Requests {
    turns: FxHashMap<Key, ServedTurn>,
    open: FxHashMap<Key, Request>,
    /// The requests of threads of which the recorder does not tell any.
    counts: FxHashMap<u32, u32>,
    over: Vec<Request>,
    left_out: u64,
}

impl Requests {
    /// The recorder says that the connection is at a new request.
    pub(super) fn start(&mut self, connection: Key, time: u64, number: u32) {
        let unanswered = self.go_on(connection);
        if self.has_room(self.open.len().max(self.turns.len())) {
            self.begin(connection, time, number, true);
        }
        if !unanswered.is_empty() {
            self.turns.entry(connection).or_default().unanswered = unanswered;
        }
    }

    /// The connection calls back after something else has run: a new request, if anything comes of it.
    pub(super) fn turn(&mut self, connection: Key, time: u64) {
        self.close(connection, time);
        if self.has_room(self.open.len().max(self.turns.len())) {
            self.turns.insert(connection, ServedTurn { began: time, ..ServedTurn::default() });
        }
    }

    fn has_room(&mut self, taken: usize) -> bool {
        let has_room = taken < OPEN;
        self.left_out += u64::from(!has_room);
        has_room
    }

    /// How many began when there was no room.
    pub(super) fn left_out(&self) -> u64 {
        self.left_out
    }

    /// The same, where something has come of it already.
    pub(super) fn at(&self, connection: Key) -> Option<Id> {
        self.turns.get(&connection)?.request
    }

    /// The trace of what the connection is at.
    pub(super) fn current(&mut self, connection: Key) -> Option<Id> {
        let &ServedTurn { began, request, .. } = self.turns.get(&connection)?;
        if request.is_some() {
            return request;
        }
        if !self.has_room(self.open.len()) {
            self.turns.remove(&connection);
            return None;
        }
        let count = self.counts.entry(connection.0).or_default();
        *count = count.wrapping_add(1);
        let number = *count;
        Some(self.begin(connection, began, number, false))
    }

    fn begin(&mut self, connection: Key, time: u64, number: u32, is_awaited: bool) -> Id {
        let (thread, connection) = connection;
        let request = Request {
            thread,
            connection,
            number,
            began: time,
            end: time,
            route: None,
            status: 0,
            is_stream: false,
            has_ended: false,
            is_aborted: false,
            is_awaited,
            early: 0,
            alive: 0,
            is_current: true,
        };
        let trace = request.trace();
        // A number that comes again is that of a file that is at odds with itself, or of one beyond all counts.
        self.over.extend(self.open.insert((thread, trace), request));
        self.turns.insert(
            (thread, connection),
            ServedTurn { began: time, request: Some(trace), unanswered: Vec::new() },
        );
        trace
    }

    /// The request that has begun began so many nanoseconds before what is kept.
    pub(super) fn is_older(&mut self, thread: u32, number: u32, early: u64) {
        if let Some(request) = self.open.get_mut(&(thread, REQUEST | Id::from(number))) {
            request.early = early;
        }
    }

    /// The recorder says that the response to a request has ended. Answers whether it is one that is followed.
    pub(super) fn end(&mut self, thread: u32, number: u32, time: u64) -> bool {
        let trace = (thread, REQUEST | Id::from(number));
        let Some(request) = self.open.get_mut(&trace) else { return false };
        request.end = time;
        (request.has_ended, request.is_awaited) = (true, false);
        if let Some(turn) = self.turns.get_mut(&(thread, request.connection)) {
            turn.unanswered.retain(|&other| other != trace.1);
        }
        self.look(trace);
        true
    }

    /// The connection is gone: nobody answers its requests any more.
    pub(super) fn close(&mut self, connection: Key, time: u64) {
        for trace in self.go_on(connection) {
            if let Some(request) = self.open.get_mut(&(connection.0, trace)) {
                request.end = time;
                (request.is_aborted, request.is_awaited) = (true, false);
                self.look((connection.0, trace));
            }
        }
    }

    /// The connection is at its request no more. Answers those whose responses are awaited.
    fn go_on(&mut self, connection: Key) -> Vec<Id> {
        let Some(ServedTurn { request, mut unanswered, .. }) = self.turns.remove(&connection) else {
            return Vec::new();
        };
        if let Some(trace) = request
            && let Some(request) = self.open.get_mut(&(connection.0, trace))
        {
            request.is_current = false;
            if request.is_awaited {
                unanswered.push(trace);
            }
            self.look((connection.0, trace));
        }
        unanswered
    }

    /// A resource of the trace was created.
    pub(super) fn created(&mut self, trace: Key, time: u64) {
        if let Some(request) = self.of(trace) {
            request.alive += 1;
        }
        self.touched(trace, time);
    }

    /// Something of the trace ran.
    pub(super) fn touched(&mut self, trace: Key, time: u64) {
        if let Some(request) = self.of(trace)
            && !request.has_ended
            && !request.is_aborted
        {
            request.end = time;
        }
    }

    /// A resource of the trace ended.
    pub(super) fn ended(&mut self, trace: Key) {
        if let Some(request) = self.of(trace) {
            request.alive = request.alive.saturating_sub(1);
            self.look(trace);
        }
    }

    #[inline]
    fn of(&mut self, trace: Key) -> Option<&mut Request> {
        if trace.1 & REQUEST == 0 { None } else { self.open.get_mut(&trace) }
    }

    fn look(&mut self, trace: Key) {
        if let Some(request) = self.open.get(&trace)
            && request.alive == 0
            && !request.is_current
            && !request.is_awaited
        {
            self.over.extend(self.open.remove(&trace));
        }
    }

    /// A stream that is a request is over.
    pub(super) fn stream(&mut self, request: Request) {
        self.over.push(request);
    }

    /// The requests of which nothing is alive any more, each once.
    #[inline]
    pub(super) fn take_over(&mut self) -> Option<Request> {
        self.over.pop()
    }

    /// One that is not over.
    pub(super) fn get(&self, trace: Key) -> Option<Request> {
        self.open.get(&trace).copied()
    }

    /// Keeps only what is counted.
    pub(super) fn free(&mut self) {
        *self = Self { left_out: self.left_out, ..Self::default() };
    }

    /// At the end of the recording, all of them are over.
    pub(super) fn finish(&mut self) -> Vec<Request> {
        let mut requests = std::mem::take(&mut self.over);
        requests.extend(self.open.drain().map(|(_, request)| request));
        requests
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn those_that_begin_when_too_many_are_open_are_counted() {
        let mut requests = Requests::default();
        for connection in 0..OPEN as u64 + 10 {
            requests.start((0, connection), 1, connection as u32);
        }
        assert_eq!((requests.open.len(), requests.turns.len(), requests.left_out()), (OPEN, OPEN, 10));
        assert_eq!(requests.current((0, OPEN as u64 + 1)), None);
        requests.close((0, 1), 9);
        requests.start((0, OPEN as u64 + 1), 2, u32::MAX);
        assert_eq!((requests.open.len(), requests.left_out()), (OPEN, 10));
    }

    const CONNECTION: Key = (0, 9);

    fn trace(number: Id) -> Key {
        (0, REQUEST | number)
    }

    #[test]
    fn a_request_is_over_when_the_connection_has_gone_on_and_nothing_is_alive() {
        let mut requests = Requests::default();
        requests.start(CONNECTION, 10, 1);
        assert_eq!(requests.current(CONNECTION), Some(trace(1).1));
        requests.created(trace(1), 12);
        requests.ended(trace(1));
        requests.created(trace(1), 13);
        assert_eq!(requests.take_over(), None);
        requests.start(CONNECTION, 20, 2);
        requests.end(0, 1, 25);
        requests.touched(trace(1), 29);
        assert_eq!((requests.current(CONNECTION), requests.take_over()), (Some(trace(2).1), None));
        requests.ended(trace(1));
        let over = requests
            .take_over()
            .map(|request| (request.connection, request.number, request.began, request.end));
        assert_eq!(over, Some((9, 1, 10, 25)));
        requests.close(CONNECTION, 31);
        let aborted = requests.take_over().map(|request| (request.end, request.is_aborted()));
        assert_eq!(aborted, Some((31, true)));
        assert_eq!(requests.current(CONNECTION), None);
        assert!(requests.finish().is_empty());
    }

    #[test]
    fn a_request_awaits_its_response_though_others_follow_and_nothing_of_it_is_alive() {
        let mut requests = Requests::default();
        for number in 1..4 {
            requests.start(CONNECTION, 10 * u64::from(number), number);
        }
        assert_eq!(requests.take_over(), None);
        requests.end(0, 2, 50);
        assert_eq!(requests.take_over().map(|request| (request.number, request.took())), Some((2, 30)));
        requests.end(0, 1, 70);
        assert_eq!(requests.take_over().map(|request| (request.number, request.took())), Some((1, 60)));
        requests.close(CONNECTION, 90);
        assert_eq!(requests.take_over().map(|request| request.number), Some(3));
        assert!(requests.turns.is_empty() && requests.finish().is_empty());
    }

    #[test]
    fn without_a_word_of_the_recorder_a_turn_is_a_request_when_something_comes_of_it() {
        let mut requests = Requests::default();
        requests.turn(CONNECTION, 5);
        requests.turn(CONNECTION, 10);
        assert_eq!(requests.current(CONNECTION), Some(trace(1).1));
        requests.touched(trace(1), 17);
        requests.turn(CONNECTION, 20);
        let over = requests.take_over().map(|request| (request.number, request.began, request.end));
        assert_eq!(over, Some((1, 10, 17)));
        assert!(requests.finish().is_empty());
    }
}
