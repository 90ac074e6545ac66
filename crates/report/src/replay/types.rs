//! The names of types, each once, whichever threads have it.

use rustc_hash::FxHashMap;

use crate::shown::cut;

/// So many types are told apart. Those beyond are one type.
const MOST: usize = 1 << 12;
/// So many bytes of a name are kept. Exports repeat it with every event.
const LENGTH: usize = 400;
/// So many types have a row of their own where a report lists types. Those beyond share the last one.
const ROWS: usize = 512;
/// What has no room, here or in the recorder.
pub(crate) const FURTHER: &str = "(further types)";

/// The resource that all requests of a server's connection have in common.
pub(crate) const CONNECTION: &str = "HTTPINCOMINGMESSAGE";
/// The same with HTTP/2, and a resource that each request has for itself.
const SESSION: &str = "HTTP2SESSION";
pub(crate) const STREAM: &str = "HTTP2STREAM";
const PROMISE: &str = "PROMISE";
/// One for each request that the program makes.
const CLIENT: &str = "HTTPCLIENTREQUEST";
const TIMER: &str = "Timeout";
/// What can be so of a type.
mod bit {
    pub(super) const POOLED: u8 = 1;
    pub(super) const MICRO: u8 = 2;
    pub(super) const LISTENS: u8 = 4;
    pub(super) const CONNECTION: u8 = 8;
    pub(super) const FILE: u8 = 16;
    pub(super) const ENDS: u8 = 32;
    pub(super) const REMOTE: u8 = 64;
}

/// What is so of a type, by its name: each event asks for it.
fn traits(name: &str) -> u8 {
    match name {
        "GETADDRINFOREQWRAP" | "GETNAMEINFOREQWRAP" => bit::POOLED | bit::REMOTE,
        CLIENT | "QUERYWRAP" | "TCPCONNECTWRAP" | "PIPECONNECTWRAP" => bit::REMOTE,
        "FSREQCALLBACK" | "FSREQPROMISE" | "FILEHANDLECLOSEREQ" | "ARGON2REQUEST" | "CHECKPRIMEREQUEST"
        | "CIPHERREQUEST" | "DERIVEBITSREQUEST" | "HASHREQUEST" | "KEYEXPORTREQUEST" | "KEYGENREQUEST"
        | "KEYPAIRGENREQUEST" | "PBKDF2REQUEST" | "RANDOMBYTESREQUEST" | "RANDOMPRIMEREQUEST"
        | "SCRYPTREQUEST" | "SIGNREQUEST" | "VERIFYREQUEST" | "napi_async_work" | "ZLIB" => bit::POOLED,
        PROMISE | "TickObject" | "Microtask" => bit::MICRO,
        "TCPSERVERWRAP" | "PIPESERVERWRAP" => bit::LISTENS | bit::ENDS,
        "TCPWRAP" => bit::CONNECTION | bit::ENDS | bit::REMOTE,
        "PIPEWRAP" => bit::CONNECTION | bit::ENDS,
        "TLSWRAP" => bit::CONNECTION | bit::REMOTE,
        SESSION => bit::CONNECTION,
        "FILEHANDLE" => bit::FILE,
        TIMER | "Immediate" | "UDPWRAP" | "PROCESSWRAP" | "WORKER" | "FSEVENTWRAP" | "STATWATCHER"
        | "MESSAGEPORT" | "SIGNALWRAP" | "TTYWRAP" => bit::ENDS,
        _ => 0,
    }
}

/// The number of a type.
pub(crate) type Type = u16;

#[derive(Default)]
pub(crate) struct Types {
    names: Vec<String>,
    numbers: FxHashMap<String, Type>,
    // Those that mean something to reports.
    pub connection: Option<Type>,
    pub session: Option<Type>,
    pub stream: Option<Type>,
    pub client: Option<Type>,
    pub promise: Option<Type>,
    timer: Option<Type>,
    /// What is so of each type, as bits of [`bit`].
    traits: Vec<u8>,
    /// All that have no room.
    pub others: Option<Type>,
}

impl Types {
    /// Whether the requests of a connection have such a resource in common.
    pub(crate) fn serves(&self, type_: Type) -> bool {
        Some(type_) == self.connection || Some(type_) == self.session
    }

    /// Whether the thread pool carries out such calls.
    pub(crate) fn pooled(&self, type_: Type) -> bool {
        self.is(type_, bit::POOLED)
    }

    /// Whether such callbacks run before the event loop goes on.
    pub(crate) fn is_micro(&self, type_: Type) -> bool {
        self.is(type_, bit::MICRO)
    }

    pub(crate) fn is_timer(&self, type_: Type) -> bool {
        Some(type_) == self.timer
    }

    /// Whether it is a server, which waits for clients.
    pub(crate) fn listens(&self, type_: Type) -> bool {
        self.is(type_, bit::LISTENS)
    }

    /// Whether it is one end of a connection.
    pub(crate) fn is_connection(&self, type_: Type) -> bool {
        self.is(type_, bit::CONNECTION)
    }

    /// Whether what it calls back for first is an answer of another program.
    pub(crate) fn is_remote(&self, type_: Type) -> bool {
        self.is(type_, bit::REMOTE)
    }

    /// Whether it is an open file.
    pub(crate) fn is_file(&self, type_: Type) -> bool {
        self.is(type_, bit::FILE)
    }

    /// Whether the end of such resources is told when it comes, and not when the collector finds them.
    pub(crate) fn ends_by_itself(&self, type_: Type) -> bool {
        self.is(type_, bit::ENDS)
    }

    #[inline]
    fn is(&self, type_: Type, bit: u8) -> bool {
        self.traits.get(usize::from(type_)).is_some_and(|traits| traits & bit != 0)
    }

    /// Node and libraries set timers while they handle a request, and let them run on. So the callback of one is part of
    /// the request only where it leads to something: where what happened last in the request is not older.
    pub(crate) fn runs_idly(&self, type_: Option<Type>, began: u64, last: u64) -> bool {
        type_.is_some() && type_ == self.timer && last < began
    }

    /// Where a report lists a type.
    pub(crate) fn row(&self, type_: Type) -> usize {
        usize::from(type_).min(ROWS - 1)
    }

    /// The name of a row.
    pub(crate) fn row_name(&self, row: usize) -> &str {
        if row == ROWS - 1 { FURTHER } else { self.name(row as Type) }
    }

    pub(crate) fn name(&self, type_: Type) -> &str {
        self.names.get(usize::from(type_)).map_or("(unknown)", String::as_str)
    }

    /// The number of those that have no room.
    pub(crate) fn further(&mut self) -> Type {
        self.others.unwrap_or_else(|| self.add(FURTHER))
    }

    /// The number of a name.
    pub(crate) fn add(&mut self, name: &str) -> Type {
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
        self.traits.push(traits(name));
        self.numbers.insert(name.to_owned(), type_);
        match name {
            CONNECTION => self.connection = Some(type_),
            SESSION => self.session = Some(type_),
            STREAM => self.stream = Some(type_),
            CLIENT => self.client = Some(type_),
            PROMISE => self.promise = Some(type_),
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
        assert_eq!((types.names.len(), last, types.name(last)), (MOST, other, FURTHER));
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
