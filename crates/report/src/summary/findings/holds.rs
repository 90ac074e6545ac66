//! Why a program does not exit: what keeps its event loop alive.

use recorder::event::Id;
use rustc_hash::FxHashMap;

use super::{Finding, Subject, When, plural};
use crate::replay::{PlaceNumber, Replay, Type};
use crate::shown::Shown;
use crate::units::time;

/// So many are named.
const NAMED: usize = 6;
/// A server that has answered a request within so long before the end is one that is used.
const USED: u64 = 2_000_000_000;
/// A program that was ended before is one that had no time to exit.
const SOON: u64 = 300_000_000;

/// Resources of one type and place that keep the event loop alive.
pub(crate) struct Held {
    pub what: String,
    type_: Type,
    pub place: PlaceNumber,
    pub count: u64,
    /// How old the oldest is.
    pub oldest: u64,
    /// What stands before the age where the resource may be older.
    more: &'static str,
    /// The oldest.
    first: Id,
}

/// What keeps a main thread alive, the most telling first: none where the program ended by itself.
pub(crate) fn finding(
    replay: &Replay,
    main: u32,
    is_complete: bool,
    last_request: Option<u64>,
    asked: bool,
) -> Option<Finding> {
    let thread = replay.thread(main);
    let ended_itself = thread.ended.is_some() || is_complete;
    if ended_itself && !asked {
        return None;
    }
    let lasted = replay.lasted(main);
    let held = held(replay, main);
    if held.is_empty() || (lasted < SOON && !asked) {
        return None;
    }
    let serves = held.iter().any(|held| replay.types.listens(held.type_));
    let is_used = last_request.is_some_and(|last| lasted.saturating_sub(last) < USED);
    if serves && is_used && !asked {
        return None;
    }
    let named: Vec<String> = held
        .iter()
        .take(NAMED)
        .map(|held| {
            let place = replay.places.text(held.place).map_or(String::new(), |place| format!(", {place}"));
            let count = if held.count > 1 { format!("{} × ", held.count) } else { String::new() };
            format!("{count}{}{place}, alive for {}{}", Shown::line(&held.what), held.more, time(held.oldest))
        })
        .collect();
    let total: u64 = held.iter().map(|held| held.count).sum();
    let mut evidence: Vec<String> = named.iter().skip(1).cloned().collect();
    if held.len() > NAMED {
        evidence.push(format!("and {} more", held.len() - NAMED));
    }
    let text = match total {
        1 => format!("The program does not exit. What keeps it alive: {}.", named[0]),
        _ => format!(
            "The program does not exit. {} keep it alive: {}.",
            plural(total, "thing", "things"),
            named[0]
        ),
    };
    Some(Finding {
        kind: "does-not-exit",
        weight: 1e9,
        text,
        evidence,
        subject: Subject {
            place: held[0].place,
            when: Some(When { thread: main, from: lasted.saturating_sub(held[0].oldest), to: lasted }),
            resource: Some(held[0].first),
            ..Subject::default()
        },
    })
}

/// What is alive on a thread and keeps its loop alive, in groups.
pub(crate) fn held(replay: &Replay, main: u32) -> Vec<Held> {
    let Some(ids) = replay.facts.holds.get(&main) else { return Vec::new() };
    let end = replay.lasted(main);
    let mut groups: FxHashMap<(Type, PlaceNumber), Held> = FxHashMap::default();
    for &id in ids {
        let Some(resource) = replay.resources().get(&(main, id)) else { continue };
        let place = replay.place_of((main, id), resource.stack, resource.trigger);
        // What nothing of the program leads to is Node's own.
        if place == 0 {
            continue;
        }
        let what = replay.words((main, id), resource.type_);
        let oldest = end.saturating_sub(resource.created);
        let type_ = resource.type_;
        let group = groups.entry((type_, place)).or_insert_with(|| Held {
            what: what.clone(),
            type_,
            place,
            count: 0,
            oldest,
            more: if resource.was_before() { "more than " } else { "" },
            first: id,
        });
        if group.what != what {
            replay.words_of(type_).clone_into(&mut group.what);
        }
        group.count += 1;
        if (oldest, std::cmp::Reverse(id)) > (group.oldest, std::cmp::Reverse(group.first)) {
            (group.oldest, group.first) = (oldest, id);
        }
    }
    let mut all: Vec<Held> = groups.into_values().collect();
    // Servers, timers and the like come before the connections that they lead to.
    all.sort_by(|a, b| {
        let rank = |held: &Held| (replay.types.is_connection(held.type_), std::cmp::Reverse(held.oldest));
        rank(a).cmp(&rank(b)).then_with(|| a.what.cmp(&b.what))
    });
    all
}
