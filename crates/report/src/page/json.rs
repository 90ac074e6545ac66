//! JSON that may stand inside of a page.

use std::convert::Infallible;

use crate::json::{escape, is_escaped};
use crate::shown::Shown;

/// Builds one JSON text. Commas are put where they belong; brackets are balanced by the closures.
#[derive(Default)]
pub struct Json {
    text: String,
}

impl Json {
    pub fn into_text(self) -> String {
        self.text
    }

    fn separate(&mut self) {
        if !matches!(self.text.as_bytes().last(), None | Some(b'{' | b'[' | b':')) {
            self.text.push(',');
        }
    }

    fn key(&mut self, key: &str) {
        self.separate();
        self.quoted(key);
        self.text.push(':');
    }

    /// `<` is escaped, as `</script` would end the page's data.
    fn quoted(&mut self, value: &str) {
        self.text.push('"');
        for char in value.chars() {
            if char != '<' && !is_escaped(char) {
                self.text.push(char);
                continue;
            }
            let Ok(()) = escape(char, |escaped| {
                self.text.push_str(escaped);
                Ok::<_, Infallible>(())
            });
        }
        self.text.push('"');
    }

    /// A text of this package's own.
    pub fn string(&mut self, value: &str) {
        self.separate();
        self.quoted(value);
    }

    /// A text that came from the file.
    pub fn shown(&mut self, value: &Shown) {
        self.string(value.as_str());
    }

    pub fn number(&mut self, value: impl Into<i128>) {
        use std::fmt::Write;
        self.separate();
        // Writing to a String does not fail.
        let _ = write!(self.text, "{}", value.into());
    }

    pub fn null(&mut self) {
        self.separate();
        self.text.push_str("null");
    }

    pub fn object(&mut self, fill: impl FnOnce(&mut Self)) {
        self.separate();
        self.text.push('{');
        fill(self);
        self.text.push('}');
    }

    pub fn array(&mut self, fill: impl FnOnce(&mut Self)) {
        self.separate();
        self.text.push('[');
        fill(self);
        self.text.push(']');
    }

    /// A member of an object: `member("a", |json| json.number(1))`.
    pub fn member(&mut self, key: &str, value: impl FnOnce(&mut Self)) {
        self.key(key);
        value(self);
    }

    pub fn member_string(&mut self, key: &str, value: &str) {
        self.member(key, |json| json.string(value));
    }

    pub fn member_shown(&mut self, key: &str, value: &Shown) {
        self.member(key, |json| json.shown(value));
    }

    pub fn member_number(&mut self, key: &str, value: impl Into<i128>) {
        self.member(key, |json| json.number(value));
    }

    pub fn member_list<T>(
        &mut self,
        key: &str,
        items: impl IntoIterator<Item = T>,
        mut each: impl FnMut(&mut Self, T),
    ) {
        self.member(key, |json| json.array(|json| items.into_iter().for_each(|item| each(json, item))));
    }

    /// A column of numbers.
    pub fn column<N: Into<i128>>(&mut self, key: &str, values: impl IntoIterator<Item = N>) {
        self.member_list(key, values, |json, value| json.number(value));
    }

    /// A column of numbers, each but the first as its difference from the one before it: shorter where they are close.
    pub fn steps(&mut self, key: &str, values: impl IntoIterator<Item = u64>) {
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
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_built_can_be_parsed_and_cannot_leave_its_script() {
        let mut json = Json::default();
        json.object(|json| {
            json.member_string("a\"", "</script>\u{1}\\\n");
            json.steps("b", [5, 7, 6]);
            json.member_list("c", [1, 2], |json, n: i32| json.array(|json| (0..n).for_each(|_| json.null())));
            json.member_number("d", -1);
        });
        assert_eq!(
            json.into_text(),
            r#"{"a\"":"\u003c/script>\u0001\\\n","b":[5,2,-1],"c":[[null],[null,null]],"d":-1}"#
        );
    }
}
