//! What holds for any bytes. That nothing panics, or takes more memory or time than `index.js` allows, is the fuzzer's care.

use std::collections::HashMap;
use std::io::Cursor;
use std::path::{Path, PathBuf};
use std::sync::{LazyLock, OnceLock};

use recorder::event::{Entry, Kind};
use recorder::file::{ReadError, Reader};
use report::{Form, Text};

type Entries = Vec<(u32, Entry)>;

const MAX_ID: u64 = (1 << 53) - 1;
/// Reports take longer than the reader, so one in so many files is reported on, if there are many.
const REPORTED: u32 = 32;

pub fn check(bytes: &[u8]) {
    let (entries, error, is_complete) = read(bytes);
    assert!(!(is_complete && error.is_some()));
    assert_promises(&entries);
    if let Some(error) = &error {
        assert_before(bytes, &entries, error);
    }
    static IS_ONE: LazyLock<bool> = LazyLock::new(|| std::env::var_os("FUZZ_PARSER_ONE").is_some());
    if *IS_ONE || crc32fast::hash(bytes).is_multiple_of(REPORTED) {
        report(bytes, error.as_ref());
    }
}

fn read(bytes: &[u8]) -> (Entries, Option<ReadError>, bool) {
    let mut reader = match Reader::new(Cursor::new(bytes.to_vec())) {
        Ok(reader) => reader,
        Err(error) => return (Vec::new(), Some(error), false),
    };
    let (mut entries, mut error) = (Vec::new(), None);
    for entry in reader.by_ref() {
        assert!(error.is_none(), "nothing follows an error");
        match entry {
            Ok(entry) => entries.push(entry),
            Err(wrong) => error = Some(wrong),
        }
    }
    assert!(reader.next().is_none());
    (entries, error, reader.is_complete())
}

/// What the reader says that may be relied on.
fn assert_promises(entries: &Entries) {
    #[derive(Default)]
    struct Thread {
        time: u64,
        types: u32,
        stacks: u32,
    }
    let mut threads: HashMap<u32, Thread> = HashMap::new();
    for (number, entry) in entries {
        let thread = threads.entry(*number).or_default();
        let time = match entry {
            Entry::Event(event) => {
                assert!(event.id <= MAX_ID);
                if let Kind::Init { trigger, current, type_, stack } = event.kind {
                    assert!(trigger <= MAX_ID && current <= MAX_ID);
                    assert!(type_ < thread.types && stack <= thread.stacks);
                }
                event.time
            }
            Entry::Type { index, .. } => {
                assert_eq!(*index, thread.types);
                thread.types += 1;
                continue;
            }
            Entry::Stack { index, .. } => {
                assert_eq!(*index, thread.stacks);
                thread.stacks += 1;
                continue;
            }
            Entry::Dropped { type_, .. } => {
                assert!(*type_ < thread.types);
                continue;
            }
            Entry::Delay { id, .. } => {
                assert!(*id <= MAX_ID);
                continue;
            }
            Entry::Fact { about, .. } => {
                assert!(*about <= MAX_ID);
                continue;
            }
            Entry::Sample { time, stack } => {
                assert!(*stack <= thread.stacks);
                *time
            }
            Entry::Mark { time, .. }
            | Entry::Clock { time, .. }
            | Entry::RequestStart { time, .. }
            | Entry::RequestEnd { time, .. }
            | Entry::Loop { time, .. }
            | Entry::ThreadStart { time, .. }
            | Entry::ThreadEnd { time, .. } => *time,
        };
        assert!(time >= thread.time);
        thread.time = time;
    }
}

/// Everything in front of the damage is read, as it would be from a file that ends there.
fn assert_before(bytes: &[u8], entries: &Entries, error: &ReadError) {
    let offset = usize::try_from(error.offset).unwrap();
    assert!(offset <= bytes.len().max(20), "{error} of {} bytes", bytes.len());
    let (before, again, _) = read(&bytes[..offset.min(bytes.len())]);
    assert!(entries.starts_with(&before));
    if !entries.is_empty() {
        assert_eq!(again, None);
    }
}

/// Every report is written, and says of the damage what the reader says.
fn report(bytes: &[u8], error: Option<&ReadError>) {
    static FILE: OnceLock<String> = OnceLock::new();
    let path = FILE.get_or_init(|| {
        let folder = std::env::var("FUZZ_PARSER_FOLDER").expect("index.js names a folder");
        format!("{folder}/{}.rec", std::process::id())
    });
    let file = Path::new(path);
    std::fs::write(file, bytes).unwrap();
    let outputs = Form::ALL.map(|form| (form, PathBuf::from("/dev/null")));
    let text = Text { all: true, why: true, ..Text::default() };
    let Ok(report) = report::report(&[file.to_owned()], Some(text), None, &outputs) else { return };
    assert_eq!(report.damage.as_ref().map(|(_, error)| error), error);
    let text = report.summary.expect("it was asked for");
    let is_plain = |char: char| char == '\n' || !report::shown::is_hidden(char);
    assert!(text.chars().all(is_plain), "{text:?}");
    for (form, written) in Form::ALL.into_iter().zip(report.outputs) {
        assert!(written.is_ok(), "{form:?}: {written:?}");
    }
}
