//! A recording that is still being written, as it grows.
//!
//! [`Follower`] reads what is complete and keeps the rest for later. It never waits: where there is nothing to read it says
//! so, and may be asked again.
//!
//! ```
//! use recorder::event::{Entry, Header};
//! use recorder::file::Writer;
//! use report::follow::{Follower, State};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let file = std::env::temp_dir().join(format!("follow-example-{}.rec", std::process::id()));
//! let mut writer = Writer::new(std::fs::File::create(&file)?, &Header::default())?;
//! let mut follower = Follower::open(&file)?;
//! assert!(follower.next().is_none());
//! writer.append(0, &[Entry::Mark { time: 7, name: "here".to_owned() }])?;
//! writer.flush()?;
//! assert!(matches!(follower.next(), Some((0, Entry::Mark { time: 7, .. }))));
//! assert!(follower.next().is_none());
//! assert_eq!(follower.state(), &State::Open);
//! writer.finish()?;
//! assert!(follower.next().is_none());
//! assert_eq!(follower.state(), &State::Complete);
//! # std::fs::remove_file(file)?;
//! # Ok(())
//! # }
//! ```

use std::fs::{self, File, Metadata};
use std::io::{self, BufReader, Cursor, Read, Seek};
use std::path::{Path, PathBuf};

use recorder::event::{Entry, Header};
use recorder::file::{Problem, ReadError, Reader, former, header_length};

/// Bytes that are asked for at once.
const AT_ONCE: usize = 1 << 17;

/// What is known of how a recording goes on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// It may go on. That of a process that was killed stays so.
    Open,
    /// It was ended in order.
    Complete,
    /// A signal has ended the process.
    Killed(String),
    /// What follows cannot be read.
    Damaged(ReadError),
    /// The file is shorter than what was read of it, and nothing more is read; or there is another one of its name, and what
    /// is left of this one is read.
    Replaced,
}

/// What comes after a file that another one has replaced, as far as it can be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// Nothing so far: the other one is another recording, or it has just begun.
    Nothing,
    /// The next part of the recording, which is read now.
    Part,
    /// A later part. So many before it were gone before they were read.
    Later(u32),
}

/// Reads a recording while it is written.
pub struct Follower {
    stage: Stage,
    state: State,
    /// The file, where it is one.
    file: Option<Watched>,
}

enum Stage {
    /// What has come of the header.
    Header {
        source: Box<dyn Read + Send>,
        bytes: Vec<u8>,
    },
    Entries(Box<Reader>),
    /// Nothing more is read.
    Over(Option<Header>),
}

struct Watched {
    path: PathBuf,
    identity: Identity,
    is_deleted: bool,
    /// Bytes of the parts before, which were read.
    before: u64,
}

impl Watched {
    fn of(path: &Path, about: &Metadata) -> Self {
        Self { path: path.to_owned(), identity: Identity::of(about), is_deleted: false, before: 0 }
    }
}

impl Follower {
    /// Follows a file from its beginning. It may be empty so far.
    ///
    /// # Errors
    ///
    /// Where it cannot be opened.
    pub fn open(path: &Path) -> Result<Self, ReadError> {
        let unreadable = |error: io::Error| ReadError { offset: 0, what: error.into() };
        // Before it is opened: Windows opens no folder, and says that access is denied.
        if path.is_dir() {
            return Err(ReadError { offset: 0, what: Problem::Folder });
        }
        let file = File::open(path).map_err(unreadable)?;
        let about = file.metadata().map_err(unreadable)?;
        // What is written to a pipe is there once, and whoever opens it waits.
        let is_file = about.is_file();
        let watched = Watched::of(path, &about);
        let mut follower = Self::of(BufReader::with_capacity(AT_ONCE, file));
        follower.file = is_file.then_some(watched);
        Ok(follower)
    }

    /// Follows anything that can be read, and that has more to read later.
    pub fn of(source: impl Read + Send + 'static) -> Self {
        let stage = Stage::Header { source: Box::new(source), bytes: Vec::new() };
        Self { stage, state: State::Open, file: None }
    }

    /// What stands in front of the entries, once it is there.
    pub fn header(&self) -> Option<&Header> {
        match &self.stage {
            Stage::Header { .. } => None,
            Stage::Entries(reader) => Some(reader.header()),
            Stage::Over(header) => header.as_ref(),
        }
    }

    /// How it goes on, as of the last entry that was asked for.
    pub fn state(&self) -> &State {
        &self.state
    }

    /// Nobody can find the file any more. What is written into it all the same is read.
    pub fn is_deleted(&self) -> bool {
        self.file.as_ref().is_some_and(|file| file.is_deleted)
    }

    /// So many bytes were read of how many that there are: both 0 where it is no file.
    pub fn progress(&self) -> (u64, u64) {
        let before = self.file.as_ref().map_or(0, |file| file.before);
        let read = match &self.stage {
            Stage::Entries(reader) => reader.offset().saturating_sub(before),
            _ => 0,
        };
        let length = self.file.as_ref().and_then(|file| fs::metadata(&file.path).ok());
        length.map_or((0, 0), |about| (read, about.len().max(read)))
    }

    /// Looks at what has become of the file. To be asked now and then while there is nothing to read.
    pub fn look(&mut self) {
        let (read, _) = self.progress();
        let Some(file) = &mut self.file else { return };
        if self.state != State::Open {
            return;
        }
        match fs::metadata(&file.path) {
            Ok(about) => {
                file.is_deleted = false;
                // Whoever made another one had written all of this one before.
                if Identity::of(&about) != file.identity {
                    self.state = State::Replaced;
                } else if about.len() < read {
                    self.end(State::Replaced);
                }
            }
            // Between two parts there is none of the name for a moment.
            Err(error) => {
                let is_former = |about: &Metadata| Identity::of(about) == file.identity;
                file.is_deleted = error.kind() == io::ErrorKind::NotFound
                    && !fs::metadata(former(&file.path)).is_ok_and(|about| is_former(&about));
            }
        }
    }

    /// Goes on with the next part of the recording, where only the newest is kept. To be asked where the file was replaced and all of
    /// it was read.
    pub fn go_on(&mut self) -> Next {
        let (Stage::Entries(reader), Some(watched)) = (&mut self.stage, &mut self.file) else {
            return Next::Nothing;
        };
        let Some(part) = reader.part() else { return Next::Nothing };
        let mut later = Next::Nothing;
        for path in [former(&watched.path), watched.path.clone()] {
            let Some((file, about, header)) = opened(&path) else { continue };
            let Some(next) = header.part.filter(|next| next.began == part.began) else { continue };
            let Some(missing) = next.number.checked_sub(part.number).and_then(|steps| steps.checked_sub(1))
            else {
                continue;
            };
            if header.pid != reader.header().pid {
                continue;
            }
            if missing == 0 {
                let before = reader.offset();
                reader.go_on_with(BufReader::with_capacity(AT_ONCE, file));
                *watched = Watched { before, ..Watched::of(&watched.path, &about) };
                self.state = State::Open;
                return Next::Part;
            }
            if later == Next::Nothing {
                later = Next::Later(missing);
            }
        }
        later
    }

    /// The next entry that is there as a whole, and its thread.
    #[expect(clippy::should_implement_trait, reason = "it goes on after there was none")]
    pub fn next(&mut self) -> Option<(u32, Entry)> {
        if let Stage::Header { .. } = &self.stage {
            self.begin();
        }
        let Stage::Entries(reader) = &mut self.stage else { return None };
        match reader.next() {
            Some(Ok(entry)) => return Some(entry),
            Some(Err(error)) => self.end(State::Damaged(error)),
            None if reader.is_complete() => self.end(State::Complete),
            None => {
                if let Some(signal) = reader.signal() {
                    let signal = signal.to_owned();
                    self.end(State::Killed(signal));
                }
            }
        }
        None
    }

    /// Reads more of the header.
    fn begin(&mut self) {
        let Stage::Header { source, bytes } = &mut self.stage else { return };
        loop {
            let wanted = header_length(bytes).saturating_sub(bytes.len());
            // One that cannot be is refused before its length is believed.
            let first = bytes[..bytes.len().min(header_length(&[]))].to_vec();
            let early = Reader::new(Cursor::new(first)).err().map(|error| error.what);
            if let Some(what @ (Problem::Foreign | Problem::Version(_))) = early {
                return self.end(State::Damaged(ReadError { offset: 0, what }));
            }
            if wanted == 0 {
                break;
            }
            match source.by_ref().take(wanted.min(AT_ONCE) as u64).read_to_end(bytes) {
                Ok(0) => return,
                Ok(_) => {}
                Err(error) => return self.end(State::Damaged(ReadError { offset: 0, what: error.into() })),
            }
        }
        let Stage::Header { source, bytes } = std::mem::replace(&mut self.stage, Stage::Over(None)) else {
            return;
        };
        match Reader::new(Cursor::new(bytes).chain(source)) {
            Ok(reader) => self.stage = Stage::Entries(Box::new(reader.growing())),
            Err(error) => self.end(State::Damaged(error)),
        }
    }

    fn end(&mut self, state: State) {
        self.state = state;
        // Progress and header are asked for afterwards, too.
        if let State::Replaced = self.state {
            self.stage = Stage::Over(self.header().cloned());
        }
    }
}

/// A file, and its header, once that is there as a whole.
fn opened(path: &Path) -> Option<(File, Metadata, Header)> {
    let mut file = File::open(path).ok()?;
    let about = file.metadata().ok().filter(Metadata::is_file)?;
    let header = Reader::new(file.try_clone().ok()?).ok()?.header().clone();
    file.rewind().ok()?;
    Some((file, about, header))
}

/// What tells one file from another one of its name.
#[derive(PartialEq, Eq)]
struct Identity {
    #[cfg(unix)]
    numbers: (u64, u64),
    #[cfg(not(unix))]
    created: Option<std::time::SystemTime>,
}

impl Identity {
    fn of(about: &Metadata) -> Self {
        #[cfg(unix)]
        {
            use std::os::unix::fs::MetadataExt;
            Self { numbers: (about.dev(), about.ino()) }
        }
        #[cfg(not(unix))]
        Self { created: about.created().ok() }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::VecDeque;
    use std::io::Write;
    use std::sync::{Arc, Mutex};

    use recorder::event::{Fact, Part};
    use recorder::file::samples::{Memory, Random, entries, for_damaged_files, header};
    use recorder::file::{Writer, end_by_signal};

    use super::*;

    /// A source that has no more than what was put into it so far.
    #[derive(Clone, Default)]
    struct Pipe(Arc<Mutex<VecDeque<u8>>>);

    impl Pipe {
        fn put(&self, bytes: &[u8]) {
            self.0.lock().unwrap().extend(bytes);
        }
    }

    impl Read for Pipe {
        fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
            self.0.lock().unwrap().read(bytes)
        }
    }

    type Read1 = (Vec<(u32, Entry)>, Option<ReadError>, bool);

    /// What one reading of the whole says: the entries, the error, whether it is complete.
    fn at_once(bytes: &[u8]) -> Read1 {
        let mut reader = match Reader::new(Cursor::new(bytes.to_vec())) {
            Ok(reader) => reader,
            Err(error) => return (Vec::new(), Some(error), false),
        };
        let (mut all, mut failed) = (Vec::new(), None);
        for read in reader.by_ref() {
            match read {
                Ok(entry) => all.push(entry),
                Err(error) => failed = Some(error),
            }
        }
        (all, failed, reader.is_complete())
    }

    /// What a follower says that gets the bytes in pieces.
    fn in_pieces(bytes: &[u8], mut length: impl FnMut() -> usize) -> (Vec<(u32, Entry)>, State) {
        let pipe = Pipe::default();
        let mut follower = Follower::of(pipe.clone());
        let (mut all, mut rest) = (Vec::new(), bytes);
        assert_eq!(follower.next(), None);
        while !rest.is_empty() {
            let (piece, after) = rest.split_at(length().clamp(1, rest.len()));
            pipe.put(piece);
            rest = after;
            all.extend(std::iter::from_fn(|| follower.next()));
        }
        (all, follower.state().clone())
    }

    /// A recording of three threads, in small chunks.
    fn recording(seed: u64) -> Vec<u8> {
        let mut random = Random(seed);
        let memory = Memory::default();
        let mut writer = Writer::new(memory.clone(), &header()).unwrap();
        let threads: Vec<_> = (0..3).map(|_| entries(&mut random, 60)).collect();
        let mut left: Vec<_> = threads.iter().map(Vec::as_slice).collect();
        while left.iter().any(|rest| !rest.is_empty()) {
            let at = random.below(3) as usize;
            let count = (random.below(9) as usize).min(left[at].len());
            writer.append(at as u32, &left[at][..count]).unwrap();
            left[at] = &left[at][count..];
            if random.below(2) == 0 {
                writer.flush().unwrap();
            }
        }
        writer.finish().unwrap();
        memory.bytes().clone()
    }

    #[test]
    fn pieces_of_any_length_say_what_the_whole_says() {
        for seed in 0..6 {
            let bytes = recording(seed);
            let (all, error, is_complete) = at_once(&bytes);
            assert!(error.is_none() && is_complete && all.len() > 100, "{error:?}");
            assert_eq!(in_pieces(&bytes, || 1), (all.clone(), State::Complete), "byte by byte");
            for most in [2, 7, 28, 60, 1000] {
                let mut random = Random(seed ^ most);
                let length = || random.below(most + 1) as usize;
                assert_eq!(in_pieces(&bytes, length), (all.clone(), State::Complete), "{seed} {most}");
            }
        }
    }

    #[test]
    fn entries_come_as_soon_as_their_chunk_is_whole() {
        let pipe = Pipe::default();
        let memory = Memory::default();
        let mut writer = Writer::new(memory.clone(), &header()).unwrap();
        let mut follower = Follower::of(pipe.clone());
        let put = |all_but: usize| {
            let mut bytes = memory.bytes();
            let length = bytes.len() - all_but;
            pipe.put(&bytes.drain(..length).collect::<Vec<_>>());
        };
        put(1);
        assert!(follower.next().is_none() && follower.header().is_none());
        put(0);
        assert!(follower.next().is_none());
        assert_eq!(follower.header(), Some(&header()));
        for time in 0..5 {
            let mark = Entry::Mark { time, name: "m".into() };
            writer.append(0, std::slice::from_ref(&mark)).unwrap();
            writer.flush().unwrap();
            put(1);
            assert_eq!(follower.next(), None);
            put(0);
            assert_eq!((follower.next(), follower.next()), (Some((0, mark)), None));
            assert_eq!(follower.state(), &State::Open);
        }
    }

    #[test]
    fn damage_is_what_the_whole_has_unless_more_may_come() {
        let mut damaged = 0;
        for_damaged_files(5, 40, |bytes| {
            let (all, error, is_complete) = at_once(&bytes);
            let mut random = Random(bytes.len() as u64);
            let (followed, state) = in_pieces(&bytes, || random.below(90) as usize);
            match (error, state) {
                // What is cut off may go on.
                (
                    Some(ReadError { what: Problem::CutOff | Problem::Empty | Problem::Header, .. }),
                    State::Open,
                ) => {}
                (None, State::Open) => assert!(!is_complete),
                (None, State::Complete) => assert!(is_complete),
                (None, State::Killed(_)) => {}
                // The end was there before what follows it.
                (Some(ReadError { what: Problem::Trailing, .. }), State::Complete | State::Killed(_)) => {}
                (Some(error), State::Damaged(other)) => {
                    damaged += 1;
                    assert_eq!(error.what, other.what);
                }
                (error, state) => panic!("{error:?} {state:?}"),
            }
            assert_eq!(followed, all);
        });
        assert!(damaged > 5, "{damaged}");
    }

    struct Scratch(PathBuf);

    impl Scratch {
        fn new(name: &str) -> Self {
            Self(std::env::temp_dir().join(format!("ahr-follow-{}-{name}", std::process::id())))
        }
    }

    impl Drop for Scratch {
        fn drop(&mut self) {
            let _ = fs::remove_file(&self.0);
        }
    }

    #[test]
    fn a_file_that_is_replaced_cut_or_deleted_is_told_from_one_that_goes_on() {
        let bytes = recording(1);
        let begin = |name| {
            let scratch = Scratch::new(name);
            fs::write(&scratch.0, &bytes[..bytes.len() - 100]).unwrap();
            let mut follower = Follower::open(&scratch.0).unwrap();
            assert!(std::iter::from_fn(|| follower.next()).count() > 50);
            follower.look();
            assert_eq!((follower.state(), follower.is_deleted()), (&State::Open, false));
            (scratch, follower)
        };
        let (scratch, mut follower) = begin("goes-on");
        File::options()
            .append(true)
            .open(&scratch.0)
            .unwrap()
            .write_all(&bytes[bytes.len() - 100..])
            .unwrap();
        assert!(std::iter::from_fn(|| follower.next()).count() > 0);
        assert_eq!((follower.state(), follower.progress().0), (&State::Complete, bytes.len() as u64));

        let (scratch, mut follower) = begin("cut");
        File::options().write(true).open(&scratch.0).unwrap().set_len(30).unwrap();
        follower.look();
        assert_eq!((follower.next(), follower.state()), (None, &State::Replaced));
        assert_eq!(follower.header(), Some(&header()));

        let (scratch, mut follower) = begin("replaced");
        let other = Scratch::new("other");
        fs::write(&other.0, &bytes).unwrap();
        let mut file = File::options().append(true).open(&scratch.0).unwrap();
        file.write_all(&bytes[bytes.len() - 100..]).unwrap();
        fs::rename(&other.0, &scratch.0).unwrap();
        follower.look();
        assert_eq!(follower.state(), &State::Replaced);
        // What was written before is not lost.
        assert!(std::iter::from_fn(|| follower.next()).count() > 0);
        assert_eq!(follower.state(), &State::Complete);

        let (scratch, mut follower) = begin("deleted");
        let mut file = File::options().append(true).open(&scratch.0).unwrap();
        fs::remove_file(&scratch.0).unwrap();
        follower.look();
        assert!(follower.is_deleted());
        file.write_all(&bytes[bytes.len() - 100..]).unwrap();
        assert!(std::iter::from_fn(|| follower.next()).count() > 0);
        assert_eq!(follower.state(), &State::Complete);
    }

    /// A folder of a recording of which only the newest is kept.
    struct Kept(PathBuf);

    impl Kept {
        fn new(name: &str) -> Self {
            let folder = std::env::temp_dir().join(format!("ahr-kept-{}-{name}", std::process::id()));
            fs::create_dir(&folder).unwrap();
            Self(folder)
        }

        fn newest(&self) -> PathBuf {
            self.0.join("a.rec")
        }

        /// Another part begins, with what is there.
        fn turn(&self, number: u32, began: u64, entries: &[Entry]) -> Writer {
            let _ = fs::rename(self.newest(), former(&self.newest()));
            let part = Some(Part { number, from: u64::from(number) * 100, began });
            let header = Header { part, ..header() };
            let mut writer = Writer::new(File::create(self.newest()).unwrap(), &header).unwrap();
            let stack = Entry::Stack { index: 0, frames: format!("at stack {number}") };
            let type_ = Entry::Type { index: 0, name: "PROMISE".into() };
            let told = Entry::Fact { fact: Fact::Part, about: number.into(), text: String::new() };
            writer.append(0, &[type_, stack, told]).unwrap();
            writer.append(0, entries).unwrap();
            writer.flush().unwrap();
            writer
        }
    }

    impl Drop for Kept {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    fn mark(time: u64) -> Entry {
        Entry::Mark { time, name: String::new() }
    }

    #[test]
    fn parts_follow_one_another_as_long_as_they_come() {
        let kept = Kept::new("parts");
        let mut last = kept.turn(0, 7, &[mark(1)]);
        let mut follower = Follower::open(&kept.newest()).unwrap();
        let read = |follower: &mut Follower| -> Vec<Entry> {
            std::iter::from_fn(|| follower.next()).map(|(_, entry)| entry).collect()
        };
        assert_eq!(read(&mut follower).len(), 4);
        for number in 1..5 {
            // What was written last is read before the next part, and that has its stacks and what is new.
            last.append(0, &[mark(u64::from(number) * 100 - 1)]).unwrap();
            last.flush().unwrap();
            last = kept.turn(number, 7, &[mark(u64::from(number) * 100)]);
            follower.look();
            assert_eq!(follower.state(), &State::Replaced);
            assert_eq!(read(&mut follower), [mark(u64::from(number) * 100 - 1)]);
            assert_eq!((follower.go_on(), follower.state()), (Next::Part, &State::Open));
            let stack = Entry::Stack { index: 0, frames: format!("at stack {number}") };
            assert_eq!(read(&mut follower), [stack, mark(u64::from(number) * 100)]);
            let (read, length) = follower.progress();
            assert!(
                read == length && length == fs::metadata(kept.newest()).unwrap().len(),
                "{read} {length}"
            );
        }
        last.finish().unwrap();
        assert_eq!((follower.next(), follower.state()), (None, &State::Complete));
    }

    #[test]
    fn parts_that_are_gone_and_other_recordings_are_told_from_the_next_part() {
        let kept = Kept::new("gone");
        kept.turn(0, 7, &[]);
        let mut follower = Follower::open(&kept.newest()).unwrap();
        let mut replaced = |number, began| {
            kept.turn(number, began, &[]);
            assert!(follower.next().is_none() || std::iter::from_fn(|| follower.next()).count() > 0);
            follower.look();
            follower.go_on()
        };
        assert_eq!(replaced(0, 8), Next::Nothing, "it began at another time");
        assert_eq!(replaced(3, 7), Next::Later(2));
        assert_eq!(replaced(4, 7), Next::Later(2), "the older one is there");
        fs::remove_file(kept.newest()).unwrap();
        fs::write(kept.newest(), b"AHR").unwrap();
        assert_eq!(follower.go_on(), Next::Later(2), "its header is not there yet");
    }

    #[test]
    fn a_part_is_not_deleted_that_has_just_become_the_former_one() {
        let kept = Kept::new("between");
        kept.turn(0, 7, &[]);
        let mut follower = Follower::open(&kept.newest()).unwrap();
        fs::rename(kept.newest(), former(&kept.newest())).unwrap();
        follower.look();
        assert!(!follower.is_deleted());
        fs::remove_file(former(&kept.newest())).unwrap();
        follower.look();
        assert!(follower.is_deleted());
    }

    #[test]
    fn a_process_that_a_signal_has_ended_is_told() {
        let scratch = Scratch::new("signal");
        let mut writer = Writer::new(File::create(&scratch.0).unwrap(), &header()).unwrap();
        writer.append(0, &[Entry::Mark { time: 1, name: String::new() }]).unwrap();
        writer.flush().unwrap();
        let mut follower = Follower::open(&scratch.0).unwrap();
        assert_eq!(std::iter::from_fn(|| follower.next()).count(), 1);
        end_by_signal(&scratch.0, "SIGKILL").unwrap();
        assert_eq!((follower.next(), follower.state()), (None, &State::Killed("SIGKILL".into())));
    }

    #[test]
    fn what_is_no_recording_is_refused_at_its_first_bytes() {
        let pipe = Pipe::default();
        let mut follower = Follower::of(pipe.clone());
        pipe.put(b"{}");
        assert_eq!(follower.next(), None);
        assert!(matches!(follower.state(), State::Damaged(ReadError { what: Problem::Foreign, .. })));
        assert!(matches!(
            Follower::open(&std::env::temp_dir()),
            Err(ReadError { what: Problem::Folder, .. })
        ));
    }
}
