//! What reports ask the model for, in the words of the program.

use recorder::event::Id;

use super::resource::Key;
use super::{PlaceNumber, Replay, Type, words};
use crate::units::time;

/// So many causes are followed to one that has a place.
const CAUSES: usize = 64;

impl Replay {
    /// What resources of a type are.
    pub(crate) fn words_of(&self, type_: Type) -> &str {
        words::words_of_type(self.type_name(type_))
    }

    /// What a resource is, as far as it is told.
    pub(crate) fn words(&self, key: Key, type_: Type) -> String {
        words::words(&self.facts, key, self.type_name(type_))
    }

    /// The place of a resource, or the nearest on the way of its causes; 0 where there is none.
    pub(crate) fn place_of(&self, (thread, _): Key, stack: u32, mut trigger: Id) -> PlaceNumber {
        let mut place = self.place(stack);
        for _ in 0..CAUSES {
            if place != 0 {
                break;
            }
            let Some(cause) = self.find((thread, trigger)) else { break };
            place = self.place(cause.stack);
            if cause.trigger == trigger {
                break;
            }
            trigger = cause.trigger;
        }
        place
    }

    /// Of recordings of which only the newest is kept, a sentence for each: that it begins in the middle, and what there is.
    pub(crate) fn middles(&self) -> Vec<String> {
        let several = self.headers.len() > 1;
        let parts = (0..).zip(&self.headers).filter_map(|(process, header)| {
            let from = header.part.filter(|part| part.number > 0)?.from;
            let threads = self.threads.iter().enumerate().filter(|(_, thread)| thread.process == process);
            let lasted = threads.map(|(at, _)| self.lasted(at as u32)).max().unwrap_or(0);
            let of = if several { format!(" of {}", words::process(header)) } else { String::new() };
            Some(format!(
                "The recording{of} begins in the middle: the last {} of {} were kept.",
                time(lasted),
                time(from.saturating_add(lasted))
            ))
        });
        parts.collect()
    }

    /// For how long a thread was recorded, from the beginning of the recording: also while it waited and nothing happened.
    pub(crate) fn lasted(&self, thread: u32) -> u64 {
        let thread = self.thread(thread);
        let looped = thread.busy().map_or(0, |(_, looped)| looped);
        thread.now.max(thread.began.saturating_add(looped))
    }

    /// Whether all callbacks of the event loop are told of a thread but those of promises.
    pub(crate) fn leaves_out_promises(&self, thread: u32) -> bool {
        let options = self.header_of(thread).map_or("", |header| header.options.as_str());
        let is_filtered = options.contains("\"types\":[");
        options.contains("\"promises\":false") && !is_filtered && self.dropped.is_empty()
    }
}
