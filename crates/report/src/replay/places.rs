//! Places: what a stack says in one line, a function and a file and a line of the program.
//!
//! The place of a stack is its first frame in the program's own files. Node's own frames are never one; those of a package
//! are, where nothing else is there.

use rustc_hash::FxHashMap;

use crate::shown::Shown;

/// So many places are told apart. Those beyond are none.
const MOST: usize = 1 << 16;
const MODULES: &str = "/node_modules/";

/// The number of a place plus one; 0 where there is none.
pub(crate) type PlaceNumber = u32;

#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Place {
    /// As V8 calls it; empty at the top level of a module, and where a function has no name.
    pub function: String,
    pub file: String,
    pub line: u32,
    pub column: u32,
    /// The package that the file belongs to, where it is not the program's own.
    pub package: Option<String>,
    /// The package whose code ran on top of the place, as a driver that opens a connection for it.
    pub through: Option<String>,
}

/// One line of a stack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Frame<'a> {
    pub function: &'a str,
    pub file: &'a str,
    pub line: u32,
    pub column: u32,
}

impl<'a> Frame<'a> {
    /// Reads a line as V8 writes it: `at f (file:1:2)`, `at async f (file:1:2)`, `at file:1:2`.
    pub(crate) fn of(line: &'a str) -> Option<Self> {
        let text = line.trim().strip_prefix("at ").unwrap_or_else(|| line.trim());
        let (function, place) = match text.strip_suffix(')').and_then(|text| text.rsplit_once(" (")) {
            Some((function, place)) => (function, place),
            None => ("", text.strip_prefix("async ").unwrap_or(text)),
        };
        // Code of `eval` has the place of the call: `eval at f (file:1:2), <anonymous>:1:1`.
        let (function, place) = match (text.contains("eval at "), place.split_once("), ")) {
            (true, Some((place, _))) => ("eval", place),
            _ => (function, place),
        };
        let (rest, column) = place.rsplit_once(':')?;
        let (file, line) = rest.rsplit_once(':')?;
        let (line, column) = (line.parse().ok()?, column.parse().ok()?);
        let function = function.strip_prefix("async ").unwrap_or(function);
        let function = function.strip_prefix("new ").unwrap_or(function);
        let function = function.split_once(" [as ").map_or(function, |(name, _)| name);
        let function = if matches!(function, "<anonymous>" | "Object.<anonymous>") { "" } else { function };
        let file = file.strip_prefix("file://").unwrap_or(file);
        (!file.is_empty()).then_some(Self { function, file, line, column })
    }

    /// Node's own code, and what has no file.
    pub(crate) fn is_of_node(&self) -> bool {
        let Self { file, .. } = self;
        file.starts_with("node:")
            || file.starts_with("internal/")
            || matches!(*file, "native" | "<anonymous>" | "anonymous")
    }

    /// The package that the file belongs to.
    pub(crate) fn package(&self) -> Option<&'a str> {
        package(self.file)
    }
}

fn package(file: &str) -> Option<&str> {
    let at = file.rfind(MODULES)? + MODULES.len();
    let rest = &file[at..];
    let parts = if rest.starts_with('@') { 2 } else { 1 };
    let end = rest.match_indices('/').nth(parts - 1).map_or(rest.len(), |(at, _)| at);
    Some(&rest[..end])
}

/// Says where a line and a column of a compiled file come from, within a function: `file:line:column`, or
/// `name (file:line:column)` where the function has another name there.
pub type Resolve = Box<dyn FnMut(&str, u32, u32, &str) -> Option<String>>;

/// The places of a recording, each once.
#[derive(Default)]
pub(crate) struct Places {
    all: Vec<Place>,
    numbers: FxHashMap<Place, PlaceNumber>,
    resolve: Option<Resolve>,
    /// The folder that the program was started in, with a slash at its end.
    folder: String,
}

impl Places {
    /// The program was started in a folder, with a script.
    pub(super) fn set_folder(&mut self, folder: &str, script: &str) {
        self.folder = format!("{}/", folder.trim_end_matches(['/', '\\']));
        // One that is somewhere else is at home there, but for a program of a package, which is started where it is to work.
        if !script.starts_with(&self.folder)
            && script.starts_with('/')
            && package(script).is_none()
            && let Some((folder, _)) = script.rsplit_once('/')
        {
            // The program is a folder above its parts.
            let folder = match folder.rsplit_once('/') {
                Some((above, "bin" | "build" | "dist" | "lib" | "out" | "src")) if !above.is_empty() => above,
                _ => folder,
            };
            self.folder = format!("{folder}/");
        }
    }

    /// A file without the folder that the program is in.
    pub(crate) fn short<'a>(&self, file: &'a str) -> &'a str {
        if self.folder.len() < 2 { file } else { file.strip_prefix(self.folder.as_str()).unwrap_or(file) }
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Place> {
        self.all.iter()
    }

    pub(crate) fn get(&self, number: PlaceNumber) -> Option<&Place> {
        self.all.get((number as usize).checked_sub(1)?)
    }

    /// The place of a stack.
    pub(super) fn add(&mut self, frames: &str) -> PlaceNumber {
        self.place(frames).map_or(0, |place| self.number(place))
    }

    fn place(&mut self, frames: &str) -> Option<Place> {
        let mut of_package: Option<Place> = None;
        let mut through = None;
        for frame in frames.lines().filter_map(Frame::of).filter(|frame| !frame.is_of_node()) {
            let mut place = self.in_source(&frame);
            match &place.package {
                None => {
                    if place.function.is_empty() {
                        place.function = self.outer(frames, &frame, &place.file);
                    }
                    return Some(Place { through, ..place });
                }
                Some(name) => {
                    // The one that the program called.
                    through = Some(name.clone());
                    of_package.get_or_insert(place);
                }
            }
        }
        of_package
    }

    /// The function that an arrow function without a name stands in, if it is on the stack below it: the next one of the file.
    fn outer(&mut self, frames: &str, inner: &Frame, file: &str) -> String {
        let mut below = frames.lines().filter_map(Frame::of).skip_while(|frame| frame != inner).skip(1);
        below
            .find(|frame| frame.file == inner.file && !frame.function.is_empty())
            .map(|frame| self.in_source(&frame))
            .filter(|outer| outer.file == file)
            .map_or_else(String::new, |outer| outer.function)
    }

    /// The place of one frame of a stack, whoever's it is. Half of the room stays for places of stacks.
    pub(super) fn add_frame(&mut self, frame: &Frame) -> PlaceNumber {
        let place = self.in_source(frame);
        let has_room = self.all.len() < MOST / 2 || self.numbers.contains_key(&place);
        if has_room { self.number(place) } else { 0 }
    }

    /// Source maps are read with this.
    pub(crate) fn resolve_with(&mut self, resolve: Resolve) {
        self.resolve = Some(resolve);
    }

    /// The place of a frame; of one in a compiled file that in its source, where that is known.
    fn in_source(&mut self, frame: &Frame) -> Place {
        let mut place = of_frame(frame);
        if place.package.is_none()
            && let Some(original) = self.resolve.as_mut().and_then(|resolve| {
                let Frame { function, file, line, column } = *frame;
                resolve(file, line, column, function)
            })
            && let Some(Frame { function, file, line, column }) = Frame::of(&original)
        {
            (place.file, place.line, place.column) = (file.to_owned(), line, column);
            place.package = package(file).map(str::to_owned);
            if !function.is_empty() {
                function.clone_into(&mut place.function);
            }
        }
        place
    }

    fn number(&mut self, place: Place) -> PlaceNumber {
        if let Some(&number) = self.numbers.get(&place) {
            return number;
        }
        if self.all.len() == MOST {
            return 0;
        }
        self.all.push(place.clone());
        let number = self.all.len() as PlaceNumber;
        self.numbers.insert(place, number);
        number
    }

    /// As reports show it: `loadUser (db.js:22)`, `db.js:22`, `pg (pg/lib/client.js:80)`.
    pub(crate) fn text(&self, number: PlaceNumber) -> Option<Shown> {
        let place = self.get(number)?;
        let at = format!("{}:{}", self.file(place), place.line);
        let text = if place.function.is_empty() { at } else { format!("{} ({at})", place.function) };
        let text = match &place.package {
            Some(package) => format!("package {package}, {text}"),
            None => text,
        };
        Some(Shown::line(&text))
    }

    /// The file as a person of the project calls it.
    pub(crate) fn file<'a>(&self, place: &'a Place) -> &'a str {
        if place.package.is_some()
            && let Some(at) = place.file.rfind(MODULES)
        {
            return &place.file[at + MODULES.len()..];
        }
        self.short(&place.file)
    }
}

fn of_frame(frame: &Frame) -> Place {
    Place {
        function: frame.function.to_owned(),
        file: frame.file.to_owned(),
        line: frame.line,
        column: frame.column,
        package: frame.package().map(str::to_owned),
        through: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(frames: &str) -> Option<String> {
        let mut places = Places::default();
        places.set_folder("/srv/app", "/srv/app/shop.js");
        let number = places.add(frames);
        places.text(number).map(|text| text.to_string())
    }

    #[test]
    fn the_first_frame_of_the_program_is_the_place() {
        let frames = "    at new Promise (<anonymous>)\n    at setTimeout (node:timers:1:2)\n    \
                      at Client.query (/srv/app/node_modules/pg/lib/client.js:80:3)\n    \
                      at async loadUser (/srv/app/db.js:22:9)\n    at /srv/app/shop.js:3:1";
        assert_eq!(text(frames).as_deref(), Some("loadUser (db.js:22)"));
        let mut places = Places::default();
        let number = places.add(frames);
        assert_eq!(places.get(number).and_then(|place| place.through.as_deref()), Some("pg"));
    }

    #[test]
    fn what_has_no_function_has_a_line() {
        assert_eq!(text("at file:///srv/app/lib/a b.mjs:3:14").as_deref(), Some("lib/a b.mjs:3"));
        assert_eq!(text("at Object.<anonymous> (/else/x.js:1:1)").as_deref(), Some("/else/x.js:1"));
        assert_eq!(text("at Foo.bar [as baz] (/srv/app/x.js:1:1)").as_deref(), Some("Foo.bar (x.js:1)"));
        assert_eq!(text("at new Pool (/srv/app/x.js:1:1)").as_deref(), Some("Pool (x.js:1)"));
        assert_eq!(
            text("at eval (eval at run (/srv/app/x.js:4:5), <anonymous>:1:1)").as_deref(),
            Some("eval (x.js:4)")
        );
    }

    #[test]
    fn a_compiled_file_leads_to_its_source() {
        let mut places = Places::default();
        places.set_folder("/srv/app", "/srv/app/dist/shop.js");
        places.resolve_with(Box::new(|file, line, column, _| {
            (file == "/srv/app/dist/b.js").then(|| format!("/srv/app/src/b.ts:{}:{column}", line * 10))
        }));
        let mut text = |frames: &str| {
            let number = places.add(frames);
            places.text(number).map(|text| text.to_string())
        };
        assert_eq!(text("at file:///srv/app/dist/b.js:2:1").as_deref(), Some("src/b.ts:20"));
        assert_eq!(text("at g (/srv/app/dist/c.js:2:1)").as_deref(), Some("g (dist/c.js:2)"));
    }

    #[test]
    fn a_bundle_leads_to_the_program_in_it() {
        let mut places = Places::default();
        places.set_folder("/srv/app", "/srv/app/bundle.js");
        places.resolve_with(Box::new(|_, line, column, function| {
            let file =
                if line == 1 { "/srv/app/node_modules/pg/lib/client.js" } else { "/srv/app/src/(shop)/b.ts" };
            let place = format!("{file}:{line}:{column}");
            Some(if function == "t" { format!("loadUser ({place})") } else { place })
        }));
        let frames = "at e (/srv/app/bundle.js:1:80)\nat /srv/app/bundle.js:2:90\nat async t (/srv/app/bundle.js:3:100)";
        let number = places.add(frames);
        assert_eq!(
            places.text(number).map(|text| text.to_string()).as_deref(),
            Some("loadUser (src/(shop)/b.ts:2)")
        );
        assert_eq!(places.get(number).and_then(|place| place.through.as_deref()), Some("pg"));
        let number = places.add("at e (/srv/app/bundle.js:1:80)");
        assert_eq!(
            places.text(number).map(|text| text.to_string()).as_deref(),
            Some("package pg, e (pg/lib/client.js:1)")
        );
    }

    #[test]
    fn a_program_of_a_package_works_where_it_is_started() {
        let mut places = Places::default();
        places.set_folder("/srv/all/app", "/srv/all/node_modules/next/dist/bin/next");
        assert_eq!(places.short("/srv/all/app/lib/shop.ts"), "lib/shop.ts");
        places.set_folder("/srv/all", "/srv/app/bin/start.js");
        assert_eq!(places.short("/srv/app/lib/shop.ts"), "lib/shop.ts");
    }

    #[test]
    fn a_package_is_named_where_nothing_else_is_there() {
        let frames = "at node:net:3:4\nat f (/a/node_modules/@nest/core/x.js:2:2)\nat g (/a/node_modules/rxjs/y.js:1:1)";
        assert_eq!(text(frames).as_deref(), Some("package @nest/core, f (@nest/core/x.js:2)"));
        assert_eq!(text("at node:net:3:4\nat new Promise (<anonymous>)"), None);
        assert_eq!(text(""), None);
    }
}
