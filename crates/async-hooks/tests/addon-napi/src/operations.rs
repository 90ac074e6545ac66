//! Operations, and each way in which one ends.

use std::time::Duration;

use async_hooks::{ContextFunction, Scope, Value, spawn, spawn_with};
use napi::{Env, Error, Result};
use napi_derive::napi;

/// Calls back while it works, then ends in this way.
#[napi]
pub fn operate<'env>(env: &'env Env, ending: String, callback: Value<'_>) -> Result<Value<'env>> {
    let callback = ContextFunction::<()>::new(env, callback)?;
    let work = async move {
        tokio::time::sleep(Duration::from_millis(1)).await;
        let id = Scope::current().and_then(|scope| Some(scope.resource()?.async_id()));
        match callback.call(()).await {
            Err(error) if ending == "throws" => return Err(error),
            result => result?,
        }
        match ending.as_str() {
            "fails" => Err(async_hooks::Error::WrongType.into()),
            "panics" => std::panic::panic_any("in an operation"),
            _ => Ok(id),
        }
    };
    Ok(spawn(env, "DbQuery", work)?)
}

/// The executor refuses.
#[napi]
pub fn operate_dropped(env: &Env) -> Result<Value<'_>> {
    Ok(spawn_with(env, "DbQuery", async { Ok::<_, String>(()) }, drop)?)
}

#[napi]
pub fn operate_napi_error(env: &Env) -> Result<Value<'_>> {
    Ok(spawn(env, "DbQuery", async { Result::<u32>::Err(Error::from_reason("from napi-rs")) })?)
}

/// An operation that never ends by itself.
#[napi]
pub fn operate_for_ever(env: &Env) -> Result<Value<'_>> {
    Ok(spawn(env, "DbQuery", std::future::pending::<Result<u32>>())?)
}
