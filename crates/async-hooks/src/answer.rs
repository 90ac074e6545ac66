use std::fmt;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};

use crate::env::{Env, Value};
use crate::environment::{Environment, Pin as Slot};
use crate::error::{Error, Result};
use crate::queue::Message;

/// What a call of a [`ContextFunction`](crate::ContextFunction) will answer. The call happens without anybody waiting for
/// it, too; then an exception is an uncaught one, as in JavaScript.
///
/// ```no_run
/// # async fn example(sum: async_hooks::ContextFunction<(f64, f64), f64>) {
/// let three = sum.call((1.0, 2.0)).await;
/// # }
/// ```
#[derive(Debug)]
pub struct Answer<R> {
    state: Arc<Mutex<State<R>>>,
}

#[derive(Debug)]
struct State<R> {
    result: Option<std::result::Result<R, CallError>>,
    waker: Option<Waker>,
    /// Whether the answer was dropped: nobody takes a result any more.
    is_abandoned: bool,
}

/// Gives the answer; without one, that says so itself.
pub(crate) struct Sender<R> {
    state: Arc<Mutex<State<R>>>,
    is_sent: bool,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

pub(crate) fn channel<R>() -> (Sender<R>, Answer<R>) {
    let state = Arc::new(Mutex::new(State { result: None, waker: None, is_abandoned: false }));
    (Sender { state: Arc::clone(&state), is_sent: false }, Answer { state })
}

impl<R> Sender<R> {
    /// Whether nobody waits any more.
    pub(crate) fn is_abandoned(&self) -> bool {
        lock(&self.state).is_abandoned
    }

    pub(crate) fn send(mut self, result: std::result::Result<R, CallError>) {
        self.put(result);
    }

    fn put(&mut self, result: std::result::Result<R, CallError>) {
        self.is_sent = true;
        let waker = {
            let mut state = lock(&self.state);
            if state.is_abandoned {
                drop(state);
                return nobody_takes(Some(result));
            }
            state.result = Some(result);
            state.waker.take()
        };
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}

/// An exception that nobody takes is an uncaught one.
fn nobody_takes<R>(result: Option<std::result::Result<R, CallError>>) {
    if let Some(Err(CallError::Threw(exception))) = result {
        exception.throw_uncaught();
    }
}

impl<R> Drop for Sender<R> {
    fn drop(&mut self) {
        if !self.is_sent {
            self.put(Err(CallError::Failed(Error::Closing)));
        }
    }
}

impl<R> Future for Answer<R> {
    type Output = std::result::Result<R, CallError>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let mut state = lock(&self.state);
        match state.result.take() {
            Some(result) => Poll::Ready(result),
            None => {
                state.waker = Some(context.waker().clone());
                Poll::Pending
            }
        }
    }
}

impl<R> Answer<R> {
    /// Blocks the thread until the answer is there. On the JavaScript thread that is forever: there, `await` it.
    ///
    /// ```no_run
    /// # fn example(sum: async_hooks::ContextFunction<(f64, f64), f64>) {
    /// std::thread::spawn(move || sum.call((1.0, 2.0)).wait());
    /// # }
    /// ```
    ///
    /// # Errors
    /// Those of the call.
    pub fn wait(mut self) -> std::result::Result<R, CallError> {
        struct Unpark(Thread);
        impl Wake for Unpark {
            fn wake(self: Arc<Self>) {
                self.0.unpark();
            }
        }
        let waker = Waker::from(Arc::new(Unpark(thread::current())));
        let mut context = Context::from_waker(&waker);
        loop {
            match Pin::new(&mut self).poll(&mut context) {
                Poll::Ready(result) => return result,
                Poll::Pending => thread::park(),
            }
        }
    }
}

impl<R> Drop for Answer<R> {
    fn drop(&mut self) {
        let result = {
            let mut state = lock(&self.state);
            state.is_abandoned = true;
            state.result.take()
        };
        nobody_takes(result);
    }
}

/// Why a call has no answer.
///
/// ```
/// use async_hooks::{CallError, Error};
///
/// assert_eq!(CallError::from(Error::WrongType).to_string(), Error::WrongType.to_string());
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum CallError {
    /// The function threw.
    Threw(Exception),
    /// It could not be called, or its answer is of another type.
    Failed(Error),
}

impl fmt::Display for CallError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Threw(exception) => f.write_str(exception.message()),
            Self::Failed(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for CallError {}

impl From<Error> for CallError {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

/// Something that JavaScript threw, kept for other threads.
///
/// ```no_run
/// # async fn example(parse: async_hooks::ContextFunction<(String,)>) {
/// use async_hooks::CallError;
///
/// if let Err(CallError::Threw(exception)) = parse.call(("{".to_owned(),)).await {
///     eprintln!("{}", exception.message());
/// }
/// # }
/// ```
#[derive(Clone)]
pub struct Exception {
    message: Arc<str>,
    value: Arc<Slot>,
}

impl Exception {
    /// Takes what is pending.
    pub(crate) fn take(environment: &Environment, env: Env<'_>) -> Result<Self> {
        let value = env.take_exception()?;
        let message = message_of(env, value);
        Ok(Self { message: message.into(), value: Arc::new(environment.keep(env, value)?) })
    }

    /// As `String(error)` gives it.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }

    /// What was thrown.
    ///
    /// # Errors
    /// [`Error::OtherEnvironment`], [`Error::Closing`]
    pub fn value<'a>(&self, env: impl Into<Env<'a>>) -> Result<Value<'a>> {
        let env = env.into();
        let environment = Environment::of(env)?;
        environment.value_in(env, self.value.slot(&environment)?)
    }

    fn throw_uncaught(self) {
        let value = Arc::clone(&self.value);
        let throw = move |environment: &Environment, env: Env<'_>| {
            if let Ok(value) = self.value(env) {
                // SAFETY: the value is alive.
                unsafe { napi_sys::napi_throw(env.raw(), value.raw()) };
                environment.report(env, Err(Error::PendingException));
            }
        };
        value.send(Message::Run(Box::new(throw)));
    }
}

impl fmt::Debug for Exception {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Exception").field(&self.message).finish()
    }
}

/// Whatever goes wrong, it was thrown.
fn message_of(env: Env<'_>, value: Value<'_>) -> String {
    // SAFETY: the value is alive.
    let text = env.make(|env, text| unsafe { napi_sys::napi_coerce_to_string(env, value.raw(), text) });
    let message = text.and_then(|text| text.to_rust(env));
    message.unwrap_or_else(|_| {
        // `toString` threw in its turn.
        let _ = env.take_exception();
        "JavaScript threw a value that is no string".to_owned()
    })
}
