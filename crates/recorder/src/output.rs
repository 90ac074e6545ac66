//! Where a recording is written to. A thread of its own does the writing, so that nobody else ever waits for a disk or
//! for the reader of a pipe; what waits to be written is bounded.

mod create;
mod dump;
mod queue;
mod say;
mod turn;

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use self::queue::{Failed, Feed, Queue};
use self::say::say;
use super::event::{Entry, Header};
use super::file::Writer;
use super::keep::{Keep, Keeper};

/// The longest that anybody waits for the output: until it is open, and until it has taken what is left at the end.
const PATIENCE: Duration = Duration::from_millis(800);

/// What a chunk takes besides its entries.
const CHUNK: u64 = 64;

/// The encoder's end of a recording, for as long as it can be written.
pub(crate) struct Output {
    writer: Option<Writer>,
    queue: Arc<Queue>,
    /// Where only the newest is kept.
    kept: Option<Kept>,
}

struct Kept {
    keeper: Keeper,
    header: Header,
    /// Entries as they stand in the part that is written.
    fitted: Vec<Entry>,
}

impl Output {
    /// Opens the output. A failure is no error: a warning on stderr tells it.
    pub(crate) fn create(asked: &Path, header: &Header, keep: Option<Keep>) -> io::Result<Self> {
        let queue = Arc::new(Queue::new(asked, keep.is_some()));
        let keeper = keep.map(|keep| Keeper::new(keep, header));
        let part = keeper.as_ref().map(|keeper| keeper.part);
        let header = Header { part, ..header.clone() };
        let opened = Writer::new(Feed(queue.clone()), &header).and_then(|writer| match &keeper {
            Some(keeper) if writer.size() > keeper.most() / 4 => {
                Err(io::Error::other("the program's arguments are longer than what is to be kept"))
            }
            _ => Ok(writer),
        });
        let writer = match opened {
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
        let kept = keeper.map(|keeper| Kept { keeper, header, fitted: Vec::new() });
        Ok(Self { writer: writer.filter(|_| is_open), queue, kept })
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
        if self.kept.is_some() {
            self.append_kept(thread, entries);
        } else {
            self.write(|writer| writer.append(thread, entries));
        }
        entries.clear();
    }

    /// Where only the newest is kept, a part never has more than it may: another one begins before.
    fn append_kept(&mut self, thread: u32, entries: &mut Vec<Entry>) {
        let mut size = self.size();
        for entry in entries.drain(..) {
            if self.writer.is_none() {
                break;
            }
            if self.is_beyond(size, thread, &entry) {
                self.put(thread);
                size = self.size();
                if self.is_beyond(size, thread, &entry) {
                    self.turn();
                    size = self.size();
                }
            }
            let Some(Kept { keeper, fitted, .. }) = &mut self.kept else { break };
            size += keeper.cost(thread, &entry);
            keeper.take(thread, entry, fitted);
        }
        self.put(thread);
    }

    /// Whether the part would have more than it may with an entry.
    fn is_beyond(&self, size: u64, thread: u32, entry: &Entry) -> bool {
        self.kept
            .as_ref()
            .is_some_and(|Kept { keeper, .. }| size + keeper.cost(thread, entry) > keeper.most())
    }

    /// How large the file is at most, with a chunk of another thread.
    fn size(&self) -> u64 {
        self.writer.as_ref().map_or(0, |writer| writer.size() + CHUNK)
    }

    fn put(&mut self, thread: u32) {
        let mut fitted = self.kept.as_mut().map_or(Vec::new(), |kept| std::mem::take(&mut kept.fitted));
        self.write(|writer| writer.append(thread, &fitted));
        fitted.clear();
        if let Some(kept) = &mut self.kept {
            kept.fitted = fitted;
        }
    }

    /// Begins another part where it is time for it.
    pub(crate) fn look(&mut self, now: u64) {
        if self.kept.as_mut().is_some_and(|kept| kept.keeper.is_due(now)) {
            self.turn();
        }
    }

    /// Begins another part, with all that is there.
    fn turn(&mut self) {
        self.write(Writer::flush);
        let Some(Kept { keeper, header, .. }) = self.kept.as_mut().filter(|_| self.writer.is_some()) else {
            return;
        };
        self.queue.turn();
        let most = keeper.most();
        let begun = Writer::new(Feed(self.queue.clone()), &keeper.turn(header)).and_then(|mut writer| {
            let mut written = Ok(());
            keeper.tell(|thread, entries| {
                let cost: u64 = entries.iter().map(Keeper::cost_as_it_is).sum();
                if written.is_ok() && writer.size() + CHUNK + cost <= most {
                    written = writer.append(thread, entries);
                } else if written.is_ok() {
                    written = Err(io::Error::other("what is there takes more than what is to be kept"));
                }
                writer.size()
            });
            written.map(|()| writer)
        });
        match begun {
            Ok(writer) => self.writer = Some(writer),
            Err(error) => self.fail(&error),
        }
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
            self.fail(&error);
        }
    }

    fn fail(&mut self, error: &io::Error) {
        self.writer = None;
        self.kept = None;
        self.queue.warn(&format!("ends here, for it cannot be written any more ({error})"));
    }
}

/// What was handed over and may not have been written yet.
pub(crate) struct Pending(Arc<Queue>);

impl Pending {
    /// Copies what was written so far to a new file, and answers its name.
    pub(crate) fn dump(&self, asked: &Path) -> io::Result<PathBuf> {
        self.wait();
        self.0.dump(asked)
    }

    /// The file that is written.
    pub(crate) fn path(&self) -> PathBuf {
        self.0.path()
    }

    /// From here on the end waits for a copy, for as long as it waits for anything.
    pub(crate) fn copying(&self) -> Copying {
        self.0.begin_copy();
        Copying(Pending(self.0.clone()))
    }

    /// Tells the user something about the recording.
    pub(crate) fn say(&self, what: &str) {
        say(what);
    }

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

/// A copy is being made, for as long as this lives.
pub(crate) struct Copying(Pending);

impl Copying {
    pub(crate) fn pending(&self) -> &Pending {
        &self.0
    }
}

impl Drop for Copying {
    fn drop(&mut self) {
        self.0.0.end_copy();
    }
}

#[cfg(test)]
mod tests;
