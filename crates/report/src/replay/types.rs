//! The names of types, each once, whichever threads have it.

use rustc_hash::FxHashMap;

use super::shown::cut;

/// So many types are told apart. Those beyond are one type.
const MOST: usize = 1 << 12;
/// So many bytes of a name are kept. Exports repeat it with every event.
const LENGTH: usize = 400;
pub const FURTHER: &str = "(further types)";

/// The resource that all requests of a server's connection have in common.
pub const CONNECTION: &str = "HTTPINCOMINGMESSAGE";
/// The same with HTTP/2, and a resource that each request has for itself.
const SESSION: &str = "HTTP2SESSION";
pub const STREAM: &str = "HTTP2STREAM";
const TIMER: &str = "Timeout";

/// The number of a type.
pub type Type = u16;

#[derive(Default)]
pub struct Types {
    names: Vec<String>,
    numbers: FxHashMap<String, Type>,
    // Those that mean something to reports.
    pub connection: Option<Type>,
    pub session: Option<Type>,
    pub stream: Option<Type>,
    pub timer: Option<Type>,
    /// All that have no room.
    pub others: Option<Type>,
}

impl Types {
    pub fn len(&self) -> usize {
        self.names.len()
    }

    /// Whether the requests of a connection have such a resource in common.
    pub fn serves(&self, type_: Type) -> bool {
        Some(type_) == self.connection || Some(type_) == self.session
    }

    pub fn name(&self, type_: Type) -> &str {
        self.names.get(usize::from(type_)).map_or("(unknown)", String::as_str)
    }

    /// The number of those that have no room.
    pub fn further(&mut self) -> Type {
        self.others.unwrap_or_else(|| self.add(FURTHER))
    }

    /// The number of a name.
    pub fn add(&mut self, name: &str) -> Type {
        let short;
        let name = match name.len() {
            ..=LENGTH => name,
            _ => {
                short = format!("{}…", cut(name, LENGTH - '…'.len_utf8()));
                short.as_str()
            }
        };
        if let Some(&type_) = self.numbers.get(name) {
            return type_;
        }
        if self.names.len() >= MOST - 1 && name != FURTHER {
            return self.further();
        }
        let type_ = self.names.len() as Type;
        self.names.push(name.to_owned());
        self.numbers.insert(name.to_owned(), type_);
        match name {
            CONNECTION => self.connection = Some(type_),
            SESSION => self.session = Some(type_),
            STREAM => self.stream = Some(type_),
            TIMER => self.timer = Some(type_),
            FURTHER => self.others = Some(type_),
            _ => {}
        }
        type_
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_beyond_all_numbers_are_one() {
        let mut types = Types::default();
        for n in 0..2 * MOST {
            types.add(&format!("type {n}"));
        }
        let [last, other] = [7000, 7001].map(|n| types.add(&format!("type {n}")));
        assert_eq!((types.len(), last, types.name(last)), (MOST, other, FURTHER));
        let timer = types.add("type 3");
        assert_eq!(types.name(timer), "type 3");
    }

    #[test]
    fn a_long_name_is_cut() {
        let mut types = Types::default();
        let [one, other, short] =
            ["x".repeat(1 << 20), "x".repeat(1 << 19), "x".repeat(LENGTH)].map(|name| types.add(&name));
        assert_eq!((one, types.name(one).len()), (other, LENGTH));
        assert_ne!(one, short);
    }
}
