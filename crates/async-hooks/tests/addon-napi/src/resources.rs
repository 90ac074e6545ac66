//! Resources, one call a function.

use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread;

use async_hooks::{AsyncResource, ResourceOptions, Value};
use napi::bindgen_prelude::{External, FunctionRef};
use napi::{Env, Result};
use napi_derive::napi;

/// What JavaScript holds of a resource. Clones are made by Rust alone.
pub type Held = External<RefCell<Option<AsyncResource>>>;

pub fn resource_of(held: &Held) -> AsyncResource {
    held.borrow().clone().expect("it is released")
}

#[napi]
pub fn resource(env: &Env, kind: String) -> Result<Held> {
    Ok(External::new(RefCell::new(Some(AsyncResource::new(env, &kind)?))))
}

#[napi]
pub fn resource_with(
    env: &Env,
    kind: String,
    trigger: Option<f64>,
    parent: Option<&Held>,
    object: Option<Value<'_>>,
) -> Result<Held> {
    let parent = parent.map(resource_of);
    let mut options = ResourceOptions::new();
    if let Some(trigger) = trigger {
        options = options.trigger_async_id(trigger);
    }
    if let Some(parent) = &parent {
        options = options.parent(parent);
    }
    if let Some(object) = object {
        options = options.object(object);
    }
    Ok(External::new(RefCell::new(Some(options.create(env, &kind)?))))
}

#[napi]
pub fn ids(held: &Held) -> Vec<f64> {
    let resource = resource_of(held);
    vec![resource.async_id(), resource.trigger_async_id()]
}

/// By a closure.
#[napi]
pub fn run_in_scope(env: &Env, held: &Held, callback: FunctionRef<(), ()>) -> Result<()> {
    resource_of(held).run_in_scope(env, |env| callback.borrow_back(&env.napi())?.call(()))?
}

/// With values that pass the border of the scope.
#[napi]
pub fn run_with<'env>(
    env: &'env Env,
    held: &Held,
    callback: Value<'env>,
    argument: Value<'env>,
) -> Result<Value<'env>> {
    Ok(resource_of(held).run_with(env, [callback, argument], |env, [callback, argument]| {
        env.call(callback, env.undefined()?, &[argument])
    })?)
}

#[napi]
pub fn call<'env>(
    env: &'env Env,
    held: &Held,
    callback: Value<'_>,
    argument: Value<'_>,
) -> Result<Value<'env>> {
    Ok(resource_of(held).call(env, callback, &[argument])?)
}

/// What a panic in a scope says, after it passed through JavaScript.
#[napi]
pub fn panic_in_scope(env: &Env, held: &Held) -> Result<String> {
    let resource = resource_of(held);
    let panicked = catch_unwind(AssertUnwindSafe(|| {
        resource.run_in_scope(env, |_| {
            if resource.async_id() > 0.0 {
                std::panic::panic_any("in scope")
            }
        })
    }));
    match panicked {
        Ok(result) => Ok(format!("{result:?}")),
        Err(panic) => Ok(panic.downcast_ref::<&str>().copied().unwrap_or("another").to_owned()),
    }
}

/// A scope in a scope, in which a hook's callback may open more.
#[napi]
pub fn nest(env: &Env, held: &Held, depth: u32, callback: FunctionRef<(), ()>) -> Result<()> {
    fn enter(
        env: async_hooks::Env<'_>,
        resource: &AsyncResource,
        depth: u32,
        callback: &FunctionRef<(), ()>,
    ) -> Result<()> {
        if depth == 0 {
            return callback.borrow_back(&env.napi())?.call(());
        }
        resource.run_in_scope(env, |env| enter(env, resource, depth - 1, callback))?
    }
    enter(env.into(), &resource_of(held), depth, &callback)
}

#[napi]
pub fn emit_destroy(held: &Held) {
    resource_of(held).emit_destroy();
}

#[napi]
pub fn release(held: &Held) {
    let resource = held.borrow_mut().take();
    drop(resource);
}

/// Clones go to threads, and all are dropped at once.
#[napi]
pub fn release_on_threads(held: &Held, threads: u32) {
    let Some(resource) = held.borrow_mut().take() else { return };
    let threads: Vec<_> = (0..threads)
        .map(|_| {
            let clone = resource.clone();
            thread::spawn(move || drop(clone))
        })
        .collect();
    drop(resource);
    threads.into_iter().for_each(|thread| drop(thread.join()));
}

/// Of the last clone, in its own scope.
#[napi]
pub fn release_in_scope(env: &Env, held: &Held) -> Result<()> {
    let Some(resource) = held.borrow_mut().take() else { return Ok(()) };
    let clone = resource.clone();
    Ok(resource.run_in_scope(env, move |_| drop(clone))?)
}
