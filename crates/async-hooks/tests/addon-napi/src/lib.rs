//! An addon of napi-rs for the tests of async-hooks. Each module is a room of the tests.

mod bench;
mod kept;
mod load;
mod lost;
mod operations;
mod resources;
mod spans;
mod stores;
