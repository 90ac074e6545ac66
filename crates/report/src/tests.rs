use std::io::Cursor;

use super::shown::is_hidden;
use super::{Form, collect, print};
use recorder::file::Reader;
use recorder::file::samples::for_damaged_files;

/// Wild programs and damage alike: whatever can be read is reported.
#[test]
fn no_file_makes_a_report_panic() {
    let mut read = 0;
    for_damaged_files(9, 60, |bytes| {
        let Ok(reader) = Reader::new(Cursor::new(bytes.clone())) else { return };
        read += 1;
        let summary = collect::collect(reader);
        let mut out = Vec::new();
        print::print(&summary, &mut out).unwrap();
        assert!(std::str::from_utf8(&out).unwrap().chars().all(|char| char == '\n' || !is_hidden(char)));
        for form in [Form::Html, Form::Chrome, Form::Ndjson, Form::Traces, Form::Otlp] {
            let reader = Reader::new(Cursor::new(bytes.clone())).unwrap();
            let mut out = Vec::new();
            let outcome = form.write(reader, &[], &mut out).unwrap();
            assert_eq!(outcome.damage, summary.error, "{form:?}");
            assert!(out.is_empty() || out.ends_with(b"\n"), "{form:?}");
            assert!(std::str::from_utf8(&out).is_ok(), "{form:?}");
        }
    });
    assert!(read > 40, "{read}");
}
