//! A terminal screen that shows what a program does now.
//!
//! [`Top`] follows a recording ([`report::live`]) and draws what is known of it. It neither reads from a terminal nor writes to
//! one: it takes the bytes of keys, and answers the bytes that change what a terminal shows. So whoever owns the terminal can
//! restore it, whatever happens here.
//!
//! * `keys`: what bytes mean; `ansi`: what a terminal is sent
//! * `state`: which page is shown, how it is sorted, filtered and selected
//! * `draw`, `table`, `text`: how it looks
//! * `pages`: one for each question
//! * `output`: what the program has printed

mod ansi;
mod draw;
mod keys;
mod output;
mod pages;
mod state;
mod table;
#[cfg(test)]
mod tests;
mod text;

use std::path::{Path, PathBuf};
use std::time::Duration;

use ratatui_core::buffer::Buffer;
use ratatui_core::layout::Rect;
use ratatui_core::terminal::Terminal;
use report::Resolve;
use report::live::view::Waterfall;
use report::live::{Live, Process, View};

use ansi::Ansi;
use output::Output;
use state::{Page, State};

/// What the screen is for.
#[derive(Clone, Debug, Default)]
pub struct About {
    /// Columns and lines of the terminal.
    pub size: (u16, u16),
    /// Whether it shows colours.
    pub colour: bool,
    /// A file that has what the program prints.
    pub output: Option<PathBuf>,
}

/// Everything that can change.
pub struct Top {
    live: Live,
    /// What is shown, which stays while it is paused.
    view: View,
    waterfall: Option<Waterfall>,
    state: State,
    output: Option<Output>,
    /// What the command line has to say.
    note: String,
    terminal: Terminal<Ansi>,
}

impl Top {
    /// Follows a recording. Source maps are read with `resolve`.
    ///
    /// # Errors
    ///
    /// Where the file cannot be opened.
    pub fn open(file: &Path, resolve: Option<Resolve>, about: About) -> Result<Self, String> {
        let live = Live::open(file, resolve).map_err(|error| error.to_string())?;
        Self::of(live, about)
    }

    fn of(live: Live, about: About) -> Result<Self, String> {
        let About { size, colour, output } = about;
        let terminal = Terminal::new(Ansi::new(size, colour)).map_err(|error| error.to_string())?;
        Ok(Self {
            live,
            view: View::default(),
            waterfall: None,
            state: State::default(),
            output: output.map(Output::new),
            note: String::new(),
            terminal,
        })
    }

    /// Reads what there is, for so long at most. Answers whether there is more.
    pub fn advance(&mut self, most: Duration) -> bool {
        self.live.advance(most)
    }

    /// The process that the recording is of, once it says so.
    pub fn pid(&self) -> Option<u32> {
        self.live.header().map(|header| header.pid)
    }

    /// Why the recording cannot be read any further, where that is so.
    pub fn failure(&self) -> Option<String> {
        self.live.failure()
    }

    /// What is known of the process from elsewhere.
    pub fn suppose(&mut self, process: Process) {
        self.live.suppose(process);
    }

    /// Shows a line at the bottom. Nothing of it is obeyed.
    pub fn tell(&mut self, note: &str) {
        self.note = report::shown::Shown::line(note).to_string();
    }

    /// Takes what was typed. Answers whether that was to quit.
    pub fn type_in(&mut self, bytes: &[u8]) -> bool {
        for key in keys::keys(bytes) {
            self.note.clear();
            if self.state.press(key, &self.view) {
                return true;
            }
            if self.state.page == Page::Request {
                self.open_request();
            }
        }
        false
    }

    /// The terminal has another size, or shows something else: everything is drawn anew.
    pub fn resize(&mut self, size: (u16, u16)) {
        self.terminal.backend_mut().resize(size);
        // A vector takes everything.
        let _ = self.terminal.autoresize();
        let _ = self.terminal.clear();
    }

    /// Asks for what is known now, unless the screen is paused.
    pub fn refresh(&mut self) {
        let view = self.live.view();
        if let Some(output) = &mut self.output {
            output.read();
        }
        if self.state.is_paused {
            // How it goes on is told all the same.
            self.view.standing = view.standing;
            return;
        }
        self.view = view;
        if self.state.page == Page::Request {
            self.open_request();
        }
    }

    fn open_request(&mut self) {
        let Some(key) = self.state.opened else { return };
        let is_other = self.waterfall.as_ref().is_none_or(|shown| shown.request.key != key);
        if self.state.is_paused && !is_other {
            return;
        }
        match self.live.waterfall(key) {
            Some(waterfall) => self.waterfall = Some(waterfall),
            // It stays as it was seen last.
            None if !is_other => {}
            None => {
                self.state.page = Page::Requests;
                "it is not among the slowest of the last minute any more".clone_into(&mut self.note);
            }
        }
    }

    /// What changes what the terminal shows into what it should.
    pub fn draw(&mut self) -> String {
        let Self { view, waterfall, state, output, note, terminal, .. } = self;
        let shown = draw::Shows { view, waterfall: waterfall.as_ref(), output: output.as_ref(), note };
        // A vector takes everything.
        let _ = terminal.draw(|frame| {
            let area = frame.area();
            draw::screen(frame.buffer_mut(), area, &shown, state);
        });
        String::from_utf8_lossy(&terminal.backend_mut().take()).into_owned()
    }

    /// One screen as text.
    pub fn text(&mut self) -> String {
        self.refresh();
        let size = self.terminal.backend_mut().now();
        let area = Rect::new(0, 0, size.0, size.1);
        let mut buffer = Buffer::empty(area);
        let shown = draw::Shows { view: &self.view, waterfall: None, output: None, note: "" };
        self.state.is_text = true;
        draw::screen(&mut buffer, area, &shown, &mut self.state);
        text::lines(&buffer)
    }
}
