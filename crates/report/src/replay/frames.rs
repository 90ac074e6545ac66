//! What the frames of a stack say besides its place.

use super::places::Frame;

/// Whether modules are being loaded: a part of the program is read, compiled and begun, and not yet at its own work. Then
/// the loader, or the beginning of a package, stands on top of the program's own frames.
pub(crate) fn loads_modules(frames: &str) -> bool {
    const LOADERS: [&str; 2] = ["node:internal/modules/", "node:internal/bootstrap/"];
    frames
        .lines()
        .filter_map(Frame::of)
        .take_while(|frame| frame.is_of_node() || frame.package().is_some())
        .any(|frame| LOADERS.iter().any(|loader| frame.file.starts_with(loader)))
}

/// What the program called that made what has these frames: a function of Node or of a package, as `fetch` or `query of pg`.
/// None where the program's own function made it.
pub(crate) fn called(frames: &str) -> Option<String> {
    let others = frames
        .lines()
        .filter_map(Frame::of)
        .take_while(|frame| frame.is_of_node() || frame.package().is_some());
    let frame = others.filter(|frame| !frame.function.is_empty() && frame.file != "<anonymous>").last()?;
    Some(match frame.package() {
        Some(package) => format!("{} of {package}", frame.function),
        None => frame.function.to_owned(),
    })
}

/// Whether one of Node's functions that a program calls makes a promise: none that only Node's own work needs.
pub(crate) fn node_promises(frames: &str) -> bool {
    const OWN: [&str; 3] =
        ["node:internal/streams/", "node:internal/webstreams/", "node:internal/deps/undici/"];
    from_maker(frames).filter_map(Frame::of).find(|frame| frame.file.starts_with("node:")).is_some_and(
        |frame| {
            !frame.file.starts_with("node:internal/") || OWN.iter().any(|own| frame.file.starts_with(own))
        },
    )
}

/// The frames from the one that makes a promise on.
fn from_maker(frames: &str) -> impl Iterator<Item = &str> {
    frames
        .lines()
        .skip_while(|line| !line.contains("new Promise (") && !line.contains(".withResolvers (<anonymous>)"))
}

/// Whether the program makes a promise itself, with `new Promise` or `Promise.withResolvers`, or has one of the functions of
/// Node make it that do nothing else. None that Node's own work needs.
pub(crate) fn makes_promise(frames: &str) -> bool {
    const MAKERS: [&str; 2] = ["node:internal/util", "node:events"];
    let mut lines = from_maker(frames);
    lines.next().is_some()
        && lines
            .filter_map(Frame::of)
            .take_while(Frame::is_of_node)
            .all(|frame| MAKERS.contains(&frame.file) || !frame.file.starts_with("node:"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn node_makes_promises_for_itself() {
        let own = "    at load (/srv/app.js:3:3)";
        assert!(makes_promise(&format!("    at new Promise (<anonymous>)\n{own}")));
        assert!(makes_promise(&format!(
            "    at new Promise (<anonymous>)\n    at load (node:internal/util:1:1)\n{own}"
        )));
        assert!(!makes_promise(&format!(
            "    at new Promise (<anonymous>)\n    at f (node:internal/test_runner/test:1:1)\n{own}"
        )));
        assert!(!makes_promise(own));
    }

    #[test]
    fn what_the_program_called_has_a_name() {
        let own = "    at load (/srv/app.js:3:3)";
        let made = "    at new Promise (<anonymous>)";
        let node = format!("{made}\n    at pipeline (node:stream/promises:21:10)\n{own}");
        assert_eq!(called(&node).as_deref(), Some("pipeline"));
        assert!(node_promises(&node));
        let package = format!("{made}\n    at Pool.query (/srv/node_modules/pg/lib/pool.js:1:1)\n{own}");
        assert_eq!(called(&package).as_deref(), Some("Pool.query of pg"));
        assert_eq!((called(own), called(&format!("{made}\n{own}"))), (None, None));
        assert!(!node_promises(&format!("{made}\n    at f (node:internal/test_runner/test:1:1)\n{own}")));
    }

    #[test]
    fn what_stands_on_top_of_the_program_tells() {
        let main =
            "    at node:internal/modules/cjs/loader:1:1\n    at node:internal/main/run_main_module:1:1";
        let own = "    at work (/srv/app.js:3:3)\n    at /srv/app.js:9:1\n";
        let package = "    at /srv/node_modules/x/index.js:1:1\n";
        assert!(loads_modules(main));
        assert!(!loads_modules(&format!("{own}{main}")));
        assert!(loads_modules(&format!("{main}\n{own}{main}")));
        assert!(loads_modules(&format!("{package}{main}\n{own}{main}")));
        assert!(!loads_modules(&format!("{package}{own}{main}")));
    }
}
