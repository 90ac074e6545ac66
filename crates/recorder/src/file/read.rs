//! The reader.

use std::collections::HashMap;
use std::collections::hash_map::Entry as Slot;
use std::error::Error;
use std::fmt::{self, Display, Formatter};
use std::fs::File;
use std::io::{self, BufReader, ErrorKind, Read};
use std::path::Path;

use super::chunk::{self, Frame, codec};
use super::decode::{Columns, Thread};
use super::varint::Cursor;
use super::{MAGIC, MAX_ARGUMENTS, MAX_HEADER, MAX_THREADS, PREFIX, VERSION};
use crate::event::{Entry, Header};

/// Why a file cannot be read any further. Everything before the offset has been read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadError {
    pub offset: u64,
    pub what: String,
}

impl ReadError {
    fn new(offset: u64, what: impl Into<String>) -> Self {
        Self { offset, what: what.into() }
    }
}

impl Display for ReadError {
    fn fmt(&self, f: &mut Formatter) -> fmt::Result {
        write!(f, "{} (at byte {})", self.what, self.offset)
    }
}

impl Error for ReadError {}

/// Reads a recording as a stream: it keeps one chunk, and of each thread what the next entry builds on.
///
/// What it answers may be relied on: on each thread times never fall, the indices of types and of stacks count
/// up from 0 without a gap, and whatever refers to one of them comes after it.
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
    stored: Vec<u8>,
    raw: Vec<u8>,
    ending: Ending,
    progress: Option<Box<dyn FnMut(u64) + Send>>,
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
    Failed,
}

impl Reader {
    pub fn open(path: &Path) -> Result<Self, ReadError> {
        let unreadable = |error: io::Error| ReadError::new(0, format!("the file cannot be read: {error}"));
        let file = File::open(path).map_err(unreadable)?;
        let about = file.metadata().map_err(unreadable)?;
        if about.is_dir() {
            return Err(ReadError::new(0, "this is a folder, not a recording"));
        }
        let mut reader = Self::new(BufReader::with_capacity(1 << 17, file))?;
        reader.size = about.len();
        Ok(reader)
    }

    pub fn new(mut source: impl Read + Send + 'static) -> Result<Self, ReadError> {
        let mut prefix = [0; PREFIX];
        let got = fill(&mut source, &mut prefix)?;
        let known = got.min(MAGIC.len());
        if got == 0 {
            return Err(ReadError::new(0, "the file is empty"));
        }
        if prefix[..known] != MAGIC[..known] {
            return Err(ReadError::new(0, "this is no recording of async-hooks-rs"));
        }
        let field =
            |at: usize| u32::from_le_bytes([prefix[at], prefix[at + 1], prefix[at + 2], prefix[at + 3]]);
        let version = u16::from_le_bytes([prefix[8], prefix[9]]);
        if got >= 10 && version != VERSION {
            let what =
                format!("the file has version {version} of the format, and this reads version {VERSION}");
            return Err(ReadError::new(8, what));
        }
        let length = field(12) as usize;
        if got < PREFIX || length > MAX_HEADER || prefix[10..12] != [0, 0] {
            return Err(ReadError::new(8, "the header is cut off or damaged"));
        }
        let mut bytes = Vec::new();
        let read = source.by_ref().take(length as u64).read_to_end(&mut bytes);
        if read.is_err() || bytes.len() < length || crc32fast::hash(&bytes) != field(16) {
            return Err(ReadError::new(PREFIX as u64, "the header is cut off or damaged"));
        }
        let header = header(&bytes)
            .map_err(|what| ReadError::new(PREFIX as u64, format!("the header is damaged: {what}")))?;
        Ok(Self {
            source: Box::new(source),
            header,
            size: 0,
            offset: (PREFIX + length) as u64,
            threads: HashMap::new(),
            left_out: 0,
            chunk: None,
            stored: Vec::new(),
            raw: Vec::new(),
            ending: Ending::Open,
            progress: None,
        })
    }

    pub fn header(&self) -> &Header {
        &self.header
    }

    /// The length of the file in bytes; 0 where it is not a file.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Whether the end was reached and the recording was ended in order. It is not after a crash, or while
    /// it is being written.
    pub fn is_complete(&self) -> bool {
        self.ending == Ending::Complete
    }

    /// How many entries were skipped because they are of a thread that came when there were [`MAX_THREADS`].
    pub fn left_out(&self) -> u64 {
        self.left_out
    }

    /// Tells of the offset of each chunk when it begins to be read.
    pub fn on_progress(&mut self, progress: impl FnMut(u64) + Send + 'static) {
        self.progress = Some(Box::new(progress));
    }

    /// Reads the next chunk, or skips it; false at the end of the file.
    fn load(&mut self) -> Result<bool, ReadError> {
        let offset = self.offset;
        let wrong = |what: &str| ReadError::new(offset, what);
        if let Some(progress) = &mut self.progress {
            progress(offset);
        }
        let mut bytes = [0; chunk::LENGTH];
        let got = fill(&mut self.source, &mut bytes).map_err(|error| ReadError { offset, ..error })?;
        if got == 0 {
            self.ending = Ending::Missing;
            return Ok(false);
        }
        if got < chunk::LENGTH {
            return Err(wrong("the file is cut off in a chunk"));
        }
        let (frame, checksum) = Frame::get(&bytes).map_err(wrong)?;
        self.stored.resize(frame.stored as usize, 0);
        let got = fill(&mut self.source, &mut self.stored).map_err(|error| ReadError { offset, ..error })?;
        if got < self.stored.len() {
            return Err(wrong("the file is cut off in a chunk"));
        }
        if !Frame::matches(&bytes, &self.stored, checksum) {
            return Err(wrong("a chunk is damaged: its checksum does not match"));
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
    fn unpack(&mut self, frame: &Frame) -> Result<(), &'static str> {
        match frame.codec {
            codec::STORED if frame.stored == frame.raw => {
                std::mem::swap(&mut self.raw, &mut self.stored);
                Ok(())
            }
            codec::LZ4 => {
                self.raw.resize(frame.raw as usize, 0);
                match lz4_flex::block::decompress_into(&self.stored, &mut self.raw) {
                    Ok(length) if length == self.raw.len() => Ok(()),
                    _ => Err("it cannot be unpacked"),
                }
            }
            _ => Err("it is packed in an unknown way"),
        }
    }

    fn end(&mut self) -> Result<(), ReadError> {
        let offset = self.offset;
        match fill(&mut self.source, &mut [0]) {
            Ok(0) => {
                self.ending = Ending::Complete;
                Ok(())
            }
            Ok(_) => Err(ReadError::new(offset, "something follows the end of the recording")),
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
                return entry
                    .map(|entry| Some((chunk.number, entry)))
                    .map_err(|what| damaged(chunk.offset, what));
            }
            if !chunk.columns.are_done() {
                return Err(damaged(chunk.offset, "something follows its last entry"));
            }
            let Some(Chunk { number, thread, .. }) = self.chunk.take() else { continue };
            self.threads.insert(number, thread);
        }
    }
}

/// The entries, in the order of each thread. Nothing follows an error.
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

fn damaged(offset: u64, what: &str) -> ReadError {
    ReadError::new(offset, format!("a chunk is damaged: {what}"))
}

/// Reads until `bytes` are full or the source ends.
fn fill(source: &mut impl Read, bytes: &mut [u8]) -> Result<usize, ReadError> {
    let mut got = 0;
    while got < bytes.len() {
        match source.read(&mut bytes[got..]) {
            Ok(0) => break,
            Ok(more) => got += more,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(ReadError::new(0, format!("the file cannot be read: {error}"))),
        }
    }
    Ok(got)
}

fn header(bytes: &[u8]) -> Result<Header, &'static str> {
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
    Ok(Header { pid, node, argv, wall_ns, platform: cursor.get_str(bytes)?, options: cursor.get_str(bytes)? })
}
