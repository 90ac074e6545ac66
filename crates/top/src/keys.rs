//! What the bytes of a terminal mean.

use report::shown::is_hidden;

/// A key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Key {
    Char(char),
    Enter,
    Escape,
    Back,
    Tab,
    BackTab,
    Up,
    Down,
    Left,
    Right,
    PageUp,
    PageDown,
    Home,
    End,
    /// Ctrl and a letter.
    Ctrl(char),
}

/// The keys that were typed. What is none is left out.
pub(crate) fn keys(bytes: &[u8]) -> Vec<Key> {
    let text = String::from_utf8_lossy(bytes);
    let (mut keys, mut rest) = (Vec::new(), text.as_ref());
    while let Some(first) = rest.chars().next() {
        if first == '\x1b'
            && let Some((key, length)) = sequence(rest)
        {
            keys.extend(key);
            rest = &rest[length..];
            continue;
        }
        rest = &rest[first.len_utf8()..];
        keys.extend(match first {
            '\x1b' => Some(Key::Escape),
            '\r' | '\n' => Some(Key::Enter),
            '\t' => Some(Key::Tab),
            '\x7f' | '\x08' => Some(Key::Back),
            '\x01'..='\x1a' => Some(Key::Ctrl(char::from(first as u8 + b'a' - 1))),
            char if is_hidden(char) => None,
            char => Some(Key::Char(char)),
        });
    }
    keys
}

/// A sequence of several bytes, and how long it is. Those that mean nothing here are none.
fn sequence(text: &str) -> Option<(Option<Key>, usize)> {
    let bytes = text.as_bytes();
    if !matches!(bytes.get(1), Some(b'[' | b'O')) {
        return None;
    }
    let end = 2 + bytes[2..].iter().position(|byte| matches!(byte, b'@'..=b'~'))?;
    let key = match (&bytes[2..end], bytes[end]) {
        (_, b'A') => Some(Key::Up),
        (_, b'B') => Some(Key::Down),
        (_, b'C') => Some(Key::Right),
        (_, b'D') => Some(Key::Left),
        (_, b'H') | (b"1" | b"7", b'~') => Some(Key::Home),
        (_, b'F') | (b"4" | b"8", b'~') => Some(Key::End),
        (_, b'Z') => Some(Key::BackTab),
        (b"5", b'~') => Some(Key::PageUp),
        (b"6", b'~') => Some(Key::PageDown),
        _ => None,
    };
    Some((key, end + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_keys() {
        use Key::*;
        assert_eq!(keys(b"q/\r\x1b"), [Char('q'), Char('/'), Enter, Escape]);
        assert_eq!(keys(b"\x1b[A\x1bOB\x1b[5~\x1b[1;5C\x1b[Z"), [Up, Down, PageUp, Right, BackTab]);
        assert_eq!(keys("é\u{3}\u{7f}\u{202e}".as_bytes()), [Char('é'), Ctrl('c'), Back]);
        assert_eq!(keys(b"\x1b[200~a\x1b[?1;2c"), [Char('a')]);
        assert_eq!(keys(b"\xff\x1b["), [Char('\u{fffd}'), Escape, Char('[')]);
    }
}
