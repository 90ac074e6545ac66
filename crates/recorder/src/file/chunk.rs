//! The frames that chunks stand in.

use super::error::Problem;
use super::limits::MAX_RAW;

pub(super) const MAGIC: [u8; 4] = *b"AHRc";
/// The bytes in front of a chunk's payload.
pub(super) const LENGTH: usize = 28;

pub(super) mod codec {
    pub(crate) const STORED: u32 = 0;
    pub(crate) const LZ4: u32 = 1;
    /// Nothing follows: the recording was ended in order, or, where there is a payload, by the signal that it names.
    pub(crate) const END: u32 = 2;
}

/// What stands in front of a payload, in this order, each as four bytes, the lowest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Frame {
    pub thread: u32,
    pub codec: u32,
    pub entries: u32,
    /// The length of the payload before compression.
    pub raw: u32,
    /// The length of the payload as it stands in the file.
    pub stored: u32,
}

impl Frame {
    /// Fills the first [`LENGTH`] bytes of `chunk`, whose payload is in place already.
    pub(super) fn put(&self, chunk: &mut [u8]) {
        let fields = [self.thread, self.codec, self.entries, self.raw, self.stored];
        chunk[..4].copy_from_slice(&MAGIC);
        for (at, field) in fields.into_iter().enumerate() {
            chunk[8 + at * 4..12 + at * 4].copy_from_slice(&field.to_le_bytes());
        }
        let checksum = crc32fast::hash(&chunk[8..]);
        chunk[4..8].copy_from_slice(&checksum.to_le_bytes());
    }

    /// The frame and the checksum that it promises.
    pub(super) fn get(bytes: &[u8; LENGTH]) -> Result<(Self, u32), Problem> {
        if bytes[..4] != MAGIC {
            return Err(Problem::NoChunk);
        }
        let field = |at: usize| u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]]);
        let frame = Self {
            thread: field(8),
            codec: field(12),
            entries: field(16),
            raw: field(20),
            stored: field(24),
        };
        if frame.raw as usize > MAX_RAW || frame.stored > frame.raw {
            return Err(Problem::LongChunk);
        }
        Ok((frame, field(4)))
    }

    /// Whether the chunk is what was written.
    pub(super) fn matches(bytes: &[u8; LENGTH], payload: &[u8], checksum: u32) -> bool {
        let mut hasher = crc32fast::Hasher::new();
        hasher.update(&bytes[8..]);
        hasher.update(payload);
        hasher.finalize() == checksum
    }
}
