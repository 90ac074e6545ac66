//! Names and stalls of outputs.
