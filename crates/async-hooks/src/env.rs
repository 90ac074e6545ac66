use std::marker::PhantomData;
use std::ptr;

use napi_sys::{napi_env, napi_value};

use crate::error::{Error, Result, check};

/// Leave to call JavaScript, for as long as `'a`.
///
/// Everything that needs JavaScript takes an `impl Into<Env>`: with the feature `napi` that is a `&napi::Env`, with `neon`
/// a `&mut Cx`. `Env` stays on its thread.
///
/// ```no_run
/// # fn example(raw: napi_sys::napi_env) -> async_hooks::Result<()> {
/// use async_hooks::{AsyncResource, Env};
///
/// // SAFETY: `raw` is the environment that Node gave to the callback that is running.
/// let env = unsafe { Env::from_raw(raw) };
/// let query = AsyncResource::new(env, "DbQuery")?;
/// # drop(query); Ok(()) }
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Env<'a> {
    raw: napi_env,
    _scope: PhantomData<&'a ()>,
}

impl<'a> Env<'a> {
    /// An environment that Node gave to a callback.
    ///
    /// # Safety
    /// For `'a`, `raw` must be the environment of a callback that runs on this thread, with a handle scope open.
    #[must_use]
    pub unsafe fn from_raw(raw: napi_env) -> Self {
        Self { raw, _scope: PhantomData }
    }

    /// Node-API's own handle, for calls that this crate does not have.
    #[must_use]
    pub fn raw(self) -> napi_env {
        self.raw
    }

    /// `undefined`
    ///
    /// # Errors
    /// [`Error::Closing`] while the environment is torn down.
    pub fn undefined(self) -> Result<Value<'a>> {
        // SAFETY: an `Env` stands for a running callback.
        self.make(|env, value| unsafe { napi_sys::napi_get_undefined(env, value) })
    }

    /// `globalThis`
    ///
    /// # Errors
    /// [`Error::Closing`] while the environment is torn down.
    pub fn global(self) -> Result<Value<'a>> {
        // SAFETY: an `Env` stands for a running callback.
        self.make(|env, value| unsafe { napi_sys::napi_get_global(env, value) })
    }

    /// Makes a string.
    ///
    /// # Errors
    /// [`Error::Closing`] while the environment is torn down.
    pub fn string(self, text: &str) -> Result<Value<'a>> {
        let (start, length) = (text.as_ptr().cast(), text.len() as isize);
        // SAFETY: the text is there for the call, which copies it.
        self.make(|env, value| unsafe { napi_sys::napi_create_string_utf8(env, start, length, value) })
    }

    /// Makes a number.
    ///
    /// # Errors
    /// [`Error::Closing`] while the environment is torn down.
    pub fn number(self, number: f64) -> Result<Value<'a>> {
        // SAFETY: an `Env` stands for a running callback.
        self.make(|env, value| unsafe { napi_sys::napi_create_double(env, number, value) })
    }

    /// Calls a function.
    ///
    /// # Errors
    /// [`Error::PendingException`] if it threw, and [`Error::Closing`].
    pub fn call(self, function: Value<'_>, this: Value<'_>, args: &[Value<'_>]) -> Result<Value<'a>> {
        let (count, args) = (args.len(), args.as_ptr().cast());
        // SAFETY: a `Value` is one `napi_value` (it is transparent), and all are alive.
        self.make(|env, value| unsafe {
            napi_sys::napi_call_function(env, this.raw, function.raw, count, args, value)
        })
    }

    /// The exception that is pending, which is so no more.
    ///
    /// # Errors
    /// [`Error::Closing`] where there is none, because the environment is torn down.
    pub fn take_exception(self) -> Result<Value<'a>> {
        if !crate::error::is_exception_pending(self.raw) {
            return Err(Error::Closing);
        }
        // SAFETY: an `Env` stands for a running callback.
        self.make(|env, value| unsafe { napi_sys::napi_get_and_clear_last_exception(env, value) })
    }

    /// What a function of Node-API makes.
    pub(crate) fn make(self, make: impl FnOnce(napi_env, *mut napi_value) -> i32) -> Result<Value<'a>> {
        let mut value = ptr::null_mut();
        check(self.raw, make(self.raw, &mut value))?;
        // SAFETY: it was just made, in the handle scope that `'a` stands for.
        Ok(unsafe { Value::from_raw(value) })
    }
}

/// A JavaScript value, valid for as long as the handle scope `'a`. It stays on its thread.
///
/// ```no_run
/// # fn example(env: async_hooks::Env<'_>) -> async_hooks::Result<()> {
/// let greeting = env.string("hello")?;
/// assert_eq!(greeting.to_rust::<String>(env)?, "hello");
/// # Ok(()) }
/// ```
#[derive(Clone, Copy, Debug)]
#[repr(transparent)]
pub struct Value<'a> {
    raw: napi_value,
    _scope: PhantomData<&'a ()>,
}

impl<'a> Value<'a> {
    /// A value of Node-API.
    ///
    /// # Safety
    /// `raw` must be valid for `'a`.
    #[must_use]
    pub unsafe fn from_raw(raw: napi_value) -> Self {
        Self { raw, _scope: PhantomData }
    }

    /// Node-API's own handle.
    #[must_use]
    pub fn raw(self) -> napi_value {
        self.raw
    }

    /// A property.
    ///
    /// # Errors
    /// [`Error::PendingException`] if a getter threw or this is no object, and [`Error::Closing`].
    pub fn get(self, env: Env<'a>, name: &str) -> Result<Value<'a>> {
        let key = env.string(name)?;
        // SAFETY: all handles are alive.
        env.make(|env, value| unsafe { napi_sys::napi_get_property(env, self.raw, key.raw, value) })
    }

    /// Converts to a type of Rust.
    ///
    /// # Errors
    /// [`Error::WrongType`] if it is of another type.
    pub fn to_rust<T: crate::FromJs>(self, env: Env<'_>) -> Result<T> {
        T::from_js(env, self)
    }

    pub(crate) fn type_of(self, env: Env<'_>) -> Result<napi_sys::napi_valuetype> {
        let mut kind = 0;
        // SAFETY: both are alive.
        check(env.raw, unsafe { napi_sys::napi_typeof(env.raw, self.raw, &mut kind) })?;
        Ok(kind)
    }
}

/// The same value in another lifetime, for a call that ends before both.
pub(crate) fn again<'a>(value: Value<'_>) -> Value<'a> {
    // SAFETY: it is used only in the call that got the original.
    unsafe { Value::from_raw(value.raw()) }
}
