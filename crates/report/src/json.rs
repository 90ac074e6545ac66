//! Writing JSON, a value at a time: a report is longer than memory.

use std::fmt::{Display, Write as _};
use std::io::{self, Write};

use crate::shown::{Shown, is_hidden};

/// So many bytes are written at once.
const BUFFER: usize = 1 << 18;

/// Writes JSON texts. Commas are put where they belong; brackets are balanced by the closures. After a failure
/// nothing more is written, until somebody asks for it ([`Json::flush`], [`Json::failure`]).
pub(crate) struct Json<W> {
    out: W,
    /// What is not written yet.
    buffer: String,
    failure: Option<io::Error>,
    /// A value stands before the next one.
    follows: bool,
    /// `<` is escaped, as `</script` would end the data of a page.
    is_in_page: bool,
}

impl<W: Write> Json<W> {
    pub(crate) fn new(out: W) -> Self {
        Self { out, buffer: String::new(), failure: None, follows: false, is_in_page: false }
    }

    /// What is written may stand in a script of a page.
    pub(crate) fn in_page(out: W) -> Self {
        Self { is_in_page: true, ..Self::new(out) }
    }

    pub(crate) fn flush(&mut self) -> io::Result<()> {
        self.spill();
        self.failure.take().map_or_else(|| self.out.flush(), Err)
    }

    pub(crate) fn has_failed(&self) -> bool {
        self.failure.is_some()
    }

    #[cold]
    fn spill(&mut self) {
        if self.failure.is_none() {
            self.failure = self.out.write_all(self.buffer.as_bytes()).err();
        }
        self.buffer.clear();
    }

    #[inline]
    fn raw(&mut self, text: &str) {
        self.buffer.push_str(text);
    }

    fn separate(&mut self) {
        if self.follows {
            self.raw(",");
        }
        self.follows = true;
    }

    /// Begins an object or an array that is ended by [`Json::end`].
    pub(crate) fn begin(&mut self, bracket: char) {
        self.separate();
        self.buffer.push(bracket);
        self.follows = false;
    }

    pub(crate) fn end(&mut self, bracket: char) {
        self.buffer.push(bracket);
        self.follows = true;
        self.make_room();
    }

    #[inline]
    fn make_room(&mut self) {
        if self.buffer.len() >= BUFFER {
            self.spill();
        }
    }

    /// Puts the next value of an array on a line of its own.
    pub(crate) fn next_line(&mut self) {
        self.separate();
        self.raw("\n");
        self.follows = false;
    }

    /// A text of its own on a line: JSON lines.
    pub(crate) fn line(&mut self, fill: impl FnOnce(&mut Self)) {
        self.object(fill);
        self.end_line();
    }

    pub(crate) fn end_line(&mut self) {
        self.raw("\n");
        self.follows = false;
        self.make_room();
    }

    pub(crate) fn object(&mut self, fill: impl FnOnce(&mut Self)) {
        self.begin('{');
        fill(self);
        self.end('}');
    }

    pub(crate) fn array(&mut self, fill: impl FnOnce(&mut Self)) {
        self.begin('[');
        fill(self);
        self.end(']');
    }

    /// One of ours, in which nothing has to be escaped.
    pub(crate) fn key(&mut self, key: &'static str) {
        self.separate();
        self.raw("\"");
        self.raw(key);
        self.raw("\":");
        self.follows = false;
    }

    /// A member whose key came from a file.
    pub(crate) fn named_number(&mut self, key: &str, value: impl Display) {
        self.string(key);
        self.raw(":");
        self.follows = false;
        self.number(value);
    }

    pub(crate) fn null(&mut self) {
        self.separate();
        self.raw("null");
    }

    pub(crate) fn number(&mut self, value: impl Display) {
        self.separate();
        // A string takes everything.
        let _ = write!(self.buffer, "{value}");
    }

    /// Text as it is.
    pub(crate) fn string(&mut self, value: &str) {
        self.separate();
        self.quoted(value);
    }

    /// What needs no escape, in quotes: numbers that may be too large for those of a reader.
    pub(crate) fn digits(&mut self, value: impl Display) {
        self.separate();
        let _ = write!(self.buffer, "\"{value}\"");
    }

    /// A member of an object: `member("a", |json| json.number(1))`.
    pub(crate) fn member(&mut self, key: &'static str, value: impl FnOnce(&mut Self)) {
        self.key(key);
        value(self);
    }

    pub(crate) fn member_string(&mut self, key: &'static str, value: &str) {
        self.member(key, |json| json.string(value));
    }

    pub(crate) fn member_shown(&mut self, key: &'static str, value: &Shown) {
        self.member_string(key, value.as_str());
    }

    pub(crate) fn member_number(&mut self, key: &'static str, value: impl Display) {
        self.member(key, |json| json.number(value));
    }

    /// `null` where there is none.
    pub(crate) fn member_maybe(&mut self, key: &'static str, value: Option<impl Display>) {
        self.member(key, |json| match value {
            Some(value) => json.number(value),
            None => json.null(),
        });
    }

    pub(crate) fn member_list<T>(
        &mut self,
        key: &'static str,
        items: impl IntoIterator<Item = T>,
        mut each: impl FnMut(&mut Self, T),
    ) {
        self.member(key, |json| json.array(|json| items.into_iter().for_each(|item| each(json, item))));
    }

    /// A column of numbers.
    pub(crate) fn column<N: Display>(&mut self, key: &'static str, values: impl IntoIterator<Item = N>) {
        self.member_list(key, values, |json, value| json.number(value));
    }

    /// A column of numbers, each but the first as its difference from the one before it: shorter where they are close.
    pub(crate) fn steps(&mut self, key: &'static str, values: impl IntoIterator<Item = u64>) {
        let mut last = 0;
        self.column(
            key,
            values.into_iter().map(|value| {
                let step = i128::from(value) - i128::from(last);
                last = value;
                step
            }),
        );
    }

    /// A string with its quotes. What is not seen as itself is escaped as well, for the text may be printed.
    fn quoted(&mut self, text: &str) {
        self.raw("\"");
        let is_plain = |byte: u8| matches!(byte, b' '..=b'~') & !matches!(byte, b'"' | b'\\' | b'<');
        // To the end of it, whatever is found: many bytes at once.
        if text.bytes().fold(true, |all, byte| all & is_plain(byte)) {
            self.raw(text);
            return self.raw("\"");
        }
        let mut done = 0;
        for (at, char) in text.char_indices() {
            let is_escaped = match char {
                '"' | '\\' => true,
                '<' => self.is_in_page,
                _ => is_hidden(char),
            };
            if !is_escaped {
                continue;
            }
            self.raw(&text[done..at]);
            self.escape(char);
            done = at + char.len_utf8();
        }
        self.raw(&text[done..]);
        self.raw("\"");
    }

    #[cold]
    fn escape(&mut self, char: char) {
        match char {
            '"' => self.raw("\\\""),
            '\\' => self.raw("\\\\"),
            '\n' => self.raw("\\n"),
            _ => {
                for unit in char.encode_utf16(&mut [0; 2]) {
                    let _ = write!(self.buffer, "\\u{unit:04x}");
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(fill: impl FnOnce(&mut Json<&mut Vec<u8>>)) -> String {
        let mut out = Vec::new();
        let mut json = Json::new(&mut out);
        fill(&mut json);
        json.flush().unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn what_json_does_not_allow_is_escaped() {
        assert_eq!(written(|json| json.string("")), r#""""#);
        assert_eq!(written(|json| json.string("a\"b\\c\nd\u{1}é<")), r#""a\"b\\c\nd\u0001é<""#);
    }

    #[test]
    fn what_a_terminal_would_obey_is_escaped() {
        let text = written(|json| json.string("\u{7f}\u{9b}é\u{202e}🙂\u{e0041}"));
        assert_eq!(text, r#""\u007f\u009bé\u202e🙂\udb40\udc41""#);
    }

    #[test]
    fn what_is_built_can_be_parsed_and_cannot_leave_its_script() {
        let mut out = Vec::new();
        let mut json = Json::in_page(&mut out);
        json.object(|json| {
            json.member_string("a", "</script>\u{1}\\\n");
            json.steps("b", [5, 7, 6]);
            json.member_list("c", [1, 2], |json, n: i32| json.array(|json| (0..n).for_each(|_| json.null())));
            json.member_maybe("d", Some(-1));
            json.named_number("e\"", 1);
        });
        json.flush().unwrap();
        assert_eq!(
            String::from_utf8(out).unwrap(),
            r#"{"a":"\u003c/script>\u0001\\\n","b":[5,2,-1],"c":[[null],[null,null]],"d":-1,"e\"":1}"#
        );
    }

    #[test]
    fn lines_begin_anew_and_a_failure_stays() {
        let two =
            written(|json| (0..2).for_each(|n| json.line(|json| json.member("n", |json| json.digits(n)))));
        assert_eq!(two, "{\"n\":\"0\"}\n{\"n\":\"1\"}\n");
        let mut room = [0; 3];
        let mut json = Json::new(&mut room[..]);
        json.array(|json| json.string(&"long".repeat(BUFFER)));
        assert!(json.has_failed());
        json.array(|json| json.number(1));
        assert!(json.flush().is_err());
        assert_eq!(room, *b"[\"l");
    }
}
