//! Connections over UDP, on tokio. What happens to a connection, async hooks see as resources:
//!
//! | type | when | caused by |
//! | --- | --- | --- |
//! | `UDPSOCKET` | a service listens | who called `listen` |
//! | `UDPCONNECTION` | a connection is opened | who called `connect` |
//! | `UDPSEND` | a message is sent, until it has left | who called `send` |
//! | `UDPDATA` | a message came | its socket or connection |
//! | `UDPCLOSE` | it is closed | its socket or connection |
//!
//! So a request that asks a service over UDP keeps its stores, and in a recording the connection stands under it.

use std::net::{SocketAddr, UdpSocket as StdSocket};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use async_hooks::{AsyncResource, Bytes, ContextFunction, Hold, Value, spawn};
use napi::bindgen_prelude::{Buffer, External};
use napi::{Env, Result};
use napi_derive::napi;
use tokio::net::UdpSocket;
use tokio::sync::Notify;

/// The longest message that UDP has.
const LONGEST: usize = 65_535;

type OnData = ContextFunction<(Bytes, String)>;
type OnClose = ContextFunction<()>;

/// A socket or a connection. It lives until it is closed, or until nobody has it any more.
pub struct Endpoint {
    shared: Arc<Shared>,
}

struct Shared {
    socket: StdSocket,
    resource: AsyncResource,
    is_closed: AtomicBool,
    closing: Notify,
}

impl Drop for Endpoint {
    fn drop(&mut self) {
        self.shared.close();
    }
}

impl Shared {
    fn close(&self) {
        self.is_closed.store(true, Ordering::Release);
        self.closing.notify_one();
    }
}

/// A service at an address. `onData(message, from)` is called for each message, `onClose()` at the end.
#[napi]
pub fn listen(
    env: &Env,
    address: String,
    on_data: Value<'_>,
    on_close: Value<'_>,
) -> Result<External<Endpoint>> {
    let socket = StdSocket::bind(address)?;
    open(env, "UDPSOCKET", socket, on_data, on_close)
}

/// A connection to a service.
#[napi]
pub fn connect(
    env: &Env,
    address: String,
    on_data: Value<'_>,
    on_close: Value<'_>,
) -> Result<External<Endpoint>> {
    let socket = StdSocket::bind("127.0.0.1:0")?;
    socket.connect(address)?;
    open(env, "UDPCONNECTION", socket, on_data, on_close)
}

fn open(
    env: &Env,
    kind: &str,
    socket: StdSocket,
    on_data: Value<'_>,
    on_close: Value<'_>,
) -> Result<External<Endpoint>> {
    socket.set_nonblocking(true)?;
    let (on_data, on_close) = (OnData::new(env, on_data)?, OnClose::new(env, on_close)?);
    let resource = AsyncResource::new(env, kind)?;
    let shared =
        Arc::new(Shared { socket, resource, is_closed: AtomicBool::new(false), closing: Notify::new() });
    let receiver = Arc::clone(&shared);
    // An open socket keeps the program alive, as Node's own do.
    let hold = Hold::new(env)?;
    napi::bindgen_prelude::spawn(async move {
        // What came before an error was delivered; the end says that no more comes.
        let _ = receive(&receiver, &on_data).await;
        let _ = on_close.call_as("UDPCLOSE", &receiver.resource, ()).await;
        drop(receiver);
        drop(hold);
    });
    Ok(External::new(Endpoint { shared }))
}

/// Delivers messages until the endpoint is closed.
async fn receive(shared: &Shared, on_data: &OnData) -> std::io::Result<()> {
    let socket = UdpSocket::from_std(shared.socket.try_clone()?)?;
    let mut message = vec![0; LONGEST];
    while !shared.is_closed.load(Ordering::Acquire) {
        let (length, from) = tokio::select! {
            received = socket.recv_from(&mut message) => received?,
            () = shared.closing.notified() => break,
        };
        let data = Bytes(message[..length].to_vec());
        // Nobody waits for the answer: what the function throws is uncaught.
        on_data.call_as("UDPDATA", &shared.resource, (data, from.to_string()));
    }
    Ok(())
}

/// Sends a message; the promise is resolved when it has left. A service says whom it goes to.
#[napi]
pub fn send<'env>(
    env: &'env Env,
    endpoint: &External<Endpoint>,
    message: Buffer,
    to: Option<String>,
) -> Result<Value<'env>> {
    let shared = Arc::clone(&endpoint.shared);
    let message = message.to_vec();
    let work = async move {
        let socket = UdpSocket::from_std(shared.socket.try_clone()?)?;
        let sent = match to {
            Some(to) => {
                let to: SocketAddr = to.parse().map_err(std::io::Error::other)?;
                socket.send_to(&message, to).await?
            }
            None => socket.send(&message).await?,
        };
        Ok::<_, std::io::Error>(sent as u32)
    };
    Ok(spawn(env, "UDPSEND", work)?)
}

/// The address of the endpoint itself.
#[napi]
pub fn address(endpoint: &External<Endpoint>) -> Result<String> {
    Ok(endpoint.shared.socket.local_addr()?.to_string())
}

/// No more messages; `onClose` is called.
#[napi]
pub fn close(endpoint: &External<Endpoint>) {
    endpoint.shared.close();
}
