//! Text that fits into columns.

use ratatui_core::buffer::Buffer;
use report::live::shown_time;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// At most so many columns of a text, with `…` where something was cut.
pub(crate) fn fit(text: &str, columns: usize) -> String {
    if text.width() <= columns {
        return text.to_owned();
    }
    let (mut shown, mut width) = (String::new(), 1);
    for char in text.chars() {
        width += char.width().unwrap_or(0);
        if width > columns {
            break;
        }
        shown.push(char);
    }
    if columns > 0 {
        shown.push('…');
    }
    shown
}

/// The same of a place, `function (file:line)`: the function is cut first.
pub(crate) fn fit_place(text: &str, columns: usize) -> String {
    let Some(at) = text.rfind(" (").filter(|_| text.width() > columns) else { return fit(text, columns) };
    let (function, rest) = text.split_at(at);
    match columns.checked_sub(rest.width()) {
        Some(room) if room >= 3 => format!("{}{rest}", fit(function, room)),
        _ => fit(rest.trim_start_matches(" (").trim_end_matches(')'), columns),
    }
}

/// A duration, the shorter the longer it is: `12.3 ms`, `4 min`, `2.5 h`.
pub(crate) fn age(ns: u64) -> String {
    let seconds = ns as f64 / 1e9;
    match seconds {
        ..100.0 => shown_time(ns),
        ..6000.0 => format!("{:.0} min", seconds / 60.0),
        ..360_000.0 => format!("{:.1} h", seconds / 3600.0),
        _ => format!("{:.0} days", seconds / 86_400.0),
    }
}

/// A count, in four columns or little more.
pub(crate) fn count(count: u64) -> String {
    match count {
        0..10_000 => count.to_string(),
        10_000..1_000_000 => format!("{}k", count / 1000),
        _ => format!("{:.1}M", count as f64 / 1e6),
    }
}

/// How often a second.
pub(crate) fn rate(rate: f64) -> String {
    match rate {
        0.0 => "-".to_owned(),
        ..9.95 => format!("{rate:.1}"),
        _ => count(rate.round() as u64),
    }
}

pub(crate) fn plural(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

/// What is drawn, without its colours.
pub(crate) fn lines(buffer: &Buffer) -> String {
    let area = *buffer.area();
    let mut text = String::new();
    for y in area.top()..area.bottom() {
        let mut line = String::new();
        let mut skip = 0;
        for x in area.left()..area.right() {
            if skip > 0 {
                skip -= 1;
                continue;
            }
            let symbol = buffer[(x, y)].symbol();
            skip = symbol.width().saturating_sub(1);
            line.push_str(symbol);
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    let end = text.trim_end().len();
    text.truncate(end);
    text.push('\n');
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_cut_to_columns() {
        assert_eq!(
            [fit("abc", 3), fit("abcd", 3), fit("日本語", 5), fit("ab", 0)],
            ["abc", "ab…", "日本…", ""]
        );
    }

    #[test]
    fn of_a_place_the_function_is_cut_first() {
        let fitted = |columns| fit_place("Server.<anonymous> (server.js:11)", columns);
        assert_eq!(
            [fitted(40), fitted(22)],
            ["Server.<anonymous> (server.js:11)", "Server… (server.js:11)"].map(str::to_owned)
        );
        assert_eq!([fitted(14), fitted(6)], ["server.js:11", "serve…"]);
        assert_eq!(fit_place("server.js:11", 6), "serve…");
    }

    #[test]
    fn numbers_are_short() {
        assert_eq!(
            [age(12_345_678), age(99_000_000_000), age(300_000_000_000)],
            ["12.3 ms", "99.0 s", "5 min"]
        );
        assert_eq!([age(9_000_000_000_000), age(400_000_000_000_000)], ["2.5 h", "5 days"]);
        assert_eq!([count(9999), count(12_345), count(3_600_000)], ["9999", "12k", "3.6M"]);
        assert_eq!([rate(0.0), rate(0.25), rate(9.96), rate(2000.4)], ["-", "0.2", "10", "2000"]);
    }
}
