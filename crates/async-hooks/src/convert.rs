use std::ptr;

use napi_sys::{ValueType, napi_value};

use crate::env::{Env, Value};
use crate::error::{Error, Result, check};

/// Types that become values of JavaScript: arguments of a [`ContextFunction`](crate::ContextFunction), results of
/// [`spawn_with`](crate::spawn_with).
///
/// ```no_run
/// # fn example(env: async_hooks::Env<'_>) -> async_hooks::Result<()> {
/// use async_hooks::{Env, Result, ToJs, Value};
///
/// struct Row { id: u32 }
///
/// impl ToJs for Row {
///     fn to_js<'a>(self, env: Env<'a>) -> Result<Value<'a>> {
///         self.id.to_js(env)
///     }
/// }
/// # Ok(()) }
/// ```
pub trait ToJs {
    /// Makes the value.
    ///
    /// # Errors
    /// Those of Node-API.
    fn to_js(self, env: Env<'_>) -> Result<Value<'_>>;
}

/// Types that come from values of JavaScript.
///
/// ```no_run
/// # fn example(env: async_hooks::Env<'_>, value: async_hooks::Value<'_>) -> async_hooks::Result<()> {
/// use async_hooks::FromJs;
///
/// let names = Vec::<String>::from_js(env, value)?;
/// # Ok(()) }
/// ```
pub trait FromJs: Sized {
    /// Reads the value.
    ///
    /// # Errors
    /// [`Error::WrongType`] if it is of another type.
    fn from_js(env: Env<'_>, value: Value<'_>) -> Result<Self>;
}

/// Bytes that JavaScript sees as a `Buffer`.
///
/// ```
/// let packet = async_hooks::Bytes(b"hello".to_vec());
/// assert_eq!(packet.0.len(), 5);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bytes(
    /// The bytes.
    pub Vec<u8>,
);

/// A status that says "another type".
fn expect(env: Env<'_>, status: i32) -> Result<()> {
    check(env.raw(), status).map_err(|error| match error {
        Error::Status(_) => Error::WrongType,
        other => other,
    })
}

impl ToJs for () {
    fn to_js(self, env: Env<'_>) -> Result<Value<'_>> {
        env.undefined()
    }
}

impl FromJs for () {
    fn from_js(_env: Env<'_>, _value: Value<'_>) -> Result<Self> {
        Ok(())
    }
}

impl ToJs for bool {
    fn to_js(self, env: Env<'_>) -> Result<Value<'_>> {
        // SAFETY: an `Env` stands for a running callback; so in all of this file.
        env.make(|env, value| unsafe { napi_sys::napi_get_boolean(env, self, value) })
    }
}

impl FromJs for bool {
    fn from_js(env: Env<'_>, value: Value<'_>) -> Result<Self> {
        let mut answer = false;
        // SAFETY: the value is alive.
        expect(env, unsafe { napi_sys::napi_get_value_bool(env.raw(), value.raw(), &mut answer) })?;
        Ok(answer)
    }
}

impl ToJs for f64 {
    fn to_js(self, env: Env<'_>) -> Result<Value<'_>> {
        env.number(self)
    }
}

impl FromJs for f64 {
    fn from_js(env: Env<'_>, value: Value<'_>) -> Result<Self> {
        let mut answer = 0.0;
        // SAFETY: the value is alive.
        expect(env, unsafe { napi_sys::napi_get_value_double(env.raw(), value.raw(), &mut answer) })?;
        Ok(answer)
    }
}

/// Numbers that are exact in JavaScript.
macro_rules! integers {
    ($($integer:ty),*) => {$(
        impl ToJs for $integer {
            fn to_js(self, env: Env<'_>) -> Result<Value<'_>> {
                env.number(f64::from(self))
            }
        }

        impl FromJs for $integer {
            fn from_js(env: Env<'_>, value: Value<'_>) -> Result<Self> {
                let number = f64::from_js(env, value)?;
                let integer = number as $integer;
                if f64::from(integer) == number { Ok(integer) } else { Err(Error::WrongType) }
            }
        }
    )*};
}

integers!(i8, u8, i16, u16, i32, u32);

impl ToJs for &str {
    fn to_js(self, env: Env<'_>) -> Result<Value<'_>> {
        env.string(self)
    }
}

impl ToJs for String {
    fn to_js(self, env: Env<'_>) -> Result<Value<'_>> {
        env.string(&self)
    }
}

impl FromJs for String {
    fn from_js(env: Env<'_>, value: Value<'_>) -> Result<Self> {
        let mut length = 0;
        // SAFETY: without a buffer it answers the length alone.
        expect(env, unsafe {
            napi_sys::napi_get_value_string_utf8(env.raw(), value.raw(), ptr::null_mut(), 0, &mut length)
        })?;
        // One more for the NUL.
        let mut bytes = vec![0_u8; length + 1];
        // SAFETY: it writes no more than it is told.
        expect(env, unsafe {
            let start = bytes.as_mut_ptr().cast();
            napi_sys::napi_get_value_string_utf8(env.raw(), value.raw(), start, bytes.len(), &mut length)
        })?;
        bytes.truncate(length);
        String::from_utf8(bytes).map_err(|_| Error::WrongType)
    }
}

impl<T: ToJs> ToJs for Option<T> {
    fn to_js(self, env: Env<'_>) -> Result<Value<'_>> {
        match self {
            Some(value) => value.to_js(env),
            // SAFETY: see above.
            None => env.make(|env, value| unsafe { napi_sys::napi_get_null(env, value) }),
        }
    }
}

impl<T: FromJs> FromJs for Option<T> {
    fn from_js(env: Env<'_>, value: Value<'_>) -> Result<Self> {
        match value.type_of(env)? {
            ValueType::napi_undefined | ValueType::napi_null => Ok(None),
            _ => T::from_js(env, value).map(Some),
        }
    }
}

impl<T: ToJs> ToJs for Vec<T> {
    fn to_js(self, env: Env<'_>) -> Result<Value<'_>> {
        // SAFETY: see above.
        let array = env.make(|env, value| unsafe { napi_sys::napi_create_array(env, value) })?;
        for (index, each) in self.into_iter().enumerate() {
            let each = each.to_js(env)?;
            // SAFETY: both are alive.
            check(env.raw(), unsafe {
                napi_sys::napi_set_element(env.raw(), array.raw(), index as u32, each.raw())
            })?;
        }
        Ok(array)
    }
}

impl<T: FromJs> FromJs for Vec<T> {
    fn from_js(env: Env<'_>, value: Value<'_>) -> Result<Self> {
        let mut length = 0;
        // SAFETY: the value is alive.
        expect(env, unsafe { napi_sys::napi_get_array_length(env.raw(), value.raw(), &mut length) })?;
        (0..length)
            .map(|index| {
                // SAFETY: the value is alive.
                let each = env.make(|env, element| unsafe {
                    napi_sys::napi_get_element(env, value.raw(), index, element)
                })?;
                T::from_js(env, each)
            })
            .collect()
    }
}

impl ToJs for Bytes {
    fn to_js(self, env: Env<'_>) -> Result<Value<'_>> {
        let (start, length) = (self.0.as_ptr().cast(), self.0.len());
        // SAFETY: the bytes are there for the call, which copies them.
        env.make(|env, value| unsafe {
            napi_sys::napi_create_buffer_copy(env, length, start, ptr::null_mut(), value)
        })
    }
}

impl FromJs for Bytes {
    fn from_js(env: Env<'_>, value: Value<'_>) -> Result<Self> {
        let (mut start, mut length) = (ptr::null_mut(), 0);
        // SAFETY: the value is alive.
        expect(env, unsafe {
            napi_sys::napi_get_buffer_info(env.raw(), value.raw(), &mut start, &mut length)
        })?;
        if length == 0 {
            return Ok(Self::default());
        }
        // SAFETY: the buffer has that many bytes, and no JavaScript runs before they are copied.
        Ok(Self(unsafe { std::slice::from_raw_parts(start.cast::<u8>(), length) }.to_vec()))
    }
}

/// The arguments of a function: a tuple of up to six.
///
/// ```
/// fn takes(_: impl async_hooks::Args) {}
///
/// takes(());
/// takes(("row", 1));
/// ```
pub trait Args {
    /// Makes the values.
    ///
    /// # Errors
    /// Those of Node-API.
    fn to_values(self, env: Env<'_>) -> Result<Vec<Value<'_>>>;
}

macro_rules! arguments {
    ($($name:ident)*) => {
        impl<$($name: ToJs),*> Args for ($($name,)*) {
            #[allow(non_snake_case, unused_variables)]
            fn to_values(self, env: Env<'_>) -> Result<Vec<Value<'_>>> {
                let ($($name,)*) = self;
                Ok(vec![$($name.to_js(env)?),*])
            }
        }
    };
}

arguments!();
arguments!(A);
arguments!(A B);
arguments!(A B C);
arguments!(A B C D);
arguments!(A B C D E);
arguments!(A B C D E F);

/// A value of Node-API, which must be valid where it is used.
const _: () = assert!(size_of::<Value<'_>>() == size_of::<napi_value>());
