//! Writing JSON, a value at a time: a report is longer than memory.

use std::io::{self, Write};

/// A string with its quotes.
pub fn string(out: &mut dyn Write, text: &str) -> io::Result<()> {
    out.write_all(b"\"")?;
    let mut done = 0;
    for (at, byte) in text.bytes().enumerate() {
        if byte >= 0x20 && byte != b'"' && byte != b'\\' {
            continue;
        }
        out.write_all(&text.as_bytes()[done..at])?;
        match byte {
            b'"' => out.write_all(b"\\\"")?,
            b'\\' => out.write_all(b"\\\\")?,
            b'\n' => out.write_all(b"\\n")?,
            _ => write!(out, "\\u{byte:04x}")?,
        }
        done = at + 1;
    }
    out.write_all(&text.as_bytes()[done..])?;
    out.write_all(b"\"")
}

/// Nanoseconds as milliseconds, exactly.
pub fn millis(out: &mut dyn Write, ns: u64) -> io::Result<()> {
    write!(out, "{}.{:06}", ns / 1_000_000, ns % 1_000_000)
}

/// Nanoseconds as microseconds, exactly.
pub fn micros(out: &mut dyn Write, ns: u64) -> io::Result<()> {
    write!(out, "{}.{:03}", ns / 1_000, ns % 1_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(text: &str) -> String {
        let mut out = Vec::new();
        string(&mut out, text).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn what_json_does_not_allow_is_escaped() {
        assert_eq!(written(""), r#""""#);
        assert_eq!(written("a\"b\\c\nd\u{1}é"), r#""a\"b\\c\nd\u0001é""#);
    }

    #[test]
    fn times_keep_every_nanosecond() {
        let mut out = Vec::new();
        millis(&mut out, 12_000_034).unwrap();
        micros(&mut out, 1_005).unwrap();
        assert_eq!(out, b"12.0000341.005");
    }
}
