//! The page itself: the template with its style, its scripts and its data, in one file that asks for no other.

use std::hash::{BuildHasher, RandomState};
use std::io::{self, Write};

const TEMPLATE: &str = include_str!("client/template.html");
const STYLES: [&str; 2] = [include_str!("client/uplot/uPlot.min.css"), include_str!("client/style.css")];
const UPLOT: &str = include_str!("client/uplot/uPlot.iife.min.js");
const UPLOT_LICENCE: &str = include_str!("client/uplot/LICENSE");

macro_rules! modules {
    ($($name:literal),* $(,)?) => { [$(($name, include_str!(concat!("client/", $name, ".js")))),*] };
}

/// CommonJS modules that know each other as `./name`.
const MODULES: [(&str, &str); 22] = modules![
    "causes", "charts", "colours", "data", "details", "dom", "draw", "filter", "findings", "flame", "format",
    "header", "lanes", "main", "requests", "routes", "search", "theme", "timeline", "tip", "types",
    "viewport",
];

const REQUIRE: &str = "const parts = {};
const made = {};
function require(name) {
  if (made[name] === undefined) {
    made[name] = { exports: {} };
    parts[name](made[name]);
  }
  return made[name].exports;
}
";

pub(super) fn write(out: &mut dyn Write, data: &[u8]) -> io::Result<()> {
    let (mut rest, nonce) = (TEMPLATE, nonce());
    while let Some((before, (name, after))) =
        rest.split_once("{{").and_then(|(before, rest)| Some((before, rest.split_once("}}")?)))
    {
        out.write_all(before.as_bytes())?;
        match name {
            "style" => STYLES.iter().try_for_each(|style| out.write_all(style.as_bytes()))?,
            "data" => out.write_all(data)?,
            "nonce" => out.write_all(nonce.as_bytes())?,
            _ => script(out)?,
        }
        rest = after;
    }
    out.write_all(rest.as_bytes())
}

/// The browser runs no script without it. Whoever made the recording cannot know it.
fn nonce() -> String {
    let state = RandomState::new();
    format!("{:016x}{:016x}", state.hash_one(1), state.hash_one(2))
}

fn script(out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "/*! uPlot\n{UPLOT_LICENCE}*/\n{UPLOT}")?;
    out.write_all(b"(() => {\n")?;
    out.write_all(REQUIRE.as_bytes())?;
    for (name, source) in MODULES {
        writeln!(out, "parts['./{name}'] = (module) => {{\n{source}}};")?;
    }
    out.write_all(b"require('./main');\n})();\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_file_that_asks_for_no_other() {
        let mut out = Vec::new();
        write(&mut out, b"{}").unwrap();
        let page = String::from_utf8(out).unwrap();
        for place in ["{{style}}", "{{data}}", "{{script}}", "{{nonce}}"] {
            assert!(!page.contains(place), "{place} is empty");
        }
        let nonce = page.split_once("script-src 'nonce-").unwrap().1.split_once('\'').unwrap().0;
        assert_eq!((nonce.len(), page.matches(nonce).count()), (32, 4));
        assert_eq!(page.matches("</script").count(), 2);
        for asks in
            ["src=", "href=\"http", "@import", "url(", "fetch(", "XMLHttpRequest", "WebSocket", "import("]
        {
            assert!(!page.contains(asks), "{asks}");
        }
    }
}
