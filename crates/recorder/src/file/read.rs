//! The reader.

use std::collections::HashMap;
use std::collections::hash_map::Entry as Slot;
use std::fs::File;
use std::io::{self, BufReader, ErrorKind, Read, Seek};
use std::path::Path;

use super::chunk::{self, Frame, codec};
use super::decode::{Columns, Thread};
use super::error::{Damage, Problem, ReadError};
use super::limits::{MAGIC, MAX_ARGUMENTS, MAX_HEADER, MAX_THREADS, PREFIX, VERSION};
use super::parts::{Parts, Told, former};
use super::varint::{self, Cursor};
use crate::event::{Entry, Header, Part};

/// Bytes that are read at once.
const BUFFER: usize = 1 << 17;
/// So often the two files are opened until they follow one another: a recording that goes on may be between two parts.
const TRIES: u32 = 10;

/// Reads a recording as a stream: it keeps one chunk, and of each thread what the next entry builds on.
///
/// What it answers may be relied on: on each thread times never fall, the indices of types and of stacks count
/// up from 0 without a gap, and whatever refers to one of them comes after it. After [`Reader::go_on_with`] stacks count from 0 again.
pub struct Reader {
    source: Box<dyn Read + Send>,
    header: Header,
    /// The length of the file, as far as it is known.
    size: u64,
    /// Where in the file the next chunk begins.
    offset: u64,
    threads: HashMap<u32, Thread>,
    left_out: u64,
    chunk: Option<Chunk>,
    /// What has been read of the next chunk's frame, and of the payload behind it.
    frame: [u8; chunk::LENGTH],
    framed: usize,
    stored: Vec<u8>,
    filled: usize,
    raw: Vec<u8>,
    /// Where the source ends, the recording may go on later.
    grows: bool,
    ending: Ending,
    signal: Option<String>,
    progress: Option<Box<dyn FnMut(u64) + Send>>,
    /// What times are counted from: when the first part begins that is read.
    base: u64,
    parts: Parts,
}

/// The chunk that is being read. Its thread's state is taken out of the table meanwhile.
struct Chunk {
    offset: u64,
    number: u32,
    thread: Thread,
    columns: Columns,
    left: u32,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Ending {
    Open,
    /// The file ends without its last chunk.
    Missing,
    Complete,
    /// A signal has ended the process.
    Killed,
    Failed,
}

impl Reader {
    /// Opens a file and reads its header.
    ///
    /// Where only the newest of a recording is kept, the part before this one is read first, if it is there.
    #[cold]
    pub fn open(path: &Path) -> Result<Self, ReadError> {
        for _ in 0..TRIES {
            let mut file = match open(path) {
                // Whoever writes it is between two parts.
                Err(ReadError { what: Problem::Missing(_), .. }) if former(path).is_file() => {
                    return Self::of_file(open(&former(path))?);
                }
                opened => opened?,
            };
            // A pipe is read once, and has no other file beside it.
            if !file.metadata().map_err(unreadable)?.is_file() {
                return Self::of_file(file);
            }
            let (Header { pid, part, .. }, _) = match header_of(&mut file) {
                // Whoever wrote it was ended when a part began.
                Err(ReadError { what: Problem::Empty | Problem::Header, .. }) if former(path).is_file() => {
                    return Self::of_file(open(&former(path))?);
                }
                header => header?,
            };
            file.rewind().map_err(unreadable)?;
            let size = file.metadata().map_err(unreadable)?.len();
            let part = part.filter(|part| part.number > 0);
            let before = part.and_then(|_| Self::of_file(open(&former(path)).ok()?).ok());
            let Some((part, mut before)) = part.zip(before) else { return Self::of_file(file) };
            let follows = |of: Part| of.began == part.began && of.number.checked_add(1) == Some(part.number);
            if before.header.pid == pid && before.header.part.is_some_and(follows) {
                before.size += size;
                before.source = Box::new(before.source.chain(BufReader::with_capacity(BUFFER, file)));
                return Ok(before);
            }
        }
        // What stands there is of another recording.
        Self::of_file(open(path)?)
    }

    fn of_file(file: File) -> Result<Self, ReadError> {
        let size = file.metadata().map_err(unreadable)?.len();
        let reader = Self::new(BufReader::with_capacity(BUFFER, file))?;
        Ok(Self { size, ..reader })
    }

    /// Reads the header of anything that can be read.
    pub fn new(source: impl Read + Send + 'static) -> Result<Self, ReadError> {
        Self::boxed(Box::new(source))
    }

    #[cold]
    fn boxed(mut source: Box<dyn Read + Send>) -> Result<Self, ReadError> {
        let (header, length) = header_of(&mut source)?;
        let base = header.part.map_or(0, |part| part.from);
        Ok(Self {
            source,
            header,
            size: 0,
            offset: (PREFIX + length) as u64,
            threads: HashMap::new(),
            left_out: 0,
            chunk: None,
            frame: [0; chunk::LENGTH],
            framed: 0,
            stored: Vec::new(),
            filled: 0,
            raw: Vec::new(),
            grows: false,
            ending: Ending::Open,
            signal: None,
            progress: None,
            base,
            parts: Parts::default(),
        })
    }

    /// Reads a recording that is still being written: where the source ends for now there is no entry, and none is lost by
    /// asking again later.
    pub fn growing(mut self) -> Self {
        self.grows = true;
        self
    }

    /// Reads the next part of the recording, after all of this one, whose last entries were there when that began. It counts stacks
    /// from 0 again, so that whoever follows a recording for long forgets those of parts that are gone.
    pub fn go_on_with(&mut self, next: impl Read + Send + 'static) {
        self.source = Box::new(next);
    }

    /// What stands in front of the entries, in the first part that is read.
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// The part that is read, where only the newest of a recording is kept.
    pub fn part(&self) -> Option<Part> {
        self.parts.last.or(self.header.part)
    }

    /// The length of the file in bytes; 0 where it is not a file.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Where in the file the first chunk begins that has not been read as a whole.
    pub fn offset(&self) -> u64 {
        self.offset
    }

    /// Whether the end was reached and the recording was ended in order. It is not after a crash, or while
    /// it is being written.
    pub fn is_complete(&self) -> bool {
        self.ending == Ending::Complete
    }

    /// The signal that has ended the process, where the file says so.
    pub fn signal(&self) -> Option<&str> {
        self.signal.as_deref()
    }

    /// How many entries were skipped because they are of a thread that came when there were `MAX_THREADS`.
    pub fn left_out(&self) -> u64 {
        self.left_out
    }

    /// Tells of the offset of each chunk when it begins to be read.
    pub fn on_progress(&mut self, progress: impl FnMut(u64) + Send + 'static) {
        self.progress = Some(Box::new(progress));
    }

    /// Reads the next chunk, or skips it; false where there is none, or no whole one yet.
    #[cold]
    fn load(&mut self) -> Result<bool, ReadError> {
        let offset = self.offset;
        let wrong = |what| ReadError::new(offset, what);
        let at_offset = |error: ReadError| ReadError { offset, ..error };
        if let Some(progress) = &mut self.progress {
            progress(offset);
        }
        self.framed += fill(&mut self.source, &mut self.frame[self.framed..]).map_err(at_offset)?;
        if self.framed == 0 && !self.grows {
            self.ending = Ending::Missing;
            return Ok(false);
        }
        if self.framed >= PREFIX && self.frame[..MAGIC.len()] == MAGIC {
            let (bytes, got) = (self.frame, std::mem::take(&mut self.framed));
            return self.turn(&bytes[..got]).map(|()| true).map_err(at_offset);
        }
        if self.framed < chunk::LENGTH {
            return if self.grows { Ok(false) } else { Err(wrong(Problem::CutOff)) };
        }
        let (frame, checksum) = Frame::get(&self.frame).map_err(wrong)?;
        self.stored.resize(frame.stored as usize, 0);
        self.filled += fill(&mut self.source, &mut self.stored[self.filled..]).map_err(at_offset)?;
        if self.filled < self.stored.len() {
            return if self.grows { Ok(false) } else { Err(wrong(Problem::CutOff)) };
        }
        (self.framed, self.filled) = (0, 0);
        if !Frame::matches(&self.frame, &self.stored, checksum) {
            return Err(wrong(Problem::Checksum));
        }
        self.offset = offset + (chunk::LENGTH + self.stored.len()) as u64;
        if frame.codec == codec::END {
            return self.end().map(|()| false);
        }
        if self.threads.len() >= MAX_THREADS && !self.threads.contains_key(&frame.thread) {
            self.left_out += u64::from(frame.entries);
            return Ok(true);
        }
        self.unpack(&frame).map_err(|what| damaged(offset, what))?;
        let columns = Columns::new(&self.raw).map_err(|what| damaged(offset, what))?;
        let thread = match self.threads.entry(frame.thread) {
            Slot::Occupied(slot) => slot.remove(),
            Slot::Vacant(_) => Thread::default(),
        };
        self.chunk = Some(Chunk { offset, number: frame.thread, thread, columns, left: frame.entries });
        Ok(true)
    }

    /// Makes the chunk's payload out of what stands in the file.
    #[inline(never)]
    fn unpack(&mut self, frame: &Frame) -> varint::Result<()> {
        match frame.codec {
            codec::STORED if frame.stored == frame.raw => {
                std::mem::swap(&mut self.raw, &mut self.stored);
                Ok(())
            }
            codec::LZ4 => {
                self.raw.resize(frame.raw as usize, 0);
                match lz4_flex::block::decompress_into(&self.stored, &mut self.raw) {
                    Ok(length) if length == self.raw.len() => Ok(()),
                    _ => Err(Damage::Packed),
                }
            }
            _ => Err(Damage::UnknownCodec),
        }
    }

    /// Another part of the recording begins, with the bytes. What it begins with is known.
    #[cold]
    fn turn(&mut self, bytes: &[u8]) -> Result<(), ReadError> {
        let prefix = first_of(bytes);
        let length = payload_of(&prefix)?;
        let rest = &bytes[PREFIX..];
        let header = payload(&mut rest.chain(&mut self.source), &prefix, length)?;
        // A file has two at most.
        let former = self.part().filter(|_| self.grows || self.parts.last.is_none());
        let follows = |part: &Part| {
            former.is_some_and(|former| {
                former.began == part.began && former.number.checked_add(1) == Some(part.number)
            })
        };
        let Some(part) = header.part.filter(follows) else {
            return Err(ReadError::new(0, Problem::Trailing));
        };
        self.offset += (PREFIX + length) as u64;
        let grows = self.grows;
        let told = |thread: Thread| match thread.told() {
            Told { types, .. } if grows => Told { types, stacks: 0 },
            told => told,
        };
        self.parts.turn(part, self.threads.drain().map(|(number, thread)| (number, told(thread))));
        Ok(())
    }

    #[cold]
    fn end(&mut self) -> Result<(), ReadError> {
        let offset = self.offset;
        match fill(&mut self.source, &mut [0]) {
            Ok(0) if self.stored.is_empty() => {
                self.ending = Ending::Complete;
                Ok(())
            }
            Ok(0) => {
                self.signal = Some(String::from_utf8_lossy(&self.stored).into_owned());
                self.ending = Ending::Killed;
                Ok(())
            }
            Ok(_) => Err(ReadError::new(offset, Problem::Trailing)),
            Err(error) => Err(ReadError { offset, ..error }),
        }
    }

    /// The next entry, or none at the end.
    fn read(&mut self) -> Result<Option<(u32, Entry)>, ReadError> {
        loop {
            let Some(chunk) = &mut self.chunk else {
                if !self.load()? {
                    return Ok(None);
                }
                continue;
            };
            if chunk.left > 0 {
                chunk.left -= 1;
                let entry = chunk.thread.entry(&self.raw, &mut chunk.columns);
                let mut entry = entry.map_err(|what| damaged(chunk.offset, what))?;
                if self.parts.last.is_some() && !self.parts.fit(chunk.number, &mut entry) {
                    continue;
                }
                if self.base > 0
                    && let Some(time) = entry.time_mut()
                {
                    *time = time.saturating_sub(self.base);
                }
                return Ok(Some((chunk.number, entry)));
            }
            if !chunk.columns.are_done() {
                return Err(damaged(chunk.offset, Damage::Trailing));
            }
            let Some(Chunk { number, thread, .. }) = self.chunk.take() else { continue };
            self.threads.insert(number, thread);
        }
    }
}

/// The entries, in the order of each thread. Nothing follows an error. Of a recording that grows, more may come after there was
/// none.
impl Iterator for Reader {
    type Item = Result<(u32, Entry), ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ending != Ending::Open {
            return None;
        }
        let read = self.read();
        if read.is_err() {
            self.ending = Ending::Failed;
        }
        read.transpose()
    }
}

/// How many bytes a file has in front of its first chunk, as far as its first bytes tell; at least as many are needed to know.
pub fn header_length(bytes: &[u8]) -> usize {
    match bytes.get(12..PREFIX) {
        None => PREFIX,
        Some(rest) => PREFIX + u32::from_le_bytes([rest[0], rest[1], rest[2], rest[3]]) as usize,
    }
}

fn damaged(offset: u64, what: Damage) -> ReadError {
    ReadError::new(offset, Problem::ChunkDamage(what))
}

/// Reads until `bytes` are full or the source ends.
fn fill(source: &mut dyn Read, bytes: &mut [u8]) -> Result<usize, ReadError> {
    let mut got = 0;
    while got < bytes.len() {
        match source.read(&mut bytes[got..]) {
            Ok(0) => break,
            Ok(more) => got += more,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(ReadError::new(0, error.into())),
        }
    }
    Ok(got)
}

fn unreadable(error: io::Error) -> ReadError {
    ReadError::new(0, error.into())
}

fn open(path: &Path) -> Result<File, ReadError> {
    // Before it is opened: Windows opens no folder, and says that access is denied.
    if path.is_dir() {
        return Err(ReadError::new(0, Problem::Folder));
    }
    File::open(path).map_err(unreadable)
}

/// What stands in front of the entries, and how long its payload is.
#[cold]
fn header_of(source: &mut dyn Read) -> Result<(Header, usize), ReadError> {
    let mut prefix = [0; PREFIX];
    let got = fill(source, &mut prefix)?;
    if got == 0 {
        return Err(ReadError::new(0, Problem::Empty));
    }
    let length = payload_of(&prefix[..got])?;
    payload(source, &prefix, length).map(|header| (header, length))
}

fn first_of(bytes: &[u8]) -> [u8; PREFIX] {
    let mut prefix = [0; PREFIX];
    prefix.copy_from_slice(&bytes[..PREFIX]);
    prefix
}

/// How long the payload of a header is, by what stands before it.
fn payload_of(prefix: &[u8]) -> Result<usize, ReadError> {
    let got = prefix.len();
    let known = got.min(MAGIC.len());
    if prefix[..known] != MAGIC[..known] {
        return Err(ReadError::new(0, Problem::Foreign));
    }
    if got >= 10 {
        let version = u16::from_le_bytes([prefix[8], prefix[9]]);
        if version != VERSION {
            return Err(ReadError::new(8, Problem::Version(version)));
        }
    }
    let length = if got < PREFIX { usize::MAX } else { field(prefix, 12) as usize };
    if length > MAX_HEADER || prefix[10..12] != [0, 0] {
        return Err(ReadError::new(8, Problem::Header));
    }
    Ok(length)
}

fn field(bytes: &[u8], at: usize) -> u32 {
    u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])
}

/// What a header says.
#[cold]
fn payload(source: &mut dyn Read, prefix: &[u8], length: usize) -> Result<Header, ReadError> {
    let mut bytes = Vec::new();
    let read = source.take(length as u64).read_to_end(&mut bytes);
    if read.is_err() || bytes.len() < length || crc32fast::hash(&bytes) != field(prefix, 16) {
        return Err(ReadError::new(PREFIX as u64, Problem::Header));
    }
    header(&bytes).map_err(|what| ReadError::new(PREFIX as u64, Problem::HeaderDamage(what)))
}

#[cold]
fn header(bytes: &[u8]) -> varint::Result<Header> {
    let mut cursor = Cursor::new(0, bytes.len());
    let pid = cursor.get_u32(bytes)?;
    let node = cursor.get_str(bytes)?;
    let mut argv = Vec::new();
    let count = cursor.get(bytes)?;
    for at in 0..count {
        let word = cursor.get_str(bytes)?;
        if at < MAX_ARGUMENTS {
            argv.push(word);
        }
    }
    if count > MAX_ARGUMENTS {
        argv.push(format!("(and {} more)", count - MAX_ARGUMENTS));
    }
    let wall_ns = cursor.get(bytes)?;
    let (platform, options) = (cursor.get_str(bytes)?, cursor.get_str(bytes)?);
    let part = if cursor.is_done() {
        None
    } else {
        let number = cursor.get_u32(bytes)?;
        Some(Part { number, from: cursor.get(bytes)?, began: cursor.get(bytes)? })
    };
    Ok(Header { pid, node, argv, wall_ns, platform, options, part })
}
