//! The forms that a recording can be written in.

/// A form that a recording can be written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// A page for a browser.
    Html,
    /// Trace Event JSON.
    Chrome,
    /// A JSON object for each event.
    Ndjson,
    /// A JSON object for each trace.
    Traces,
    /// Spans as OTLP JSON.
    Otlp,
    /// The same a span a line, for whoever sends them.
    Spans,
}

impl Form {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Html, Self::Chrome, Self::Ndjson, Self::Traces, Self::Otlp, Self::Spans];

    /// As the command line calls it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Html => "html",
            Self::Chrome => "chrome",
            Self::Ndjson => "ndjson",
            Self::Traces => "traces",
            Self::Otlp => "otlp",
            Self::Spans => "spans",
        }
    }
}
