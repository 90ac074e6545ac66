//! Entries out of bytes that may be anything at all.

use super::encode::{flag, other, tag};
use super::error::Damage;
use super::parts::Told;
use super::predict::{Predict, Role};
use super::varint::{Cursor, Result};
use crate::event::{Entry, Event, Fact, Id, Kind};

/// The largest integer that JavaScript counts to.
const MAX_ID: Id = (1 << 53) - 1;

/// One thread, as far as it has been read.
#[derive(Default)]
pub(super) struct Thread {
    predict: Predict,
    types: u32,
    stacks: u32,
}

/// Where the entries of the chunk that is being read are.
pub(super) struct Columns {
    shapes: Cursor,
    times: Cursor,
}

impl Columns {
    pub(super) fn new(payload: &[u8]) -> Result<Self> {
        let mut cursor = Cursor::new(0, payload.len());
        let length = usize::try_from(cursor.get(payload)?).unwrap_or(usize::MAX);
        if length > payload.len() - cursor.at() {
            return Err(Damage::LongColumn);
        }
        let middle = cursor.at() + length;
        Ok(Self { shapes: Cursor::new(cursor.at(), middle), times: Cursor::new(middle, payload.len()) })
    }

    pub(super) fn are_done(&self) -> bool {
        self.shapes.is_done() && self.times.is_done()
    }
}

impl Thread {
    /// How much was told of it so far.
    pub(super) fn told(&self) -> Told {
        Told { types: self.types, stacks: self.stacks }
    }

    /// The next entry of the columns.
    pub(super) fn entry(&mut self, payload: &[u8], columns: &mut Columns) -> Result<Entry> {
        let first = columns.shapes.byte(payload)?;
        let shapes = &mut columns.shapes;
        let (id, kind) = match first & tag::MASK {
            tag::INIT => self.init(first, payload, shapes)?,
            tag::BEFORE => (self.step(first, Role::Before, payload, shapes)?, Kind::Before),
            tag::AFTER => (self.step(first, Role::After, payload, shapes)?, Kind::After),
            tag::DESTROY => (self.step(first, Role::Destroy, payload, shapes)?, Kind::Destroy),
            tag::RESOLVE => (self.step(first, Role::Resolve, payload, shapes)?, Kind::Resolve),
            tag::OTHER => return self.other(first >> 3, payload, columns),
            _ => return Err(Damage::UnknownKind),
        };
        let time = self.time(payload, &mut columns.times)?;
        Ok(Entry::Event(Event { time, id, kind }))
    }

    fn init(&mut self, first: u8, payload: &[u8], shapes: &mut Cursor) -> Result<(Id, Kind)> {
        let entered = self.predict.current();
        let id = self.step(first, Role::Init, payload, shapes)?;
        let current =
            if first & flag::CURRENT_IS_ENTERED != 0 { entered } else { distant(id, payload, shapes)? };
        let trigger =
            if first & flag::TRIGGER_IS_CURRENT != 0 { current } else { distant(id, payload, shapes)? };
        let stack = if first & flag::STACK != 0 { shapes.get_u32(payload)? } else { 0 };
        let type_ = shapes.get_u32(payload)?;
        if type_ >= self.types {
            return Err(Damage::UnnamedType);
        }
        if stack > self.stacks {
            return Err(Damage::MissingStack);
        }
        Ok((id, Kind::Init { trigger, current, type_, stack }))
    }

    #[inline]
    fn step(&mut self, first: u8, role: Role, payload: &[u8], shapes: &mut Cursor) -> Result<Id> {
        let space = usize::from(first & flag::OWN != 0);
        let mut id = self.predict.id(role, space);
        if first & flag::EXPECTED == 0 {
            id = distant(id, payload, shapes)?;
        }
        if id > MAX_ID {
            return Err(Damage::UnsafeId);
        }
        self.predict.came(role, space, id);
        Ok(id)
    }

    #[inline]
    fn time(&mut self, payload: &[u8], times: &mut Cursor) -> Result<u64> {
        let passed = times.get(payload)?;
        self.predict.time = self.predict.time.checked_add(passed).ok_or(Damage::LargeTime)?;
        Ok(self.predict.time)
    }

    #[cold]
    fn other(&mut self, which: u8, payload: &[u8], columns: &mut Columns) -> Result<Entry> {
        let Columns { shapes, times } = columns;
        Ok(match which {
            other::TYPE => {
                let index = next(&mut self.types, shapes.get_u32(payload)?)?;
                Entry::Type { index, name: shapes.get_str(payload)? }
            }
            other::STACK => {
                let index = next(&mut self.stacks, shapes.get_u32(payload)?)?;
                Entry::Stack { index, frames: shapes.get_str(payload)? }
            }
            other::MARK => {
                let name = shapes.get_str(payload)?;
                Entry::Mark { name, time: self.time(payload, times)? }
            }
            other::DROPPED => {
                let type_ = shapes.get_u32(payload)?;
                if type_ >= self.types {
                    return Err(Damage::UnnamedType);
                }
                Entry::Dropped { type_, count: shapes.get(payload)? }
            }
            other::LOOP => {
                let (idle, active) = (shapes.get(payload)?, shapes.get(payload)?);
                Entry::Loop { idle, active, time: self.time(payload, times)? }
            }
            other::CLOCK => {
                let wall = shapes.get(payload)?;
                Entry::Clock { wall, time: self.time(payload, times)? }
            }
            other::REQUEST_START => {
                let (connection, number) = (shapes.get(payload)?, shapes.get_u32(payload)?);
                if connection > MAX_ID {
                    return Err(Damage::UnsafeId);
                }
                Entry::RequestStart { connection, number, time: self.time(payload, times)? }
            }
            other::REQUEST_END => {
                let number = shapes.get_u32(payload)?;
                Entry::RequestEnd { number, time: self.time(payload, times)? }
            }
            other::DELAY => {
                let id = distant(self.predict.created(), payload, shapes)?;
                let value = shapes.get(payload)?;
                let ms = u32::try_from(value >> 1).map_err(|_| Damage::LargeNumber)?;
                Entry::Delay { id, ms, repeats: value & 1 != 0 }
            }
            other::FACT => {
                let (fact, about) = (Fact::of(shapes.get(payload)?), shapes.get(payload)?);
                if about > MAX_ID {
                    return Err(Damage::UnsafeId);
                }
                Entry::Fact { fact, about, text: shapes.get_str(payload)? }
            }
            other::SAMPLE => {
                let stack = shapes.get_u32(payload)?;
                if stack > self.stacks {
                    return Err(Damage::MissingStack);
                }
                Entry::Sample { stack, time: self.time(payload, times)? }
            }
            other::THREAD_START => {
                let worker = shapes.get_u32(payload)?;
                let name = shapes.get_str(payload)?;
                Entry::ThreadStart { worker, name, time: self.time(payload, times)? }
            }
            other::THREAD_END => {
                let reason = shapes.get_str(payload)?;
                Entry::ThreadEnd { reason, time: self.time(payload, times)? }
            }
            _ => return Err(Damage::UnknownKind),
        })
    }
}

/// An id that is written as its distance.
fn distant(from: Id, payload: &[u8], shapes: &mut Cursor) -> Result<Id> {
    let id = from.wrapping_add_signed(shapes.get_signed(payload)?);
    if id > MAX_ID { Err(Damage::UnsafeId) } else { Ok(id) }
}

/// Indices count up without a gap, so whoever reads them may keep them in a list.
fn next(count: &mut u32, index: u32) -> Result<u32> {
    if index != *count {
        return Err(Damage::NamesOutOfOrder);
    }
    *count = count.checked_add(1).ok_or(Damage::ManyNames)?;
    Ok(index)
}
