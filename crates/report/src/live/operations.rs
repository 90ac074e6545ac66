//! What is alive, by what it is and where it was made.
//!
//! A promise counts until it is settled: then it waits for nothing but the collector.

use std::collections::VecDeque;

use rustc_hash::FxHashMap;

use super::view::OperationView;
use super::window::{Recent, SECOND};
use crate::replay::{Key, PlaceNumber, Replay, Resource, Step, Type};
use crate::shown::Shown;

/// So many groups are told apart. Those beyond are one for each type, and those beyond that one.
const MOST: usize = 4096;
/// Growth is that of so many looks, so far apart.
const LOOKS: usize = 6;
const APART: u64 = 10 * SECOND;

struct Group {
    type_: Type,
    place: PlaceNumber,
    alive: u64,
    made: Recent,
    ended: Recent,
    /// As of the last look.
    oldest: Option<(u64, Key)>,
    /// How many were alive every ten seconds.
    before: VecDeque<u64>,
    since: u64,
}

#[derive(Default)]
pub(super) struct Operations {
    groups: Vec<Group>,
    numbers: FxHashMap<(Type, PlaceNumber), usize>,
    looked: u64,
}

impl Operations {
    pub(super) fn hear(&mut self, replay: &Replay, step: &Step, time: u64) {
        match step {
            Step::Created { resource, former, .. } => {
                if let Some(former) = former {
                    self.end(replay, former, time);
                }
                self.begin(replay, resource, time);
            }
            Step::Found { resource, .. } => self.group(replay, resource, time).alive += 1,
            Step::Settled { resource: Some(resource) } if is_promise(replay, resource) => {
                self.end(replay, resource, time);
            }
            Step::Ended { resource: Some(resource), .. } => self.end(replay, resource, time),
            _ => {}
        }
    }

    fn begin(&mut self, replay: &Replay, resource: &Resource, time: u64) {
        let group = self.group(replay, resource, time);
        group.alive += 1;
        group.made.add(time, 1);
    }

    fn end(&mut self, replay: &Replay, resource: &Resource, time: u64) {
        // It has ended already.
        if is_promise(replay, resource) && resource.settled() {
            return;
        }
        let group = self.group(replay, resource, time);
        group.alive = group.alive.saturating_sub(1);
        group.ended.add(time, 1);
    }

    fn group(&mut self, replay: &Replay, resource: &Resource, time: u64) -> &mut Group {
        let at = self.number(replay, resource, time);
        &mut self.groups[at]
    }

    fn number(&mut self, replay: &Replay, resource: &Resource, since: u64) -> usize {
        let mut key = (resource.type_, replay.place(resource.stack));
        if let Some(&at) = self.numbers.get(&key) {
            return at;
        }
        if self.groups.len() >= MOST {
            key.1 = 0;
            if let Some(&at) = self.numbers.get(&key) {
                return at;
            }
            if self.groups.len() >= 2 * MOST {
                return MOST;
            }
        }
        self.groups.push(Group {
            type_: key.0,
            place: key.1,
            alive: 0,
            made: Recent::default(),
            ended: Recent::default(),
            oldest: None,
            before: VecDeque::new(),
            since,
        });
        self.numbers.insert(key, self.groups.len() - 1);
        self.groups.len() - 1
    }

    /// Looks at all that is alive for the oldest of each group. Takes the longer the more there is.
    pub(super) fn look(&mut self, replay: &Replay, now: u64) {
        self.groups.iter_mut().for_each(|group| (group.alive, group.oldest) = (0, None));
        for (&key, resource) in replay.resources().iter() {
            if is_promise(replay, resource) && resource.settled() {
                continue;
            }
            let group = self.group(replay, resource, now);
            group.alive += 1;
            if group.oldest.is_none_or(|oldest| (resource.created, key) < oldest) {
                group.oldest = Some((resource.created, key));
            }
        }
        if now >= self.looked + APART || now < self.looked {
            self.looked = now;
            for group in &mut self.groups {
                if group.before.len() == LOOKS {
                    group.before.pop_front();
                }
                group.before.push_back(group.alive);
            }
        }
    }

    pub(super) fn view(&self, replay: &Replay, now: u64, since: u64) -> (u64, Vec<OperationView>) {
        let mut alive = 0;
        let mut views = Vec::new();
        for group in &self.groups {
            let (made, ended) = (group.made.per_second(now, since), group.ended.per_second(now, since));
            alive += group.alive;
            if group.alive == 0 && made == 0.0 && ended == 0.0 {
                continue;
            }
            // A group that is younger has grown from nothing.
            let is_young = now.saturating_sub(group.since) < LOOKS as u64 * APART;
            let before = if is_young { 0 } else { group.before.front().copied().unwrap_or(group.alive) };
            views.push(OperationView {
                what: self.what(replay, group),
                place: replay.places.text(group.place).map_or(String::new(), |place| place.to_string()),
                alive: group.alive,
                made,
                ended,
                grown: group.alive as i64 - before as i64,
                oldest: group.oldest.map_or(0, |(created, _)| now.saturating_sub(created)),
            });
        }
        (alive, views)
    }

    /// In the words of the only one, or of the oldest timer.
    fn what(&self, replay: &Replay, group: &Group) -> String {
        let text = match group.oldest {
            Some((_, key)) if group.alive == 1 || group.place != 0 && replay.types.is_timer(group.type_) => {
                replay.words(key, group.type_)
            }
            _ => replay.words_of(group.type_).to_owned(),
        };
        Shown::name(&text).to_string()
    }
}

fn is_promise(replay: &Replay, resource: &Resource) -> bool {
    Some(resource.type_) == replay.types.promise
}
