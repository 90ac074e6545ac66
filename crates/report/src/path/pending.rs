//! What requests that have no answer wait for when the recording ends.

use std::cmp::Reverse;

use recorder::event::Id;
use rustc_hash::FxHashMap;

use super::{Kind, Segment};
use crate::replay::words::{Repeats, repeats};
use crate::replay::{PlaceNumber, REQUEST, Replay, Request, Resource, called, makes_promise};

/// Nothing of the request is left that could answer it.
const NOTHING: &str = "nothing is under way for it";

/// What is alive of each request, the most telling first.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Alive {
    rank: Rank,
    created: Reverse<u64>,
    id: Id,
}

/// What says more comes first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    /// An operation of the runtime of which the recorder says what it does, or a request of the program.
    Told,
    /// A timer, or another operation of the runtime.
    Operation,
    /// A promise that the program has to resolve.
    Made,
    /// What the program or a library has announced, or a part of something else.
    Other,
    /// A promise of an async function, say.
    Promise,
}

/// By thread and trace, what each request waits for.
pub(crate) struct Pending {
    alive: FxHashMap<(u32, Id), Alive>,
    awaits: FxHashMap<(u32, Id), Await>,
}

/// An `await` of the program, where it awaits a promise that a function of Node or of a package has made: the latest.
struct Await {
    created: u64,
    place: PlaceNumber,
    awaited: Id,
}

impl Pending {
    pub(crate) fn of(replay: &Replay) -> Self {
        let (mut all, mut awaits) = (FxHashMap::<_, Alive>::default(), FxHashMap::<_, Await>::default());
        for (&(thread, id), of) in replay.resources().iter().filter(|(_, of)| of.trace & REQUEST != 0) {
            let key = (thread, of.trace);
            if let Some(of) = awaits_others(replay, thread, of)
                && awaits.get(&key).is_none_or(|latest| latest.created < of.created)
            {
                awaits.insert(key, of);
            }
            let Some(rank) = rank(replay, (thread, id), of) else { continue };
            let alive = Alive { rank, created: Reverse(of.created), id };
            if all.get(&key).is_none_or(|first| alive < *first) {
                all.insert(key, alive);
            }
        }
        Self { alive: all, awaits }
    }

    /// What a request does up to its end, since something of it ran last.
    pub(crate) fn segment(&self, replay: &Replay, request: &Request) -> Segment {
        let waiting = Segment::of(Kind::Waiting);
        let (thread, trace) = (request.thread, request.trace());
        let awaits = self.awaits.get(&(thread, trace));
        let Some(&Alive { rank, id, .. }) = self.alive.get(&(thread, trace)) else {
            return Segment { words: Some(NOTHING.into()), ..waiting };
        };
        // What the program has called says more than a promise.
        if let Some(awaits) = awaits.filter(|_| rank >= Rank::Made)
            && let Some(of) = replay.resources().get(&(thread, awaits.awaited))
        {
            let called = replay.stack(of.stack).and_then(called);
            return Segment {
                place: awaits.place,
                resource: Some((awaits.awaited, of.type_)),
                words: called.map(Into::into),
                ..waiting
            };
        }
        let key = (thread, id);
        let Some(of) = replay.resources().get(&key) else { return waiting };
        let does = match replay.facts.words(key) {
            None if replay.facts.repeats(key) => Some(replay.words(key, of.type_).into()),
            words => words.map(Into::into),
        };
        // An operation without a place was begun for what the request awaits.
        let place = match (replay.place(of.stack), awaits) {
            (0, Some(awaits)) => awaits.place,
            _ => replay.place_of(key, of.stack, of.trigger),
        };
        Segment {
            place,
            resource: Some((id, of.type_)),
            ms: replay.facts.ms(key).filter(|_| does.is_none()),
            words: does,
            ..waiting
        }
    }
}

fn is_pending(replay: &Replay, of: &Resource) -> bool {
    Some(of.type_) == replay.types.promise && !of.settled() && !of.ran()
}

fn awaits_others(replay: &Replay, thread: u32, of: &Resource) -> Option<Await> {
    let awaited = replay.resources().get(&(thread, of.trigger))?;
    let place = replay.place(of.stack);
    if place == 0 || !is_pending(replay, of) || !is_pending(replay, awaited) {
        return None;
    }
    called(replay.stack(awaited.stack)?)?;
    Some(Await { created: of.created, place, awaited: of.trigger })
}

/// How much a resource that is alive says of what its request waits for; nothing where it says nothing.
fn rank(replay: &Replay, key: (u32, Id), of: &Resource) -> Option<Rank> {
    let types = &replay.types;
    let name = replay.type_name(of.type_);
    if Some(of.type_) == types.promise {
        let is_open = is_pending(replay, of) && replay.place(of.stack) != 0;
        let is_made = replay.stack(of.stack).is_some_and(makes_promise);
        return is_open.then_some(if is_made { Rank::Made } else { Rank::Promise });
    }
    let has_place = replay.place_of(key, of.stack, of.trigger) != 0;
    if types.serves(of.type_) || repeats(name) == Repeats::AtOnce || !has_place {
        return None;
    }
    // What has been answered goes on for as long as both sides like, or is kept for later.
    if types.is_remote(of.type_) && of.ran() {
        return None;
    }
    let is_told = replay.facts.words(key).is_some();
    Some(match () {
        () if Some(of.type_) == types.client || is_told => Rank::Told,
        () if types.is_timer(of.type_) && replay.facts.repeats(key) => Rank::Other,
        () if types.ends_by_itself(of.type_) || types.pooled(of.type_) => Rank::Operation,
        () => Rank::Other,
    })
}
