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

/// Whether the program makes a promise itself, with `new Promise` or `Promise.withResolvers`, or has one of the functions of
/// Node make it that do nothing else. None that Node's own work needs.
pub(crate) fn makes_promise(frames: &str) -> bool {
    const MAKERS: [&str; 2] = ["node:internal/util", "node:events"];
    let mut lines = frames
        .lines()
        .skip_while(|line| !line.contains("new Promise (") && !line.contains(".withResolvers (<anonymous>)"));
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
