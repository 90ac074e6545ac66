//! Where a recording is written to. A thread of its own does the writing, so that nobody else ever waits for a disk or
//! for the reader of a pipe; what waits to be written is bounded.

mod create;
mod queue;
mod say;

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use self::queue::{Failed, Feed, Queue};
use super::event::{Entry, Header};
use super::file::Writer;

/// The longest that anybody waits for the output: until it is open, and until it has taken what is left at the end.
const PATIENCE: Duration = Duration::from_millis(800);

/// The encoder's end of a recording, for as long as it can be written.
pub(crate) struct Output {
    writer: Option<Writer>,
    queue: Arc<Queue>,
}

impl Output {
    /// Opens the output. A failure is no error: a warning on stderr tells it.
    pub(crate) fn create(asked: &Path, header: &Header) -> io::Result<Self> {
        let queue = Arc::new(Queue::new(asked));
        let writer = match Writer::new(Feed(queue.clone()), header) {
            Ok(writer) => {
                let queue = queue.clone();
                let name = "async-hooks-out".to_owned();
                thread::Builder::new().name(name).spawn(move || queue.run())?;
                Some(writer)
            }
            Err(error) => {
                queue.warn(&format!("cannot be written ({error})"));
                queue.end();
                None
            }
        };
        let is_open = queue.wait_until_open(Instant::now() + PATIENCE);
        Ok(Self { writer: writer.filter(|_| is_open), queue })
    }

    /// The file that is written, which is not always the one that was asked for. `None` where there is none.
    pub(crate) fn path(&self) -> Option<PathBuf> {
        self.writer.as_ref().map(|_| self.queue.path())
    }

    /// Whether so much waits to be written that events should stay in the rings for now.
    pub(crate) fn is_full(&self) -> bool {
        self.writer.is_some() && self.queue.is_full()
    }

    /// Adds entries of one thread, and clears them.
    pub(crate) fn append(&mut self, thread: u32, entries: &mut Vec<Entry>) {
        self.write(|writer| writer.append(thread, entries));
        entries.clear();
    }

    /// Hands all that was added to the thread that writes.
    pub(crate) fn flush(&mut self) {
        self.write(Writer::flush);
    }

    /// Marks the recording as complete.
    pub(crate) fn finish(&mut self) {
        self.write(Writer::finish);
        self.writer = None;
    }

    /// What the caller may wait on without keeping others from adding entries.
    pub(crate) fn pending(&self) -> Pending {
        Pending(self.queue.clone())
    }

    fn write(&mut self, write: impl FnOnce(&mut Writer) -> io::Result<()>) {
        let Some(writer) = &mut self.writer else { return };
        if let Err(error) = write(writer) {
            self.writer = None;
            self.queue.warn(&format!("ends here, for it cannot be written any more ({error})"));
        }
    }
}

/// What was handed over and may not have been written yet.
pub(crate) struct Pending(Arc<Queue>);

impl Pending {
    /// Waits until all of it is with the operating system, or for as long as anybody waits.
    pub(crate) fn wait(&self) {
        self.0.wait_until_written(Instant::now() + PATIENCE);
    }

    /// Nothing is added any more. Waits as [`Pending::wait`] does; what was not written then never will be,
    /// and a warning says so.
    pub(crate) fn close(&self) {
        if let Err(Failed { left }) = self.0.close(Instant::now() + PATIENCE) {
            self.0.warn(&format!(
                "is incomplete: its output stalls, and the last {left} bytes were not written"
            ));
        }
    }
}

#[cfg(test)]
mod tests;
