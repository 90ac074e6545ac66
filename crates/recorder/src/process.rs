//! The recording of a process: which threads take part, when it starts and when it ends. All threads take part in the
//! same one.

use std::io;
use std::panic::catch_unwind;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, Once, PoisonError};

pub use crate::drain::Start;
use crate::drain::{self, Recording};
use crate::exit;
use crate::ring::{Producer, Ring, Room};
use crate::shared::Shared;
use crate::source::{Idle, Note, Notes, SampleAsk, Source};
use crate::stats::TypeStats;

pub use crate::source::Identity;

/// A process and what it records.
#[derive(Default)]
pub struct Process {
    slot: Mutex<Slot>,
}

#[derive(Default)]
struct Slot {
    current: Option<Arc<Recording>>,
    /// Whether one was ended by hand. Then no thread begins another but by hand.
    was_stopped: bool,
}

impl Slot {
    /// Takes a recording away that has ended, if it is still the current one.
    fn remove(&mut self, recording: &Arc<Recording>) -> bool {
        let is_current = self.current.as_ref().is_some_and(|current| Arc::ptr_eq(current, recording));
        if is_current {
            self.current = None;
        }
        is_current
    }
}

/// The one thing that the Node environments of a process share: each of them loads the addon for itself.
static THIS: Process = Process::new();

/// A thread that is to take part.
pub struct Participant<'a> {
    /// Who it is.
    pub identity: Identity,
    /// Whether events of resources that were not announced are left out.
    pub filtered: bool,
    /// Whether it begins a recording even where one was stopped by hand.
    pub insists: bool,
    /// Tells how long its event loop has been idle, where that can be known.
    pub idle: Option<Idle>,
    /// What asks the thread to note where it runs, where it can be asked, with what it notes it in.
    pub sampler: &'a mut dyn FnMut(&Arc<Notes>) -> Option<SampleAsk>,
}

impl Process {
    const fn new() -> Self {
        Self { slot: Mutex::new(Slot { current: None, was_stopped: false }) }
    }

    /// The process that runs. Its recording is completed when it ends, even by `exit`, which runs no cleanup of Node's; on Windows
    /// a thread has to call [`Part::exit`] before.
    pub fn this() -> &'static Self {
        extern "C" fn at_exit() {
            // A panic has said itself what it is.
            let _ = catch_unwind(|| THIS.exit("process.exit()"));
        }
        static ONCE: Once = Once::new();
        ONCE.call_once(|| exit::at_exit(at_exit));
        &THIS
    }

    /// A thread takes part in the recording, which starts here where there is none. Answers `None` where one
    /// was stopped by hand and the thread does not insist.
    ///
    /// # Errors
    /// Where the recorder gets no thread of its own.
    pub fn join(
        &'static self,
        memory: Shared,
        participant: Participant<'_>,
        start: Start,
    ) -> io::Result<Option<Part>> {
        let Participant { identity, filtered, insists, idle, sampler } = participant;
        let ring = Arc::new(Ring::new(memory));
        let notes = Arc::new(Notes::default());
        // Held until the thread takes part: the recording that is found here cannot end meanwhile.
        let mut slot = self.lock();
        let recording = match &slot.current {
            Some(recording) => recording.clone(),
            None if slot.was_stopped && !insists => return Ok(None),
            None => slot.current.insert(Arc::new(Recording::start(start)?)).clone(),
        };
        let drain = recording.shared();
        let now = drain.clock().now();
        let mut source = Source::new(ring.clone(), notes.clone(), identity, filtered, idle, now);
        if let Some(ask) = sampler(&notes) {
            source = source.with_samples(ask);
        }
        let thread = recording.join(source);
        drop(slot);
        let producer = Producer::default();
        Ok(Some(Part { process: self, recording, drain, ring, notes, producer, thread }))
    }

    /// Whether anything is recorded.
    pub fn is_recording(&self) -> bool {
        self.current().is_some()
    }

    /// Writes what was recorded so far. Answers whether anything is recorded.
    pub fn flush(&self) -> bool {
        self.current().is_some_and(|recording| {
            recording.flush();
            true
        })
    }

    /// Copies what is kept of the recording, up to now, to a new file, and answers its name.
    ///
    /// # Errors
    /// Where nothing is recorded, or the file cannot be written.
    pub fn dump(&self, file: &Path) -> io::Result<PathBuf> {
        let none = || io::Error::new(io::ErrorKind::NotFound, "nothing is recorded");
        self.current().ok_or_else(none)?.dump(file)
    }

    /// For tests: the drain thread looks at nothing while it is paused. Answers whether anything is recorded.
    pub fn pause(&self, is_paused: bool) -> bool {
        self.current().is_some_and(|recording| {
            recording.pause(is_paused);
            true
        })
    }

    /// The process ends, and its threads with it: completes the file.
    fn exit(&self, reason: &str) {
        // Nobody waits at the end of the process for a lock that a thread may hold that is gone.
        let Ok(slot) = self.slot.try_lock() else { return };
        if let Some(recording) = &slot.current {
            recording.end_with_process(reason);
        }
    }

    fn current(&self) -> Option<Arc<Recording>> {
        self.lock().current.clone()
    }

    /// Nobody waits for an output while he holds it, but to open one.
    fn lock(&self) -> MutexGuard<'_, Slot> {
        self.slot.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A thread that takes part, for that thread alone. It does so until [`Part::leave`].
pub struct Part {
    process: &'static Process,
    recording: Arc<Recording>,
    drain: Arc<drain::Shared>,
    ring: Arc<Ring<Shared>>,
    notes: Arc<Notes>,
    producer: Producer,
    thread: u32,
}

impl Part {
    /// The file that is written, if there is one.
    pub fn file(&self) -> Option<PathBuf> {
        self.recording.path()
    }

    /// Whether only the newest is kept.
    pub fn ages(&self) -> bool {
        self.recording.ages()
    }

    /// Whether the recording has ended, by this thread or another one. Then nobody reads the ring.
    #[inline]
    pub fn is_over(&self) -> bool {
        self.drain.is_over()
    }

    /// Publishes the event of one slot that was stored behind the head, with its time in front, and all before it.
    #[inline]
    pub fn stamp(&self) {
        // The memory of the ring may be gone where it is over.
        if !self.is_over() {
            self.producer.stamp(&self.ring, self.drain.clock().raw());
        }
    }

    /// Publishes the time, sets the limits, and answers what there is room for. `None` where the recording is over.
    #[inline]
    pub fn make_room(&mut self) -> Option<Room> {
        // As in `stamp`.
        if self.is_over() {
            return None;
        }
        let room = self.producer.room(&self.ring, self.drain.clock().raw());
        self.drain.wake();
        Some(room)
    }

    /// Says something in text, for the events that are published afterwards.
    pub fn note(&self, note: Note) {
        self.notes.add(note);
    }

    /// Counts and latencies of all threads, by type.
    pub fn stats(&self) -> Vec<TypeStats> {
        self.recording.stats()
    }

    /// Ends the recording of the process by hand, if it is still this one.
    pub fn stop(&self) {
        self.end("stopped");
    }

    /// The same for a thread that is about to end the process, and has said why. For systems that end all other threads before
    /// a library hears of the end ([`exit::at_exit`]).
    pub fn exit(&self) {
        self.end("exit");
    }

    fn end(&self, reason: &str) {
        let mut slot = self.process.lock();
        if !slot.remove(&self.recording) {
            return;
        }
        slot.was_stopped = true;
        // The next one begins when this one has taken all that it takes.
        self.recording.end(reason);
        drop(slot);
        self.recording.close();
    }

    /// Answers whether the ring may go: the recording is over, and nobody touches the ring any more.
    pub fn release(&self) -> bool {
        let is_over = self.is_over();
        if is_over {
            // Whoever ends a recording says so before he takes the last of what the rings hold.
            self.recording.leave(self.thread, "exit");
        }
        is_over
    }

    /// The thread takes no part any more, and nobody touches its ring. The recording ends with its last thread.
    pub fn leave(self) {
        // Held while the recording ends, if this is its last thread: nobody joins it any more.
        let mut slot = self.process.lock();
        let is_last = self.recording.leave(self.thread, "exit");
        if is_last {
            slot.remove(&self.recording);
        }
        drop(slot);
        if is_last {
            self.recording.close();
        }
    }
}

#[cfg(test)]
mod tests;
