//! Places as links that a terminal opens when they are clicked on (OSC 8).
//!
//! They are put into text that is laid out already, so their bytes count in no width. A link leads to a file that a stack
//! of the recording named, and all of its address but letters, digits and a few marks is percent-encoded: whatever a file
//! is called, the terminal reads nothing else.

use std::fmt::Write;

use rustc_hash::FxHashMap;

use crate::replay::{Place, Replay};
use crate::shown::Shown;

/// So far from its end a place may begin in a line, in bytes.
const LONGEST: usize = 400;

/// The addresses of places, by their text as `file:line`. None where two files have the same text.
pub(crate) struct Links(FxHashMap<String, Option<String>>);

impl Links {
    /// `host` is the machine that the files are on.
    pub(crate) fn new(replay: &Replay, host: &str) -> Self {
        let mut links = FxHashMap::default();
        for place in replay.places.iter() {
            let Some(url) = url(host, place) else { continue };
            for file in [replay.places.file(place), &place.file] {
                let text = Shown::line(&format!("{file}:{}", place.line)).as_str().to_owned();
                let known = links.entry(text).or_insert_with(|| Some(url.clone()));
                if known.as_ref() != Some(&url) {
                    *known = None;
                }
            }
        }
        Self(links)
    }

    /// The text with its places as links.
    pub(crate) fn add(&self, text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        for line in text.split_inclusive('\n') {
            self.add_to_line(line, &mut out);
        }
        out
    }

    fn add_to_line(&self, line: &str, out: &mut String) {
        let (mut done, mut from) = (0, 0);
        while let Some(colon) = line[from..].find(':').map(|at| from + at) {
            from = colon + 1;
            let digits = digits(&line[from..]);
            let end = from + digits;
            if digits == 0 || colon < done {
                continue;
            }
            let least = done.max(colon.saturating_sub(LONGEST));
            let found = (least..colon)
                .filter(|&start| line.is_char_boundary(start) && begins(&line[done..start]))
                .find_map(|start| Some((start, self.0.get(&line[start..end])?.as_ref()?)));
            let Some((start, url)) = found else { continue };
            // A column belongs to it.
            let column = line[end..].strip_prefix(':').map_or(0, |rest| match self::digits(rest) {
                0 => 0,
                digits => digits + 1,
            });
            out.push_str(&line[done..start]);
            // Writing to a String does not fail.
            let _ = write!(out, "\x1b]8;;{url}\x1b\\{}\x1b]8;;\x1b\\", &line[start..end + column]);
            done = end + column;
            from = done;
        }
        out.push_str(&line[done..]);
    }
}

fn digits(text: &str) -> usize {
    text.bytes().take_while(u8::is_ascii_digit).count()
}

/// Whether a place may begin behind a text: at a space, a bracket or a change of colour.
fn begins(before: &str) -> bool {
    match before.as_bytes().last() {
        None | Some(b' ' | b'(') => true,
        Some(b'm') => before.rsplit_once("\x1b[").is_some_and(|(_, code)| digits(code) + 1 == code.len()),
        Some(_) => false,
    }
}

/// The address of a place, where it is a file. Its fragment is the line.
fn url(host: &str, place: &Place) -> Option<String> {
    let file = place.file.as_str();
    let is_windows = file.as_bytes().get(1..3).is_some_and(|rest| matches!(rest, b":\\" | b":/"));
    if !file.starts_with('/') && !is_windows {
        return None;
    }
    let mut url = String::from("file://");
    url.extend(host.chars().filter(|char| char.is_ascii_alphanumeric() || matches!(char, '-' | '.')));
    if is_windows {
        url.push('/');
    }
    for byte in file.bytes() {
        match byte {
            b'\\' if is_windows => url.push('/'),
            b':' if is_windows => url.push(':'),
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'-' | b'.' | b'_' | b'~' => {
                url.push(byte.into())
            }
            // Writing to a String does not fail.
            _ => drop(write!(url, "%{byte:02X}")),
        }
    }
    let _ = write!(url, "#{}", place.line);
    Some(url)
}

#[cfg(test)]
mod tests {
    use recorder::event::{Entry, Fact};

    use super::*;

    fn linked(files: &[&str], text: &str) -> String {
        let mut replay = Replay::default();
        replay.take(0, &Entry::ThreadStart { time: 0, worker: 0, name: String::new() });
        replay.take(0, &Entry::Fact { fact: Fact::Folder, about: 0, text: "/srv/app".into() });
        for (index, file) in files.iter().enumerate() {
            let frames = format!("    at f ({file}:22:7)");
            replay.take(0, &Entry::Stack { index: index as u32, frames });
        }
        Links::new(&replay, "box").add(text).replace('\x1b', "^")
    }

    fn link(url: &str, text: &str) -> String {
        format!("^]8;;{url}^\\{text}^]8;;^\\")
    }

    #[test]
    fn places_that_the_recording_has_are_links_and_nothing_else_is() {
        let to = "file://box/srv/app/db.js#22";
        assert_eq!(
            linked(
                &["/srv/app/db.js"],
                "f (db.js:22) ran, db.js:22.\nnot adb.js:22, db.js:223, db.js: 22, x:22\n"
            ),
            format!(
                "f ({}) ran, {}.\nnot adb.js:22, db.js:223, db.js: 22, x:22\n",
                link(to, "db.js:22"),
                link(to, "db.js:22")
            )
        );
        let (faint, plain) = ("\x1b[2m", "\x1b[22m");
        assert_eq!(
            linked(&["/srv/app/db.js"], &format!("{faint}db.js:22 (/srv/app/db.js:22:7){plain}")),
            format!("^[2m{} ({})^[22m", link(to, "db.js:22"), link(to, "/srv/app/db.js:22:7"))
        );
    }

    #[test]
    fn a_file_may_have_any_name() {
        let text = "at a b\u{e9}\\x1b]0;x\\x07.js:22";
        assert_eq!(
            linked(&["/srv/app/a b\u{e9}\u{1b}]0;x\u{7}.js"], text),
            format!("at {}", link("file://box/srv/app/a%20b%C3%A9%1B%5D0%3Bx%07.js#22", &text[3..]))
        );
        assert_eq!(
            linked(&["C:\\x\\y.js"], "C:\\x\\y.js:22"),
            link("file://box/C:/x/y.js#22", "C:\\x\\y.js:22")
        );
    }

    #[test]
    fn what_may_be_either_of_two_files_or_none_is_no_link() {
        let files = ["/srv/app/node_modules/pg/a.js", "/srv/app/lib/node_modules/pg/a.js"];
        assert_eq!(linked(&files, "pg/a.js:22"), "pg/a.js:22");
        assert_eq!(
            linked(&files[..1], "pg/a.js:22"),
            link("file://box/srv/app/node_modules/pg/a.js#22", "pg/a.js:22")
        );
        assert_eq!(linked(&["webpack:x.js"], "webpack:x.js:22"), "webpack:x.js:22");
    }
}
