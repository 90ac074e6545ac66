//! What ended the program, if it was an error.

use recorder::event::Id;
use rustc_hash::FxHashMap;

use super::{Finding, Subject, When};
use crate::replay::{Crash, PlaceNumber, REQUEST, Replay, Request};
use crate::shown::Shown;

/// So many resources are followed on the way of causes, and so many are named.
const FOLLOWED: usize = 1000;
const NAMED: usize = 3;

/// The request that was open in the callback that failed.
#[derive(Default)]
pub(crate) struct CrashOf {
    /// By process: its route, and its number.
    within: FxHashMap<u32, (Option<String>, Option<u32>)>,
}

impl CrashOf {
    /// At the end of the recording: the requests that are open are those that it ended with.
    pub(crate) fn over(&mut self, replay: &Replay, request: &Request) {
        let process = replay.thread(request.thread).process;
        let Some(crash) = replay.facts.crashes.get(&process) else { return };
        let is_of = replay.find((crash.thread, crash.within)).is_some_and(|of| of.trace == request.trace());
        if is_of && crash.thread == request.thread {
            let within = self.within.entry(process).or_default();
            within.1 = Some(request.number).filter(|_| !request.is_stream);
            if let Some(route) = request.route {
                within.0 = Some(replay.routes.name(route).to_owned());
            }
        }
    }

    pub(crate) fn findings(&self, replay: &Replay) -> Vec<Finding> {
        replay.facts.crashes.iter().map(|(process, crash)| self.finding(replay, *process, crash)).collect()
    }

    fn finding(&self, replay: &Replay, process: u32, crash: &Crash) -> Finding {
        let (route, request) = self.within.get(&process).cloned().unwrap_or_default();
        let Crash { thread, within, text, .. } = crash;
        let ended = replay.thread(*thread).ended.as_deref().unwrap_or("");
        let what =
            if ended.contains("rejection") { "an unhandled rejection" } else { "an uncaught exception" };
        let message = Shown::line(
            text.lines().take_while(|line| !line.trim_start().starts_with("at ")).next().unwrap_or(""),
        );
        let place = match crash.place {
            // Where nothing of the program is on the stack, what led to it is the nearest.
            0 => nearest(replay, *thread, *within),
            place => place,
        };
        let word = if crash.place == 0 { "begun" } else { "thrown" };
        let at = replay.places.text(place).map_or(String::new(), |place| format!(", {word} at {place}"));
        let within_request =
            route.as_ref().map_or(String::new(), |route| format!(", in {}", Shown::line(route)));
        let evidence = causes(replay, *thread, *within, place).into_iter().collect();
        Finding {
            kind: "crash",
            weight: 1e12,
            text: format!("The program ended by {what}: {message}{at}{within_request}."),
            evidence,
            subject: Subject {
                place,
                route,
                // The end of the thread, as nothing says when it was thrown.
                when: Some(When {
                    thread: *thread,
                    from: replay.thread(*thread).now,
                    to: replay.thread(*thread).now,
                }),
                resource: Some(*within).filter(|&id| id > 1),
                request,
            },
        }
    }
}

/// The place of a resource, or of the nearest of those that led to it.
fn nearest(replay: &Replay, thread: u32, within: Id) -> PlaceNumber {
    replay.find((thread, within)).map_or(0, |of| replay.place_of((thread, within), of.stack, of.trigger))
}

/// The operations that led to a resource, with their places.
fn causes(replay: &Replay, thread: u32, mut id: Id, mut last: PlaceNumber) -> Option<String> {
    let mut named = Vec::new();
    for _ in 0..FOLLOWED {
        let Some(found) = replay.find((thread, id)) else { break };
        let place = replay.place(found.stack);
        if place != 0 && place != last && named.len() < NAMED {
            last = place;
            if let Some(text) = replay.places.text(place) {
                named.push(format!("{} at {text}", replay.words_of(found.type_)));
            }
        }
        if found.trigger == id || found.trace & REQUEST == 0 && found.trigger <= 1 {
            break;
        }
        id = found.trigger;
    }
    (!named.is_empty()).then(|| format!("What led to it: {}.", named.join(", from ")))
}
