//! Tables: columns of which some take what room the others leave, and one row that is selected.

use ratatui_core::buffer::Buffer;
use ratatui_core::layout::Rect;
use ratatui_core::style::{Color, Modifier, Style};
use unicode_width::UnicodeWidthStr;

use crate::text::{fit, fit_place};

/// A column. Those of a share take it of the room that the others leave.
pub(crate) struct Column {
    pub title: &'static str,
    width: u16,
    share: u16,
}

impl Column {
    /// Numbers, to the right.
    pub(crate) const fn number(title: &'static str, width: u16) -> Self {
        Self { title, width, share: 0 }
    }

    /// Text, to the left, of so much of the room.
    pub(crate) const fn text(title: &'static str, share: u16) -> Self {
        Self { title, width: 0, share }
    }
}

/// A cell, and whether it is worth a second look.
#[derive(Clone, Debug, Default)]
pub(crate) struct CellText {
    text: String,
    style: Style,
    is_place: bool,
}

impl From<String> for CellText {
    fn from(text: String) -> Self {
        Self { text, ..Self::default() }
    }
}

impl From<&str> for CellText {
    fn from(text: &str) -> Self {
        Self { text: text.to_owned(), ..Self::default() }
    }
}

impl CellText {
    /// In a colour, if so.
    pub(crate) fn in_colour(text: impl Into<String>, colour: Color, is_so: bool) -> Self {
        let style = if is_so { Style::new().fg(colour) } else { Style::new() };
        Self { text: text.into(), style, is_place: false }
    }

    /// A function, a file and a line.
    pub(crate) fn place(text: &str) -> Self {
        Self { text: text.to_owned(), is_place: true, ..Self::default() }
    }
}

/// Which row is selected, and which is the first that is shown.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Cursor {
    pub selected: usize,
    pub first: usize,
}

impl Cursor {
    pub(crate) fn go(&mut self, by: isize) {
        self.selected = self.selected.saturating_add_signed(by);
    }

    /// Keeps the selected row among those that there are, and within those that are shown.
    fn settle(&mut self, rows: usize, room: usize) {
        self.selected = self.selected.min(rows.saturating_sub(1));
        self.first = self.first.min(rows.saturating_sub(room));
        if self.selected < self.first {
            self.first = self.selected;
        } else if self.selected >= self.first + room {
            self.first = self.selected + 1 - room;
        }
    }
}

/// How a table is shown.
pub(crate) struct Table<'a> {
    pub columns: &'a [Column],
    /// The column that it is sorted by.
    pub sorted: Option<usize>,
    /// Whether a row is selected.
    pub has_cursor: bool,
    /// What stands there where there are no rows.
    pub empty: &'a str,
}

impl Table<'_> {
    /// Draws as many rows as fit. Only those are asked for their cells.
    pub(crate) fn draw<T>(
        &self,
        buffer: &mut Buffer,
        area: Rect,
        rows: &[T],
        cursor: &mut Cursor,
        cells: impl Fn(&T) -> Vec<CellText>,
    ) {
        if area.height < 2 {
            return;
        }
        let widths = self.widths(area.width);
        let dim = Style::new().add_modifier(Modifier::DIM);
        let titles = self.columns.iter().enumerate().map(|(at, column)| {
            let is_sorted = self.sorted == Some(at);
            let text = if is_sorted { format!("{}▼", column.title) } else { column.title.to_owned() };
            let style = if is_sorted { Style::new().add_modifier(Modifier::BOLD) } else { dim };
            CellText { text, style, is_place: false }
        });
        self.row(buffer, area, 0, &widths, &titles.collect::<Vec<_>>());
        let room = usize::from(area.height - 1);
        if rows.is_empty() {
            buffer.set_stringn(
                area.x + 2,
                area.y + 1,
                self.empty,
                usize::from(area.width).saturating_sub(2),
                dim,
            );
        }
        cursor.settle(rows.len(), room);
        for (line, (at, row)) in rows.iter().enumerate().skip(cursor.first).take(room).enumerate() {
            let y = line as u16 + 1;
            self.row(buffer, area, y, &widths, &cells(row));
            if self.has_cursor && at == cursor.selected {
                let style = Style::new().add_modifier(Modifier::REVERSED);
                buffer.set_style(Rect::new(area.x, area.y + y, area.width, 1), style);
            }
        }
    }

    fn row(&self, buffer: &mut Buffer, area: Rect, y: u16, widths: &[u16], cells: &[CellText]) {
        let mut x = area.x;
        for ((column, &width), cell) in self.columns.iter().zip(widths).zip(cells) {
            let fit = if cell.is_place { fit_place } else { fit };
            let text = fit(&cell.text, usize::from(width));
            let pad = if column.share == 0 { width.saturating_sub(text.width() as u16) } else { 0 };
            buffer.set_stringn(x + pad, area.y + y, text, usize::from(width), cell.style);
            x += width + 1;
        }
    }

    fn widths(&self, width: u16) -> Vec<u16> {
        let gaps = self.columns.len().saturating_sub(1) as u16;
        let fixed: u16 = self.columns.iter().map(|column| column.width).sum();
        let mut room = width.saturating_sub(fixed + gaps);
        let mut shares: u16 = self.columns.iter().map(|column| column.share).sum();
        let widths = self.columns.iter().map(|column| {
            if column.share == 0 {
                return column.width;
            }
            let part = room * column.share / shares.max(1);
            (room, shares) = (room - part, shares - column.share);
            part
        });
        widths.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_selected_row_is_shown() {
        let mut cursor = Cursor::default();
        cursor.go(9);
        cursor.settle(20, 5);
        assert_eq!((cursor.selected, cursor.first), (9, 5));
        cursor.go(-6);
        cursor.settle(20, 5);
        assert_eq!((cursor.selected, cursor.first), (3, 3));
        cursor.go(isize::MAX);
        cursor.settle(4, 5);
        assert_eq!((cursor.selected, cursor.first), (3, 0));
        cursor.settle(0, 5);
        assert_eq!(cursor.selected, 0);
    }

    #[test]
    fn columns_fill_the_width() {
        let columns = [Column::text("A", 2), Column::number("B", 7), Column::text("C", 3)];
        let table = Table { columns: &columns, sorted: None, has_cursor: false, empty: "" };
        assert_eq!(table.widths(80), [28, 7, 43]);
        assert_eq!(table.widths(5), [0, 7, 0]);
    }
}
