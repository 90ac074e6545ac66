//! Numbers as bytes: seven bits a byte, the lowest first, the high bit set on all but the last.

use super::error::Damage;

pub(super) fn put(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

/// A difference: small ones of either sign are short.
pub(super) fn put_signed(out: &mut Vec<u8>, value: i64) {
    put(out, ((value << 1) ^ (value >> 63)) as u64);
}

pub(super) fn put_str(out: &mut Vec<u8>, text: &str) {
    put(out, text.len() as u64);
    out.extend_from_slice(text.as_bytes());
}

/// A position in bytes that may be anything at all.
pub(super) struct Cursor {
    at: usize,
    end: usize,
}

/// What is wrong with the bytes.
pub(crate) type Result<T> = std::result::Result<T, Damage>;

impl Cursor {
    /// `end` must not lie behind the bytes that the other functions are given.
    pub(super) fn new(at: usize, end: usize) -> Self {
        Self { at, end }
    }

    pub(super) fn is_done(&self) -> bool {
        self.at == self.end
    }

    pub(super) fn at(&self) -> usize {
        self.at
    }

    #[inline]
    pub(super) fn byte(&mut self, bytes: &[u8]) -> Result<u8> {
        if self.at == self.end {
            return Err(Damage::CutOff);
        }
        self.at += 1;
        Ok(bytes[self.at - 1])
    }

    #[inline]
    pub(super) fn get(&mut self, bytes: &[u8]) -> Result<u64> {
        let mut value = 0;
        let mut shift = 0;
        loop {
            let byte = self.byte(bytes)?;
            if shift == 63 && byte > 1 {
                return Err(Damage::LargeNumber);
            }
            value |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Ok(value);
            }
            shift += 7;
        }
    }

    #[inline]
    pub(super) fn get_signed(&mut self, bytes: &[u8]) -> Result<i64> {
        let value = self.get(bytes)?;
        Ok((value >> 1) as i64 ^ -((value & 1) as i64))
    }

    pub(super) fn get_u32(&mut self, bytes: &[u8]) -> Result<u32> {
        u32::try_from(self.get(bytes)?).map_err(|_| Damage::LargeNumber)
    }

    pub(super) fn get_str(&mut self, bytes: &[u8]) -> Result<String> {
        let length = usize::try_from(self.get(bytes)?).unwrap_or(usize::MAX);
        if length > self.end - self.at {
            return Err(Damage::LongString);
        }
        let text = &bytes[self.at..self.at + length];
        self.at += length;
        std::str::from_utf8(text).map(str::to_owned).map_err(|_| Damage::NotUtf8)
    }
}
