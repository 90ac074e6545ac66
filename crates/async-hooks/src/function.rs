use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use crate::answer::{Answer, CallError, Exception, Sender, channel};
use crate::convert::{Args, FromJs};
use crate::env::{Env, Value};
use crate::environment::{Environment, Pin};
use crate::error::{Error, Result};
use crate::queue::Message;
use crate::resource::ResourceOptions;
use crate::scope::Scope;

/// A function of JavaScript that any thread may call, as often and as long as it likes.
///
/// Each call runs in the resource or context that the caller names. The function itself is no resource and keeps no store:
/// one that is made within a request, and lives on, holds nothing of that request. It does not keep the program alive; a
/// [`Hold`](crate::Hold) does, and so does [`spawn_with`](crate::spawn_with). A call that comes after the last turn of the
/// event loop never happens, and its answer is [`Error::Closing`] when the environment ends.
///
/// ```no_run
/// # fn example(env: async_hooks::Env<'_>, function: async_hooks::Value<'_>, query: async_hooks::AsyncResource)
/// # -> async_hooks::Result<()> {
/// use async_hooks::ContextFunction;
///
/// let log = ContextFunction::<(String, u32)>::new(env, function)?;
/// std::thread::spawn(move || {
///     log.call_in(&query, ("rows".to_owned(), 42));
/// });
/// # Ok(()) }
/// ```
pub struct ContextFunction<A, R = ()> {
    function: Arc<Pin>,
    types: PhantomData<fn(A) -> R>,
}

impl<A, R> Clone for ContextFunction<A, R> {
    fn clone(&self) -> Self {
        Self { function: Arc::clone(&self.function), types: PhantomData }
    }
}

impl<A, R> fmt::Debug for ContextFunction<A, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ContextFunction").finish_non_exhaustive()
    }
}

impl<A: Args + Send + 'static, R: FromJs + Send + 'static> ContextFunction<A, R> {
    /// Keeps a function.
    ///
    /// # Errors
    /// [`Error::WrongType`] if it is none, and those of [`AsyncResource::new`](crate::AsyncResource::new).
    pub fn new<'a>(env: impl Into<Env<'a>>, function: Value<'_>) -> Result<Self> {
        let env = env.into();
        if function.type_of(env)? != napi_sys::ValueType::napi_function {
            return Err(Error::WrongType);
        }
        let function = Arc::new(Environment::of(env)?.keep(env, function)?);
        Ok(Self { function, types: PhantomData })
    }

    /// Calls in [`Scope::current`], or outside of all where there is none.
    ///
    /// ```no_run
    /// # async fn example(log: async_hooks::ContextFunction<(&'static str,)>) {
    /// log.call(("started",));
    /// # }
    /// ```
    pub fn call(&self, args: A) -> Answer<R> {
        self.call_in(Scope::current().unwrap_or_default(), args)
    }

    /// Calls in a resource or a context.
    ///
    /// ```no_run
    /// # async fn example(log: async_hooks::ContextFunction<(&'static str,)>, context: async_hooks::Context) {
    /// log.call_in(&context, ("for this request",));
    /// # }
    /// ```
    pub fn call_in(&self, scope: impl Into<Scope>, args: A) -> Answer<R> {
        let scope = scope.into();
        self.send(move |environment, env, function, sender| {
            call(environment, env, &scope, &function, args, sender);
        })
    }

    /// Calls in a new resource of this type, which belongs to another one: `init`, `before`, the call, `after`, `destroy`.
    /// For what happens to a handle again and again, such as the messages of a socket.
    ///
    /// ```no_run
    /// # fn example(on_data: async_hooks::ContextFunction<(async_hooks::Bytes,)>, socket: &async_hooks::AsyncResource) {
    /// on_data.call_as("UdpMessage", socket, (async_hooks::Bytes(b"ping".to_vec()),));
    /// # }
    /// ```
    pub fn call_as(&self, kind: &'static str, parent: &crate::AsyncResource, args: A) -> Answer<R> {
        let parent = parent.clone();
        self.send(move |environment, env, function, sender| {
            match ResourceOptions::new().parent(&parent).create(env, kind) {
                Ok(resource) => call(environment, env, &resource.into(), &function, args, sender),
                Err(error) => {
                    environment.report(env, Err(error));
                    sender.send(Err(error.into()));
                }
            }
        })
    }

    fn send(
        &self,
        job: impl FnOnce(&Environment, Env<'_>, Arc<Pin>, Sender<R>) + Send + 'static,
    ) -> Answer<R> {
        let (sender, answer) = channel();
        let function = Arc::clone(&self.function);
        // Where the environment has ended, the message is dropped, and the sender says so.
        self.function.send(Message::Run(Box::new(move |environment, env| {
            job(environment, env, function, sender);
        })));
        answer
    }
}

/// On the JavaScript thread.
fn call<A: Args, R: FromJs>(
    environment: &Environment,
    env: Env<'_>,
    scope: &Scope,
    function: &Pin,
    args: A,
    sender: Sender<R>,
) {
    if let Some(Err(error)) = scope.pin().map(|pin| pin.slot(environment)) {
        return sender.send(Err(error.into()));
    }
    let outcome = scope.run(environment, env, |env| {
        let answer = apply(environment, env, function, args).and_then(|value| value.to_rust(env));
        match answer {
            Ok(answer) => Ok(Ok(answer)),
            // Nobody waits, so it stays pending: the event loop makes an uncaught exception of it.
            Err(Error::PendingException) if sender.is_abandoned() => Err(Error::PendingException),
            Err(Error::PendingException) => {
                Exception::take(environment, env).map(|e| Err(CallError::Threw(e)))
            }
            Err(error) => Ok(Err(CallError::Failed(error))),
        }
    });
    match outcome {
        Ok(Ok(answer)) => sender.send(answer),
        Ok(Err(error)) | Err(error) => {
            environment.report(env, Err(error));
            sender.send(Err(error.into()));
        }
    }
}

fn apply<'a, A: Args>(environment: &Environment, env: Env<'a>, function: &Pin, args: A) -> Result<Value<'a>> {
    let function = environment.value_in(env, function.slot(environment)?)?;
    let args = args.to_values(env)?;
    env.call(function, env.undefined()?, &args)
}
