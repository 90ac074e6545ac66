//! Writing JSON, a value at a time: a report is longer than memory.

use std::io::{self, Write};

use super::shown::is_hidden;

/// A string with its quotes. What is not seen as itself is escaped as well, for the text may be printed.
pub fn string(out: &mut dyn Write, text: &str) -> io::Result<()> {
    out.write_all(b"\"")?;
    let mut done = 0;
    for (at, char) in text.char_indices() {
        if !is_escaped(char) {
            continue;
        }
        out.write_all(&text.as_bytes()[done..at])?;
        escape(char, |escaped| out.write_all(escaped.as_bytes()))?;
        done = at + char.len_utf8();
    }
    out.write_all(&text.as_bytes()[done..])?;
    out.write_all(b"\"")
}

/// Whether a character must not stand as itself in JSON that somebody may print.
#[inline]
pub fn is_escaped(char: char) -> bool {
    matches!(char, '"' | '\\') || is_hidden(char)
}

/// Writes what stands for a character in JSON.
#[cold]
pub fn escape<E>(char: char, mut write: impl FnMut(&str) -> Result<(), E>) -> Result<(), E> {
    match char {
        '"' => write("\\\""),
        '\\' => write("\\\\"),
        '\n' => write("\\n"),
        _ => char.encode_utf16(&mut [0; 2]).iter().try_for_each(|unit| write(&format!("\\u{unit:04x}"))),
    }
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
    fn what_a_terminal_would_obey_is_escaped() {
        assert_eq!(written("\u{7f}\u{9b}é\u{202e}🙂\u{e0041}"), r#""\u007f\u009bé\u202e🙂\udb40\udc41""#);
    }

    #[test]
    fn times_keep_every_nanosecond() {
        let mut out = Vec::new();
        millis(&mut out, 12_000_034).unwrap();
        micros(&mut out, 1_005).unwrap();
        assert_eq!(out, b"12.0000341.005");
    }
}
