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

#[cfg(test)]
mod tests {
    use super::*;

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
