//! The reader.

use std::collections::HashMap;
use std::collections::hash_map::Entry as Slot;
use std::fs::File;
use std::io::{self, BufReader, ErrorKind, Read};
use std::path::Path;

use super::chunk::{self, Frame, codec};
use super::decode::{Columns, Thread};
use super::error::{Damage, Problem, ReadError};
use super::limits::{MAGIC, MAX_ARGUMENTS, MAX_HEADER, MAX_THREADS, PREFIX, VERSION};
use super::varint::{self, Cursor};
use crate::event::{Entry, Header};

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
    pub fn open(path: &Path) -> Result<Self, ReadError> {
        let unreadable = |error: io::Error| ReadError::new(0, error.into());
        let file = File::open(path).map_err(unreadable)?;
        let about = file.metadata().map_err(unreadable)?;
        if about.is_dir() {
            return Err(ReadError::new(0, Problem::Folder));
        }
        let mut reader = Self::new(BufReader::with_capacity(1 << 17, file))?;
        reader.size = about.len();
        Ok(reader)
    }

    /// Reads the header of anything that can be read.
    pub fn new(mut source: impl Read + Send + 'static) -> Result<Self, ReadError> {
        let mut prefix = [0; PREFIX];
        let got = fill(&mut source, &mut prefix)?;
        let known = got.min(MAGIC.len());
        if got == 0 {
            return Err(ReadError::new(0, Problem::Empty));
        }
        if prefix[..known] != MAGIC[..known] {
            return Err(ReadError::new(0, Problem::Foreign));
        }
        let field =
            |at: usize| u32::from_le_bytes([prefix[at], prefix[at + 1], prefix[at + 2], prefix[at + 3]]);
        let version = u16::from_le_bytes([prefix[8], prefix[9]]);
        if got >= 10 && version != VERSION {
            return Err(ReadError::new(8, Problem::Version(version)));
        }
        let length = field(12) as usize;
        if got < PREFIX || length > MAX_HEADER || prefix[10..12] != [0, 0] {
            return Err(ReadError::new(8, Problem::Header));
        }
        let mut bytes = Vec::new();
        let read = source.by_ref().take(length as u64).read_to_end(&mut bytes);
        if read.is_err() || bytes.len() < length || crc32fast::hash(&bytes) != field(16) {
            return Err(ReadError::new(PREFIX as u64, Problem::Header));
        }
        let header =
            header(&bytes).map_err(|what| ReadError::new(PREFIX as u64, Problem::HeaderDamage(what)))?;
        Ok(Self {
            source: Box::new(source),
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
        })
    }

    /// Reads a recording that is still being written: where the source ends for now there is no entry, and none is lost by
    /// asking again later.
    pub fn growing(mut self) -> Self {
        self.grows = true;
        self
    }

    /// What stands in front of the entries.
    pub fn header(&self) -> &Header {
        &self.header
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
                return entry
                    .map(|entry| Some((chunk.number, entry)))
                    .map_err(|what| damaged(chunk.offset, what));
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
fn fill(source: &mut impl Read, bytes: &mut [u8]) -> Result<usize, ReadError> {
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
    Ok(Header { pid, node, argv, wall_ns, platform: cursor.get_str(bytes)?, options: cursor.get_str(bytes)? })
}
