//! Parts of a recording that are read one after the other, as one: what a part begins with is told already where the one before
//! was read, too.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use crate::event::{Entry, Event, Fact, Kind, Part, There};

/// Where the part stands that came before the newest one.
pub fn former(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".old");
    name.into()
}

/// What the part before has told of a thread.
#[derive(Clone, Copy, Default)]
pub(super) struct Told {
    pub types: u32,
    pub stacks: u32,
}

/// A thread that the part before has told of.
struct Known {
    told: Told,
    /// The part has not said yet that it goes on from here.
    is_at_first: bool,
}

#[derive(Default)]
pub(super) struct Parts {
    /// The part that is read; missing as long as that is the first one.
    pub last: Option<Part>,
    threads: HashMap<u32, Known>,
}

impl Parts {
    /// Another part begins. `told` is what the one before has told of its threads. Any other thread had ended before that one.
    #[cold]
    pub(super) fn turn(&mut self, part: Part, told: impl Iterator<Item = (u32, Told)>) {
        self.last = Some(part);
        self.threads = told.map(|(number, told)| (number, Known { told, is_at_first: true })).collect();
    }

    /// Makes an entry one of the whole recording. False for one that tells nothing new.
    #[cold]
    pub(super) fn fit(&mut self, thread: u32, entry: &mut Entry) -> bool {
        let Some(known) = self.threads.get_mut(&thread) else { return true };
        let first = known.told.stacks;
        let shift = |stack: &mut u32| *stack = if *stack == 0 { 0 } else { stack.saturating_add(first) };
        match entry {
            Entry::Type { index, .. } => return *index >= known.told.types,
            Entry::Stack { index, .. } => {
                *index = index.saturating_add(first);
                return true;
            }
            Entry::Fact { fact: Fact::Part, .. } => {
                known.is_at_first = false;
                return false;
            }
            Entry::Event(Event { kind: Kind::Init { stack, .. }, .. }) | Entry::Sample { stack, .. } => {
                shift(stack);
            }
            Entry::Fact { fact: Fact::Before, text, .. } => {
                if let Some(mut there) = There::of(text) {
                    shift(&mut there.stack);
                    *text = there.to_string();
                }
            }
            _ => {}
        }
        !known.is_at_first
    }
}
