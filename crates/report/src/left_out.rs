//! What a report had no room for. Whatever a file holds, a report takes a bounded amount of memory, and says what that cost.

use recorder::file::ReadError;

use crate::recordings::Fate;

/// How the reading of recordings ended.
pub(crate) struct Outcome {
    /// Of each recording.
    pub(crate) fates: Vec<Fate>,
    /// Of what all outputs show.
    pub(crate) left_out: LeftOut,
}

impl Outcome {
    /// The recorder ended all recordings, and the files have all of them.
    pub(crate) fn is_complete(&self) -> bool {
        self.fates.iter().all(|fate| fate.is_complete)
    }

    /// The signal that has ended the process, where there is one process and that is known.
    pub(crate) fn signal(&self) -> Option<&str> {
        match &self.fates[..] {
            [fate] => fate.signal.as_deref(),
            _ => None,
        }
    }

    /// Why the first damaged file could not be read to its end.
    pub(crate) fn damage(&self) -> Option<&ReadError> {
        self.fates.iter().find_map(|fate| fate.damage.as_ref())
    }
}

/// How much was left out, by what it was.
#[derive(Clone, Debug, Default)]
pub(crate) struct LeftOut {
    /// Entries of threads that came when too many were followed.
    pub of_threads: u64,
    pub types: u64,
    pub stacks: u64,
    pub resources: u64,
    /// Resources that the recording, of which only the newest is kept, has no room for.
    pub not_kept: u64,
    pub requests: u64,
    pub callbacks: u64,
    pub clocks: u64,
    /// Resources whose trace could not be waited for.
    pub traces: u64,
    /// Resources that the page forgot while they were alive.
    pub forgotten: u64,
    /// Resources of pairs of a thread and a type that are not followed over time.
    pub series: u64,
    /// Threads and marks that the page does not draw.
    pub drawn: u64,
    pub marks: u64,
    /// Resources that count as roots.
    pub causes: u64,
}

impl LeftOut {
    /// A sentence for each.
    pub(crate) fn sentences(&self) -> Vec<String> {
        let all = [
            (
                self.of_threads,
                "entries belong to threads that began after too many others: they are not in this report",
            ),
            (self.types, "types had no room for a name: their resources count as (further types)"),
            (self.stacks, "stacks had no room: their resources have no place"),
            (self.resources, "resources were created when too many were alive to follow them all"),
            (
                self.not_kept,
                "resources were alive when the recording begins, but had no room in it: use a larger --keep to see them",
            ),
            (self.requests, "requests began when too many were open to follow them all"),
            (self.callbacks, "callbacks were not followed, or only in part: too many others were running"),
            (self.clocks, "changes of the wall clock had no room: times after them follow the earlier clock"),
            (
                self.traces,
                "resources are in lines of their own: too many traces were open to wait for theirs",
            ),
            (
                self.forgotten,
                "resources were forgotten while they were alive: they count as alive to the end",
            ),
            (self.series, "resources are not checked for growth: too many types on too many threads"),
            (self.drawn, "threads are not drawn: their callbacks are in the other numbers"),
            (self.marks, "marks are left out"),
            (self.causes, "resources count as triggered by nothing: there are too many ways from a root"),
        ];
        all.into_iter()
            .filter(|&(count, _)| count > 0)
            .map(|(count, what)| format!("{count} {what}."))
            .collect()
    }
}
