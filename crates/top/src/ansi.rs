//! What a terminal is sent: the cells that changed, in the sequences that all terminals know.

use std::io::{self, Write};

use ratatui_core::backend::{Backend, ClearType, WindowSize};
use ratatui_core::buffer::Cell;
use ratatui_core::layout::{Position, Size};
use ratatui_core::style::{Color, Modifier};
use unicode_width::UnicodeWidthStr;

/// A terminal of which only the bytes are kept.
pub(crate) struct Ansi {
    out: Vec<u8>,
    size: Size,
    colour: bool,
    /// Where the next character goes, where that is known.
    at: Option<(u16, u16)>,
    style: (Color, Modifier),
}

impl Ansi {
    pub(crate) fn new((width, height): (u16, u16), colour: bool) -> Self {
        let size = Size::new(width, height);
        Self { out: Vec::new(), size, colour, at: None, style: (Color::Reset, Modifier::empty()) }
    }

    pub(crate) fn resize(&mut self, (width, height): (u16, u16)) {
        self.size = Size::new(width, height);
    }

    pub(crate) fn now(&self) -> (u16, u16) {
        (self.size.width, self.size.height)
    }

    /// The bytes since the last time.
    pub(crate) fn take(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.out)
    }

    fn dress(&mut self, colour: Color, modifier: Modifier) -> io::Result<()> {
        let colour = if self.colour { colour } else { Color::Reset };
        if (colour, modifier) == self.style {
            return Ok(());
        }
        self.style = (colour, modifier);
        self.out.write_all(b"\x1b[0")?;
        for (flag, code) in [(Modifier::BOLD, 1), (Modifier::DIM, 2), (Modifier::REVERSED, 7)] {
            if modifier.contains(flag) {
                write!(self.out, ";{code}")?;
            }
        }
        let code = match colour {
            Color::Red => 31,
            Color::Green => 32,
            Color::Yellow => 33,
            Color::Blue => 34,
            Color::Magenta => 35,
            Color::Cyan => 36,
            _ => 0,
        };
        if code != 0 {
            write!(self.out, ";{code}")?;
        }
        self.out.write_all(b"m")
    }
}

impl Backend for Ansi {
    type Error = io::Error;

    fn draw<'a, I>(&mut self, content: I) -> io::Result<()>
    where
        I: Iterator<Item = (u16, u16, &'a Cell)>,
    {
        for (x, y, cell) in content {
            if self.at != Some((x, y)) {
                write!(self.out, "\x1b[{};{}H", y + 1, x + 1)?;
            }
            self.dress(cell.fg, cell.modifier)?;
            self.out.write_all(cell.symbol().as_bytes())?;
            // Terminals do not agree on how wide the others are, nor on what follows the last column.
            let is_plain = cell.symbol().width() == 1 && x + 1 < self.size.width;
            self.at = is_plain.then_some((x + 1, y));
        }
        Ok(())
    }

    fn hide_cursor(&mut self) -> io::Result<()> {
        Ok(())
    }

    fn show_cursor(&mut self) -> io::Result<()> {
        Ok(())
    }

    fn get_cursor_position(&mut self) -> io::Result<Position> {
        Ok(Position::ORIGIN)
    }

    fn set_cursor_position<P: Into<Position>>(&mut self, _: P) -> io::Result<()> {
        Ok(())
    }

    fn clear(&mut self) -> io::Result<()> {
        self.clear_region(ClearType::All)
    }

    fn clear_region(&mut self, _: ClearType) -> io::Result<()> {
        self.at = None;
        self.style = (Color::Reset, Modifier::empty());
        self.out.write_all(b"\x1b[0m\x1b[2J")
    }

    fn size(&self) -> io::Result<Size> {
        Ok(self.size)
    }

    fn window_size(&mut self) -> io::Result<WindowSize> {
        Ok(WindowSize { columns_rows: self.size, pixels: Size::default() })
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
