//! The requests of a thread's servers that are open.

use rustc_hash::FxHashMap;

use super::sink::Sink;
use crate::event::{Entry, Fact, Id, Open};

/// So many are followed, and so many connections.
const MOST: usize = 1 << 17;

struct Request {
    connection: Id,
    began: u64,
    /// What is told of it besides.
    facts: Vec<(Fact, Box<str>)>,
}

/// What a connection is at.
#[derive(Default)]
struct Turn {
    /// The request that came last; 0 for none.
    current: u32,
    open: Vec<u32>,
}

#[derive(Default)]
pub(super) struct Requests {
    all: FxHashMap<u32, Request>,
    turns: FxHashMap<Id, Turn>,
}

impl Requests {
    pub(super) fn start(&mut self, connection: Id, number: u32, began: u64) {
        if self.all.len() >= MOST || self.turns.len() >= MOST && !self.turns.contains_key(&connection) {
            return;
        }
        let turn = self.turns.entry(connection).or_default();
        turn.current = number;
        turn.open.push(number);
        self.all.insert(number, Request { connection, began, facts: Vec::new() });
    }

    pub(super) fn end(&mut self, number: u32) {
        let Some(request) = self.all.remove(&number) else { return };
        if let Some(turn) = self.turns.get_mut(&request.connection) {
            turn.open.retain(|&other| other != number);
        }
    }

    /// The resource is gone: if it was a connection, nobody answers its requests any more.
    pub(super) fn gone(&mut self, connection: Id) {
        if self.turns.is_empty() {
            return;
        }
        for number in self.turns.remove(&connection).map_or(Vec::new(), |turn| turn.open) {
            self.all.remove(&number);
        }
    }

    /// What a connection is at; 0 where it is at none.
    pub(super) fn current(&self, connection: Id) -> u32 {
        self.turns.get(&connection).map_or(0, |turn| turn.current)
    }

    pub(super) fn is_open(&self, number: u32) -> bool {
        number != 0 && self.all.contains_key(&number)
    }

    pub(super) fn learn(&mut self, number: u32, fact: Fact, text: &str) {
        let Some(request) = self.all.get_mut(&number) else { return };
        request.facts.retain(|(known, _)| *known != fact);
        request.facts.push((fact, text.into()));
    }

    /// Tells of those that are open, the oldest first, as long as there is room.
    pub(super) fn tell(&self, now: u64, sink: &mut Sink<'_>) {
        let mut all: Vec<_> = self.all.iter().collect();
        all.sort_unstable_by_key(|(number, request)| (request.began, **number));
        for (&number, request) in all {
            if !sink.has_room() {
                return;
            }
            let open = Open { connection: request.connection, age: now.saturating_sub(request.began) / 1000 };
            let about = number.into();
            sink.put(Entry::Fact { fact: Fact::Open, about, text: open.to_string() });
            for (fact, text) in &request.facts {
                sink.put(Entry::Fact { fact: *fact, about, text: text.to_string() });
            }
        }
    }
}
