//! Changes at one layer of a file, with those around it made right again.

use crate::format::{Chunk, Recording};
use crate::seeds::{self, Random};

/// Of so many, one change leaves everything else as it is.
const PLAIN: u64 = 8;
/// Of so many, one starts anew with a valid file.
const FRESH: u64 = 64;
/// Numbers at which lengths and counts go wrong.
const LIMITS: [u32; 10] =
    [0, 1, 27, 0x7f, 1 << 16, (1 << 21) - 1, 1 << 21, (1 << 21) + 1, i32::MAX as u32, u32::MAX];

pub fn mutate(bytes: &[u8], seed: u32) -> Vec<u8> {
    let random = &mut Random(seed.into());
    if random.below(FRESH) == 0 {
        return seeds::recording(random);
    }
    let Some(mut recording) = Recording::take_apart(bytes) else { return seeds::recording(random) };
    if random.below(PLAIN) == 0 {
        let mut bytes = bytes.to_vec();
        change(&mut bytes, random);
        return bytes;
    }
    for _ in 0..=random.below(3) {
        match random.below(8) {
            0 => change(&mut recording.header, random),
            1 => rearrange(&mut recording.chunks, random),
            2 => frame(&mut recording.chunks, random),
            3 if random.below(16) == 0 => change(&mut recording.rest, random),
            _ => payload(&mut recording.chunks, random),
        }
    }
    recording.put_together()
}

fn any<'a>(chunks: &'a mut [Chunk], random: &mut Random) -> Option<&'a mut Chunk> {
    let at = random.below(chunks.len() as u64) as usize;
    chunks.get_mut(at)
}

/// A chunk twice, away, elsewhere, or from another place in the same file.
fn rearrange(chunks: &mut Vec<Chunk>, random: &mut Random) {
    if chunks.is_empty() {
        return;
    }
    let (from, to) = (random.below(chunks.len() as u64) as usize, random.below(chunks.len() as u64) as usize);
    match random.below(4) {
        0 => chunks.swap(from, to),
        1 => drop(chunks.remove(from)),
        2 => chunks.truncate(from),
        _ => {
            let Chunk { thread, codec, entries, .. } = chunks[from];
            let payload = chunks[from].payload.clone();
            chunks.insert(to, Chunk { thread, codec, entries, raw_off: 0, stored_off: 0, payload });
        }
    }
}

fn frame(chunks: &mut [Chunk], random: &mut Random) {
    let Some(chunk) = any(chunks, random) else { return };
    let number = LIMITS[random.below(LIMITS.len() as u64) as usize];
    let near = random.below(5) as i32 - 2;
    match random.below(7) {
        0 => chunk.thread = random.below(4) as u32,
        1 => chunk.codec = random.below(4) as u32,
        2 => chunk.entries = number,
        3 => chunk.entries = chunk.entries.wrapping_add_signed(near),
        4 => chunk.raw_off = near,
        5 => chunk.stored_off = near,
        _ => chunk.raw_off = number as i32,
    }
}

fn payload(chunks: &mut [Chunk], random: &mut Random) {
    let Some(chunk) = any(chunks, random) else { return };
    if chunk.codec == 1 && random.below(2) == 0 {
        chunk.codec = 0;
    }
    change(&mut chunk.payload, random);
    if random.below(4) == 0 {
        chunk.entries = chunk.entries.wrapping_add_signed(random.below(3) as i32 - 1);
    }
}

/// A few bytes, by one of the fuzzer's own changes or by one that it makes seldom.
fn change(bytes: &mut Vec<u8>, random: &mut Random) {
    let length = bytes.len();
    let at = random.below(length as u64) as usize;
    match random.below(8) {
        0 if length > 0 => bytes[at] ^= 1 << random.below(8),
        1 if length > 0 => bytes[at] = random.below(256) as u8,
        2 => bytes.truncate(at),
        // A number that is larger than any.
        3 => drop(bytes.splice(at..(at + 1).min(length), [0xff; 9].into_iter().chain([1]))),
        4 => {
            let end = (at + random.below(16) as usize).min(length);
            let part = bytes[at..end].to_vec();
            let to = random.below(length as u64 + 1) as usize;
            drop(bytes.splice(to..to, part));
        }
        5 => drop(bytes.drain(at..(at + random.below(8) as usize).min(length))),
        _ => {
            bytes.resize(length + 16, 0);
            let length = libfuzzer_sys::fuzzer_mutate(bytes, length, length + 16);
            bytes.truncate(length);
        }
    }
}
