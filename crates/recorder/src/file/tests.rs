use std::io::{self, Cursor, Write};

use super::chunk::LENGTH;
use super::limits::{MAX_STRING, PREFIX};
use super::samples::{Memory, Random, entries, file, for_damaged_files, header};
use super::*;
use crate::event::{Entry, Event, Kind};

type Read = (Vec<(u32, Entry)>, Option<ReadError>, bool);

fn read(bytes: &[u8]) -> Read {
    let mut reader = match Reader::new(Cursor::new(bytes.to_vec())) {
        Ok(reader) => reader,
        Err(error) => return (Vec::new(), Some(error), false),
    };
    let mut entries = Vec::new();
    let mut failure = None;
    for entry in reader.by_ref() {
        assert_eq!(failure, None, "something follows an error");
        match entry {
            Ok(entry) => entries.push(entry),
            Err(error) => failure = Some(error),
        }
    }
    (entries, failure, reader.is_complete())
}

#[test]
fn what_is_written_is_read() {
    for seed in 0..20 {
        let random = &mut Random(seed);
        let threads = [entries(random, 2_000), entries(random, 3_000)];
        let memory = Memory::default();
        let mut writer = Writer::new(memory.clone(), &header()).unwrap();
        let mut positions = [0, 0];
        while positions[0] < threads[0].len() || positions[1] < threads[1].len() {
            let thread = random.below(2) as usize;
            let at = positions[thread];
            let end = threads[thread].len().min(at + random.below(400) as usize);
            writer.append(thread as u32, &threads[thread][at..end]).unwrap();
            positions[thread] = end;
            if random.below(5) == 0 {
                writer.flush().unwrap();
            }
        }
        writer.finish().unwrap();
        let bytes = memory.bytes().clone();
        assert_eq!(Reader::new(Cursor::new(bytes.clone())).unwrap().header(), &header());
        let (entries, error, complete) = read(&bytes);
        assert_eq!(error, None);
        assert!(complete);
        for number in 0..2 {
            let of_thread = entries.iter().filter(|(thread, _)| *thread == number).map(|(_, entry)| entry);
            assert!(of_thread.eq(&threads[number as usize]));
        }
    }
}

#[test]
fn a_recording_without_an_end_is_read_and_is_not_complete() {
    let (bytes, bounds) = file(1, 400);
    let whole = read(&bytes).0;
    let (entries, error, complete) = read(&bytes[..bounds[bounds.len() - 2]]);
    assert_eq!((entries, error, complete), (whole, None, false));
}

#[test]
fn a_file_that_is_cut_off_is_read_up_to_the_cut() {
    let (bytes, bounds) = file(2, 160);
    let whole = read(&bytes).0;
    for length in 0..bytes.len() {
        let (entries, error, complete) = read(&bytes[..length]);
        assert!(!complete);
        assert!(whole.starts_with(&entries));
        if bounds.contains(&length) {
            assert_eq!(error, None);
            continue;
        }
        let begun = bounds.iter().rfind(|&&bound| bound < length);
        let offset = error.expect("an error").offset as usize;
        match begun {
            Some(&begun) => assert_eq!(offset, begun),
            None => assert!(offset <= length.max(PREFIX) && entries.is_empty()),
        }
    }
}

#[test]
fn a_file_that_is_damaged_is_read_up_to_the_damage() {
    let (bytes, bounds) = file(3, 160);
    let whole = read(&bytes).0;
    let counts: Vec<usize> = bounds.iter().map(|&bound| read(&bytes[..bound]).0.len()).collect();
    let random = &mut Random(3);
    for _ in 0..4_000 {
        let mut damaged = bytes.clone();
        let at = random.below(bytes.len() as u64) as usize;
        damaged[at] ^= 1 << random.below(8);
        let (entries, error, complete) = read(&damaged);
        let offset = error.expect("an error").offset as usize;
        assert!(!complete);
        assert!(offset <= at.max(PREFIX), "the damage at {at} was noticed at {offset}");
        match bounds.iter().rposition(|&bound| bound <= at) {
            Some(chunk) => assert_eq!((offset, entries.len()), (bounds[chunk], counts[chunk])),
            None => assert!(entries.is_empty()),
        }
        assert!(whole.starts_with(&entries));
    }
}

/// Damage that checksums do not tell reaches the code behind them.
#[test]
fn no_bytes_make_the_reader_panic() {
    let mut failed = 0;
    for_damaged_files(4, 6_000, |damaged| failed += usize::from(read(&damaged).1.is_some()));
    assert!(
        failed > 1_000,
        "only {failed} of the damaged files were noticed: the test does not reach the decoder"
    );
}

/// The same without compression, so that every byte is one of an entry.
#[test]
fn no_entries_make_the_reader_panic() {
    let random = &mut Random(5);
    let (bytes, bounds) = file(5, 40);
    for _ in 0..6_000 {
        let mut payload: Vec<u8> = (0..random.below(80)).map(|_| random.below(256) as u8).collect();
        payload.insert(0, random.below(payload.len() as u64 + 2) as u8);
        let mut file = bytes[..bounds[1 + random.below(6) as usize]].to_vec();
        let start = file.len();
        file.resize(start + LENGTH, 0);
        file.append(&mut payload);
        let raw = (file.len() - start - LENGTH) as u32;
        let entries = random.below(30) as u32;
        chunk::Frame {
            thread: random.below(2) as u32,
            codec: chunk::codec::STORED,
            entries,
            raw,
            stored: raw,
        }
        .put(&mut file[start..]);
        let (_, error, complete) = read(&file);
        assert!(!complete);
        assert!(error.is_none_or(|error| error.offset as usize == start));
    }
}

#[test]
fn bytes_that_are_no_recording_are_refused() {
    let random = &mut Random(6);
    for _ in 0..2_000 {
        let bytes: Vec<u8> = (0..random.below(200)).map(|_| random.below(256) as u8).collect();
        assert!(read(&bytes).1.is_some());
    }
}

#[test]
fn an_error_says_what_is_wrong() {
    let problem = |bytes: &[u8]| read(bytes).1.map(|error| error.what);
    let (bytes, bounds) = file(10, 40);
    // Damages the last chunk with entries, and makes its checksum match.
    let chunk = |change: &dyn Fn(&mut Vec<u8>)| {
        let start = bounds[bounds.len() - 3];
        let mut bytes = bytes[..bounds[bounds.len() - 2]].to_vec();
        change(&mut bytes);
        let checksum = crc32fast::hash(&bytes[start + 8..]);
        bytes[start + 4..start + 8].copy_from_slice(&checksum.to_le_bytes());
        problem(&bytes)
    };
    let [start, end] = [bounds[bounds.len() - 3], bounds[bounds.len() - 2]];
    let field = |at: usize, value: u32| {
        chunk(&|bytes| bytes[start + at..start + at + 4].copy_from_slice(&value.to_le_bytes()))
    };
    let changed = |at: usize| {
        let mut bytes = bytes.clone();
        bytes[at] ^= 1;
        problem(&bytes)
    };
    assert_eq!(problem(&bytes), None);
    assert_eq!(chunk(&|_| ()), None);
    assert_eq!(problem(&[]), Some(Problem::Empty));
    assert_eq!(problem(b"no recording"), Some(Problem::Foreign));
    assert_eq!(changed(PREFIX + 1), Some(Problem::Header));
    assert_eq!(problem(&bytes[..end - 1]), Some(Problem::CutOff));
    assert_eq!(changed(start), Some(Problem::NoChunk));
    assert_eq!(changed(end - 1), Some(Problem::Checksum));
    assert_eq!(problem(&[&bytes[..], &[0]].concat()), Some(Problem::Trailing));
    assert_eq!(field(20, u32::MAX), Some(Problem::LongChunk));
    assert_eq!(field(12, 9), Some(Problem::ChunkDamage(Damage::UnknownCodec)));
    assert_eq!(field(16, 1), Some(Problem::ChunkDamage(Damage::Trailing)));
    assert_eq!(field(16, u32::MAX), Some(Problem::ChunkDamage(Damage::CutOff)));
    let folder = Reader::open(&std::env::temp_dir()).err().unwrap();
    assert_eq!(folder, ReadError { offset: 0, what: Problem::Folder });
    assert_eq!(folder.to_string(), "this is a folder, not a recording (at byte 0)");
}

#[test]
fn another_version_is_named() {
    let (mut bytes, _) = file(7, 40);
    bytes[8] = 9;
    let (_, error, _) = read(&bytes);
    assert_eq!(error, Some(ReadError { offset: 8, what: Problem::Version(9) }));
}

#[test]
fn time_never_falls() {
    let memory = Memory::default();
    let mut writer = Writer::new(memory.clone(), &header()).unwrap();
    let event = |time| Entry::Event(Event { time, id: 1, kind: Kind::Before });
    writer.append(0, &[event(50), event(20), event(60)]).unwrap();
    writer.finish().unwrap();
    let (entries, ..) = read(&memory.bytes());
    assert_eq!(entries, [(0, event(50)), (0, event(50)), (0, event(60))]);
}

#[test]
fn a_long_string_is_cut() {
    let memory = Memory::default();
    let mut writer = Writer::new(memory.clone(), &header()).unwrap();
    let name = "ä".repeat(MAX_STRING);
    writer.append(0, &[Entry::Mark { time: 1, name: name.clone() }, Entry::Type { index: 0, name }]).unwrap();
    writer.finish().unwrap();
    let (entries, error, _) = read(&memory.bytes());
    assert_eq!(error, None);
    let cut = "ä".repeat(MAX_STRING / 2);
    assert_eq!(
        entries,
        [(0, Entry::Mark { time: 1, name: cut.clone() }), (0, Entry::Type { index: 0, name: cut })]
    );
}

/// A disk that is full after some bytes.
struct Full(usize);

impl Write for Full {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let taken = bytes.len().min(self.0);
        self.0 -= taken;
        if taken == 0 { Err(io::ErrorKind::StorageFull.into()) } else { Ok(taken) }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn after_an_error_the_writer_takes_nothing_more() {
    let mut writer = Writer::new(Full(200), &header()).unwrap();
    let entries = entries(&mut Random(8), 2_000);
    writer.append(0, &entries).unwrap();
    assert_eq!(writer.flush().unwrap_err().kind(), io::ErrorKind::StorageFull);
    assert!(writer.append(0, &entries).is_err());
    assert!(writer.finish().is_err());
}

#[test]
fn a_signal_that_ended_the_process_is_written_behind_what_is_whole() {
    let folder = std::env::temp_dir().join(format!("async-hooks-rs-signal-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let path = folder.join("recording");
    let (bytes, _) = file(9, 40);
    let entries = read(&bytes).0.len();
    let open = &bytes[..bytes.len() - LENGTH];
    let after = |bytes: &[u8]| {
        std::fs::write(&path, bytes).unwrap();
        end_by_signal(&path, "SIGINT").unwrap();
        let mut reader = Reader::open(&path).unwrap();
        let count = reader.by_ref().map_while(Result::ok).count();
        let told = (reader.signal().map(str::to_owned), reader.is_complete());
        (count, told, std::fs::read(&path).unwrap())
    };
    let (count, told, marked) = after(open);
    assert_eq!((count, told), (entries, (Some("SIGINT".to_owned()), false)));
    for unchanged in
        [&marked[..], &bytes, &bytes[..bytes.len() - LENGTH - 1], &bytes[..open.len() + 5], &bytes[..4]]
    {
        std::fs::write(&path, unchanged).unwrap();
        let _ = end_by_signal(&path, "SIGTERM");
        assert_eq!(std::fs::read(&path).unwrap(), unchanged);
    }
    std::fs::write(&path, b"{ \"name\": \"no recording, and longer than a header is\" }").unwrap();
    end_by_signal(&path, "SIGINT").unwrap();
    assert!(std::fs::read(&path).unwrap().ends_with(b"is\" }"));
    std::fs::remove_dir_all(&folder).unwrap();
}
