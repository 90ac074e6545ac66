//! What each page lists, in which order.

use std::cmp::Reverse;

use report::live::View;
use report::live::view::{BlockView, HoldView, OperationView, RequestView, RouteView};

use crate::state::{Page, State};

/// The columns that a page can be sorted by, by their places, the usual one first.
pub(crate) fn sorts(page: Page) -> &'static [usize] {
    match page {
        Page::Overview => &[1, 2, 3, 4, 5, 0],
        Page::Requests => &[0, 1, 2],
        Page::Operations => &[2, 3, 4, 5, 6, 0, 1],
        _ => &[],
    }
}

/// Those with the greatest number first, and equal ones by a text. One function sorts all pages: a copy for each is large.
fn sorted<'a, T>(rows: impl Iterator<Item = &'a T>, key: impl Fn(&'a T) -> (u64, &'a str)) -> Vec<&'a T> {
    let rows: Vec<&T> = rows.collect();
    let keys = rows.iter().enumerate().map(|(at, row)| {
        let (number, text) = key(row);
        (Reverse(number), text, at)
    });
    in_order(keys.collect()).into_iter().map(|(_, _, at)| rows[at]).collect()
}

type SortKey<'a> = (Reverse<u64>, &'a str, usize);

fn in_order(mut keys: Vec<SortKey>) -> Vec<SortKey> {
    keys.sort_unstable();
    keys
}

/// Rates as whole numbers.
fn exact(rate: f64) -> u64 {
    (rate * 1000.0) as u64
}

pub(crate) fn routes<'a>(view: &'a View, state: &State) -> Vec<&'a RouteView> {
    let column = sorts(Page::Overview)[state.sorts[0]];
    let rows = view.routes.iter().filter(|row| state.lets_through(&[&row.name, &row.mostly]));
    sorted(rows, |row| {
        let number = match column {
            1 => exact(row.rate),
            2 => row.open as u64,
            3 => row.failed,
            4 => row.p50,
            5 => row.p99,
            _ => 0,
        };
        (number, &row.name)
    })
}

pub(crate) fn requests<'a>(view: &'a View, state: &State) -> Vec<&'a RequestView> {
    let column = sorts(Page::Requests)[state.sorts[1]];
    let is_of_route = |row: &&RequestView| state.route.as_ref().is_none_or(|route| *route == row.route);
    let rows = view.requests.iter().filter(is_of_route);
    let rows = rows.filter(|row| state.lets_through(&[&row.asks, &row.route, &row.waits, &row.status]));
    sorted(rows, |row| {
        let (number, text) = match column {
            0 => (row.took, row.asks.as_str()),
            1 => (0, row.status.as_str()),
            _ => (0, row.asks.as_str()),
        };
        // Those that are open come first: of the others, only the slowest are there.
        (number | u64::from(row.is_open) << 63, text)
    })
}

pub(crate) fn operations<'a>(view: &'a View, state: &State) -> Vec<&'a OperationView> {
    let column = sorts(Page::Operations)[state.sorts[2]];
    let rows = view.operations.iter().filter(|row| state.lets_through(&[&row.what, &row.place]));
    sorted(rows, |row| match column {
        2 => (row.alive, &row.what),
        // Those that have become fewer come last.
        3 => (row.grown.wrapping_sub(i64::MIN) as u64, &row.what),
        4 => (exact(row.made), &row.what),
        5 => (exact(row.ended), &row.what),
        6 => (row.oldest, &row.what),
        1 => (0, &row.place),
        _ => (0, &row.what),
    })
}

pub(crate) fn blocks<'a>(view: &'a View, state: &State) -> Vec<&'a BlockView> {
    view.blocks.iter().filter(|row| state.lets_through(&[&row.place, &row.of])).collect()
}

pub(crate) fn holds<'a>(view: &'a View, state: &State) -> Vec<&'a HoldView> {
    view.holds.iter().filter(|row| state.lets_through(&[&row.what, &row.place])).collect()
}
