//! A recording taken apart into its frames and put together again, as `docs/format.md` has it. Written anew on purpose:
//! what the reader misunderstands, this must not.

const PREFIX: usize = 20;
const FRAME: usize = 28;
/// Payloads are not unpacked beyond this.
const MOST: usize = 1 << 21;

pub struct Chunk {
    pub thread: u32,
    pub codec: u32,
    pub entries: u32,
    /// What the frame says of the length, less what it is.
    pub raw_off: i32,
    pub stored_off: i32,
    /// Not packed, whatever the codec is.
    pub payload: Vec<u8>,
}

pub struct Recording {
    pub prefix: [u8; PREFIX],
    pub header: Vec<u8>,
    pub chunks: Vec<Chunk>,
    /// What follows the last chunk that could be taken apart.
    pub rest: Vec<u8>,
}

fn word(bytes: &[u8], at: usize) -> u32 {
    u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])
}

impl Recording {
    /// `None` where not even the header stands there.
    pub fn take_apart(bytes: &[u8]) -> Option<Self> {
        let prefix: [u8; PREFIX] = bytes.get(..PREFIX)?.try_into().ok()?;
        let mut at = PREFIX.checked_add(word(&prefix, 12) as usize)?;
        let header = bytes.get(PREFIX..at)?.to_vec();
        let mut chunks = Vec::new();
        while let Some(chunk) = bytes.get(at..).and_then(Chunk::first_of) {
            at += FRAME + word(&bytes[at..], 24) as usize;
            chunks.push(chunk);
        }
        Some(Self { prefix, header, chunks, rest: bytes[at..].to_vec() })
    }

    /// With lengths and checksums that are right, but where they were changed on purpose.
    pub fn put_together(&self) -> Vec<u8> {
        let mut bytes = self.prefix.to_vec();
        bytes[12..16].copy_from_slice(&(self.header.len() as u32).to_le_bytes());
        bytes[16..20].copy_from_slice(&crc32fast::hash(&self.header).to_le_bytes());
        bytes.extend_from_slice(&self.header);
        self.chunks.iter().for_each(|chunk| chunk.put(&mut bytes));
        bytes.extend_from_slice(&self.rest);
        bytes
    }
}

impl Chunk {
    fn first_of(bytes: &[u8]) -> Option<Self> {
        let frame = bytes.get(..FRAME)?;
        let (codec, raw, stored) = (word(frame, 12), word(frame, 20), word(frame, 24));
        let stored_payload = bytes.get(FRAME..FRAME.checked_add(stored as usize)?)?;
        let payload = match codec {
            1 => lz4_flex::block::decompress(stored_payload, (raw as usize).min(MOST)).ok()?,
            _ => stored_payload.to_vec(),
        };
        Some(Self {
            thread: word(frame, 8),
            codec,
            entries: word(frame, 16),
            raw_off: 0,
            stored_off: 0,
            payload,
        })
    }

    fn put(&self, bytes: &mut Vec<u8>) {
        let packed = match self.codec {
            1 => lz4_flex::block::compress(&self.payload),
            _ => self.payload.clone(),
        };
        let raw = (self.payload.len() as u32).wrapping_add_signed(self.raw_off);
        let stored = (packed.len() as u32).wrapping_add_signed(self.stored_off);
        let start = bytes.len();
        bytes.extend_from_slice(b"AHRc\0\0\0\0");
        for field in [self.thread, self.codec, self.entries, raw, stored] {
            bytes.extend_from_slice(&field.to_le_bytes());
        }
        bytes.extend_from_slice(&packed);
        let checksum = crc32fast::hash(&bytes[start + 8..]);
        bytes[start + 4..start + 8].copy_from_slice(&checksum.to_le_bytes());
    }
}
