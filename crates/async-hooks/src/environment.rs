//! What the crate keeps for each environment: a load of the addon in a thread.

use std::any::Any;
use std::cell::{Cell, RefCell};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::ptr;
use std::rc::Rc;
use std::sync::Arc;
use std::{mem, thread};

use napi_sys::{napi_callback_info, napi_env, napi_value};

use crate::bell::Bell;
use crate::env::{Env, Value, again};
use crate::error::{Error, Result, check};
use crate::frames::Frames;
use crate::helper::{BATCH, DESTROY, Function, Helper, RELEASE, SLOT};
use crate::queue::{Message, Queue};
use crate::slots::Slots;

thread_local! {
    /// The environments of this thread; nearly always one. An addon has one place for instance data, which belongs to the
    /// author or to napi-rs, so it is here. The cleanup hook of the environment takes it out.
    static ENVIRONMENTS: RefCell<Vec<Rc<Environment>>> = const { RefCell::new(Vec::new()) };
}

/// Something that the author wants to know of each resource, read where it is made.
pub(crate) type Reader = dyn Fn(Env<'_>) -> Option<Arc<dyn Any + Send + Sync>>;

pub(crate) struct Environment {
    raw: napi_env,
    queue: Arc<Queue>,
    helper: Helper,
    /// Where storages stand on context frames.
    frames: Option<Box<Frames>>,
    slots: RefCell<Slots>,
    /// Slots that this thread has no use for any more. The next value goes there; what is left is emptied in the next turn.
    stale: RefCell<Vec<u32>>,
    /// Closures that wait for the trampoline; the innermost is last.
    tickets: RefCell<Vec<Ticket>>,
    /// The number of the next ticket. None is used twice, so a stale one finds nothing.
    next_ticket: Cell<u64>,
    /// How many operations keep the event loop alive.
    holds: Cell<usize>,
    /// Whether one of them is a message that this thread sent to itself.
    holds_for_itself: Cell<bool>,
    pub(crate) reader: RefCell<Option<Rc<Reader>>>,
}

/// A closure on the stack of `through`, which takes the ticket back before it returns.
struct Ticket {
    number: u64,
    /// Taken by the first call of the trampoline.
    job: Option<Job>,
}

type Job = *mut dyn FnMut() -> napi_value;

/// How JavaScript is called.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Way {
    /// From a function that JavaScript called.
    Call,
    /// From the event loop: microtasks and ticks run afterwards.
    Callback,
}

impl Environment {
    /// The one of this environment, made at the first call.
    pub(crate) fn of(env: Env<'_>) -> Result<Rc<Self>> {
        match Self::find(|each| each.raw == env.raw()) {
            Some(environment) => Ok(environment),
            None => Self::create(env, None),
        }
    }

    /// The one that handles with this queue belong to, if this is its thread.
    fn here(queue: &Arc<Queue>) -> Option<Rc<Self>> {
        Self::find(|each| Arc::ptr_eq(&each.queue, queue))
    }

    fn find(is_it: impl Fn(&Self) -> bool) -> Option<Rc<Self>> {
        // The thread may be at its end, where nothing is left to find.
        let found = ENVIRONMENTS.try_with(|all| {
            let all = all.borrow();
            all.iter().find(|each| is_it(each)).cloned()
        });
        found.ok().flatten()
    }

    /// Makes it with this module, unless it is there.
    pub(crate) fn with_module(env: Env<'_>, module: Value<'_>) -> Result<()> {
        if Self::find(|each| each.raw == env.raw()).is_none() {
            Self::create(env, Some(module))?;
        }
        Ok(())
    }

    #[cold]
    fn create(env: Env<'_>, module: Option<Value<'_>>) -> Result<Rc<Self>> {
        setup();
        let module = match module {
            Some(module) => again(module),
            None => builtin(env)?,
        };
        // SAFETY: an `Env` stands for a running callback.
        let trampoline = env.make(|env, value| unsafe {
            napi_sys::napi_create_function(env, ptr::null(), 0, Some(trampoline), ptr::null_mut(), value)
        })?;
        let frames = Frames::load(env, module)?;
        let helper = Helper::load(env, module, trampoline)?;
        let bell = match Bell::new(env.raw(), on_ring, on_close) {
            Ok(bell) => bell,
            Err(error) => {
                helper.forget(env);
                return Err(error);
            }
        };
        let environment = Rc::new(Self {
            raw: env.raw(),
            queue: Arc::new(Queue::new(bell)),
            helper,
            frames,
            slots: RefCell::default(),
            stale: RefCell::default(),
            tickets: RefCell::default(),
            next_ticket: Cell::new(0),
            holds: Cell::new(0),
            holds_for_itself: Cell::new(false),
            reader: RefCell::default(),
        });
        ENVIRONMENTS.with(|all| all.borrow_mut().push(Rc::clone(&environment)));
        Ok(environment)
    }

    pub(crate) fn frames(&self) -> Option<&Frames> {
        self.frames.as_deref()
    }

    /// Calls `enter` with a number for which the trampoline runs `job`, once. A panic of the job passes through JavaScript,
    /// which knows nothing of it.
    fn through<'a, R>(
        &self,
        enter: impl FnOnce(u64) -> Result<Value<'a>>,
        job: impl FnOnce() -> (R, napi_value),
    ) -> Result<(R, Value<'a>)> {
        let mut outcome: Option<thread::Result<R>> = None;
        let mut job = Some(job);
        let mut run = || {
            let Some(job) = job.take() else { return ptr::null_mut() };
            match catch_unwind(AssertUnwindSafe(job)) {
                Ok((answer, value)) => {
                    outcome = Some(Ok(answer));
                    value
                }
                Err(panic) => {
                    outcome = Some(Err(panic));
                    ptr::null_mut()
                }
            }
        };
        let number = self.next_ticket.get();
        self.next_ticket.set(number + 1);
        let job: *mut (dyn FnMut() -> napi_value + '_) = &mut run;
        // SAFETY: the lifetime alone changes; the ticket is taken back below, before `run` goes.
        let job: *mut (dyn FnMut() -> napi_value + 'static) = unsafe { mem::transmute(job) };
        self.tickets.borrow_mut().push(Ticket { number, job: Some(job) });
        let entered = enter(number);
        self.tickets.borrow_mut().retain(|ticket| ticket.number != number);
        match outcome {
            Some(Err(panic)) => resume_unwind(panic),
            Some(Ok(answer)) => entered.map(|value| (answer, value)),
            None => entered.and(Err(Error::NotCalled)),
        }
    }

    /// The closure behind a ticket, once.
    fn redeem(&self, number: f64) -> Option<Job> {
        let mut tickets = self.tickets.borrow_mut();
        tickets.iter_mut().rev().find(|ticket| ticket.number as f64 == number)?.job.take()
    }

    /// Runs a job in the scope of the resource in this slot.
    pub(crate) fn run_in_resource<'a, R>(
        &self,
        env: Env<'a>,
        slot: u32,
        way: Way,
        job: impl FnOnce() -> (R, napi_value),
    ) -> Result<(R, Value<'a>)> {
        let run = self.helper.function(env, Function::Run)?;
        let slot = env.number(f64::from(slot))?;
        self.through(|ticket| way.call(env, run, &[slot, env.number(ticket as f64)?]), job)
    }

    /// Runs a job from the event loop, in no resource and without a store.
    pub(crate) fn run_outside<R>(&self, env: Env<'_>, job: impl FnOnce() -> R) -> Result<R> {
        let trampoline = self.helper.trampoline(env)?;
        let enter = |ticket| Way::Callback.call(env, trampoline, &[env.number(ticket as f64)?]);
        self.through(enter, || (job(), ptr::null_mut())).map(|(answer, _)| answer)
    }

    /// Runs a job with the frame in this slot as the current one.
    pub(crate) fn run_in_frame<R>(
        &self,
        env: Env<'_>,
        frames: &Frames,
        slot: u32,
        job: impl FnOnce() -> R,
    ) -> Result<R> {
        let frame = self.value_in(env, slot)?;
        let former = frames.current(env);
        frames.enter(frame);
        let answer = catch_unwind(AssertUnwindSafe(job));
        frames.enter(former);
        answer.map_or_else(|panic| resume_unwind(panic), Ok)
    }

    /// Calls a function in the scope of the resource in this slot.
    pub(crate) fn call_in_resource<'a>(
        &self,
        env: Env<'a>,
        slot: u32,
        function: Value<'_>,
        this: Value<'_>,
        args: &[Value<'_>],
    ) -> Result<Value<'a>> {
        let apply = self.helper.function(env, Function::Apply)?;
        let mut all = vec![env.number(f64::from(slot))?, again(function), again(this)];
        all.extend(args.iter().map(|value| again(*value)));
        env.call(apply, env.undefined()?, &all)
    }

    /// Makes a resource: a pin of its own, its id and its trigger's.
    pub(crate) fn make_resource(
        &self,
        env: Env<'_>,
        name: &str,
        trigger: Option<f64>,
        object: Option<Value<'_>>,
    ) -> Result<(Pin, f64, f64)> {
        let kind = env.string(name)?;
        let undefined = env.undefined()?;
        let is_plain = trigger.is_none() && object.is_none();
        let function =
            self.helper.function(env, if is_plain { Function::Make } else { Function::MakeWith })?;
        self.pin(env, |slot| {
            let slot = env.number(f64::from(slot))?;
            if is_plain {
                env.call(function, undefined, &[slot, kind])?;
            } else {
                let trigger = trigger.map_or(Ok(undefined), |id| env.number(id))?;
                let object = object.map_or(undefined, |object| again(object));
                env.call(function, undefined, &[slot, kind, trigger, object])?;
            }
            // A hook's `init` may have made others, but the ids are written after it.
            Ok(self.helper.ids())
        })
        .map(|(pin, (id, trigger))| (pin, id, trigger))
    }

    /// Keeps a value for handles that other threads may have.
    pub(crate) fn keep(&self, env: Env<'_>, value: Value<'_>) -> Result<Pin> {
        let slots = self.helper.slots(env)?;
        self.pin(env, |slot| {
            // SAFETY: both are alive.
            check(env.raw(), unsafe { napi_sys::napi_set_element(env.raw(), slots.raw(), slot, value.raw()) })
        })
        .map(|(pin, ())| pin)
    }

    fn pin<T>(&self, _env: Env<'_>, fill: impl FnOnce(u32) -> Result<T>) -> Result<(Pin, T)> {
        let stale = self.stale.borrow_mut().pop();
        let slot = stale.unwrap_or_else(|| self.slots.borrow_mut().take());
        // Where it is not filled, it goes back with the pin.
        let pin = Pin { queue: Arc::clone(&self.queue), slot, end: End::Leave };
        fill(slot).map(|made| (pin, made))
    }

    /// Frees a slot, of which nobody is to hear. It may happen in a finalizer, so nothing is done here.
    fn leave(&self, slot: u32) {
        let is_first = {
            let mut stale = self.stale.borrow_mut();
            stale.push(slot);
            stale.len() == 1
        };
        if is_first {
            send(&self.queue, Message::Sweep);
        }
    }

    /// What is kept in a slot.
    pub(crate) fn value_in<'a>(&self, env: Env<'a>, slot: u32) -> Result<Value<'a>> {
        let slots = self.helper.slots(env)?;
        // SAFETY: the array is alive.
        env.make(|env, value| unsafe { napi_sys::napi_get_element(env, slots.raw(), slot, value) })
    }

    /// One operation more keeps the event loop alive, until it is dropped.
    pub(crate) fn hold(&self) -> Hold {
        self.add_hold();
        Hold { queue: Arc::clone(&self.queue) }
    }

    fn add_hold(&self) {
        self.holds.set(self.holds.get() + 1);
        if self.holds.get() == 1 {
            // SAFETY: this is the JavaScript thread.
            self.queue.with_bell(|bell| unsafe { bell.keep_alive(true) });
        }
    }

    fn end_hold(&self) {
        self.holds.set(self.holds.get().saturating_sub(1));
        if self.holds.get() == 0 {
            // SAFETY: as above.
            self.queue.with_bell(|bell| unsafe { bell.keep_alive(false) });
        }
    }

    /// Does what was asked for since the last time.
    fn drain(&self, env: Env<'_>) {
        let messages = self.queue.take();
        if self.holds_for_itself.take() {
            self.end_hold();
        }
        let mut batch = Vec::new();
        for message in messages {
            match message {
                Message::Destroy(slot) => batch.push(slot << SLOT | DESTROY),
                Message::Release { slot, destroy: true } => batch.push(slot << SLOT | DESTROY | RELEASE),
                Message::Release { slot, destroy: false } => batch.push(slot << SLOT | RELEASE),
                Message::Sweep => {
                    let stale = self.stale.take();
                    for part in stale.chunks(BATCH) {
                        let mut part = part.iter().map(|slot| slot << SLOT | RELEASE).collect();
                        with_handles(env, || self.clean(env, &mut part));
                    }
                }
                Message::Unhold => self.end_hold(),
                Message::Run(job) => {
                    // The panic hook has printed it, and whoever waits for an answer learns that none comes.
                    let _ = catch_unwind(AssertUnwindSafe(|| with_handles(env, || job(self, env))));
                }
            }
            if batch.len() == BATCH {
                with_handles(env, || self.clean(env, &mut batch));
            }
        }
        if !batch.is_empty() {
            with_handles(env, || self.clean(env, &mut batch));
        }
    }

    /// Emits the `destroy`s of a batch, and empties its slots.
    fn clean(&self, env: Env<'_>, batch: &mut Vec<u32>) {
        for (index, message) in batch.iter().enumerate() {
            self.helper.write(index, *message);
        }
        let cleaned = self
            .helper
            .function(env, Function::Clean)
            .and_then(|clean| Way::Callback.call(env, clean, &[env.number(batch.len() as f64)?]));
        let mut slots = self.slots.borrow_mut();
        for message in batch.drain(..).filter(|message| message & RELEASE != 0) {
            slots.give_back(message >> SLOT);
        }
        let length = slots.shorter();
        drop(slots);
        self.report(env, cleaned.map(drop));
        if let Some(length) = length {
            let cut = self
                .helper
                .function(env, Function::Cut)
                .and_then(|cut| env.call(cut, env.undefined()?, &[env.number(f64::from(length))?]));
            self.report(env, cut.map(drop));
        }
    }

    /// An exception from the event loop is an uncaught one. Where the environment ends, nobody is left to hear of it.
    pub(crate) fn report(&self, env: Env<'_>, result: Result<()>) {
        if result == Err(Error::PendingException)
            && let Ok(exception) = env.take_exception()
        {
            // SAFETY: the exception is alive. A refusal changes nothing.
            unsafe { napi_sys::napi_fatal_exception(env.raw(), exception.raw()) };
        }
    }
}

impl Way {
    fn call<'a>(self, env: Env<'a>, function: Value<'_>, args: &[Value<'_>]) -> Result<Value<'a>> {
        if self == Self::Call {
            return env.call(function, env.undefined()?, args);
        }
        // An object of its own stands for "no resource": before 22 stores are properties of it.
        // SAFETY: an `Env` stands for a running callback.
        let this = env.make(|env, value| unsafe { napi_sys::napi_create_object(env, value) })?;
        let (function, count, args) = (function.raw(), args.len(), args.as_ptr().cast());
        // SAFETY: a `Value` is one `napi_value` (it is transparent), and all are alive.
        env.make(|env, value| unsafe {
            napi_sys::napi_make_callback(env, ptr::null_mut(), this.raw(), function, count, args, value)
        })
    }
}

/// A slot with a value of JavaScript. The slot is freed with it, from any thread.
pub(crate) struct Pin {
    queue: Arc<Queue>,
    slot: u32,
    pub(crate) end: End,
}

/// What is due when a pin is dropped.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum End {
    /// It keeps a value, of which no message speaks. So its own thread may use the slot again at once.
    Leave,
    /// The resource's `destroy` is on its way, or was emitted.
    Release,
    /// The resource's `destroy`.
    Destroy,
}

impl Pin {
    /// The slot, if this is the environment that it belongs to.
    pub(crate) fn slot(&self, environment: &Environment) -> Result<u32> {
        if Arc::ptr_eq(&self.queue, &environment.queue) {
            Ok(self.slot)
        } else {
            Err(Error::OtherEnvironment)
        }
    }

    /// Sends a message to the environment; answers whether it is still there.
    pub(crate) fn send(&self, message: Message) -> bool {
        send(&self.queue, message)
    }

    /// Asks for `destroy`, without freeing the slot.
    pub(crate) fn emit_destroy(&self) {
        self.send(Message::Destroy(self.slot));
    }
}

impl Drop for Pin {
    /// It may happen in a finalizer, where no JavaScript may run: so it is a message on the own thread, too.
    fn drop(&mut self) {
        let Self { ref queue, slot, end } = *self;
        let here = if end == End::Leave { Environment::here(queue) } else { None };
        match here {
            Some(environment) => environment.leave(slot),
            None => drop(send(queue, Message::Release { slot, destroy: end == End::Destroy })),
        }
    }
}

/// Keeps the event loop alive until it is dropped, on any thread.
pub(crate) struct Hold {
    queue: Arc<Queue>,
}

impl Drop for Hold {
    fn drop(&mut self) {
        // A closed queue belongs to a loop that has ended.
        let _ = self.queue.push(Message::Unhold);
    }
}

/// A message that the thread sends to itself keeps the loop alive, since it would be lost at the end of the program.
fn send(queue: &Arc<Queue>, message: Message) -> bool {
    if let Some(environment) = Environment::here(queue)
        && !environment.holds_for_itself.replace(true)
    {
        environment.add_hold();
    }
    queue.push(message).is_ok()
}

fn with_handles<R>(env: Env<'_>, job: impl FnOnce() -> R) -> Option<R> {
    let mut scope = ptr::null_mut();
    // SAFETY: on the JavaScript thread, from its event loop.
    check(env.raw(), unsafe { napi_sys::napi_open_handle_scope(env.raw(), &mut scope) }).ok()?;
    let answer = catch_unwind(AssertUnwindSafe(job));
    // SAFETY: opened above, and scopes inside are closed.
    unsafe { napi_sys::napi_close_handle_scope(env.raw(), scope) };
    answer.map_or_else(|panic| resume_unwind(panic), Some)
}

fn on_ring(raw: napi_env) {
    if let Some(environment) = Environment::find(|each| each.raw == raw) {
        // SAFETY: called from the event loop; handle scopes are opened inside, before any handle is made.
        environment.drain(unsafe { Env::from_raw(raw) });
    }
}

fn on_close(raw: napi_env) {
    let Some(environment) = Environment::find(|each| each.raw == raw) else { return };
    // What nobody came for is dropped at the end: it may send more, which the closed queue refuses.
    let _messages = environment.queue.close();
    // SAFETY: the environment is still there in its cleanup hook; giving references back makes no handles.
    environment.helper.forget(unsafe { Env::from_raw(raw) });
    let _ = ENVIRONMENTS.try_with(|all| all.borrow_mut().retain(|each| each.raw != raw));
}

/// The function that JavaScript calls to run a closure of Rust. Its argument is the ticket.
unsafe extern "C" fn trampoline(env: napi_env, info: napi_callback_info) -> napi_value {
    let (mut count, mut ticket, mut number) = (1, ptr::null_mut(), 0.0);
    // SAFETY: Node calls with its own env and info.
    unsafe {
        if napi_sys::napi_get_cb_info(env, info, &mut count, &mut ticket, ptr::null_mut(), ptr::null_mut())
            != 0
            || napi_sys::napi_get_value_double(env, ticket, &mut number) != 0
        {
            return ptr::null_mut();
        }
    }
    let job = Environment::find(|each| each.raw == env).and_then(|environment| environment.redeem(number));
    match job {
        // SAFETY: the closure is on the stack of `through`, which waits. A ticket is redeemed once, so nobody else has it.
        // It catches panics.
        Some(job) => unsafe { (*job)() },
        None => ptr::null_mut(),
    }
}

/// `process.getBuiltinModule('node:async_hooks')`
fn builtin(env: Env<'_>) -> Result<Value<'_>> {
    let process = env.global()?.get(env, "process")?;
    let get = process.get(env, "getBuiltinModule")?;
    if get.type_of(env)? != napi_sys::ValueType::napi_function {
        return Err(Error::NoModule);
    }
    env.call(get, process, &[env.string("node:async_hooks")?])
}

/// Loads the functions of Node-API, which napi-rs does itself.
fn setup() {
    #[cfg(not(any(feature = "napi", target_family = "wasm")))]
    {
        use std::sync::Once;
        /// The table of functions is one for the process, and must not be written while others read it.
        static SETUP: Once = Once::new();
        // SAFETY: the library is the program itself, which stays.
        SETUP.call_once(|| mem::forget(unsafe { napi_sys::setup() }));
    }
}
