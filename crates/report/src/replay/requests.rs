//! The HTTP requests that servers answer: which of them a connection is at, and what came of each.
//!
//! All requests of a connection run in the context of one resource, and so of one trace that would never end. So each
//! request is a trace of its own. The recorder says where a request begins and ends; in a recording without its word,
//! the callbacks of a connection that follow one another count as a request.

use rustc_hash::FxHashMap;

use recorder::event::Id;

/// So many requests are followed at once, and so many connections that are at one. Those beyond are no traces of their own.
const OPEN: usize = 1 << 17;

/// In the id of a trace that is a request's. The rest is the request's number.
pub const REQUEST: Id = 1 << 60;

/// A resource, by thread and id.
pub type Key = (u32, Id);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Request {
    pub thread: u32,
    pub connection: Id,
    /// Counts the requests of the thread.
    pub number: u32,
    pub began: u64,
    /// When the response ended, or where that is not known, when something last happened.
    pub end: u64,
    /// The response ended.
    has_ended: bool,
    /// So many of its resources are alive.
    alive: u64,
    /// The connection is at it.
    is_current: bool,
}

impl Request {
    pub fn trace(&self) -> Id {
        REQUEST | Id::from(self.number)
    }
}

/// What a connection is at.
#[derive(Clone, Copy, Default)]
struct Turn {
    began: u64,
    /// Missing where nothing has come of it yet.
    request: Option<Id>,
}

#[derive(Default)]
pub struct Requests {
    turns: FxHashMap<Key, Turn>,
    open: FxHashMap<Key, Request>,
    /// The requests of threads of which the recorder does not tell any.
    counts: FxHashMap<u32, u32>,
    over: Vec<Request>,
    left_out: u64,
}

impl Requests {
    /// The recorder says that the connection is at a new request.
    pub fn start(&mut self, connection: Key, time: u64, number: u32) {
        self.close(connection);
        if self.has_room(self.open.len().max(self.turns.len())) {
            self.begin(connection, time, number);
        }
    }

    /// The connection calls back after something else has run: a new request, if anything comes of it.
    pub fn turn(&mut self, connection: Key, time: u64) {
        self.close(connection);
        if self.has_room(self.open.len().max(self.turns.len())) {
            self.turns.insert(connection, Turn { began: time, request: None });
        }
    }

    fn has_room(&mut self, taken: usize) -> bool {
        let has_room = taken < OPEN;
        self.left_out += u64::from(!has_room);
        has_room
    }

    /// How many began when there was no room.
    pub fn left_out(&self) -> u64 {
        self.left_out
    }

    /// The trace of what the connection is at.
    pub fn current(&mut self, connection: Key) -> Option<Id> {
        let turn = *self.turns.get(&connection)?;
        if turn.request.is_some() {
            return turn.request;
        }
        if !self.has_room(self.open.len()) {
            self.turns.remove(&connection);
            return None;
        }
        let count = self.counts.entry(connection.0).or_default();
        *count = count.wrapping_add(1);
        let number = *count;
        Some(self.begin(connection, turn.began, number))
    }

    fn begin(&mut self, connection: Key, time: u64, number: u32) -> Id {
        let (thread, connection) = connection;
        let request = Request {
            thread,
            connection,
            number,
            began: time,
            end: time,
            has_ended: false,
            alive: 0,
            is_current: true,
        };
        let trace = request.trace();
        // A number that comes again is that of a file that is at odds with itself, or of one beyond all counts.
        self.over.extend(self.open.insert((thread, trace), request));
        self.turns.insert((thread, connection), Turn { began: time, request: Some(trace) });
        trace
    }

    /// The recorder says that the response to a request has ended.
    pub fn end(&mut self, thread: u32, number: u32, time: u64) {
        if let Some(request) = self.open.get_mut(&(thread, REQUEST | Id::from(number))) {
            request.end = time;
            request.has_ended = true;
        }
    }

    /// The connection is at no request any more.
    pub fn close(&mut self, connection: Key) {
        let Some(Turn { request: Some(trace), .. }) = self.turns.remove(&connection) else { return };
        if let Some(request) = self.open.get_mut(&(connection.0, trace)) {
            request.is_current = false;
            self.look((connection.0, trace));
        }
    }

    /// A resource of the trace was created.
    pub fn created(&mut self, trace: Key, time: u64) {
        if let Some(request) = self.of(trace) {
            request.alive += 1;
        }
        self.touched(trace, time);
    }

    /// Something of the trace ran.
    pub fn touched(&mut self, trace: Key, time: u64) {
        if let Some(request) = self.of(trace)
            && !request.has_ended
        {
            request.end = time;
        }
    }

    /// A resource of the trace ended.
    pub fn ended(&mut self, trace: Key) {
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
        {
            self.over.extend(self.open.remove(&trace));
        }
    }

    /// The requests of which nothing is alive any more, each once.
    #[inline]
    pub fn take_over(&mut self) -> Option<Request> {
        self.over.pop()
    }

    /// For whoever does not ask which are over.
    #[inline]
    pub fn forget_over(&mut self) {
        self.over.clear();
    }

    /// One that is not over.
    pub fn get(&self, trace: Key) -> Option<Request> {
        self.open.get(&trace).copied()
    }

    /// At the end of the recording, all of them are over.
    pub fn finish(&mut self) -> Vec<Request> {
        let mut requests = std::mem::take(&mut self.over);
        requests.extend(self.open.drain().map(|(_, request)| request));
        requests.sort_unstable_by_key(|request| (request.thread, request.number));
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
        requests.close((0, 1));
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
        requests.close(CONNECTION);
        assert_eq!(requests.take_over().map(|request| request.end), Some(20));
        assert_eq!(requests.current(CONNECTION), None);
        assert!(requests.finish().is_empty());
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
