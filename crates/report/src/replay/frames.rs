//! What the frames of a stack say besides its place.

use super::places::Frame;

/// Whether modules are being loaded: what runs is the beginning of a program, or of a part of it.
pub(crate) fn loads_modules(frames: &str) -> bool {
    const LOADERS: [&str; 2] = ["node:internal/modules/", "node:internal/bootstrap/"];
    frames
        .lines()
        .filter_map(Frame::of)
        .any(|frame| LOADERS.iter().any(|loader| frame.file.starts_with(loader)))
}
