//! The writer.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;

use super::chunk::{self, Frame, codec};
use super::encode::Encoder;
use super::limits::{MAGIC, MAX_HEADER, MAX_RAW, PREFIX, VERSION};
use super::varint::{put, put_str};
use crate::event::{Entry, Header, Part};

/// A chunk is closed when its payload has grown to this.
const FULL: usize = 1 << 16;

/// Writes a recording. After an error the file is as good as what was written before, and the writer
/// refuses to go on: a chunk behind half of one could not be found.
pub struct Writer {
    out: Box<dyn Write + Send>,
    threads: HashMap<u32, Encoder>,
    failed: bool,
    /// Bytes that were written.
    written: u64,
    raw: Vec<u8>,
    chunk: Vec<u8>,
}

impl Writer {
    /// Writes to anything that needs no flush of its own.
    pub fn new(out: impl Write + Send + 'static, header: &Header) -> io::Result<Self> {
        let mut writer = Self {
            out: Box::new(out),
            threads: HashMap::new(),
            failed: false,
            written: 0,
            raw: Vec::new(),
            chunk: Vec::new(),
        };
        let bytes = header_bytes(header)?;
        writer.written = bytes.len() as u64;
        writer.out.write_all(&bytes)?;
        Ok(writer)
    }

    /// How many bytes the file will have at most, with all that was added, before it is finished.
    pub fn size(&self) -> u64 {
        let open = self.threads.values().filter(|encoder| encoder.entries() > 0);
        // In front of each payload are the frame and the length of a column.
        self.written + open.map(|encoder| (chunk::LENGTH + 10 + encoder.len()) as u64).sum::<u64>()
    }

    /// Adds entries of one thread. They are in the file after [`Writer::flush`] at the latest.
    pub fn append(&mut self, thread: u32, entries: &[Entry]) -> io::Result<()> {
        let mut rest = entries;
        while !rest.is_empty() {
            self.check()?;
            let encoder = self.threads.entry(thread).or_default();
            rest = &rest[encoder.fill(rest, FULL)..];
            if encoder.len() >= FULL {
                self.close(thread)?;
            }
        }
        Ok(())
    }

    /// Hands everything to the operating system: it survives the end of the process.
    pub fn flush(&mut self) -> io::Result<()> {
        let mut threads: Vec<u32> = self.threads.keys().copied().collect();
        threads.sort_unstable();
        threads.into_iter().try_for_each(|thread| self.close(thread))
    }

    /// Flushes and marks the recording as complete. Nothing can be added afterwards.
    pub fn finish(&mut self) -> io::Result<()> {
        self.flush()?;
        self.chunk = end(&[]);
        self.write()?;
        self.failed = true;
        Ok(())
    }

    /// Writes the chunk that the thread has begun.
    fn close(&mut self, thread: u32) -> io::Result<()> {
        let Some(encoder) = self.threads.get_mut(&thread) else { return Ok(()) };
        let entries = encoder.entries();
        if entries == 0 {
            return Ok(());
        }
        encoder.take(&mut self.raw);
        debug_assert!(self.raw.len() <= MAX_RAW);
        let room = lz4_flex::block::get_maximum_output_size(self.raw.len());
        self.chunk.resize(chunk::LENGTH + room, 0);
        let packed = lz4_flex::block::compress_into(&self.raw, &mut self.chunk[chunk::LENGTH..]);
        let (codec, stored) = match packed {
            Ok(length) if length < self.raw.len() => (codec::LZ4, length),
            _ => {
                self.chunk[chunk::LENGTH..chunk::LENGTH + self.raw.len()].copy_from_slice(&self.raw);
                (codec::STORED, self.raw.len())
            }
        };
        self.chunk.truncate(chunk::LENGTH + stored);
        let (raw, stored) = (self.raw.len() as u32, stored as u32);
        Frame { thread, codec, entries, raw, stored }.put(&mut self.chunk);
        self.write()
    }

    fn check(&self) -> io::Result<()> {
        if self.failed {
            return Err(io::Error::other("the recording has ended, or could not be written before"));
        }
        Ok(())
    }

    fn write(&mut self) -> io::Result<()> {
        self.check()?;
        self.written += self.chunk.len() as u64;
        let written = self.out.write_all(&self.chunk);
        self.failed = written.is_err();
        written
    }
}

/// Marks the recording of a process that a signal has ended, and that cannot do it any more. It is left as it is where it has
/// an end already, or where its last chunk is not whole.
pub fn end_by_signal(path: &Path, signal: &str) -> io::Result<()> {
    let mut file = File::options().read(true).write(true).open(path)?;
    let length = file.metadata()?.len();
    let mut prefix = [0; PREFIX];
    file.read_exact(&mut prefix)?;
    if prefix[..8] != MAGIC || prefix[8..10] != VERSION.to_le_bytes() {
        return Ok(());
    }
    let header = u32::from_le_bytes([prefix[12], prefix[13], prefix[14], prefix[15]]);
    let mut at = PREFIX as u64 + u64::from(header);
    while at < length {
        let mut bytes = [0; chunk::LENGTH];
        if at + bytes.len() as u64 > length {
            return Ok(());
        }
        file.seek(SeekFrom::Start(at))?;
        file.read_exact(&mut bytes)?;
        match Frame::get(&bytes) {
            Ok((frame, _)) if frame.codec != codec::END => {
                at += bytes.len() as u64 + u64::from(frame.stored);
            }
            _ => return Ok(()),
        }
    }
    if at > length {
        return Ok(());
    }
    file.seek(SeekFrom::Start(length))?;
    file.write_all(&end(signal.as_bytes()))
}

/// The last chunk of a file.
fn end(signal: &[u8]) -> Vec<u8> {
    let mut chunk = vec![0; chunk::LENGTH];
    chunk.extend_from_slice(signal);
    let length = signal.len() as u32;
    Frame { thread: 0, codec: codec::END, entries: 0, raw: length, stored: length }.put(&mut chunk);
    chunk
}

fn header_bytes(header: &Header) -> io::Result<Vec<u8>> {
    let mut bytes = vec![0; PREFIX];
    put(&mut bytes, u64::from(header.pid));
    put_str(&mut bytes, &header.node);
    put(&mut bytes, header.argv.len() as u64);
    header.argv.iter().for_each(|word| put_str(&mut bytes, word));
    put(&mut bytes, header.wall_ns);
    put_str(&mut bytes, &header.platform);
    put_str(&mut bytes, &header.options);
    if let Some(Part { number, from, began }) = header.part {
        [number.into(), from, began].into_iter().for_each(|value| put(&mut bytes, value));
    }
    let length = bytes.len() - PREFIX;
    if length > MAX_HEADER {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "the header of the recording is too long"));
    }
    let checksum = crc32fast::hash(&bytes[PREFIX..]);
    bytes[..8].copy_from_slice(&MAGIC);
    bytes[8..10].copy_from_slice(&VERSION.to_le_bytes());
    bytes[12..16].copy_from_slice(&(length as u32).to_le_bytes());
    bytes[16..20].copy_from_slice(&checksum.to_le_bytes());
    Ok(bytes)
}
