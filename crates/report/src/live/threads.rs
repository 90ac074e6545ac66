//! What runs on each thread: how busy its event loop is, what keeps it from turning now, and what did lately.

use std::cmp::Reverse;
use std::collections::VecDeque;

use recorder::event::{Entry, Id};
use rustc_hash::FxHashMap;

use super::view::{BlockView, Runs, ThreadView};
use super::window::{Minute, Recent, SECOND, greatest_first};
use crate::replay::{Heard, PlaceNumber, REQUEST, Ran, Replay, Step, Type};
use crate::shown::Shown;
use crate::summary::findings::block::{BLOCKED, DENSE, FIRST_RUN, FLOOD, REST, SOON};
use crate::units::SAMPLE;

/// So many looks of a thread are kept, for so long, and so many places of them are shown.
const LOOKS: usize = 1024;
const KEPT: u64 = 10 * SECOND;
const HOT: usize = 3;
/// A look that is no older says that the thread still runs there.
const FRESH: u64 = 150_000_000;
/// So many blocks are kept, for so long.
const BLOCKS: usize = 512;
const MINUTE: u64 = 60 * SECOND;
const MAIN_MODULE: &str = "the main module";
/// So many threads are listed.
const THREADS: usize = 256;

#[derive(Default)]
struct Now {
    idle: Recent,
    active: Recent,
    looped: u64,
    longest: Minute<u64>,
    /// When samples saw it, and where.
    looks: VecDeque<(u64, PlaceNumber)>,
    /// A callback has begun: the main module has run.
    has_run: bool,
    /// Callbacks of promises and ticks that follow one another: since when, until when, how many.
    chain: (u64, u64, u64),
    /// When the last callback of the event loop ended, and of what it was.
    until: u64,
    last: Id,
}

struct Block {
    thread: u32,
    began: u64,
    ended: u64,
    place: PlaceNumber,
    /// The type of what it was a callback of, where it was one.
    of: Option<Type>,
    text: String,
}

#[derive(Default)]
pub(super) struct Threads {
    all: FxHashMap<u32, Now>,
    blocks: VecDeque<Block>,
}

impl Threads {
    pub(super) fn hear(&mut self, replay: &Replay, heard: &Heard, time: u64) {
        match heard.entry {
            &Entry::Sample { time, stack } => {
                let place = replay.place(replay.stack_of(heard.thread, stack));
                let looks = &mut self.all.entry(heard.thread).or_default().looks;
                while looks.len() >= LOOKS || looks.front().is_some_and(|&(at, _)| at + KEPT < time) {
                    looks.pop_front();
                }
                looks.push_back((time, place));
            }
            &Entry::Loop { time, idle, active } => {
                let now = self.all.entry(heard.thread).or_default();
                now.idle.add(time, idle);
                now.active.add(time, active);
                now.looped = time;
            }
            Entry::Event(_) => {
                for ran in replay.ran() {
                    self.ran(replay, heard.thread, ran);
                }
                if let Step::Entered { .. } = heard.step
                    && replay.thread(heard.thread).running().nth(1).is_none()
                {
                    self.left_behind(replay, heard.thread, time);
                }
                let runs = replay.thread(heard.thread).running().next().is_some();
                if runs || !replay.ran().is_empty() {
                    self.began(heard.thread, time);
                }
            }
            _ => {}
        }
    }

    /// A callback has begun, or has run: the first one ends the run of the main module, which lasted as long as looks saw it.
    fn began(&mut self, thread: u32, time: u64) {
        let now = self.all.entry(thread).or_default();
        if std::mem::replace(&mut now.has_run, true) {
            return;
        }
        let looks = now.looks.iter().filter(|&&(at, place)| at <= time && place != 0);
        let took = SAMPLE * looks.clone().count() as u64;
        let Some(&(ended, _)) = looks.clone().next_back().filter(|_| took >= FIRST_RUN) else { return };
        let (began, place) = (ended.saturating_sub(took), mostly(looks));
        self.add(Block { thread, began, ended, place, of: None, text: MAIN_MODULE.to_owned() });
    }

    /// A callback begins: what ran since the last one is told of by looks alone, as what promises run is where they are not recorded.
    fn left_behind(&mut self, replay: &Replay, thread: u32, time: u64) {
        let Some((began, ended, id)) = self.all.get(&thread).and_then(|now| now.since_callback(time)) else {
            return;
        };
        if !replay.leaves_out_promises(thread) {
            return;
        }
        let place = self.place(replay, thread, 0, (began, ended));
        let text = called_for(replay, thread, id, replay.find((thread, id)).map(|of| of.type_));
        self.add(Block { thread, began, ended, place, of: None, text });
    }

    /// A callback of the event loop has run.
    fn ran(&mut self, replay: &Replay, thread: u32, ran: &Ran) {
        if ran.depth > 0 {
            return;
        }
        let ended = ran.began.saturating_add(ran.took);
        let now = self.all.entry(thread).or_default();
        let longest = now.longest.at(ended);
        *longest = (*longest).max(ran.took);
        let is_micro = ran.type_.is_some_and(|type_| replay.types.is_micro(type_));
        (now.until, now.last) = (ended, ran.id);
        let (since, until, count) = now.chain;
        now.chain = if is_micro && count > 0 && ran.began.saturating_sub(until) < REST {
            (since, ended, count + 1)
        } else {
            (ran.began, ended, u64::from(is_micro))
        };
        if ran.took < BLOCKED {
            return;
        }
        let place = self.place(replay, thread, ran.id, (ran.began, ended));
        let text = called_for(replay, thread, ran.id, ran.type_);
        self.add(Block { thread, began: ran.began, ended, place, of: ran.type_, text });
    }

    fn add(&mut self, block: Block) {
        if self.blocks.len() == BLOCKS {
            self.blocks.pop_front();
        }
        self.blocks.push_back(block);
    }

    /// Where a callback mostly ran, by the looks at it; else where its resource was made.
    fn place(&self, replay: &Replay, thread: u32, id: Id, (began, ended): (u64, u64)) -> PlaceNumber {
        let looks = self.all.get(&thread).map(|now| &now.looks);
        let within = looks.into_iter().flatten().filter(|&&(at, _)| at >= began && at <= ended);
        match mostly(within) {
            0 => {
                replay.find((thread, id)).map_or(0, |of| replay.place_of((thread, id), of.stack, of.trigger))
            }
            place => place,
        }
    }

    /// What has run for long and still does.
    fn runs(&self, replay: &Replay, thread: u32, now: u64) -> Option<Runs> {
        let of = replay.thread(thread);
        let known = self.all.get(&thread);
        if of.ended.is_some() {
            return None;
        }
        if let Some((id, began)) = of.running().next() {
            let took = now.saturating_sub(began);
            if took < BLOCKED {
                return None;
            }
            let type_ = replay.find((thread, id)).map(|of| of.type_);
            let place = self.place(replay, thread, id, (began, now));
            let what = called_for(replay, thread, id, type_);
            return Some(Runs { took, place: place_or(replay, place, type_), of: what });
        }
        let known = known?;
        let fresh = known.looks.back().is_some_and(|&(at, _)| at + FRESH >= now);
        let (since, until, count) = known.chain;
        if count >= FLOOD && until + REST >= now && until.saturating_sub(since) >= BLOCKED {
            let place = mostly(known.looks.iter().filter(|&&(at, _)| at >= since));
            let of = format!("{count} promises and ticks in a row");
            return Some(Runs { took: now.saturating_sub(since), place: place_or(replay, place, None), of });
        }
        if !fresh {
            return None;
        }
        if known.has_run {
            let (began, ended, id) = known.since_callback(now)?;
            if !replay.leaves_out_promises(thread) {
                return None;
            }
            let place = self.place(replay, thread, 0, (began, ended));
            let of = called_for(replay, thread, id, replay.find((thread, id)).map(|of| of.type_));
            return Some(Runs { took: now.saturating_sub(began), place: place_or(replay, place, None), of });
        }
        let took = now.saturating_sub(of.began);
        (took >= BLOCKED).then(|| Runs {
            took,
            place: place_or(replay, mostly(known.looks.iter()), None),
            of: MAIN_MODULE.to_owned(),
        })
    }

    pub(super) fn view(&mut self, replay: &Replay, now: u64) -> Vec<ThreadView> {
        let all = 0..replay.threads().len() as u32;
        // Those that have ended are of no use where there are many.
        let is_over = |&thread: &u32| replay.thread(thread).ended.is_some();
        let mut listed: Vec<u32> = all.clone().filter(|thread| !is_over(thread)).take(THREADS).collect();
        let ended: Vec<u32> =
            all.rev().filter(is_over).take(THREADS.saturating_sub(listed.len()).min(8)).collect();
        listed.extend(ended);
        greatest_first(listed.iter().map(|&thread| u64::from(!thread)))
            .map(|at| listed[at])
            .map(|at| {
                let thread = replay.thread(at);
                let runs = self.runs(replay, at, now);
                let of = self.all.entry(at).or_default();
                of.longest.forget(now);
                let mut view = ThreadView {
                    title: Shown::name(&thread.title()).to_string(),
                    busy: of.busy(now, runs.as_ref().map_or(0, |runs| runs.took)),
                    longest: of.longest.iter().copied().max().unwrap_or(0),
                    runs,
                    hot: of.hot(replay, now),
                    ended: thread.ended.as_deref().map(|reason| Shown::line(reason).to_string()),
                };
                if let Some(runs) = &view.runs {
                    view.longest = view.longest.max(runs.took);
                }
                view
            })
            .collect()
    }

    /// The blocks of the last minute, those that go on among them, by thread and place.
    pub(super) fn blocks(&mut self, replay: &Replay, threads: &[ThreadView], now: u64) -> Vec<BlockView> {
        while self.blocks.front().is_some_and(|block| block.ended + MINUTE < now) {
            self.blocks.pop_front();
        }
        let mut groups: Vec<BlockView> = Vec::new();
        let mut add = |view: BlockView| {
            let same = |other: &&mut BlockView| (&other.place, &other.thread) == (&view.place, &view.thread);
            match groups.iter_mut().find(same) {
                Some(group) => {
                    group.count += view.count;
                    group.ago = group.ago.min(view.ago);
                    if view.longest > group.longest {
                        (group.longest, group.of) = (view.longest, view.of);
                    }
                }
                None => groups.push(view),
            }
        };
        for thread in threads {
            if let Some(runs) = &thread.runs {
                add(BlockView {
                    place: runs.place.clone(),
                    of: runs.of.clone(),
                    thread: thread.title.clone(),
                    count: 1,
                    longest: runs.took,
                    ago: 0,
                });
            }
        }
        for block in self.blocks.iter().rev() {
            add(BlockView {
                place: place_or(replay, block.place, block.of),
                of: block.text.clone(),
                thread: Shown::name(&replay.thread(block.thread).title()).to_string(),
                count: 1,
                longest: block.ended.saturating_sub(block.began),
                ago: now.saturating_sub(block.ended).max(1),
            });
        }
        let goes_on = |group: &BlockView| u64::from(group.ago == 0) << 63;
        let order = greatest_first(groups.iter().map(|group| group.longest | goes_on(group)));
        order.map(|at| groups[at].clone()).collect()
    }
}

impl Now {
    /// What ran since the last callback, up to a time, as looks saw it: since when, until when, and what the callback was of that has
    /// left it behind.
    fn since_callback(&self, time: u64) -> Option<(u64, u64, Id)> {
        let looks = self.looks.iter().rev().map(|&(at, _)| at).skip_while(|&at| at > time);
        let mut looks = looks.take_while(|&at| at > self.until).peekable();
        let ended = *looks.peek()?;
        let (count, first) = looks.fold((0_u64, ended), |(count, _), at| (count + 1, at));
        let began = first.saturating_sub(SAMPLE).max(self.until);
        let own = count * SAMPLE;
        if !self.has_run || own < BLOCKED || own * DENSE < ended.saturating_sub(began) {
            return None;
        }
        let id = if began.saturating_sub(self.until) < SOON { self.last } else { 0 };
        Some((began, ended, id))
    }

    /// What runs now has told nothing of the loop since it began.
    fn busy(&self, now: u64, runs: u64) -> Option<f64> {
        let untold = now.saturating_sub(self.looped).min(runs);
        let (idle, active) = (self.idle.total(now), self.active.total(now).saturating_add(untold));
        if self.looped == 0 && untold == 0 {
            return None;
        }
        let all = idle.saturating_add(active);
        Some(if all == 0 { 0.0 } else { active as f64 / all as f64 })
    }

    /// Where it was seen in the last ten seconds.
    fn hot(&self, replay: &Replay, now: u64) -> Vec<(f64, String)> {
        let mut places: FxHashMap<PlaceNumber, u64> = FxHashMap::default();
        let mut all = 0_u64;
        for &(_, place) in self.looks.iter().filter(|&&(at, _)| at + KEPT >= now) {
            *places.entry(place).or_default() += 1;
            all += 1;
        }
        places.remove(&0);
        let places: Vec<_> = places.into_iter().collect();
        let order = greatest_first(places.iter().map(|&(_, count)| count)).take(HOT);
        order
            .map(|at| places[at])
            .map(|(place, count)| (count as f64 / all as f64, place_or(replay, place, None)))
            .collect()
    }
}

/// The place that most looks saw; 0 where there is none.
fn mostly<'a>(looks: impl Iterator<Item = &'a (u64, PlaceNumber)>) -> PlaceNumber {
    let mut places: FxHashMap<PlaceNumber, u64> = FxHashMap::default();
    for &(_, place) in looks.filter(|&&(_, place)| place != 0) {
        *places.entry(place).or_default() += 1;
    }
    places.into_iter().max_by_key(|&(place, count)| (count, Reverse(place))).map_or(0, |(place, _)| place)
}

/// A place, or in the place of one what it is.
fn place_or(replay: &Replay, place: PlaceNumber, type_: Option<Type>) -> String {
    match (replay.places.text(place), type_) {
        (Some(place), _) => place.to_string(),
        (None, Some(type_)) => Shown::name(replay.words_of(type_)).to_string(),
        (None, None) => "a place that nobody saw".to_owned(),
    }
}

/// What the event loop called a callback for, and for which request.
fn called_for(replay: &Replay, thread: u32, id: Id, type_: Option<Type>) -> String {
    let what = type_.map_or(String::new(), |type_| replay.words((thread, id), type_));
    let trace = replay.trace_of((thread, id));
    let asks = if trace & REQUEST == 0 { None } else { replay.asked((thread, trace)) };
    let text = match asks {
        Some(asked) if what.is_empty() => asked.what.to_string(),
        Some(asked) => format!("{what}, for {}", asked.what),
        None => what,
    };
    Shown::line(&text).to_string()
}
