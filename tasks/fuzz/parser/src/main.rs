//! Feeds files to the reader of recordings and to the reports, guided by what code they reach (`index.js` builds and runs it).
//!
//! * [`seeds`]: valid recordings, from which it starts
//! * [`mutate`]: changes that keep the layers above intact, so that the deeper ones are reached
//! * [`check`]: what must hold for any bytes at all

#![no_main]

mod check;
mod format;
mod mutate;
mod seeds;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| check::check(bytes));

libfuzzer_sys::fuzz_mutator!(|bytes: &mut [u8], size: usize, max_size: usize, seed: u32| {
    let mutated = mutate::mutate(&bytes[..size], seed);
    let length = mutated.len().min(max_size);
    bytes[..length].copy_from_slice(&mutated[..length]);
    length
});
