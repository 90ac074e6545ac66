//! Between the encoder and the output: what waits to be written, and the thread that writes it.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::create::{Created, create};
use super::dump::{append, copy, for_copies};
use super::say::say;
use super::turn::{Anew, begin_anew};

/// Where more waits than this, the drain leaves events in the rings, whose own limits count what they refuse.
const FULL: usize = 16 << 20;
/// Where more would wait than this, nothing is added any more. Only threads that end come so far: what is in their rings
/// cannot stay there.
const MOST: usize = 64 << 20;
/// How long a copy that is given up may take to be taken away.
const MOMENT: Duration = Duration::from_millis(100);
/// Between two looks whether the file is still there.
const CHECK: Duration = Duration::from_secs(1);

pub(super) struct Queue {
    asked: PathBuf,
    /// Whether only the newest is kept, in two files.
    keeps: bool,
    state: Mutex<State>,
    /// What was written, for whoever copies it.
    files: Mutex<Files>,
    /// Something was added or written, or the end is near.
    changed: Condvar,
}

/// What is to be done with the output.
enum Step {
    Write(Vec<u8>),
    /// What follows goes into a new file, and the one that is written takes the place of the one before.
    Turn,
}

/// A file, and how much of it was written.
type Written = (Arc<File>, u64);

#[derive(Default)]
struct Files {
    former: Option<Written>,
    current: Option<Written>,
}

#[derive(Default)]
struct State {
    parts: VecDeque<Step>,
    /// Of the parts and of what is being written.
    bytes: usize,
    opened: Option<PathBuf>,
    /// Nothing is added any more.
    is_closed: bool,
    /// Nobody waits for the output any more.
    is_abandoned: bool,
    /// The thread that writes is done: because it is closed and all is written, or because of an error.
    has_ended: bool,
    has_warned: bool,
    /// Copies that are being made.
    copies: u32,
}

/// Not everything was written in time.
pub(super) struct Failed {
    pub left: usize,
}

impl Queue {
    pub(super) fn new(asked: &Path, keeps: bool) -> Self {
        let (state, files) = Default::default();
        Self { asked: asked.to_owned(), keeps, state, files, changed: Condvar::new() }
    }

    /// What follows goes into a new file.
    pub(super) fn turn(&self) {
        self.lock().parts.push_back(Step::Turn);
        self.changed.notify_all();
    }

    /// Copies what was written to a new file, and answers its name.
    pub(super) fn dump(&self, asked: &Path) -> io::Result<PathBuf> {
        let files = self.files.lock().unwrap_or_else(PoisonError::into_inner);
        let written: Vec<Written> = [&files.former, &files.current].into_iter().flatten().cloned().collect();
        drop(files);
        if written.is_empty() {
            return Err(io::Error::other("the recording has no file"));
        }
        let goes_on = || !self.lock().is_abandoned;
        self.begin_copy();
        let copied = copy(asked, |out| {
            written.iter().try_for_each(|(file, length)| append(file, *length, out, goes_on))
        });
        self.end_copy();
        copied
    }

    pub(super) fn begin_copy(&self) {
        self.lock().copies += 1;
    }

    pub(super) fn end_copy(&self) {
        self.lock().copies -= 1;
        self.changed.notify_all();
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for as long as `while_` holds, and answers with what is then.
    fn wait(&self, deadline: Instant, while_: impl Fn(&State) -> bool) -> MutexGuard<'_, State> {
        let mut state = self.lock();
        while while_(&state) {
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                break;
            }
            state = self.changed.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0;
        }
        state
    }

    /// The file that is written; the one that was asked for, as long as none is open.
    pub(super) fn path(&self) -> PathBuf {
        self.lock().opened.clone().unwrap_or_else(|| self.asked.clone())
    }

    pub(super) fn is_full(&self) -> bool {
        self.lock().bytes > FULL
    }

    /// Warns on stderr, once, whatever happens afterwards.
    pub(super) fn warn(&self, what: &str) {
        let mut state = self.lock();
        if std::mem::replace(&mut state.has_warned, true) {
            return;
        }
        drop(state);
        say(&format!("the recording {} {what}. The program goes on.", self.path().display()));
    }

    /// Answers whether there is an output, or may come to be one that takes long to open.
    pub(super) fn wait_until_open(&self, deadline: Instant) -> bool {
        !self.wait(deadline, |state| state.opened.is_none() && !state.has_ended).has_ended
    }

    pub(super) fn wait_until_written(&self, deadline: Instant) {
        drop(self.wait(deadline, |state| state.bytes > 0 && !state.has_ended));
    }

    /// Answers when all is written and copied, or the output has failed, which it says itself.
    pub(super) fn close(&self, deadline: Instant) -> Result<(), Failed> {
        self.lock().is_closed = true;
        self.changed.notify_all();
        let mut state = self.wait(deadline, |state| !state.has_ended || state.copies > 0);
        if state.has_ended && state.copies == 0 {
            return Ok(());
        }
        let has_failed = !state.has_ended && !state.is_abandoned;
        let left = state.bytes;
        state.is_abandoned = true;
        state.parts.clear();
        drop(state);
        // A copy that ends half-way is taken away by whoever makes it.
        drop(self.wait(Instant::now() + MOMENT, |state| state.copies > 0));
        if has_failed { Err(Failed { left }) } else { Ok(()) }
    }

    /// The thread that writes.
    pub(super) fn run(&self) {
        match create(&self.asked, self.keeps) {
            Ok(created) => self.write_to(created),
            Err(error) => self.warn(&format!("cannot be written ({error})")),
        }
        self.end();
    }

    /// Nothing is written any more.
    pub(super) fn end(&self) {
        let mut state = self.lock();
        state.has_ended = true;
        state.parts.clear();
        state.bytes = 0;
        drop(state);
        self.changed.notify_all();
    }

    fn write_to(&self, Created { mut file, path, is_new }: Created) {
        if path != self.asked {
            let (asked, path) = (self.asked.display(), path.display());
            say(&format!("{asked} exists and is not overwritten. The recording is {path}."));
        }
        self.lock().opened = Some(path.clone());
        self.changed.notify_all();
        // A pipe or a device cannot be copied.
        let shared = |file: &File| is_new.then(|| for_copies(file, &path).ok()).flatten().map(Arc::new);
        self.files().current = shared(&file).map(|file| (file, 0));
        // The file of the part before, which stands beside this one.
        let mut behind: Option<Arc<File>> = None;
        let mut has_failed = false;
        let mut checked = Instant::now();
        loop {
            let state = self.wait(checked + CHECK, |state| state.parts.is_empty() && !state.is_closed);
            let step = { state }.parts.pop_front();
            let is_last = step.is_none();
            match step {
                Some(Step::Write(part)) => {
                    if !has_failed && let Err(error) = self.write_part(&mut file, &part) {
                        // Whoever abandons it says so.
                        if !self.lock().is_abandoned {
                            self.warn(&if self.keeps {
                                format!("misses what follows until its next part, for it cannot be written ({error})")
                            } else {
                                format!("ends here, because it cannot be written any more ({error})")
                            });
                        }
                        if !self.keeps {
                            return;
                        }
                        has_failed = true;
                        let length = self.files().current.as_ref().map_or(0, |(_, length)| *length);
                        // Half a chunk is none.
                        let _ = file.set_len(length);
                    }
                    if !has_failed && let Some((_, length)) = &mut self.files().current {
                        *length += part.len() as u64;
                    }
                    self.lock().bytes -= part.len();
                    self.changed.notify_all();
                }
                Some(Step::Turn) => {
                    let anew = begin_anew(&mut file, &path, behind.as_deref(), has_failed);
                    has_failed = false;
                    let current = shared(&file).map(|file| (file, 0));
                    match anew {
                        Ok(Anew::Created) => {
                            let mut files = self.files();
                            files.former = files.current.take();
                            files.current = current;
                            behind = files.former.as_ref().map(|(file, _)| file.clone()).or(behind);
                        }
                        Ok(Anew::Emptied(why)) => {
                            if let Some(why) = why {
                                let what = "has only its newest part, for a new file cannot begin";
                                self.warn(&format!("{what} ({why})"));
                            }
                            *self.files() = Files { former: None, current };
                        }
                        Err(error) => {
                            self.warn(&format!("ends here, because it cannot be written any more ({error})"));
                            return;
                        }
                    }
                }
                None => {}
            }
            if checked.elapsed() >= CHECK {
                checked = Instant::now();
                if is_new && !path.exists() {
                    self.warn(if self.keeps {
                        "was deleted, and what is recorded goes nowhere until it begins a new part"
                    } else {
                        "was deleted, and what is recorded goes nowhere"
                    });
                }
            } else if is_last && self.lock().is_closed {
                return;
            }
        }
    }

    fn files(&self) -> MutexGuard<'_, Files> {
        self.files.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn write_part(&self, file: &mut File, mut part: &[u8]) -> io::Result<()> {
        while !part.is_empty() {
            match file.write(part) {
                Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
                Ok(count) => part = &part[count..],
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    if self.lock().is_abandoned {
                        return Err(error);
                    }
                    wait_for_room(file);
                }
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }
}

/// Waits for a moment, or until a pipe takes more.
#[cfg(unix)]
fn wait_for_room(file: &File) {
    const WAIT_MS: libc::c_int = 50;
    let fd = std::os::fd::AsRawFd::as_raw_fd(file);
    let mut pipe = libc::pollfd { fd, events: libc::POLLOUT, revents: 0 };
    // SAFETY: one descriptor, which is a local and open.
    unsafe { libc::poll(&mut pipe, 1, WAIT_MS) };
}

#[cfg(not(unix))]
fn wait_for_room(_: &File) {
    std::thread::sleep(Duration::from_millis(50));
}

/// The encoder's side, which never waits.
pub(super) struct Feed(pub Arc<Queue>);

impl Write for Feed {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let Self(queue) = self;
        let mut state = queue.lock();
        if state.is_closed || state.has_ended {
            return Err(io::Error::other("its output has failed"));
        }
        if state.bytes + bytes.len() > MOST {
            return Err(io::Error::other("its output stalls, and too much waits for it"));
        }
        state.bytes += bytes.len();
        state.parts.push_back(Step::Write(bytes.to_vec()));
        drop(state);
        queue.changed.notify_all();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
