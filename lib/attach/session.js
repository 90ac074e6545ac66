'use strict';

/**
 * A recording of a process that runs, as the command line sees it: opens the inspector, begins on the main thread and then in the Workers,
 * keeps the lease, ends everything and leaves the process as it was.
 */

const path = require('node:path');
const { setTimeout: sleep } = require('node:timers/promises');

const { openInspector } = require('./inspector');
const { clientsOf, idOfItsOwn, isAlive, whyNotAttachable } = require('./process');
const { GoneError, Protocol, SilentError, ThrownError } = require('./protocol');
const { Refusal } = require('./refusal');
const { connect } = require('./websocket');

const TARGET = path.join(__dirname, 'target.js');
const PACKAGE = path.join(__dirname, '..', '..');
const OLDEST_NODE = 20;

/** Milliseconds for an answer that needs nothing but a thread that runs JavaScript. */
const ANSWER = 10_000;
/** For what waits for the event loop to turn. After that it is done where the thread is. */
const TURN = 1000;
/** Between two questions for what came of it. */
const POLL = 20;
/** Between two renewals of the lease, and how many looks it lasts. */
const RENEWAL = 1000;
const LOOKS = 40;
/** Between two looks of the thread (`target.js`), and what the recording may last longer than was asked for. */
const LOOK = 100;
const MARGIN = 5000;
/** For a Worker's first answer. */
const WORKER = 5000;

/**
 * What each thread is asked first. It may be a Node of any age.
 *
 * `run` does something when the event loop turns, so that nothing is loaded or switched on in the middle of the program's JavaScript; or at
 * once where `isForced`. It makes no promise, which the recording would have: who wants to know what came of it asks for the `answer`.
 */
const DOOR = `({
  pid: process.pid,
  version: process.version,
  name: process.argv[1],
  get: process.getBuiltinModule || require,
  isGone: false,
  target: null,
  said: null,
  turn: null,
  run: function (act, isForced) {
    var door = this;
    function go() {
      if (door.isGone || door.said !== null) return;
      try { door.said = { value: act(door) } } catch (error) { door.said = { thrown: String(error && error.message) } }
    }
    if (isForced) return go();
    door.said = null;
    door.turn = door.get('timers').setImmediate(go);
  },
  answer: function () { return this.said },
  who: function () { return { pid: this.pid, version: this.version, name: this.name } },
  begin: function (file, asked, isForced) {
    this.run(function (door) {
      var target;
      try { target = door.get('module').createRequire(file)(file) } catch (error) {
        return { unreadable: /^(MODULE_NOT_FOUND|ERR_INVALID_PACKAGE_CONFIG|E(ACCES|PERM|RR_ACCESS_DENIED))$/.test(error.code), message: error.message };
      }
      var refused = target.refusal();
      if (refused !== null) return { message: refused };
      door.target = target.begin(asked, door.turn);
      door.turn = null;
      return { file: door.target.file };
    }, isForced);
  },
  renew: function () { return this.target.renew() },
  end: function (isForced) {
    if (this.target === null) this.said = { value: [] };
    else if (isForced || !this.target.endsSoon) this.run(function (door) { return door.target.end() }, isForced);
    else {
      var door = this;
      door.said = null;
      door.target.endSoon(function (types) { door.said = { value: types } });
    }
  },
  cancel: function () {
    this.isGone = true;
    if (this.target !== null) this.target.end();
  },
  close: function () { process._debugEnd() },
})`;

/** A thread of the process. */
class Thread {
  #protocol;
  #door = '';

  /** @param {Protocol} protocol */
  constructor(protocol) {
    this.#protocol = protocol;
  }

  /** @param {number} timeout */
  async open(timeout) {
    for (const end = Date.now() + timeout; this.#door === ''; await sleep(POLL)) {
      try {
        this.#door = await this.#protocol.evaluate(DOOR, timeout);
      } catch (error) {
        // In a thread that has only just been started, Node has not made everything yet.
        if (!(error instanceof ThrownError) || Date.now() > end) throw error;
      }
    }
    return this.call('who', [], timeout);
  }

  /**
   * @param {string} name
   * @param {unknown[]} values
   * @param {number} timeout
   */
  call(name, values, timeout) {
    return this.#protocol.callMethod(this.#door, name, values, timeout);
  }

  /**
   * Does something when the event loop turns; where it does not for a while, at once.
   * @param {string} name
   * @param {unknown[]} values
   */
  async callInTurn(name, values) {
    await this.call(name, [...values, false], ANSWER);
    for (const end = Date.now() + TURN; Date.now() < end; await sleep(POLL)) {
      const said = await this.call('answer', [], ANSWER);
      if (said !== null) return valueOf(said);
    }
    await this.call(name, [...values, true], ANSWER);
    return valueOf(await this.call('answer', [], ANSWER));
  }
}

/** @param {{ value?: any, thrown?: string }} said */
function valueOf({ value, thrown }) {
  if (thrown !== undefined) throw new ThrownError(thrown);
  return value;
}

class Session {
  #pid;
  #tell;
  /** @type {import('./websocket').Connection | null} */
  #connection = null;
  /** @type {Protocol | null} */
  #protocol = null;
  /** @type {Thread | null} */
  #main = null;
  /** Of Workers, by the ids of their sessions. @type {Map<string, { protocol: Protocol, thread: Thread, begun: Promise<void> }>} */
  #workers = new Map();
  #wasOpen = false;
  #port = 0;
  /** @type {import('./target').Asked | null} what Workers are asked, from when they are */
  #asked = null;
  /** @type {() => void} */
  #close = () => {};
  /** @type {Promise<void>} */
  #closed = new Promise((resolve) => (this.#close = resolve));

  /**
   * @param {number} pid
   * @param {(text: string) => void} tell
   */
  constructor(pid, tell) {
    this.#pid = pid;
    this.#tell = tell;
  }

  /**
   * @param {import('../record/options').Options} options
   * @param {number | null} milliseconds
   * @param {AbortSignal} interrupted
   * @returns {Promise<{ file: string, name: string }>}
   */
  async begin(options, milliseconds, interrupted) {
    const reason = whyNotAttachable(this.#pid);
    if (reason !== null) throw new Refusal(reason);
    await this.#connect();
    try {
      const name = await this.#meet();
      const file = await this.#beginMain(options, milliseconds, interrupted);
      await this.#beginWorkers();
      return { file, name };
    } catch (error) {
      await this.#leave();
      throw refusalOf(error);
    }
  }

  /**
   * Waits for the end of the recording.
   * @param {number | null} milliseconds
   * @param {AbortSignal} interrupted
   * @returns {Promise<string | null>} what has ended it, where it was not asked for
   */
  async follow(milliseconds, interrupted) {
    const end = milliseconds === null ? Infinity : Date.now() + milliseconds;
    while (!interrupted.aborted && Date.now() < end) {
      try {
        if (!(await /** @type {Thread} */ (this.#main).call('renew', [], ANSWER))) return 'has ended the recording itself';
      } catch (error) {
        if (error instanceof GoneError)
          return (await this.#ends()) ? 'has ended' : 'has closed its inspector, and so its recording has ended';
        // It is blocked in native code: its lease ends by looks that it does not take meanwhile.
        if (!(error instanceof SilentError)) throw error;
      }
      const pause = sleep(Math.min(RENEWAL, Math.max(0, end - Date.now())), undefined, { signal: interrupted, ref: true });
      await Promise.race([pause.catch(() => {}), this.#closed]);
    }
    return null;
  }

  /** The connection is gone: waits until the process is, or until its lease is over. */
  async #ends() {
    for (const end = Date.now() + LOOKS * LOOK + RENEWAL; isAlive(this.#pid); await sleep(POLL)) {
      if (Date.now() > end) return false;
    }
    return true;
  }

  /**
   * The recording is complete afterwards, and the process as it was.
   * @returns {Promise<string[] | null>} the types that were recorded; null where nobody tells
   */
  async end() {
    let types = null;
    try {
      types = await this.#main?.callInTurn('end', []);
      // They leave at their next event; one that waits has none.
      await Promise.allSettled([...this.#workers.values()].map(({ thread }) => thread.callInTurn('end', [])));
    } catch (error) {
      if (error instanceof SilentError)
        this.#tell(`process ${this.#pid} does not answer. It ends the recording when it runs JavaScript again.`);
      else if (!(error instanceof GoneError)) throw error;
    }
    await this.#leave();
    return types;
  }

  async #connect() {
    const { url, port, wasOpen } = await openInspector(this.#pid);
    [this.#wasOpen, this.#port] = [wasOpen, port];
    const protocol = new Protocol(
      (text) => this.#connection?.send(text),
      (method, params) => this.#hear(method, params),
    );
    this.#protocol = protocol;
    try {
      this.#connection = await connect(
        url,
        {
          onMessage: (text) => protocol.receive(text),
          onClose: () => {
            protocol.end();
            for (const worker of this.#workers.values()) worker.protocol.end();
            this.#close();
          },
        },
        ANSWER,
      );
    } catch (error) {
      throw new Refusal(`its inspector cannot be used: ${/** @type {Error} */ (error).message}`);
    }
  }

  /** Makes sure that it is the process that is meant, and one that can be recorded. */
  async #meet() {
    const protocol = /** @type {Protocol} */ (this.#protocol);
    // A process that ends waits for whoever is connected, and says so to whoever asks for it.
    await protocol.call('NodeRuntime.notifyWhenWaitingForDisconnect', { enabled: true }, ANSWER).catch(() => {});
    const main = new Thread(protocol);
    const { pid, version, name } = await main.open(ANSWER);
    if (pid !== idOfItsOwn(this.#pid)) {
      // Another one: nothing is closed that is not ours.
      this.#wasOpen = true;
      throw new Refusal(`the inspector that answers is that of process ${pid}`);
    }
    this.#main = main;
    if (Number.parseInt(version.slice(1), 10) < OLDEST_NODE) {
      throw new Refusal(`it runs Node ${version}, and the recorder needs Node ${OLDEST_NODE} or newer`);
    }
    return `Node ${version}${name === undefined ? '' : `, ${path.basename(name)}`}`;
  }

  /**
   * @param {import('../record/options').Options} options
   * @param {number | null} milliseconds
   * @param {AbortSignal} interrupted
   */
  async #beginMain(options, milliseconds, interrupted) {
    const main = /** @type {Thread} */ (this.#main);
    const most = milliseconds === null ? null : Math.ceil((milliseconds + MARGIN) / LOOK);
    const asked = { options, closes: !this.#wasOpen, looks: LOOKS, most };
    const { file, unreadable, message } = await Promise.race([
      main.callInTurn('begin', [TARGET, asked]),
      new Promise((_, reject) => {
        const refuse = () => reject(new Refusal('it was interrupted before it began'));
        if (interrupted.aborted) refuse();
        else interrupted.addEventListener('abort', refuse, { once: true });
      }),
    ]);
    if (unreadable === true) {
      throw new Refusal(`it cannot read ${PACKAGE} (${message.split('\n')[0]}). Install the package where its user can read it`);
    }
    if (message !== undefined) throw new Refusal(message.split('\n')[0].replace(/\.$/, ''));
    if (file === null) {
      await main.callInTurn('end', []);
      throw new Refusal(`it cannot write ${options.file}. Name a file with -o that its user can write`);
    }
    this.#asked = { ...asked, closes: false };
    return file;
  }

  /** Those that run now, and by events those that start later. */
  async #beginWorkers() {
    // A Node without it has no Workers to tell of.
    await this.#protocol?.call('NodeWorker.enable', { waitForDebuggerOnStart: false }, ANSWER).catch(() => {});
    await Promise.allSettled([...this.#workers.values()].map(({ begun }) => begun));
  }

  /**
   * @param {string} method
   * @param {any} params
   */
  #hear(method, params) {
    if (method === 'NodeRuntime.waitingForDisconnect') {
      this.#connection?.close();
    } else if (method === 'NodeWorker.attachedToWorker') {
      this.#meetWorker(params.sessionId, params.workerInfo.workerId);
    } else if (method === 'NodeWorker.receivedMessageFromWorker') {
      this.#workers.get(params.sessionId)?.protocol.receive(params.message);
    } else if (method === 'NodeWorker.detachedFromWorker') {
      this.#workers.get(params.sessionId)?.protocol.end();
      this.#workers.delete(params.sessionId);
    }
  }

  /**
   * @param {string} sessionId
   * @param {string} workerId
   */
  #meetWorker(sessionId, workerId) {
    const send = (/** @type {string} */ message) =>
      void this.#protocol?.call('NodeWorker.sendMessageToWorker', { sessionId, message }).catch(() => {});
    const protocol = new Protocol(send);
    const thread = new Thread(protocol);
    const begun = this.#beginWorker(thread).catch((error) => {
      if (!(error instanceof GoneError)) this.#tell(`Worker ${workerId} is not recorded: ${error.message}.`);
    });
    this.#workers.set(sessionId, { protocol, thread, begun });
  }

  /** @param {Thread} thread */
  async #beginWorker(thread) {
    // Not from within the message that told of it.
    await null;
    await thread.open(WORKER);
    const { message } = await thread.callInTurn('begin', [TARGET, this.#asked]);
    if (message !== undefined) throw new Error(message.split('\n')[0]);
  }

  /** Closes the inspector, unless it is somebody else's. */
  async #leave() {
    try {
      await this.#main?.call('cancel', [], ANSWER);
      const others = clientsOf(this.#pid, this.#port) ?? 1;
      if (others > 1) this.#tell(`the inspector of process ${this.#pid} stays open: another client uses it.`);
      // It closes with the connection, and answers nothing.
      else if (!this.#wasOpen) await this.#main?.call('close', [], ANSWER);
    } catch (error) {
      if (error instanceof SilentError) this.#tell(`process ${this.#pid} does not answer: its inspector stays open.`);
      else if (!(error instanceof GoneError || error instanceof ThrownError)) throw error;
    }
    this.#connection?.close();
    await this.#closed;
  }
}

/** @param {unknown} error */
function refusalOf(error) {
  if (error instanceof SilentError) return new Refusal('its main thread does not answer. Native code may block it, or a debugger');
  if (error instanceof GoneError) return new Refusal('it has closed the connection to its inspector, or has ended');
  if (error instanceof ThrownError) return new Refusal(`it answers: ${error.message}`);
  return error;
}

module.exports = { Session };
