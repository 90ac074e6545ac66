//! What a summary is asked for, and how it fits a terminal.

use unicode_width::UnicodeWidthStr;

/// How the text of a report is to look.
#[derive(Clone, Debug)]
pub struct Text {
    /// Everything, and not only what answers questions first.
    pub all: bool,
    /// What keeps the program alive, whether or not it has ended.
    pub why: bool,
    /// As JSON, for programs.
    pub json: bool,
    /// Columns of the terminal.
    pub width: usize,
    /// Whether the terminal shows colours.
    pub colour: bool,
    /// The name of the machine, where the terminal opens the places that are clicked on.
    pub links: Option<String>,
}

impl Default for Text {
    fn default() -> Self {
        Self { all: false, why: false, json: false, width: 120, colour: false, links: None }
    }
}

impl Text {
    /// A heading.
    pub(crate) fn strong(&self, text: &str) -> String {
        if self.colour { format!("\x1b[1m{text}\x1b[22m") } else { text.to_owned() }
    }

    /// What is said besides.
    pub(crate) fn faint(&self, text: &str) -> String {
        if self.colour { format!("\x1b[2m{text}\x1b[22m") } else { text.to_owned() }
    }
}

/// Breaks a sentence into lines of so many columns, at spaces.
pub(crate) fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    let mut used = 0;
    for word in text.split(' ') {
        let columns = word.width();
        if used > 0 && used + 1 + columns > width.max(20) {
            lines.push(String::new());
            used = 0;
        }
        if let Some(line) = lines.last_mut() {
            if used > 0 {
                line.push(' ');
                used += 1;
            }
            line.push_str(word);
            used += columns;
        }
    }
    lines
}

/// At most so many columns of a text, with `…` at its end where it is cut.
pub(crate) fn fit(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let mut cut = String::new();
    for char in text.chars() {
        let mut longer = cut.clone();
        longer.push(char);
        if longer.width() + 1 > width {
            break;
        }
        cut = longer;
    }
    cut.push('…');
    cut
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_break_at_spaces() {
        assert_eq!(wrap("one two three four five six", 20), ["one two three four", "five six"]);
        assert_eq!(wrap("", 20), [""]);
    }

    #[test]
    fn what_is_too_wide_is_cut() {
        assert_eq!((fit("abcdef", 4), fit("abcd", 4)), ("abc…".to_owned(), "abcd".to_owned()));
        assert_eq!(fit("日本語", 5), "日本…");
    }
}
