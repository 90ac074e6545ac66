//! Which page is shown, and how: all that keys change.

use report::live::View;
use report::live::view::RequestKey;

use crate::keys::Key;
use crate::pages;
use crate::table::Cursor;

/// A screen line or more is left of the old page where one goes to the next.
const PAGE: isize = 10;

/// What is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Page {
    #[default]
    Overview,
    Requests,
    Operations,
    Loops,
    Exit,
    Output,
    /// One request.
    Request,
    Help,
}

impl Page {
    /// Those that a number leads to, in their order.
    pub(crate) const NUMBERED: [(Self, &'static str); 6] = [
        (Self::Overview, "overview"),
        (Self::Requests, "requests"),
        (Self::Operations, "operations"),
        (Self::Loops, "event loops"),
        (Self::Exit, "exit"),
        (Self::Output, "output"),
    ];

    fn at(self) -> usize {
        Self::NUMBERED.iter().position(|&(page, _)| page == self).unwrap_or(0)
    }
}

#[derive(Debug, Default)]
pub(crate) struct State {
    pub page: Page,
    /// Where help was asked for, and where a request was opened.
    back: Page,
    pub is_paused: bool,
    /// Only rows with this text are shown.
    pub filter: String,
    /// It is being typed.
    pub is_typing: bool,
    /// Only requests of this route are listed.
    pub route: Option<String>,
    pub opened: Option<RequestKey>,
    /// Of each numbered page and of what is opened.
    pub cursors: [Cursor; Page::NUMBERED.len()],
    pub parts: Cursor,
    /// The column that each page is sorted by, as a place among those that it can be.
    pub sorts: [usize; Page::NUMBERED.len()],
    /// It is no screen but text.
    pub is_text: bool,
}

impl State {
    pub(crate) fn cursor(&mut self) -> &mut Cursor {
        match self.page {
            Page::Request => &mut self.parts,
            page => &mut self.cursors[page.at()],
        }
    }

    /// Whether a text is to be shown.
    pub(crate) fn lets_through(&self, texts: &[&str]) -> bool {
        self.filter.is_empty() || {
            let wanted = self.filter.to_lowercase();
            texts.iter().any(|text| text.to_lowercase().contains(&wanted))
        }
    }

    /// Answers whether the key is to quit.
    pub(crate) fn press(&mut self, key: Key, view: &View) -> bool {
        if key == Key::Ctrl('c') {
            return true;
        }
        if self.is_typing {
            self.type_filter(key);
            return false;
        }
        match key {
            Key::Char('q') => return true,
            Key::Char('?' | 'h') if self.page != Page::Help => {
                self.back = self.page;
                self.page = Page::Help;
            }
            Key::Escape | Key::Back | Key::Left => self.go_back(),
            Key::Char(' ' | 'p') => self.is_paused = !self.is_paused,
            Key::Char('/') => self.is_typing = true,
            Key::Char('s') => self.sort_by(1),
            Key::Char('S') => self.sort_by(-1),
            Key::Char(digit @ '1'..='6') => self.turn_to(digit as usize - '1' as usize),
            Key::Tab => self.turn_to((self.page.at() + 1) % Page::NUMBERED.len()),
            Key::BackTab => self.turn_to((self.page.at() + Page::NUMBERED.len() - 1) % Page::NUMBERED.len()),
            Key::Up | Key::Char('k') => self.go(-1),
            Key::Down | Key::Char('j') => self.go(1),
            Key::PageUp => self.go(-PAGE),
            Key::PageDown => self.go(PAGE),
            Key::Home | Key::Char('g') => self.go(-isize::MAX),
            Key::End | Key::Char('G') => self.go(isize::MAX),
            Key::Enter | Key::Right => self.open(view),
            _ => {}
        }
        false
    }

    /// What was printed is counted from its end.
    fn go(&mut self, by: isize) {
        let by = if self.page == Page::Output { -by } else { by };
        self.cursor().go(by);
    }

    fn turn_to(&mut self, at: usize) {
        self.page = Page::NUMBERED[at].0;
        self.route = None;
    }

    fn type_filter(&mut self, key: Key) {
        match key {
            Key::Enter => self.is_typing = false,
            Key::Escape => {
                self.is_typing = false;
                self.filter.clear();
            }
            Key::Back => {
                self.filter.pop();
            }
            Key::Ctrl('u') => self.filter.clear(),
            Key::Char(char) if self.filter.len() < 60 => self.filter.push(char),
            _ => {}
        }
        *self.cursor() = Cursor::default();
    }

    fn sort_by(&mut self, by: isize) {
        let count = pages::sorts(self.page).len();
        let sort = &mut self.sorts[self.page.at()];
        if count > 0 {
            *sort = (*sort as isize + by).rem_euclid(count as isize) as usize;
        }
    }

    fn go_back(&mut self) {
        match self.page {
            Page::Help | Page::Request => self.page = self.back,
            _ if !self.filter.is_empty() => self.filter.clear(),
            _ => self.turn_to(0),
        }
    }

    fn open(&mut self, view: &View) {
        match self.page {
            Page::Overview => {
                let routes = pages::routes(view, self);
                let Some(route) = routes.get(self.cursors[0].selected.min(routes.len().saturating_sub(1)))
                else {
                    return;
                };
                self.route = Some(route.name.clone());
                self.page = Page::Requests;
                *self.cursor() = Cursor::default();
            }
            Page::Requests => {
                let requests = pages::requests(view, self);
                let at = self.cursors[self.page.at()].selected.min(requests.len().saturating_sub(1));
                let Some(request) = requests.get(at) else { return };
                self.opened = Some(request.key);
                self.parts = Cursor::default();
                self.back = self.page;
                self.page = Page::Request;
            }
            _ => {}
        }
    }
}
