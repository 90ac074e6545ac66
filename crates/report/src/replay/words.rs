//! What resources are, in plain English: one table for all outputs.

use recorder::event::Header;

use super::facts::Facts;
use super::resource::Key;
use crate::shown::cut;

/// Bytes of a script's name.
const SCRIPT: usize = 120;

/// What a request waits for while its own client has more to send.
pub(crate) const CLIENT_SENDS: &str = "more from the client";
/// What it waits for once all of it was handed to a connection that others share.
pub(crate) const SENDING: &str = "sending the response";

pub(crate) const TIMER: &str = "Timeout";
const CLIENT: &str = "HTTPCLIENTREQUEST";

/// Node's types, in the order of their names.
const WORDS: [(&str, &str); 76] = [
    ("ARGON2REQUEST", "crypto: argon2"),
    ("BLOBREADER", "reading a Blob"),
    ("CHECKPRIMEREQUEST", "crypto: checking a prime"),
    ("CIPHERREQUEST", "crypto: cipher"),
    ("DERIVEBITSREQUEST", "crypto: deriving bits"),
    ("DIRHANDLE", "reading a folder"),
    ("DNSCHANNEL", "DNS resolver"),
    ("DTLS_ENDPOINT", "DTLS endpoint"),
    ("DTLS_SESSION", "DTLS session"),
    ("ELDHISTOGRAM", "event loop delay monitor"),
    ("FILEHANDLE", "open file"),
    ("FILEHANDLECLOSEREQ", "closing a file"),
    ("FSEVENTWRAP", "file watcher"),
    ("FSREQCALLBACK", "file operation"),
    ("FSREQPROMISE", "file operation"),
    ("GETADDRINFOREQWRAP", "DNS lookup"),
    ("GETNAMEINFOREQWRAP", "DNS lookup"),
    ("HASHREQUEST", "crypto: hash"),
    ("HEAPSNAPSHOT", "heap snapshot"),
    ("HTTP2PING", "HTTP/2 ping"),
    ("HTTP2SESSION", "HTTP/2 session"),
    ("HTTP2SETTINGS", "HTTP/2 settings"),
    ("HTTP2STREAM", "HTTP/2 stream"),
    ("HTTPCLIENTREQUEST", "HTTP request"),
    ("HTTPINCOMINGMESSAGE", "HTTP connection"),
    ("INSPECTORJSBINDING", "inspector"),
    ("Immediate", "setImmediate"),
    ("JSSTREAM", "stream in JavaScript"),
    ("JSUDPWRAP", "UDP socket in JavaScript"),
    ("KEYEXPORTREQUEST", "crypto: exporting a key"),
    ("KEYGENREQUEST", "crypto: generating a key"),
    ("KEYPAIRGENREQUEST", "crypto: generating a key pair"),
    ("LOCKS", "lock"),
    ("MESSAGEPORT", "message port"),
    ("Microtask", "queueMicrotask"),
    ("NONE", "nothing"),
    ("PBKDF2REQUEST", "crypto: pbkdf2"),
    ("PIPECONNECTWRAP", "connecting to a pipe"),
    ("PIPESERVERWRAP", "pipe server"),
    ("PIPEWRAP", "pipe"),
    ("PROCESSWRAP", "child process"),
    ("PROMISE", "promise"),
    ("QUERYWRAP", "DNS query"),
    ("QUIC_ENDPOINT", "QUIC endpoint"),
    ("QUIC_LOGSTREAM", "QUIC log"),
    ("QUIC_PACKET", "QUIC packet"),
    ("QUIC_SESSION", "QUIC session"),
    ("QUIC_STREAM", "QUIC stream"),
    ("QUIC_UDP", "QUIC socket"),
    ("RANDOMBYTESREQUEST", "crypto: random bytes"),
    ("RANDOMPRIMEREQUEST", "crypto: random prime"),
    ("SCRYPTREQUEST", "crypto: scrypt"),
    ("SHUTDOWNWRAP", "closing a stream"),
    ("SIGINTWATCHDOG", "SIGINT watchdog"),
    ("SIGNALWRAP", "signal handler"),
    ("SIGNREQUEST", "crypto: signing"),
    ("STATWATCHER", "file watcher"),
    ("STREAMPIPE", "stream pipe"),
    ("TCPCONNECTWRAP", "TCP connection"),
    ("TCPSERVERWRAP", "TCP server"),
    ("TCPWRAP", "socket"),
    ("TLSWRAP", "TLS socket"),
    ("TTYWRAP", "terminal"),
    ("TickObject", "process.nextTick"),
    ("Timeout", "timer"),
    ("UDPSENDWRAP", "sending a UDP packet"),
    ("UDPWRAP", "UDP socket"),
    ("VERIFYREQUEST", "crypto: verifying"),
    ("WORKER", "Worker"),
    ("WORKERCPUPROFILE", "CPU profile of a Worker"),
    ("WORKERCPUUSAGE", "CPU usage of a Worker"),
    ("WORKERHEAPPROFILE", "heap profile of a Worker"),
    ("WORKERHEAPSNAPSHOT", "heap snapshot of a Worker"),
    ("WORKERHEAPSTATISTICS", "heap statistics of a Worker"),
    ("WRITEWRAP", "writing to a stream"),
    ("ZLIB", "compression"),
];

/// What a type is; one that Node does not have stands as it is.
pub(crate) fn words_of_type(name: &str) -> &str {
    match WORDS.binary_search_by_key(&name, |&(type_, _)| type_) {
        Ok(at) => WORDS[at].1,
        Err(_) => name,
    }
}

/// What a resource is, as far as it is told. It is text of the program.
pub(crate) fn words(facts: &Facts, key: Key, type_: &str) -> String {
    if type_ == TIMER && facts.repeats(key) {
        return facts.ms(key).map_or("interval".to_owned(), |ms| format!("interval of {ms} ms"));
    }
    described(type_, facts.ms(key), facts.words(key))
}

/// The same of what is known already: the milliseconds of a timer, and what the recorder says.
pub(crate) fn described(type_: &str, ms: Option<u32>, does: Option<&str>) -> String {
    match (does, ms) {
        (Some(does), _) => does.to_owned(),
        (None, Some(ms)) if type_ == TIMER => format!("timer of {ms} ms"),
        _ => words_of_type(type_).to_owned(),
    }
}

/// What many resources have in common: the path of a request that the program makes is left out.
pub(crate) fn in_common<'a>(type_: &str, does: &'a str) -> &'a str {
    match does.find('/') {
        Some(at) if type_ == CLIENT && at > 0 => &does[..at],
        _ => does,
    }
}

/// When a resource calls back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Repeats {
    /// Once, as soon as nothing else runs.
    AtOnce,
    /// Once, or after each interval.
    Timer,
    /// Once, when it is done.
    Never,
    /// Whenever something comes.
    Often,
}

/// When resources of a type call back.
pub(crate) fn repeats(type_: &str) -> Repeats {
    match type_ {
        "TickObject" | "Immediate" | "Microtask" => Repeats::AtOnce,
        TIMER => Repeats::Timer,
        "TCPWRAP"
        | "TLSWRAP"
        | "PIPEWRAP"
        | "TTYWRAP"
        | "UDPWRAP"
        | "TCPSERVERWRAP"
        | "PIPESERVERWRAP"
        | "HTTPINCOMINGMESSAGE"
        | "HTTP2SESSION"
        | "HTTP2STREAM"
        | "MESSAGEPORT"
        | "FSEVENTWRAP"
        | "STATWATCHER"
        | "SIGNALWRAP"
        | "JSSTREAM"
        | "JSUDPWRAP"
        | "STREAMPIPE" => Repeats::Often,
        _ => Repeats::Never,
    }
}

/// A process, as people tell it from others: its script and its id.
pub(crate) fn process(header: &Header) -> String {
    let script = header.argv.get(1).or(header.argv.first()).map_or("node", String::as_str);
    let name = script.rsplit(['/', '\\']).next().unwrap_or(script);
    format!("{} {}", cut(name, SCRIPT), header.pid)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `asyncWrapProviders` of Node 20 to 26, and what Node names in JavaScript.
    const NODE: &str = "ARGON2REQUEST BLOBREADER CHECKPRIMEREQUEST CIPHERREQUEST DERIVEBITSREQUEST DIRHANDLE \
        DNSCHANNEL DTLS_ENDPOINT DTLS_SESSION ELDHISTOGRAM FILEHANDLE FILEHANDLECLOSEREQ FSEVENTWRAP FSREQCALLBACK \
        FSREQPROMISE GETADDRINFOREQWRAP GETNAMEINFOREQWRAP HASHREQUEST HEAPSNAPSHOT HTTP2PING HTTP2SESSION \
        HTTP2SETTINGS HTTP2STREAM HTTPCLIENTREQUEST HTTPINCOMINGMESSAGE JSSTREAM JSUDPWRAP KEYEXPORTREQUEST \
        KEYGENREQUEST KEYPAIRGENREQUEST LOCKS MESSAGEPORT NONE PBKDF2REQUEST PIPECONNECTWRAP PIPESERVERWRAP PIPEWRAP \
        PROCESSWRAP PROMISE QUERYWRAP QUIC_ENDPOINT QUIC_LOGSTREAM QUIC_PACKET QUIC_SESSION QUIC_STREAM QUIC_UDP \
        RANDOMBYTESREQUEST RANDOMPRIMEREQUEST SCRYPTREQUEST SHUTDOWNWRAP SIGINTWATCHDOG SIGNALWRAP SIGNREQUEST \
        STATWATCHER STREAMPIPE TCPCONNECTWRAP TCPSERVERWRAP TCPWRAP TLSWRAP TTYWRAP UDPSENDWRAP UDPWRAP VERIFYREQUEST \
        WORKER WORKERCPUPROFILE WORKERCPUUSAGE WORKERHEAPPROFILE WORKERHEAPSNAPSHOT WORKERHEAPSTATISTICS WRITEWRAP \
        ZLIB INSPECTORJSBINDING Timeout Immediate TickObject Microtask";

    #[test]
    fn each_type_of_node_has_words() {
        for type_ in NODE.split_whitespace() {
            assert_ne!(words_of_type(type_), type_);
        }
        assert!(WORDS.windows(2).all(|pair| pair[0].0 < pair[1].0));
        assert_eq!(words_of_type("pg.Query"), "pg.Query");
    }

    #[test]
    fn a_resource_is_what_it_does() {
        assert_eq!(described("Timeout", Some(50), None), "timer of 50 ms");
        assert_eq!(described("Timeout", None, None), "timer");
        assert_eq!(
            described("TCPCONNECTWRAP", None, Some("connecting to 10.0.0.5:5432")),
            "connecting to 10.0.0.5:5432"
        );
        assert_eq!(described("GETADDRINFOREQWRAP", None, None), "DNS lookup");
        assert_eq!(in_common(CLIENT, "POST api.pay.example/charge/17"), "POST api.pay.example");
        assert_eq!(in_common("PROCESSWRAP", "child process /bin/ls"), "child process /bin/ls");
    }
}
