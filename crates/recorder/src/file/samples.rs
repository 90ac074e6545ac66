//! Recordings for tests: of wild programs, and with damage that checksums do not tell.

use std::io::{self, Write};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::Writer;
use crate::event::{Entry, Event, FIRST_OWN, Fact, Header, Kind};

/// A file in memory, which can be looked at while it is written.
#[derive(Clone, Default)]
pub struct Memory(Arc<Mutex<Vec<u8>>>);

impl Memory {
    /// What was written so far.
    pub fn bytes(&self) -> MutexGuard<'_, Vec<u8>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Write for Memory {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.bytes().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Splitmix64: the same numbers for the same seed, everywhere.
pub struct Random(pub u64);

impl Random {
    /// A number below the limit; 0 where that is 0.
    pub fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut value = self.0;
        value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (value ^ (value >> 31)) % limit.max(1)
    }
}

/// What such a program says of itself.
pub fn header() -> Header {
    Header {
        pid: 4711,
        node: "v26.1.0".into(),
        argv: vec!["node".into(), "app.js".into(), "ä \u{0}".into()],
        wall_ns: 1_700_000_000_123_456_789,
        platform: "linux x64".into(),
        options: "{}".into(),
        part: None,
    }
}

/// Entries of one thread as a wild program would make them.
pub fn entries(random: &mut Random, count: usize) -> Vec<Entry> {
    let mut entries = vec![
        Entry::ThreadStart { time: 0, worker: 3, name: "résumé".into() },
        Entry::Type { index: 0, name: "PROMISE".into() },
        Entry::Type { index: 1, name: "Timeout".into() },
        Entry::Stack { index: 0, frames: "at a\nat b".into() },
    ];
    let mut time = 0;
    while entries.len() < count {
        time += [0, 1, 300, 70_000, 5_000_000_000][random.below(5) as usize];
        let own = random.below(2) * FIRST_OWN;
        let id = own + random.below(300);
        let kind = match random.below(6) {
            0 | 1 => Kind::Init {
                trigger: random.below(300),
                current: own + random.below(300),
                type_: random.below(2) as u32,
                stack: random.below(2) as u32,
            },
            2 => Kind::Before,
            3 => Kind::After,
            4 => Kind::Destroy,
            _ => Kind::Resolve,
        };
        entries.push(Entry::Event(Event { time, id, kind }));
        match random.below(60) {
            0 => entries.push(Entry::Mark { time, name: "here".into() }),
            1 => entries.push(Entry::Loop { time, idle: random.below(1 << 40), active: time }),
            2 => entries.push(Entry::Dropped { type_: 1, count: random.below(u64::MAX) }),
            3 => entries.push(Entry::Delay {
                id: random.below(300),
                ms: random.below(1 << 32) as u32,
                repeats: random.below(2) == 0,
            }),
            4 => {
                let fact = Fact::of(random.below(11));
                entries.push(Entry::Fact { fact, about: random.below(300), text: "GET /ä?\n200".into() });
            }
            5 => entries.push(Entry::Sample { time, stack: random.below(2) as u32 }),
            _ => {}
        }
    }
    entries.push(Entry::ThreadEnd { time, reason: "exit".into() });
    entries
}

/// A file of two threads, and the offsets at which its chunks begin and end.
pub fn file(seed: u64, count: usize) -> (Vec<u8>, Vec<usize>) {
    let random = &mut Random(seed);
    let memory = Memory::default();
    let length = || memory.bytes().len();
    let mut writer = Writer::new(memory.clone(), &header()).unwrap();
    let mut bounds = vec![length()];
    let threads = [entries(random, count), entries(random, count)];
    for at in (0..count).step_by(count / 8) {
        for (number, entries) in threads.iter().enumerate() {
            let end = if at + count / 8 < count { at + count / 8 } else { entries.len() };
            writer.append(number as u32, &entries[at..end]).unwrap();
            writer.flush().unwrap();
            bounds.push(length());
        }
    }
    writer.finish().unwrap();
    bounds.push(length());
    let bytes = memory.bytes().clone();
    (bytes, bounds)
}

/// Files with a few wrong bytes in one chunk, whose checksum was made to match.
pub fn for_damaged_files(seed: u64, count: usize, mut each: impl FnMut(Vec<u8>)) {
    let random = &mut Random(seed);
    let (bytes, bounds) = file(seed, 80);
    for _ in 0..count {
        let chunk = random.below(bounds.len() as u64 - 1) as usize;
        let mut damaged = bytes.clone();
        let (start, end) = (bounds[chunk], bounds[chunk + 1].min(bytes.len()));
        for _ in 0..=random.below(4) {
            let at = start + 8 + random.below((end - start - 8) as u64) as usize;
            damaged[at] = random.below(256) as u8;
        }
        let checksum = crc32fast::hash(&damaged[start + 8..end]);
        damaged[start + 4..start + 8].copy_from_slice(&checksum.to_le_bytes());
        each(damaged);
    }
}
