//! What requests ask for, and the routes that they are grouped by.

use rustc_hash::FxHashMap;

use crate::shown::cut;

/// So many routes are told apart. Those beyond are one.
const MOST: usize = 1 << 12;
/// Bytes of what a request asks for, and of a route.
const LENGTH: usize = 400;
const FURTHER: &str = "(further routes)";

/// The number of a route.
pub(crate) type RouteNumber = u16;

/// The routes of a recording, each once: a method and the pattern of a path.
#[derive(Default)]
pub(crate) struct Routes {
    names: Vec<Box<str>>,
    numbers: FxHashMap<Box<str>, RouteNumber>,
}

impl Routes {
    pub(crate) fn name(&self, number: RouteNumber) -> &str {
        self.names.get(usize::from(number)).map_or("", |name| name)
    }

    /// The route of a request: of its framework's pattern, or of its path.
    pub(super) fn number(&mut self, asks: &str, pattern: Option<&str>) -> RouteNumber {
        let (method, path) = asks.split_once(' ').unwrap_or(("", asks));
        let name = match pattern {
            Some(pattern) => format!("{method} {pattern}"),
            None => format!("{method} {}", general(path)),
        };
        self.add(cut(name.trim_start(), LENGTH))
    }

    fn add(&mut self, name: &str) -> RouteNumber {
        if let Some(&number) = self.numbers.get(name) {
            return number;
        }
        if self.names.len() >= MOST - 1 && name != FURTHER {
            return self.add(FURTHER);
        }
        let number = self.names.len() as RouteNumber;
        self.names.push(name.into());
        self.numbers.insert(name.into(), number);
        number
    }
}

/// What a `traceparent` says (W3C Trace Context): `00-TRACE-SPAN-FLAGS`, in hexadecimal digits.
fn parent(header: &str) -> Option<(u128, u64)> {
    let mut parts = header.trim().split('-');
    let (version, trace, span, flags) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    // Later versions may have more parts than these.
    let fits = version.len() == 2
        && trace.len() == 32
        && span.len() == 16
        && flags.len() == 2
        && version != "ff"
        && (version != "00" || parts.next().is_none());
    let is_lower = header.bytes().all(|byte| !byte.is_ascii_uppercase() && byte != b'+');
    if !fits || !is_lower {
        return None;
    }
    let (trace, span) = (u128::from_str_radix(trace, 16).ok()?, u64::from_str_radix(span, 16).ok()?);
    (trace != 0 && span != 0).then_some((trace, span))
}

/// The path with `:id` in the place of what names one thing of many.
fn general(path: &str) -> String {
    let path = path.split(['?', '#']).next().unwrap_or(path);
    path.split('/').map(|part| if is_id(part) { ":id" } else { part }).collect::<Vec<_>>().join("/")
}

/// A number, a UUID, a hash, or a token: long, and letters with digits among them.
fn is_id(part: &str) -> bool {
    let digits = part.bytes().filter(u8::is_ascii_digit).count();
    if digits == 0 {
        return false;
    }
    let is_number = part.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-' || byte == b'.');
    let is_hex = part.len() >= 8 && part.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-');
    let is_token = part.len() >= 16
        && digits * 8 >= part.len()
        && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'='));
    is_number || is_hex || is_token
}

/// What the program says of one request.
#[derive(Clone, Debug, Default)]
pub(crate) struct Asked {
    /// The method and the path.
    pub what: Box<str>,
    pub pattern: Option<Box<str>>,
    pub status: u16,
    /// The trace that it is a part of, and the span in it, where its client said so.
    pub parent: Option<(u128, u64)>,
}

/// What is known of the requests that are not over, by thread and number.
#[derive(Default)]
pub(crate) struct AskedOf {
    open: FxHashMap<(u32, u32), Asked>,
}

impl AskedOf {
    /// So many at once.
    const MOST: usize = 1 << 17;

    pub(super) fn asks(&mut self, request: (u32, u32), what: &str) {
        if self.open.len() < Self::MOST {
            self.open.insert(request, Asked { what: cut(what, LENGTH).into(), ..Asked::default() });
        }
    }

    pub(super) fn has_pattern(&mut self, request: (u32, u32), pattern: &str) {
        if let Some(asked) = self.open.get_mut(&request) {
            asked.pattern = Some(cut(pattern, LENGTH).into());
        }
    }

    pub(super) fn has_status(&mut self, request: (u32, u32), status: &str) {
        if let Some(asked) = self.open.get_mut(&request) {
            asked.status = status.parse().unwrap_or(0);
        }
    }

    pub(super) fn has_parent(&mut self, request: (u32, u32), header: &str) {
        if let Some(asked) = self.open.get_mut(&request) {
            asked.parent = parent(header);
        }
    }

    pub(super) fn get(&self, request: (u32, u32)) -> Option<&Asked> {
        self.open.get(&request)
    }

    pub(super) fn forget(&mut self, request: (u32, u32)) {
        self.open.remove(&request);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_without_a_pattern_is_made_general() {
        let mut routes = Routes::default();
        let mut name = |asks: &str| {
            let number = routes.number(asks, None);
            routes.name(number).to_owned()
        };
        assert_eq!(name("GET /user/17/posts?x=1"), "GET /user/:id/posts");
        assert_eq!(name("GET /a/550e8400-e29b-41d4-a716-446655440000"), "GET /a/:id");
        assert_eq!(name("GET /blob/9f86d081884c7d65"), "GET /blob/:id");
        assert_eq!(name("POST /v1/users"), "POST /v1/users");
        assert_eq!(name("GET /assets/index-dark.css"), "GET /assets/index-dark.css");
        assert_eq!(name("GET /"), "GET /");
    }

    #[test]
    fn a_traceparent_names_a_trace_and_a_span() {
        let (trace, span) = ("4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7");
        let found = parent(&format!("00-{trace}-{span}-01"));
        assert_eq!(found.map(|(trace, _)| format!("{trace:032x}")).as_deref(), Some(trace));
        assert_eq!(found.map(|(_, span)| span), Some(0x00f0_67aa_0ba9_02b7));
        let none = "0".repeat(32);
        for wrong in [
            "",
            "00",
            "00-1-2-01",
            &format!("00-{none}-{span}-01"),
            &format!("ff-{trace}-{span}-01"),
            &format!("00-{trace}-{span}"),
        ] {
            assert_eq!(parent(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_pattern_stands_as_it_is() {
        let mut routes = Routes::default();
        let number = routes.number("GET /user/17", Some("/user/:name"));
        assert_eq!(routes.name(number), "GET /user/:name");
        for n in 0..2 * MOST {
            routes.number(&format!("GET /p{n}x"), None);
        }
        let last = routes.number("GET /another", None);
        assert_eq!((routes.name(last), routes.names.len()), (FURTHER, MOST));
    }
}
