//! Text that came from a program or a file, as a terminal or a page may show it.
//!
//! A program names its types, threads and marks as it likes. A terminal obeys what stands in such a name: it moves the
//! cursor, fills the clipboard, turns the direction of the text around. So reports hold such text as [`Shown`], in which every
//! character that is not visible as itself stands as an escape. Nothing else that came from a file is ever printed.

use std::fmt::{self, Display, Formatter, Write};

/// So many characters are shown of a name.
pub const NAME: usize = 120;
/// So many characters are shown of a line of text.
pub const LINE: usize = 300;
/// So many characters are shown of a command.
pub const COMMAND: usize = 2000;

/// Marks that a letter may carry. More would cover what stands around it.
const MARKS: usize = 4;

/// Characters that control, reorder or are not seen: Unicode's controls (`Cc`), format characters (`Cf`), line and paragraph
/// separators, and what it says to ignore by default.
const HIDDEN: [(char, char); 30] = [
    ('\0', '\u{1f}'),
    ('\u{7f}', '\u{9f}'),
    ('\u{ad}', '\u{ad}'),
    ('\u{34f}', '\u{34f}'),
    ('\u{600}', '\u{605}'),
    ('\u{61c}', '\u{61c}'),
    ('\u{6dd}', '\u{6dd}'),
    ('\u{70f}', '\u{70f}'),
    ('\u{890}', '\u{891}'),
    ('\u{8e2}', '\u{8e2}'),
    ('\u{115f}', '\u{1160}'),
    ('\u{17b4}', '\u{17b5}'),
    ('\u{180b}', '\u{180f}'),
    ('\u{200b}', '\u{200f}'),
    ('\u{2028}', '\u{202e}'),
    ('\u{2060}', '\u{206f}'),
    ('\u{3164}', '\u{3164}'),
    ('\u{fe00}', '\u{fe0f}'),
    ('\u{feff}', '\u{feff}'),
    ('\u{ffa0}', '\u{ffa0}'),
    ('\u{fff0}', '\u{fffb}'),
    ('\u{fffe}', '\u{ffff}'),
    ('\u{110bd}', '\u{110bd}'),
    ('\u{110cd}', '\u{110cd}'),
    ('\u{13430}', '\u{1345f}'),
    ('\u{1bca0}', '\u{1bca3}'),
    ('\u{1d173}', '\u{1d17a}'),
    ('\u{e0000}', '\u{e0fff}'),
    ('\u{ffffe}', '\u{fffff}'),
    ('\u{10fffe}', '\u{10ffff}'),
];

/// Whether a character does something other than to be seen.
#[inline]
pub fn is_hidden(char: char) -> bool {
    match char {
        ' '..='~' => false,
        _ => {
            let at = HIDDEN.partition_point(|&(_, last)| last < char);
            HIDDEN.get(at).is_some_and(|&(first, _)| first <= char)
        }
    }
}

/// Text that is safe to show. Long text is cut, with `…` at its end.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shown(Box<str>);

impl Shown {
    /// At most so many characters of a text. What is shown already stays as it is.
    pub fn of(text: &str, most: usize) -> Self {
        let mut shown = String::new();
        // The first mark would be put onto what stands before the text.
        let mut marks = MARKS;
        for (at, char) in text.chars().enumerate() {
            if at == most {
                shown.push('…');
                break;
            }
            marks = if is_mark(char) { marks + 1 } else { 0 };
            if is_hidden(char) || marks > MARKS {
                escape(&mut shown, char);
            } else {
                shown.push(char);
            }
        }
        Self(shown.into())
    }

    /// A name, cut to [`NAME`].
    pub fn name(text: &str) -> Self {
        Self::of(text, NAME)
    }

    /// A line of text, cut to [`LINE`].
    pub fn line(text: &str) -> Self {
        Self::of(text, LINE)
    }

    /// The text, escaped.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Pads as text does.
impl Display for Shown {
    fn fmt(&self, f: &mut Formatter) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// Whether a character joins the one before it, or is rare enough to be counted as one that does.
fn is_mark(char: char) -> bool {
    char >= '\u{300}' && char.escape_debug().len() > 1
}

/// As JavaScript would write it.
fn escape(out: &mut String, char: char) {
    // Writing to a String does not fail.
    let _ = match char {
        '\n' => out.write_str("\\n"),
        '\r' => out.write_str("\\r"),
        '\t' => out.write_str("\\t"),
        ..='\u{ff}' => write!(out, "\\x{:02x}", u32::from(char)),
        _ => write!(out, "\\u{{{:x}}}", u32::from(char)),
    };
}

/// At most so many bytes, at the edge of a character.
pub fn cut(text: &str, most: usize) -> &str {
    let mut end = most.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        Shown::name(text).to_string()
    }

    #[test]
    fn what_a_terminal_would_obey_is_escaped() {
        assert_eq!(shown("\u{1b}]52;c;eA==\u{7}"), "\\x1b]52;c;eA==\\x07");
        assert_eq!(shown("a\r\nb\0\t\u{7f}\u{9b}31m"), "a\\r\\nb\\x00\\t\\x7f\\x9b31m");
        assert_eq!(shown("\u{202e}txt\u{2066}\u{200b}\u{2028}"), "\\u{202e}txt\\u{2066}\\u{200b}\\u{2028}");
        assert_eq!(shown("\u{e0041}"), "\\u{e0041}");
    }

    #[test]
    fn what_can_be_seen_stays() {
        for text in ["/srv/a b/é.js:3:1", "C:\\x1b", "日本語 🙂", "e\u{301}", "हिन्दी"] {
            assert_eq!(shown(text), text);
        }
    }

    #[test]
    fn marks_neither_pile_up_nor_join_what_stands_before() {
        assert_eq!(shown("\u{301}a"), "\\u{301}a");
        let piled = shown(&format!("a{}", "\u{301}".repeat(9)));
        assert_eq!(piled.matches("\\u{301}").count(), 5, "{piled}");
    }

    #[test]
    fn long_text_is_cut_and_shown_text_stays() {
        assert_eq!(Shown::of("abcdef", 3).to_string(), "abc…");
        let once = shown("\u{1b}\u{202e}");
        assert_eq!(shown(&once), once);
        assert_eq!(format!("{:<4}|{:>4}", Shown::name("é"), Shown::name("b")), "é   |   b");
        assert_eq!((cut("aé", 2), cut("aé", 9)), ("a", "aé"));
    }

    #[test]
    fn ranges_are_in_order() {
        assert!(HIDDEN.iter().all(|(first, last)| first <= last));
        assert!(HIDDEN.windows(2).all(|pair| pair[0].1 < pair[1].0));
    }
}
