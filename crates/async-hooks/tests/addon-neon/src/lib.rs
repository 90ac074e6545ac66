//! An addon of neon for the tests of async-hooks: the same as that of napi-rs, as far as neon has it.

use std::cell::RefCell;
use std::thread;

use async_hooks::neon::{attempt, attempt_value};
use async_hooks::{AsyncResource, ContextFunction, Hold, Storage, Value, spawn_with};
use neon::prelude::*;

/// What JavaScript holds.
struct Held<T>(RefCell<Option<T>>);

impl<T> Finalize for Held<T> {}

impl<T: Clone> Held<T> {
    fn handle<'cx>(&self, cx: &mut FunctionContext<'cx>) -> NeonResult<T> {
        let held = self.0.borrow().clone();
        held.map_or_else(|| cx.throw_error("it is released"), Ok)
    }
}

type Box<T> = JsBox<Held<T>>;

fn held<'cx, T: 'static>(cx: &mut FunctionContext<'cx>, value: T) -> Handle<'cx, Box<T>> {
    cx.boxed(Held(RefCell::new(Some(value))))
}

fn resource(mut cx: FunctionContext<'_>) -> JsResult<'_, Box<AsyncResource>> {
    let kind = cx.argument::<JsString>(0)?.value(&mut cx);
    let resource = attempt(&mut cx, |env| AsyncResource::new(env, &kind))?;
    Ok(held(&mut cx, resource))
}

fn call(mut cx: FunctionContext<'_>) -> JsResult<'_, JsValue> {
    let resource = cx.argument::<Box<AsyncResource>>(0)?.handle(&mut cx)?;
    let callback = Value::from(cx.argument::<JsFunction>(1)?);
    attempt_value(&mut cx, |env| resource.call(env, callback, &[]))
}

/// By a closure of Rust, inside which neon's own calls would need a context of their own.
fn run_with(mut cx: FunctionContext<'_>) -> JsResult<'_, JsValue> {
    let resource = cx.argument::<Box<AsyncResource>>(0)?.handle(&mut cx)?;
    let callback = Value::from(cx.argument::<JsFunction>(1)?);
    attempt_value(&mut cx, |env| {
        resource.run_with(env, [callback], |env, [callback]| env.call(callback, env.undefined()?, &[]))
    })
}

fn release(mut cx: FunctionContext<'_>) -> JsResult<'_, JsUndefined> {
    let resource = cx.argument::<Box<AsyncResource>>(0)?.0.borrow_mut().take();
    thread::spawn(move || drop(resource));
    Ok(cx.undefined())
}

fn store(mut cx: FunctionContext<'_>) -> JsResult<'_, JsValue> {
    let storage = Value::from(cx.argument::<JsObject>(0)?);
    attempt_value(&mut cx, |env| match Storage::from_js(env, storage)?.get(env)? {
        Some(store) => Ok(store),
        None => env.undefined(),
    })
}

/// Calls back from a thread, in the caller's context.
fn call_from_thread(mut cx: FunctionContext<'_>) -> JsResult<'_, JsUndefined> {
    let callback = Value::from(cx.argument::<JsFunction>(0)?);
    let (function, context, hold) = attempt(&mut cx, |env| {
        Ok((
            ContextFunction::<(u32,), u32>::new(env, callback)?,
            async_hooks::Context::capture(env)?,
            Hold::new(env)?,
        ))
    })?;
    thread::spawn(move || {
        let mut value = 0;
        while value < 3 {
            match function.call_in(&context, (value,)).wait() {
                Ok(next) => value = next,
                Err(_) => break,
            }
        }
        drop(hold);
    });
    Ok(cx.undefined())
}

/// An operation, on a thread as its executor.
fn query(mut cx: FunctionContext<'_>) -> JsResult<'_, JsValue> {
    let work = async { Ok::<_, String>("rows".to_owned()) };
    attempt_value(&mut cx, |env| {
        spawn_with(env, "DbQuery", work, |mut task| {
            thread::spawn(move || {
                let mut context = std::task::Context::from_waker(std::task::Waker::noop());
                while task.as_mut().poll(&mut context).is_pending() {
                    thread::yield_now();
                }
            });
        })
    })
}

#[neon::main]
fn main(mut cx: ModuleContext<'_>) -> NeonResult<()> {
    cx.export_function("resource", resource)?;
    cx.export_function("call", call)?;
    cx.export_function("runWith", run_with)?;
    cx.export_function("release", release)?;
    cx.export_function("store", store)?;
    cx.export_function("callFromThread", call_from_thread)?;
    cx.export_function("query", query)
}
