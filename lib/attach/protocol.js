'use strict';

/** Calls to an inspector, of a process or of one of its Workers: what is sent is text, and so is what comes back. */

/** What comes of a call whose thread is gone. */
class GoneError extends Error {}

/** The thread does not answer in time. */
class SilentError extends Error {}

/** The thread's JavaScript has thrown. */
class ThrownError extends Error {}

class Protocol {
  /** @type {Map<number, { resolve: (result: any) => void, reject: (error: Error) => void, timer?: NodeJS.Timeout }>} */
  #calls = new Map();
  #last = 0;
  #isOver = false;
  #send;
  #hear;

  /**
   * @param {(text: string) => void} send
   * @param {(method: string, params: any) => void} [hear] of events
   */
  constructor(send, hear = () => {}) {
    this.#send = send;
    this.#hear = hear;
  }

  /** @param {string} text that has come */
  receive(text) {
    const { id, method, params, result, error } = JSON.parse(text);
    if (id === undefined) {
      this.#hear(method, params);
      return;
    }
    const call = this.#calls.get(id);
    this.#calls.delete(id);
    clearTimeout(call?.timer);
    if (error !== undefined) call?.reject(new Error(error.message));
    else call?.resolve(result);
  }

  /** Nothing comes any more. */
  end() {
    this.#isOver = true;
    for (const { reject, timer } of this.#calls.values()) {
      clearTimeout(timer);
      reject(new GoneError('the connection is closed'));
    }
    this.#calls.clear();
  }

  /**
   * @param {string} method
   * @param {object} [params]
   * @param {number} [timeout] milliseconds
   * @returns {Promise<any>}
   */
  call(method, params = {}, timeout = 0) {
    return new Promise((resolve, reject) => {
      if (this.#isOver) {
        reject(new GoneError('the connection is closed'));
        return;
      }
      const id = ++this.#last;
      const timer = timeout === 0 ? undefined : setTimeout(() => this.#giveUp(id, reject), timeout);
      this.#calls.set(id, { resolve, reject, timer });
      this.#send(JSON.stringify({ id, method, params }));
    });
  }

  /**
   * @param {number} id
   * @param {(error: Error) => void} reject
   */
  #giveUp(id, reject) {
    this.#calls.delete(id);
    reject(new SilentError('it does not answer'));
  }

  /**
   * @param {string} expression
   * @param {number} timeout milliseconds
   * @returns {Promise<string>} the object's id
   */
  async evaluate(expression, timeout) {
    // `require` for a Node without `process.getBuiltinModule`.
    const answer = await this.call('Runtime.evaluate', { expression, includeCommandLineAPI: true, silent: true }, timeout);
    return valueIn(answer).objectId;
  }

  /**
   * Calls a method of an object of the thread.
   * @param {string} objectId
   * @param {string} name
   * @param {unknown[]} values as JSON has them
   * @param {number} timeout milliseconds
   * @returns {Promise<any>} its answer, as JSON has it
   */
  async callMethod(objectId, name, values, timeout) {
    const answer = await this.call(
      'Runtime.callFunctionOn',
      {
        objectId,
        functionDeclaration: `function () { return this.${name}.apply(this, arguments) }`,
        arguments: values.map((value) => ({ value })),
        returnByValue: true,
        silent: true,
      },
      timeout,
    );
    return valueIn(answer).value;
  }
}

/** @param {{ result: any, exceptionDetails?: any }} answer */
function valueIn({ result, exceptionDetails }) {
  if (exceptionDetails === undefined) return result;
  const { exception, text } = exceptionDetails;
  throw new ThrownError(String(exception?.description ?? exception?.value ?? text).split('\n')[0]);
}

module.exports = { Protocol, GoneError, SilentError, ThrownError };
