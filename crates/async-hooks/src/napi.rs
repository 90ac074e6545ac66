//! Conversions for napi-rs, and operations on its runtime.

use std::ptr;

use napi::bindgen_prelude::{FromNapiValue, ToNapiValue, TypeName, ValidateNapiValue};
use napi::{Status, ValueType};
use napi_sys::{napi_env, napi_value};

use crate::convert::{FromJs, ToJs};
use crate::env::{Env, Value};
use crate::error::{Error, Result};
use crate::operation::{Reject, spawn_with};

impl<'a> From<&'a napi::Env> for Env<'a> {
    fn from(env: &'a napi::Env) -> Self {
        // SAFETY: napi-rs lends an `Env` to functions that JavaScript called.
        unsafe { Env::from_raw(env.raw()) }
    }
}

impl Env<'_> {
    /// The environment of napi-rs. Values that it makes are valid in the scope of this one: do not let them leave it.
    ///
    /// ```no_run
    /// # fn example(query: async_hooks::AsyncResource, env: &napi::Env, callback: napi::bindgen_prelude::FunctionRef<(), ()>)
    /// # -> napi::Result<()> {
    /// query.run_in_scope(env, |env| callback.borrow_back(&env.napi())?.call(()))?
    /// # }
    /// ```
    #[must_use]
    pub fn napi(self) -> napi::Env {
        napi::Env::from_raw(self.raw())
    }
}

impl From<Error> for napi::Error {
    fn from(error: Error) -> Self {
        let status = match error {
            Error::PendingException => Status::PendingException,
            Error::Closing => Status::Closing,
            Error::OtherEnvironment | Error::WrongType => Status::InvalidArg,
            Error::NoModule | Error::NoEventLoop | Error::NotCalled => Status::GenericFailure,
            Error::Status(status) => status.into(),
        };
        Self::new(status, error.to_string())
    }
}

impl TypeName for Value<'_> {
    fn type_name() -> &'static str {
        "unknown"
    }

    fn value_type() -> ValueType {
        ValueType::Unknown
    }
}

impl ValidateNapiValue for Value<'_> {
    unsafe fn validate(_env: napi_env, _value: napi_value) -> napi::Result<napi_value> {
        Ok(ptr::null_mut())
    }
}

impl FromNapiValue for Value<'_> {
    unsafe fn from_napi_value(_env: napi_env, value: napi_value) -> napi::Result<Self> {
        // SAFETY: by the caller's promise it is valid in the call that napi-rs handles.
        Ok(unsafe { Value::from_raw(value) })
    }
}

impl ToNapiValue for Value<'_> {
    unsafe fn to_napi_value(_env: napi_env, value: Self) -> napi::Result<napi_value> {
        Ok(value.raw())
    }
}

/// A type that napi-rs converts, as an argument or an answer of this crate.
///
/// ```no_run
/// use async_hooks::{ContextFunction, Js};
/// use napi::bindgen_prelude::BigInt;
///
/// fn count(function: &ContextFunction<(Js<BigInt>,)>) {
///     function.call((Js(BigInt::from(1_u64)),));
/// }
/// ```
#[derive(Clone, Debug, Default)]
pub struct Js<T>(
    /// The value.
    pub T,
);

impl<T: ToNapiValue> ToJs for Js<T> {
    fn to_js(self, env: Env<'_>) -> Result<Value<'_>> {
        // SAFETY: an `Env` stands for a running callback, in whose handle scope the value is made.
        let made = unsafe { T::to_napi_value(env.raw(), self.0) };
        let value = made.map_err(|error| pend(env, error))?;
        // SAFETY: as above.
        Ok(unsafe { Value::from_raw(value) })
    }
}

impl<T: FromNapiValue> FromJs for Js<T> {
    fn from_js(env: Env<'_>, value: Value<'_>) -> Result<Self> {
        // SAFETY: both are alive.
        let read = unsafe { T::from_napi_value(env.raw(), value.raw()) };
        read.map(Js).map_err(|error| pend(env, error))
    }
}

/// Throws it, unless that is what happened already.
fn pend(env: Env<'_>, error: napi::Error) -> Error {
    // SAFETY: an `Env` stands for a running callback.
    unsafe { napi::JsError::from(error).throw_into(env.raw()) };
    if crate::error::is_exception_pending(env.raw()) { Error::PendingException } else { Error::Closing }
}

impl Reject for napi::Error {
    fn reject(self, env: Env<'_>) -> Result<Value<'_>> {
        // SAFETY: an `Env` stands for a running callback.
        let value = unsafe { napi::JsError::from(self).into_value(env.raw()) };
        if value.is_null() {
            return Err(Error::Closing);
        }
        // SAFETY: it was just made.
        Ok(unsafe { Value::from_raw(value) })
    }
}

/// [`spawn_with`] on the runtime of napi-rs: the one line for the common case.
///
/// ```no_run
/// use napi::Env;
///
/// // With `#[napi]` of napi-derive:
/// pub fn query<'env>(env: &'env Env, sql: String) -> napi::Result<async_hooks::Value<'env>> {
///     Ok(async_hooks::spawn(env, "DbQuery", async move { napi::Result::Ok(sql.len() as u32) })?)
/// }
/// ```
///
/// # Errors
/// Those of [`AsyncResource::new`](crate::AsyncResource::new).
pub fn spawn<'a, T, E>(
    env: impl Into<Env<'a>>,
    kind: &str,
    future: impl Future<Output = std::result::Result<T, E>> + Send + 'static,
) -> Result<Value<'a>>
where
    T: ToNapiValue + Send + 'static,
    E: Reject + Send + 'static,
{
    let future = async move { future.await.map(Js) };
    spawn_with(env, kind, future, |task| drop(napi::bindgen_prelude::spawn(task)))
}
