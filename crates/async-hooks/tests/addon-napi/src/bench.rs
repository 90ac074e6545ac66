//! Loops to be measured. Each does one thing `count` times.

use async_hooks::{AsyncResource, Context, Value};
use napi::{Env, Result, Status, sys};
use napi_derive::napi;

fn check(status: sys::napi_status) -> Result<()> {
    match Status::from(status) {
        Status::Ok => Ok(()),
        other => Err(napi::Error::from_status(other)),
    }
}

/// The measure: calls of an empty function.
#[napi]
pub fn bench_plain(env: &Env, count: u32, callback: Value<'_>) -> Result<()> {
    let env = async_hooks::Env::from(env);
    for _ in 0..count {
        let mut scope = std::ptr::null_mut();
        // SAFETY: opened and closed in the callback that runs.
        check(unsafe { sys::napi_open_handle_scope(env.raw(), &mut scope) })?;
        env.call(callback, env.undefined()?, &[])?;
        // SAFETY: as above.
        check(unsafe { sys::napi_close_handle_scope(env.raw(), scope) })?;
    }
    Ok(())
}

#[napi]
pub fn bench_resource(env: &Env, count: u32) -> Result<()> {
    for _ in 0..count {
        drop(AsyncResource::new(env, "DbQuery")?);
    }
    Ok(())
}

#[napi]
pub fn bench_run(env: &Env, count: u32) -> Result<()> {
    let resource = AsyncResource::new(env, "DbQuery")?;
    for _ in 0..count {
        resource.run_in_scope(env, |_| ())?;
    }
    Ok(())
}

#[napi]
pub fn bench_capture(env: &Env, count: u32) -> Result<()> {
    for _ in 0..count {
        drop(Context::capture(env)?);
    }
    Ok(())
}

#[napi]
pub fn bench_enter(env: &Env, count: u32) -> Result<()> {
    let context = Context::capture(env)?;
    for _ in 0..count {
        context.enter(env, |_| ())?;
    }
    Ok(())
}

/// For JavaScript's `new` and a reference.
#[napi]
pub fn bench_reference(env: &Env, value: Value<'_>) -> Result<()> {
    let mut reference = std::ptr::null_mut();
    // SAFETY: the value is alive.
    check(unsafe { sys::napi_create_reference(env.raw(), value.raw(), 1, &mut reference) })?;
    // SAFETY: it was just made.
    check(unsafe { sys::napi_delete_reference(env.raw(), reference) })
}
