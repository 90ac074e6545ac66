use std::io::{Cursor, Read, Write};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use super::recordings::Recordings;
use super::shown::is_hidden;
use super::{Form, Report, Text, pass};
use recorder::file::Reader;
use recorder::file::samples::{Memory, for_damaged_files};

/// What is written into it can be read while the writer has it.
#[derive(Clone, Default)]
pub(crate) struct SharedBuffer(Arc<Mutex<Vec<u8>>>);

impl SharedBuffer {
    pub(crate) fn take(&self) -> Vec<u8> {
        std::mem::take(&mut self.0.lock().unwrap())
    }
}

impl Write for SharedBuffer {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// What has been written so far can be read, and is gone then.
pub(crate) struct Growing(pub Memory);

impl Read for Growing {
    fn read(&mut self, bytes: &mut [u8]) -> std::io::Result<usize> {
        let mut memory = self.0.bytes();
        let count = memory.len().min(bytes.len());
        bytes[..count].copy_from_slice(&memory[..count]);
        memory.drain(..count);
        Ok(count)
    }
}

/// Reports on a recording in all forms at once, or in those.
pub(crate) fn reported(bytes: &[u8], forms: &[Form]) -> (Report, Vec<String>) {
    let reader = Reader::new(Cursor::new(bytes.to_vec())).unwrap();
    let outs: Vec<_> = forms.iter().map(|_| SharedBuffer::default()).collect();
    let targets = forms.iter().zip(&outs).map(|(&form, out)| (form, Box::new(out.clone()) as Box<dyn Write>));
    let recordings = Recordings::of(vec![(PathBuf::new(), reader)]);
    let report = pass::run(recordings, Some(Text { all: true, ..Text::default() }), None, targets.collect());
    (report, outs.iter().map(|out| String::from_utf8(out.take()).unwrap()).collect())
}

/// Wild programs and damage alike: whatever can be read is reported. The fuzzer tries more of them.
#[test]
fn no_file_makes_a_report_panic() {
    let mut read = 0;
    for_damaged_files(9, 40, |bytes| {
        let Ok(reader) = Reader::new(Cursor::new(bytes.clone())) else { return };
        read += 1;
        let error = reader.filter_map(Result::err).last();
        let (report, outs) = reported(&bytes, &Form::ALL);
        assert!(report.summary.unwrap().chars().all(|char| char == '\n' || !is_hidden(char)));
        assert_eq!(report.damage.map(|(_, damage)| damage), error);
        for (form, out) in Form::ALL.into_iter().zip(outs) {
            assert!(out.is_empty() || out.ends_with('\n'), "{form:?}");
        }
    });
    assert!(read > 25, "{read}");
}

/// A target that takes only so many bytes does not keep the others from theirs.
#[test]
fn an_output_that_fails_leaves_the_others_whole() {
    let mut bytes = Vec::new();
    for_damaged_files(1, 1, |file| bytes = file);
    let Ok(reader) = Reader::new(Cursor::new(bytes.clone())) else { panic!("it is a recording") };
    let (_, whole) = reported(&bytes, &[Form::Ndjson]);
    let (full, out): (Box<dyn Write>, _) = (Box::new(Cursor::new([0; 2])), SharedBuffer::default());
    let targets = vec![(Form::Chrome, full), (Form::Ndjson, Box::new(out.clone()))];
    let report = pass::run(Recordings::of(vec![(PathBuf::new(), reader)]), None, None, targets);
    assert!(report.outputs[0].is_err() && report.outputs[1].is_ok());
    assert_eq!(String::from_utf8(out.take()).unwrap(), whole[0]);
}
