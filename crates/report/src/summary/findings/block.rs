//! What keeps the event loop from turning: callbacks that run long, a program that never yields, and floods of promises and
//! ticks that leave the loop no turn.

use recorder::event::Id;
use rustc_hash::FxHashMap;

use super::{Finding, Subject, plural};
use crate::replay::{PlaceNumber, REQUEST, Ran, Replay, Request, Type, loads_modules};
use crate::units::time;

/// From this on, a callback counts as one that blocked the event loop.
const BLOCKED: u64 = 50_000_000;
/// A single one is worth a finding from this on.
const LONG: u64 = 100_000_000;
/// So long the first run of a program may take before it is one that does not yield.
const FIRST_RUN: u64 = 500_000_000;
/// Without a look at the thread for so long, it has done nothing that is seen.
const LOOK: u64 = 60_000_000;
/// So many blocks are kept: those of which most is known came first.
const MOST: usize = 4096;
/// Samples of one callback that are kept.
const SAMPLES: usize = 256;
/// So many callbacks of promises and ticks without a turn of the loop between them are a flood, if they take so long.
const FLOOD: u64 = 1000;

/// A time in which the loop of a thread could not turn.
struct Block {
    thread: u32,
    id: Id,
    began: u64,
    ended: u64,
    /// Where it mostly ran, and the place of the resource whose callback it was.
    place: PlaceNumber,
    of: Option<Type>,
    /// The number of the request that it was for, and its route once that is known.
    request: Option<u32>,
    route: Option<u16>,
    /// Other requests that were open meanwhile.
    waited: u64,
    /// Callbacks, of a flood.
    flood: u64,
    is_first: bool,
}

/// What runs on a thread.
#[derive(Default)]
struct Now {
    /// Since the last turn of the loop.
    samples: Vec<(u64, PlaceNumber, bool)>,
    /// The first callback has not ended yet.
    has_run: bool,
    /// Callbacks of promises and ticks that follow one another: since when, until when, how many.
    chain: (u64, u64, u64),
    chain_place: FxHashMap<PlaceNumber, u64>,
}

#[derive(Default)]
pub(crate) struct Blocks {
    threads: FxHashMap<u32, Now>,
    all: Vec<Block>,
    pub count: u64,
    pub total: u64,
}

impl Blocks {
    pub(crate) fn sample(&mut self, replay: &Replay, thread: u32, at: u64, stack: u32) {
        let now = self.threads.entry(thread).or_default();
        let is_loading = replay.stack(stack).is_some_and(loads_modules);
        if now.samples.len() < SAMPLES {
            now.samples.push((at, replay.place(stack), is_loading));
        }
    }

    /// A callback of the event loop has run, or still ran at the end.
    pub(crate) fn ran(&mut self, replay: &Replay, thread: u32, ran: &Ran) {
        if ran.depth > 0 {
            return;
        }
        let now = self.threads.entry(thread).or_default();
        let is_first = !std::mem::replace(&mut now.has_run, true);
        let began = if is_first { replay.thread(thread).began } else { ran.began };
        let ended = ran.began.saturating_add(ran.took);
        let is_micro = ran.type_.is_some_and(|type_| replay.types.is_micro(type_));
        let (since, until, count) = now.chain;
        if is_micro && count > 0 && ran.began.saturating_sub(until) < 1_000_000 {
            now.chain = (since, ended, count + 1);
        } else {
            let chain = std::mem::replace(&mut now.chain, (ran.began, ended, u64::from(is_micro)));
            let places = std::mem::take(&mut now.chain_place);
            self.flooded(replay, thread, chain, &places);
        }
        let now = self.threads.entry(thread).or_default();
        if is_micro && now.chain.2.is_multiple_of(64) {
            let place = replay.find((thread, ran.id)).map_or(0, |of| replay.place(of.stack));
            if now.chain_place.len() < 64 || now.chain_place.contains_key(&place) {
                *now.chain_place.entry(place).or_default() += 1;
            }
        }
        let samples = std::mem::take(&mut now.samples);
        if is_first && ran.began.saturating_sub(began) >= FIRST_RUN {
            self.add(replay, thread, (began, ran.began), 0, &samples, true);
        }
        if ran.took >= BLOCKED {
            self.add(replay, thread, (ran.began, ended), ran.id, &samples, false);
        }
    }

    /// At the end, what never let go of the thread.
    pub(crate) fn finish(&mut self, replay: &Replay) {
        let threads: Vec<u32> = self.threads.keys().copied().collect();
        for at in threads {
            let Some(now) = self.threads.remove(&at) else { continue };
            self.flooded(replay, at, now.chain, &now.chain_place);
            let thread = replay.thread(at);
            let end = thread.now.max(now.samples.last().map_or(0, |last| last.0));
            if !now.has_run && end.saturating_sub(thread.began) >= FIRST_RUN {
                self.add(replay, at, (thread.began, end), 0, &now.samples, true);
            }
        }
    }

    fn flooded(
        &mut self,
        replay: &Replay,
        thread: u32,
        (began, ended, count): (u64, u64, u64),
        places: &FxHashMap<PlaceNumber, u64>,
    ) {
        if count < FLOOD || ended.saturating_sub(began) < LONG || self.all.len() >= MOST {
            return;
        }
        let place = most_of(replay, places);
        self.all.push(Block {
            thread,
            id: 0,
            began,
            ended,
            place,
            of: None,
            request: None,
            route: None,
            waited: 0,
            flood: count,
            is_first: false,
        });
    }

    fn add(
        &mut self,
        replay: &Replay,
        thread: u32,
        (began, ended): (u64, u64),
        id: Id,
        samples: &[(u64, PlaceNumber, bool)],
        is_first: bool,
    ) {
        let within = samples.iter().filter(|&&(at, ..)| at >= began && at <= ended.saturating_add(LOOK));
        let (mut places, mut loading, mut count): (FxHashMap<PlaceNumber, u64>, u64, u64) =
            Default::default();
        for &(_, place, is_loading) in within {
            *places.entry(place).or_default() += 1;
            loading += u64::from(is_loading);
            count += 1;
        }
        // A program that loads its modules has not begun; and without a look, nothing says that it was the program that ran.
        let is_loading = loading * 2 > count;
        if self.all.len() >= MOST || (is_loading && !is_first) {
            return;
        }
        self.count += 1;
        self.total = self.total.saturating_add(ended.saturating_sub(began));
        let found = replay.find((thread, id));
        let sampled = most_of(replay, &places);
        let place =
            if sampled != 0 || count > 0 { sampled } else { found.map_or(0, |of| replay.place(of.stack)) };
        let trace = found.map(|found| found.trace).filter(|trace| trace & REQUEST != 0);
        self.all.push(Block {
            thread,
            id,
            began,
            ended,
            place,
            of: found.map(|found| found.type_),
            request: trace.map(|trace| trace as u32),
            route: None,
            waited: 0,
            flood: 0,
            is_first,
        });
    }

    /// A request is over: whom it was for, and whether it waited.
    pub(crate) fn over(&mut self, request: &Request) {
        for block in self.all.iter_mut().rev().take(64) {
            if block.thread != request.thread {
                continue;
            }
            let is_first_callback = block.id == request.connection
                && request.began >= block.began
                && request.began <= block.ended;
            if block.request == Some(request.number) || is_first_callback {
                block.route = block.route.or(request.route);
            } else if request.began < block.ended && request.end > block.began {
                block.waited += 1;
            }
        }
    }

    pub(crate) fn findings(&self, replay: &Replay) -> Vec<Finding> {
        let mut groups: FxHashMap<(u32, PlaceNumber, bool, bool), Vec<&Block>> = FxHashMap::default();
        for block in &self.all {
            groups
                .entry((block.thread, block.place, block.flood > 0, block.is_first))
                .or_default()
                .push(block);
        }
        groups.into_values().filter_map(|blocks| finding(replay, &blocks)).collect()
    }
}

/// The function that was seen most, at the line at which it was seen most.
fn most_of(replay: &Replay, places: &FxHashMap<PlaceNumber, u64>) -> PlaceNumber {
    let mut functions: FxHashMap<(&str, &str), u64> = FxHashMap::default();
    let function = |place: PlaceNumber| {
        replay.places.get(place).map_or(("", ""), |place| (place.file.as_str(), place.function.as_str()))
    };
    for (&place, &count) in places {
        *functions.entry(function(place)).or_default() += count;
    }
    let rank = |place: PlaceNumber, count: u64| {
        (place != 0, functions.get(&function(place)).copied().unwrap_or(0), count, std::cmp::Reverse(place))
    };
    places.iter().max_by_key(|&(&place, &count)| rank(place, count)).map_or(0, |most| *most.0)
}

fn took(block: &Block) -> u64 {
    block.ended.saturating_sub(block.began)
}

fn finding(replay: &Replay, blocks: &[&Block]) -> Option<Finding> {
    let longest = blocks.iter().max_by_key(|block| took(block))?;
    let total = blocks.iter().fold(0_u64, |total, block| total.saturating_add(took(block)));
    let thread = replay.thread(longest.thread);
    // A Worker is there to compute: nobody waits for its loop.
    if thread.worker != 0 && longest.flood == 0 {
        return None;
    }
    let waited: u64 = blocks.iter().map(|block| block.waited).sum();
    let is_long = took(longest) >= LONG || (blocks.len() >= 3 && total >= 2 * LONG) || waited > 0;
    let place = replay.places.text(longest.place).map(|place| place.to_string());
    let routes: Vec<u16> = blocks.iter().filter_map(|block| block.route).collect();
    let route = routes.first().map(|&route| replay.routes.name(route).to_owned());
    let at = place.clone().unwrap_or_else(|| match longest.of {
        Some(type_) => format!("the callback of a {}", replay.words_of(type_)),
        None => "code without a place in the program".to_owned(),
    });
    let mut evidence = Vec::new();
    let text = if longest.is_first {
        // A program that has something to wait for, and never came to it.
        let is_stuck = thread.ended.is_none() || replay.has_overdue(longest.thread, longest.ended);
        if !is_stuck {
            return None;
        }
        format!(
            "The program never yields: it ran {at} for {} without a turn of the event loop.",
            time(took(longest))
        )
    } else if longest.flood > 0 {
        format!(
            "A flood of {} callbacks of promises and ticks kept the event loop from turning for {}: {at}.",
            longest.flood,
            time(took(longest))
        )
    } else {
        if !is_long {
            return None;
        }
        match blocks.len() {
            1 => format!("{at} blocked the event loop for {}.", time(took(longest))),
            count => format!(
                "{at} blocked the event loop {count} times, for {} at most, {} in all.",
                time(took(longest)),
                time(total)
            ),
        }
    };
    if let Some(route) = &route {
        evidence.push(format!("It ran for {route}, on the thread {}.", thread.title()));
    } else if thread.worker != 0 {
        evidence.push(format!("It ran on the thread {}.", thread.title()));
    }
    if waited > 0 {
        evidence.push(format!("{} waited meanwhile.", plural(waited, "other request", "other requests")));
    }
    Some(Finding {
        kind: "block",
        weight: total as f64 / 1e6 + waited as f64 * 10.0,
        text,
        evidence,
        subject: Subject { place: longest.place, route },
    })
}
