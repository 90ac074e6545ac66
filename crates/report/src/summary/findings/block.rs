//! What keeps the event loop from turning: callbacks that run long, a program that never yields, and floods of promises and
//! ticks that leave the loop no turn.

use std::collections::VecDeque;

use recorder::event::Id;
use rustc_hash::FxHashMap;

use super::{Finding, Subject, When, plural};
use crate::replay::{Heard, PlaceNumber, REQUEST, Ran, Replay, Request, Step, Type, loads_modules};
use crate::units::{SAMPLE, time};

/// From this on, a callback counts as one that blocked the event loop.
pub(crate) const BLOCKED: u64 = 50_000_000;
/// A single one is worth a finding from this on, where somebody waited; and else from that.
const LONG: u64 = 100_000_000;
const VERY_LONG: u64 = 400_000_000;
/// So long the first run of a program may take before it is one that does not yield.
pub(crate) const FIRST_RUN: u64 = 500_000_000;
/// Without any look in the whole recording, nobody looked.
const UNSEEN: u64 = 250_000_000;
/// Samples may be noted so late.
const LATE_NOTE: u64 = 5_000_000;
/// A timer that is so late has waited for what ran.
const LATE: u64 = 50_000_000;
const LATE_FIRST: u64 = 150_000_000;
/// Callbacks of promises and ticks follow one another, though the thread has rested for so long.
pub(crate) const REST: u64 = 50_000_000;
/// So many blocks are kept: those of which most is known came first.
const MOST: usize = 4096;
/// So many of the last ones are looked at for who has waited.
const LAST: usize = 32;
/// Samples that are kept at once of a thread, and timers.
const SAMPLES: usize = 8192;
const TIMERS: usize = 1 << 16;
/// Lines of a function that are told.
const LINES: usize = 4;
/// Looks between two callbacks are of something that ran without a pause where they stand for such a part of the time.
pub(crate) const DENSE: u64 = 3;
/// What runs so soon after a callback was left behind by it.
pub(crate) const SOON: u64 = 2 * SAMPLE;
/// So many callbacks of promises and ticks without a turn of the loop between them are a flood, if they take so long.
pub(crate) const FLOOD: u64 = 1000;

/// A time in which the loop of a thread could not turn.
struct Block {
    thread: u32,
    id: Id,
    began: u64,
    ended: u64,
    /// How much of it was the thread's own time.
    own: u64,
    /// Where it mostly ran, and where else.
    place: PlaceNumber,
    lines: Vec<(PlaceNumber, u64)>,
    of: Option<Type>,
    /// The number of the request that it was for, and its route once that is known.
    request: Option<u32>,
    route: Option<u16>,
    /// Other requests that were open meanwhile, and timers that were due.
    waited: u64,
    timers: u64,
    /// Clients could have come meanwhile.
    serves: bool,
    /// Callbacks, of a flood.
    flood: u64,
    what: What,
}

/// What blocked.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum What {
    Callback,
    Flood,
    /// The main module, before any callback.
    First,
    /// What a callback has left behind.
    LeftBehind,
}

/// A look at a thread.
#[derive(Clone, Copy)]
struct Look {
    at: u64,
    place: PlaceNumber,
    is_loading: bool,
}

/// What runs on a thread.
#[derive(Default)]
struct Now {
    /// Since the last turn of the loop.
    samples: VecDeque<Look>,
    is_seen: bool,
    /// The first callback has not ended yet.
    has_run: bool,
    /// When the last callback of the event loop ended, and of what it was.
    until: u64,
    last: Id,
    /// Servers that are open, and since when there are any.
    servers: u64,
    serves_since: u64,
    /// Callbacks of promises and ticks that follow one another: since when, until when, how many.
    chain: (u64, u64, u64),
    chain_place: FxHashMap<PlaceNumber, u64>,
    /// Looks at the thread meanwhile.
    chain_samples: FxHashMap<PlaceNumber, u64>,
}

#[derive(Default)]
pub(crate) struct Blocks {
    threads: FxHashMap<u32, Now>,
    /// When timers are due.
    due: FxHashMap<(u32, Id), (u64, Option<u32>)>,
    all: Vec<Block>,
    pub count: u64,
    pub total: u64,
}

impl Now {
    /// Whether clients could come in a time: where it is long that they could.
    fn serves(&self, (began, ended): (u64, u64)) -> bool {
        self.servers > 0 && ended.saturating_sub(began.max(self.serves_since)) >= LONG
    }
}

impl Blocks {
    pub(crate) fn sample(&mut self, replay: &Replay, thread: u32, at: u64, stack: u32) {
        let now = self.threads.entry(thread).or_default();
        let is_loading = replay.stack(stack).is_some_and(loads_modules);
        now.is_seen = true;
        if now.samples.len() == SAMPLES {
            now.samples.pop_front();
        }
        now.samples.push_back(Look { at, place: replay.place(stack), is_loading });
    }

    /// A timer runs for so long.
    pub(crate) fn timer(&mut self, replay: &Replay, key: (u32, Id), ms: u32, repeats: bool) {
        if let Some(timer) = replay.resources().get(&key)
            && self.due.len() < TIMERS
        {
            let due = timer.created.saturating_add(u64::from(ms) * 1_000_000);
            self.due.insert(key, (due, repeats.then_some(ms)));
        }
    }

    pub(crate) fn hear(&mut self, replay: &Replay, &Heard { thread, step, .. }: &Heard, now: u64) {
        match step {
            Step::Created { resource, .. } | Step::Found { resource, .. }
                if replay.types.listens(resource.type_) =>
            {
                let of = self.threads.entry(thread).or_default();
                if of.servers == 0 {
                    of.serves_since = now;
                }
                of.servers += 1;
            }
            Step::Ended { id, resource } => {
                if let Some((due, _)) = self.due.remove(&(thread, id)) {
                    self.flooded(replay, thread);
                    self.was_late(thread, due, now);
                }
                if resource.is_some_and(|of| replay.types.listens(of.type_)) {
                    let of = self.threads.entry(thread).or_default();
                    of.servers = of.servers.saturating_sub(1);
                }
            }
            Step::Entered { id, .. } => {
                if replay.thread(thread).running().nth(1).is_none() {
                    self.between(replay, thread, now);
                }
                self.began(replay, thread, now);
                if self.due.contains_key(&(thread, id)) {
                    // The loop has turned.
                    self.flooded(replay, thread);
                }
                let Some(&(due, every)) = self.due.get(&(thread, id)) else { return };
                match every {
                    // The next time counts from the end of this one, which is not before.
                    Some(ms) => {
                        self.due.insert((thread, id), (now.saturating_add(u64::from(ms) * 1_000_000), every));
                    }
                    None => {
                        self.due.remove(&(thread, id));
                    }
                }
                self.was_late(thread, due, now);
            }
            _ => {}
        }
    }

    /// A callback begins: the first one ends the run of the main module.
    fn began(&mut self, replay: &Replay, thread: u32, at: u64) {
        let now = self.threads.entry(thread).or_default();
        let (began, goes_on) = (replay.thread(thread).began, replay.thread(thread).goes_on);
        if !std::mem::replace(&mut now.has_run, true) && !goes_on && at.saturating_sub(began) >= FIRST_RUN {
            let samples: Vec<Look> = now.samples.iter().copied().collect();
            self.add(replay, thread, (began, at), 0, &samples, What::First);
        }
    }

    /// What ran since the last callback of the event loop, of which no callback is told: that of promises, where they are not recorded.
    fn between(&mut self, replay: &Replay, thread: u32, at: u64) {
        let Some(now) = self.threads.get_mut(&thread).filter(|now| now.has_run) else { return };
        // Few looks at most programs: those at callbacks are taken already.
        if (now.samples.len() as u64) < BLOCKED / SAMPLE || !replay.leaves_out_promises(thread) {
            return;
        }
        let count = now.samples.iter().take_while(|look| look.at <= at).count();
        let samples: Vec<Look> = now.samples.drain(..count).collect();
        let (Some(first), Some(last)) = (samples.first(), samples.last()) else { return };
        let (began, ended) = (first.at.saturating_sub(SAMPLE).max(now.until), last.at);
        if count as u64 * SAMPLE * DENSE < ended.saturating_sub(began) {
            return;
        }
        let id = if began.saturating_sub(now.until) < SOON { now.last } else { 0 };
        self.add(replay, thread, (began, ended), id, &samples, What::LeftBehind);
    }

    /// A timer was due, and came later.
    fn was_late(&mut self, thread: u32, due: u64, came: u64) {
        if came.saturating_sub(due) < LATE {
            return;
        }
        for block in self.all.iter_mut().rev().take(LAST).filter(|block| block.thread == thread) {
            let within = block.ended.min(came).saturating_sub(block.began.max(due));
            if within >= if block.what == What::First { LATE_FIRST } else { LATE } {
                block.timers += 1;
            }
        }
    }

    /// A callback of the event loop has run, or still ran at the end.
    pub(crate) fn ran(&mut self, replay: &Replay, thread: u32, ran: &Ran) {
        if ran.depth > 0 {
            return;
        }
        let now = self.threads.entry(thread).or_default();
        let ended = ran.began.saturating_add(ran.took);
        let is_micro = ran.type_.is_some_and(|type_| replay.types.is_micro(type_));
        let (since, until, count) = now.chain;
        if is_micro && count > 0 && ran.began.saturating_sub(until) < REST {
            now.chain = (since, ended, count + 1);
        } else {
            self.flooded(replay, thread);
            let now = self.threads.entry(thread).or_default();
            now.chain = (ran.began, ended, u64::from(is_micro));
        }
        let now = self.threads.entry(thread).or_default();
        if is_micro && now.chain.2.is_multiple_of(64) {
            let place = replay.find((thread, ran.id)).map_or(0, |of| replay.place(of.stack));
            if now.chain_place.len() < 64 || now.chain_place.contains_key(&place) {
                *now.chain_place.entry(place).or_default() += 1;
            }
        }
        (now.until, now.last) = (ended, ran.id);
        let mut samples = Vec::new();
        while let Some(&look) = now.samples.front()
            && look.at <= ended
        {
            now.samples.pop_front();
            // As in `add`: what loads modules has not begun.
            if is_micro
                && !look.is_loading
                && look.at >= now.chain.0
                && (now.chain_samples.len() < 64 || now.chain_samples.contains_key(&look.place))
            {
                *now.chain_samples.entry(look.place).or_default() += 1;
            }
            samples.push(look);
        }
        if ran.took >= BLOCKED {
            self.add(replay, thread, (ran.began, ended), ran.id, &samples, What::Callback);
        }
    }

    /// At the end, what never let go of the thread.
    pub(crate) fn finish(&mut self, replay: &Replay) {
        let mut threads: Vec<u32> = self.threads.keys().copied().collect();
        threads.sort_unstable();
        for at in threads {
            self.flooded(replay, at);
            self.between(replay, at, u64::MAX);
            let thread = replay.thread(at);
            let Some(now) = self.threads.remove(&at) else { continue };
            let end = thread.now.max(now.samples.back().map_or(0, |last| last.at));
            if !now.has_run && !thread.goes_on && end.saturating_sub(thread.began) >= FIRST_RUN {
                let samples: Vec<Look> = now.samples.iter().copied().collect();
                self.threads.insert(at, now);
                self.add(replay, at, (thread.began, end), 0, &samples, What::First);
            }
        }
        // Timers that were due, and never came.
        let due: Vec<(u32, u64)> = self.due.iter().map(|(&(thread, _), &(due, _))| (thread, due)).collect();
        for (thread, due) in due {
            self.was_late(thread, due, replay.lasted(thread).max(replay.thread(thread).now));
        }
    }

    /// Whether the main thread was blocked when the recording ended.
    pub(crate) fn is_blocked_at_end(&self, replay: &Replay) -> bool {
        self.all.iter().rev().take(LAST).any(|block| {
            let thread = replay.thread(block.thread);
            let left = replay.lasted(block.thread).saturating_sub(block.ended);
            thread.worker == 0
                && thread.ended.is_none()
                && left < LONG
                && block.own >= FIRST_RUN
                && took(block) >= FIRST_RUN
        })
    }

    /// What runs is no part of the chain of microtasks any more.
    fn flooded(&mut self, replay: &Replay, thread: u32) {
        let Some(now) = self.threads.get_mut(&thread) else { return };
        let (began, ended, flood) = std::mem::take(&mut now.chain);
        let places = std::mem::take(&mut now.chain_place);
        let samples = std::mem::take(&mut now.chain_samples);
        let took = ended.saturating_sub(began);
        let looks = samples.values().fold(0_u64, |all, &count| all.saturating_add(count));
        let own = if now.is_seen { looks.saturating_mul(SAMPLE).min(took) } else { took };
        if flood < FLOOD || own < LONG || self.all.len() >= MOST {
            return;
        }
        let serves = now.serves((began, ended));
        let sampled = most_of(replay, &samples);
        let place = if sampled == 0 { most_of(replay, &places) } else { sampled };
        self.all.push(Block {
            thread,
            id: 0,
            began,
            ended,
            own,
            place,
            lines: lines(replay, &samples, place),
            of: None,
            request: None,
            route: None,
            waited: 0,
            timers: 0,
            serves,
            flood,
            what: What::Flood,
        });
    }

    fn add(
        &mut self,
        replay: &Replay,
        thread: u32,
        (began, ended): (u64, u64),
        id: Id,
        samples: &[Look],
        what: What,
    ) {
        let (is_seen, serves) =
            self.threads.get(&thread).map_or((false, false), |now| (now.is_seen, now.serves((began, ended))));
        let mut places: FxHashMap<PlaceNumber, u64> = FxHashMap::default();
        let mut count = 0_u64;
        // A program that loads its modules has not begun.
        for look in samples.iter().filter(|look| !look.is_loading) {
            if look.at.saturating_add(LATE_NOTE) >= began && look.at <= ended.saturating_add(LATE_NOTE) {
                *places.entry(look.place).or_default() += 1;
                count += 1;
            }
        }
        let took = ended.saturating_sub(began);
        let own = match is_seen {
            true => count.saturating_mul(SAMPLE).min(took),
            false if took >= UNSEEN => took,
            false => 0,
        };
        if own < BLOCKED || self.all.len() >= MOST {
            return;
        }
        self.count += 1;
        self.total = self.total.saturating_add(own);
        let found = replay.find((thread, id));
        let place = match is_seen {
            true => most_of(replay, &places),
            false => found.map_or(0, |of| replay.place(of.stack)),
        };
        let trace = found.map(|found| found.trace).filter(|trace| trace & REQUEST != 0);
        self.all.push(Block {
            thread,
            id,
            began,
            ended,
            own,
            place,
            lines: lines(replay, &places, place),
            of: found.filter(|_| what == What::Callback).map(|found| found.type_),
            request: trace.map(|trace| trace as u32),
            route: None,
            waited: 0,
            timers: 0,
            serves,
            flood: 0,
            what,
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
                block.request = block.request.or(Some(request.number));
            } else if request.began < block.ended && request.end > block.began {
                block.waited += 1;
            }
        }
    }

    pub(crate) fn findings(&self, replay: &Replay) -> Vec<Finding> {
        let mut groups: FxHashMap<(u32, Function, What), Vec<&Block>> = FxHashMap::default();
        for block in &self.all {
            let function = Function::of(replay, block.place);
            // Who reads of a function does not care which of both it was.
            let is_seen = block.what == What::LeftBehind && block.place != 0;
            let what = if is_seen { What::Callback } else { block.what };
            groups.entry((block.thread, function, what)).or_default().push(block);
        }
        groups.into_values().filter_map(|blocks| finding(replay, &blocks)).collect()
    }
}

/// What blocks have in common: a function, or where it has no name, a line.
#[derive(PartialEq, Eq, Hash)]
struct Function<'a> {
    file: &'a str,
    name: &'a str,
    line: u32,
}

impl<'a> Function<'a> {
    fn of(replay: &'a Replay, place: PlaceNumber) -> Self {
        replay.places.get(place).map_or(Self { file: "", name: "", line: 0 }, |place| {
            let line = if place.function.is_empty() { place.line } else { 0 };
            Self { file: &place.file, name: &place.function, line }
        })
    }
}

/// The lines at which a function was seen, those first at which it was seen most.
fn lines(
    replay: &Replay,
    places: &FxHashMap<PlaceNumber, u64>,
    most: PlaceNumber,
) -> Vec<(PlaceNumber, u64)> {
    let function = Function::of(replay, most);
    let mut lines: FxHashMap<u32, (PlaceNumber, u64)> = FxHashMap::default();
    for (&place, &count) in places.iter().filter(|&(&place, _)| place != 0) {
        if Function::of(replay, place) == function
            && let Some(of) = replay.places.get(place)
        {
            let line = lines.entry(of.line).or_insert((place, 0));
            *line = (line.0.min(place), line.1 + count);
        }
    }
    let mut lines: Vec<_> = lines.into_values().collect();
    lines.sort_unstable_by_key(|&(place, count)| (std::cmp::Reverse(count), place));
    lines.truncate(LINES);
    lines
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
    let longest = blocks.iter().max_by_key(|block| block.own)?;
    let total = blocks.iter().fold(0_u64, |total, block| total.saturating_add(block.own));
    let thread = replay.thread(longest.thread);
    // A Worker is there to compute: nobody waits for its loop. And what nothing of the program is seen in is not its doing.
    let is_promises = longest.place == 0 && longest.what == What::LeftBehind;
    if thread.worker != 0 || longest.place == 0 && !is_promises {
        return None;
    }
    let waited: u64 = blocks.iter().map(|block| block.waited).sum();
    let timers: u64 = blocks.iter().map(|block| block.timers).sum();
    let is_awaited = waited > 0 || timers > 0 || blocks.iter().any(|block| block.request.is_some());
    let serves = blocks.iter().any(|block| block.serves);
    let is_own = is_promises || replay.places.get(longest.place).is_some_and(|place| place.package.is_none());
    let never_ends =
        thread.ended.is_none() && replay.lasted(longest.thread).saturating_sub(longest.ended) < LONG;
    let is_long = match () {
        () if longest.what == What::First => timers > 0 || never_ends,
        () if longest.what == What::Flood => is_awaited || serves || never_ends,
        () if is_awaited => longest.own >= LONG || blocks.len() >= 3 && total >= 3 * LONG,
        // Clients may have come meanwhile, and did not.
        () if serves => longest.own >= 3 * LONG,
        () => is_own && longest.own >= VERY_LONG,
    };
    if !is_long {
        return None;
    }
    // What other processes took is left out where it is much.
    let lasted = |block: &Block| if block.own * 3 >= took(block) * 2 { took(block) } else { block.own };
    let most = lasted(longest);
    let at = match replay.places.text(longest.place) {
        None if is_promises => String::new(),
        place => place?.to_string(),
    };
    let route = blocks.iter().find_map(|block| block.route).map(|route| replay.routes.name(route).to_owned());
    let mut evidence = Vec::new();
    let text = if is_promises {
        format!("Callbacks of promises kept the event loop from turning for {}.", time(most))
    } else if longest.what == What::Flood {
        format!(
            "A flood of {} callbacks of promises and ticks kept the event loop from turning for {}: {at}.",
            longest.flood,
            time(most)
        )
    } else if longest.what == What::First && never_ends {
        format!("The program never yields: it ran {at} for {} without a turn of the event loop.", time(most))
    } else {
        match blocks.len() {
            1 => format!("{at} blocked the event loop for {}.", time(most)),
            count => {
                let all = blocks.iter().fold(0_u64, |all, block| all.saturating_add(lasted(block)));
                format!(
                    "{at} blocked the event loop {count} times, for {} at most, {} in all.",
                    time(most),
                    time(all)
                )
            }
        }
    };
    let mut who = Vec::new();
    if waited > 0 {
        who.push(plural(waited, "other request", "other requests"));
    }
    if timers > 0 {
        who.push(plural(timers, "timer", "timers"));
    }
    match (&route, who.is_empty()) {
        (Some(route), true) => evidence.push(format!("It ran for {route}.")),
        (Some(route), false) => {
            evidence.push(format!("It ran for {route}; {} waited meanwhile.", who.join(" and ")));
        }
        (None, false) => evidence.push(format!("{} waited meanwhile.", who.join(" and "))),
        (None, true) => {}
    }
    evidence.extend(seen_at(replay, blocks, longest));
    if is_promises {
        evidence
            .push("No sample shows where. A recording with promises shows where they were made.".to_owned());
    }
    if let Some(type_) = longest.of {
        evidence.push(format!(
            "It was called by the event loop for: {}.",
            replay.words((longest.thread, longest.id), type_)
        ));
    }
    Some(Finding {
        kind: "block",
        weight: total as f64 / 1e6 + waited as f64 * 10.0,
        text,
        evidence,
        subject: Subject {
            place: longest.place,
            route,
            when: Some(When { thread: longest.thread, from: longest.began, to: longest.ended }),
            resource: Some(longest.id).filter(|&id| id != 0),
            request: longest.request,
        },
    })
}

/// The lines of the function at which it was seen, where there are several.
fn seen_at(replay: &Replay, blocks: &[&Block], longest: &Block) -> Option<String> {
    let mut places: FxHashMap<PlaceNumber, u64> = FxHashMap::default();
    for &(place, count) in blocks.iter().flat_map(|block| &block.lines) {
        *places.entry(place).or_default() += count;
    }
    let all = places.values().fold(0_u64, |all, &count| all.saturating_add(count));
    let lines: Vec<String> = lines(replay, &places, longest.place)
        .into_iter()
        .filter(|&(_, count)| count * 20 >= all)
        .filter_map(|(place, count)| {
            let of = replay.places.get(place)?;
            Some(format!("{}:{} ({} %)", replay.places.file(of), of.line, count * 100 / all.max(1)))
        })
        .collect();
    (lines.len() > 1).then(|| format!("It was seen at {}.", lines.join(", ")))
}
