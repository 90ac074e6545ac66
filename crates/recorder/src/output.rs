//! Where a recording is written to. A thread of its own does the writing, so that nobody else ever waits for a disk or
//! for the reader of a pipe; what waits to be written is bounded.

mod create;
mod dump;
mod queue;
mod say;
mod turn;

use std::collections::VecDeque;
use std::io;
use std::iter::Peekable;
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

/// While a part begins, so many entries may wait. Then events stay in the rings.
const MOST_BEHIND: usize = 1 << 19;
/// So many of them are added in one go, which takes a few milliseconds.
const ADDED_AT_ONCE: usize = 1 << 16;

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
    /// What has come since the part began, until it is told what was there then.
    waiting: VecDeque<Waiting>,
    /// How many entries that are.
    behind: usize,
    /// No entry that is still to come is older.
    oldest: u64,
}

/// Entries of a thread; and none of them, or of those that come behind them, is older than `oldest`.
struct Waiting {
    thread: u32,
    entries: Vec<Entry>,
    oldest: u64,
}

impl Kept {
    fn is_behind(&self) -> bool {
        self.keeper.is_telling() || self.behind > 0
    }

    fn wait_behind(&mut self, thread: u32, entries: Vec<Entry>) {
        if !entries.is_empty() {
            self.behind += entries.len();
            self.waiting.push_back(Waiting { thread, entries, oldest: self.oldest });
        }
    }

    fn next_behind(&mut self) -> Option<Waiting> {
        let waiting = self.waiting.pop_front()?;
        self.behind -= waiting.entries.len();
        Some(waiting)
    }
}

impl Output {
    /// Opens the output. A failure is no error: a warning on stderr tells it.
    #[cold]
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
        let kept = keeper.map(|keeper| {
            let (fitted, waiting) = Default::default();
            Kept { keeper, header, fitted, waiting, behind: 0, oldest: u64::MAX }
        });
        Ok(Self { writer: writer.filter(|_| is_open), queue, kept })
    }

    /// The file that is written, which is not always the one that was asked for. `None` where there is none.
    pub(crate) fn path(&self) -> Option<PathBuf> {
        self.writer.as_ref().map(|_| self.queue.path())
    }

    /// Whether so much waits to be written that events should stay in the rings for now.
    pub(crate) fn is_full(&self) -> bool {
        let is_far_behind = self.kept.as_ref().is_some_and(|kept| kept.behind > MOST_BEHIND);
        self.writer.is_some() && (is_far_behind || self.queue.is_full())
    }

    /// No entry that is added from here on is older.
    pub(crate) fn none_is_older(&mut self, oldest: u64) {
        if let Some(kept) = &mut self.kept {
            kept.oldest = oldest;
        }
    }

    /// Whether something is behind, and the output takes it.
    pub(crate) fn can_go_on(&self) -> bool {
        self.is_behind() && !self.queue.is_full()
    }

    /// Adds entries of one thread, and clears them.
    pub(crate) fn append(&mut self, thread: u32, entries: &mut Vec<Entry>) {
        if self.kept.is_some() && self.writer.is_some() {
            self.append_kept(thread, entries);
        } else {
            self.write(|writer| writer.append(thread, entries));
        }
        entries.clear();
    }

    /// Where only the newest is kept, a part never has more than it may: another one begins before. What comes until it is told
    /// what is there waits.
    fn append_kept(&mut self, thread: u32, entries: &mut Vec<Entry>) {
        if let Some(kept) = self.kept.as_mut().filter(|kept| kept.is_behind()) {
            return kept.wait_behind(thread, std::mem::take(entries));
        }
        let mut left = entries.drain(..).peekable();
        let oldest = self.kept.as_ref().map_or(0, |kept| kept.oldest);
        self.fit(thread, oldest, &mut left);
        let left: Vec<_> = left.collect();
        if let Some(kept) = self.kept.as_mut().filter(|kept| kept.is_behind()) {
            kept.wait_behind(thread, left);
        }
    }

    /// Adds entries of one thread, and leaves those for which a part has to begin that takes longer to tell.
    fn fit(&mut self, thread: u32, oldest: u64, entries: &mut Peekable<impl Iterator<Item = Entry>>) {
        let mut size = self.size();
        while let Some(entry) = entries.peek()
            && self.writer.is_some()
        {
            if self.is_beyond(size, thread, entry) {
                self.put(thread);
                size = self.size();
                if self.is_beyond(size, thread, entry) {
                    self.turn(oldest);
                    if self.is_behind() {
                        return;
                    }
                    size = self.size();
                }
            }
            let (Some(Kept { keeper, fitted, .. }), Some(entry)) = (&mut self.kept, entries.next()) else {
                break;
            };
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
        let Some(kept) = self.kept.as_mut().filter(|kept| !kept.is_behind()) else { return };
        if kept.keeper.is_due(now) {
            let oldest = kept.oldest;
            self.turn(oldest);
        }
    }

    /// Begins another part. What is there is told now where it is little.
    fn turn(&mut self, oldest: u64) {
        self.write(Writer::flush);
        let Some(Kept { keeper, header, .. }) = self.kept.as_mut().filter(|_| self.writer.is_some()) else {
            return;
        };
        self.queue.turn();
        match Writer::new(Feed(self.queue.clone()), &keeper.turn(oldest, header)) {
            Ok(writer) => self.writer = Some(writer),
            Err(error) => self.fail(&error),
        }
        self.tell_more();
    }

    fn tell_more(&mut self) {
        let (Some(Kept { keeper, .. }), Some(writer)) = (&mut self.kept, &mut self.writer) else { return };
        let most = keeper.most();
        let mut written = Ok(());
        keeper.tell_more(|thread, entries| {
            let cost: u64 = entries.iter().map(Keeper::cost_as_it_is).sum();
            if written.is_ok() && writer.size() + CHUNK + cost <= most {
                written = writer.append(thread, entries);
            } else if written.is_ok() {
                written = Err(io::Error::other("what is there takes more than what is to be kept"));
            }
            writer.size()
        });
        if let Err(error) = written {
            self.fail(&error);
        }
    }

    /// Whether a part has begun and it takes longer to tell what is there, or to add what has come meanwhile.
    pub(crate) fn is_behind(&self) -> bool {
        self.kept.as_ref().is_some_and(Kept::is_behind)
    }

    /// Goes on with that for a few milliseconds.
    pub(crate) fn go_on(&mut self) {
        if self.writer.is_none() {
            self.kept = None;
        }
        let Some(kept) = &mut self.kept else { return };
        if kept.keeper.is_telling() {
            return self.tell_more();
        }
        let mut added = 0;
        while added < ADDED_AT_ONCE
            && let Some(Waiting { thread, entries, oldest }) = self.kept.as_mut().and_then(Kept::next_behind)
        {
            added += entries.len();
            let mut left = entries.into_iter().peekable();
            self.fit(thread, oldest, &mut left);
            let entries: Vec<_> = left.collect();
            if !entries.is_empty() {
                if let Some(kept) = &mut self.kept {
                    kept.behind += entries.len();
                    kept.waiting.push_front(Waiting { thread, entries, oldest });
                }
                return;
            }
        }
    }

    /// Adds all that waits.
    pub(crate) fn catch_up(&mut self) {
        while self.is_behind() {
            self.go_on();
        }
    }

    /// Hands all that was added to the thread that writes.
    pub(crate) fn flush(&mut self) {
        self.write(Writer::flush);
    }

    /// Marks the recording as complete.
    pub(crate) fn finish(&mut self) {
        self.catch_up();
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

    #[cold]
    fn fail(&mut self, error: &io::Error) {
        self.writer = None;
        self.kept = None;
        self.queue.warn(&format!("ends here, because it cannot be written any more ({error})"));
    }
}

/// What was handed over and may not have been written yet.
pub(crate) struct Pending(Arc<Queue>);

impl Pending {
    /// Copies what was written so far to a new file, and answers its name.
    #[cold]
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
