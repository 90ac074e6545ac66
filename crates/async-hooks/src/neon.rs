//! Conversions for neon.
//!
//! An [`Env`] comes from a context that is mutably borrowed, so nothing of neon happens meanwhile.

use neon::context::Context as NeonContext;
use neon::handle::Handle;
use neon::result::{NeonResult, Throw};
use neon::types::{JsValue, Value as NeonValue};

use crate::env::{Env, Value};
use crate::error::{Error, Result};

impl<'a, 'cx: 'a> From<&'a mut neon::context::Cx<'cx>> for Env<'a> {
    fn from(cx: &'a mut neon::context::Cx<'cx>) -> Self {
        // SAFETY: neon lends a context to functions that JavaScript called; it is borrowed for `'a`.
        unsafe { Env::from_raw(cx.to_raw().cast()) }
    }
}

impl<'a, 'cx: 'a> From<&'a mut neon::context::FunctionContext<'cx>> for Env<'a> {
    fn from(cx: &'a mut neon::context::FunctionContext<'cx>) -> Self {
        // SAFETY: as above.
        unsafe { Env::from_raw(cx.to_raw().cast()) }
    }
}

impl<'a, T: NeonValue> From<Handle<'a, T>> for Value<'a> {
    fn from(handle: Handle<'a, T>) -> Self {
        // SAFETY: the handle is valid for `'a`.
        unsafe { Value::from_raw(handle.to_raw().cast()) }
    }
}

/// Runs something that may fail, and throws what it answers instead of a result. An exception that is pending is what is
/// thrown.
///
/// ```no_run
/// use async_hooks::{AsyncResource, neon::attempt};
/// use neon::prelude::*;
///
/// fn query(mut cx: FunctionContext<'_>) -> JsResult<'_, JsNumber> {
///     let query = attempt(&mut cx, |env| AsyncResource::new(env, "DbQuery"))?;
///     Ok(cx.number(query.async_id()))
/// }
/// ```
///
/// # Errors
/// `Throw`
pub fn attempt<'cx, C: NeonContext<'cx>, R>(
    cx: &mut C,
    f: impl for<'e> FnOnce(Env<'e>) -> Result<R>,
) -> NeonResult<R> {
    // SAFETY: neon lends a context to functions that JavaScript called; it is borrowed for the call of `f`.
    match f(unsafe { Env::from_raw(cx.to_raw().cast()) }) {
        Ok(answer) => Ok(answer),
        // SAFETY: the exception is pending; or JavaScript has ended, where neon asks for the same.
        Err(Error::PendingException | Error::Closing) => Err(unsafe { Throw::new() }),
        Err(error) => cx.throw_error(error.to_string()),
    }
}

/// Like [`attempt`], for a value of JavaScript.
///
/// ```no_run
/// use async_hooks::{AsyncResource, Value, neon::attempt_value};
/// use neon::prelude::*;
///
/// fn run(mut cx: FunctionContext<'_>) -> JsResult<'_, JsValue> {
///     let callback = Value::from(cx.argument::<JsFunction>(0)?);
///     attempt_value(&mut cx, |env| AsyncResource::new(env, "DbQuery")?.call(env, callback, &[]))
/// }
/// ```
///
/// # Errors
/// `Throw`
pub fn attempt_value<'cx, C: NeonContext<'cx>>(
    cx: &mut C,
    f: impl for<'e> FnOnce(Env<'e>) -> Result<Value<'e>>,
) -> NeonResult<Handle<'cx, JsValue>> {
    let value = attempt(cx, |env| f(env).map(Value::raw))?;
    // SAFETY: it was made in the scope of `cx`, whose handles it outlives no more than they do.
    Ok(unsafe { JsValue::from_raw(cx, value.cast()) })
}
