'use strict';

/**
 * The client's side of a WebSocket (RFC 6455), as far as an inspector on this machine needs it: text messages both ways. Node has a client
 * of its own from 22 on only.
 */

const { createHash, randomBytes } = require('node:crypto');
const http = require('node:http');

const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
const OPCODES = /** @type {const} */ ({ more: 0, text: 1, close: 8, ping: 9, pong: 10 });
const FIN = 0x80;
const MASKED = 0x80;
/** Lengths above 125 stand in two or eight bytes behind these. */
const LENGTH_16 = 126;
const LENGTH_64 = 127;
/** A longer message is none of the inspector's to us. */
const MAX_MESSAGE = 2 ** 26;

/**
 * @typedef {object} Connection
 * @property {(text: string) => void} send
 * @property {() => void} close at once: what was sent before is on its way
 *
 * @typedef {object} Listener
 * @property {(text: string) => void} onMessage
 * @property {() => void} onClose called once, whoever has closed it
 */

/**
 * @param {URL} url
 * @param {Listener} listener
 * @param {number} timeout milliseconds
 * @returns {Promise<Connection>}
 */
function connect(url, listener, timeout) {
  const key = randomBytes(16).toString('base64');
  return new Promise((resolve, reject) => {
    const request = http.get({
      // An address of IPv6 stands in brackets in a URL.
      host: url.hostname.replace(/^\[|\]$/g, ''),
      port: url.port,
      path: url.pathname,
      agent: false,
      timeout,
      headers: { Connection: 'Upgrade', Upgrade: 'websocket', 'Sec-WebSocket-Key': key, 'Sec-WebSocket-Version': '13' },
    });
    request.once('timeout', () => request.destroy(new Error('it does not answer')));
    request.once('error', reject);
    request.once('response', (response) => {
      response.resume();
      reject(new Error(`it answers ${response.statusCode}`));
    });
    request.once('upgrade', (response, socket, head) => {
      const accept = createHash('sha1')
        .update(key + GUID)
        .digest('base64');
      if (response.headers['sec-websocket-accept'] !== accept) {
        socket.destroy();
        reject(new Error('it is no WebSocket'));
        return;
      }
      socket.setTimeout(0);
      resolve(connectionOn(/** @type {import('node:net').Socket} */ (socket), head, listener));
    });
  });
}

/**
 * @param {import('node:net').Socket} socket
 * @param {Buffer} head
 * @param {Listener} listener
 * @returns {Connection}
 */
function connectionOn(socket, head, { onMessage, onClose }) {
  const receive = receiver(onMessage, (opcode, payload) => {
    if (opcode === OPCODES.ping) socket.write(frame(OPCODES.pong, payload));
    else if (opcode === OPCODES.close) socket.destroy();
  });
  const take = (/** @type {Buffer} */ bytes) => {
    try {
      receive(bytes);
    } catch (error) {
      socket.destroy(/** @type {Error} */ (error));
    }
  };
  socket.setNoDelay(true);
  // A close follows it.
  socket.on('error', () => {});
  socket.on('data', take);
  // The other side has ended: nothing more comes.
  socket.once('end', () => socket.destroy());
  socket.once('close', () => onClose());
  if (head.length > 0) take(head);
  return {
    send: (text) => void (socket.destroyed || socket.write(frame(OPCODES.text, Buffer.from(text)))),
    close: () => void (socket.destroyed || socket.end(frame(OPCODES.close, Buffer.alloc(0)))),
  };
}

/**
 * @param {number} opcode
 * @param {Buffer} payload
 */
function frame(opcode, payload) {
  const { length } = payload;
  const head = Buffer.alloc(length < LENGTH_16 ? 2 : length < 2 ** 16 ? 4 : 10);
  head[0] = FIN | opcode;
  if (length < LENGTH_16) {
    head[1] = MASKED | length;
  } else if (length < 2 ** 16) {
    head[1] = MASKED | LENGTH_16;
    head.writeUInt16BE(length, 2);
  } else {
    head[1] = MASKED | LENGTH_64;
    head.writeBigUInt64BE(BigInt(length), 2);
  }
  const mask = randomBytes(4);
  return Buffer.concat([head, mask, payload.map((byte, at) => byte ^ mask[at % 4])]);
}

/**
 * Puts frames together, however they are cut.
 * @param {(text: string) => void} onMessage
 * @param {(opcode: number, payload: Buffer) => void} onControl
 * @returns {(bytes: Buffer) => void}
 */
function receiver(onMessage, onControl) {
  /** @type {Buffer} */
  let rest = Buffer.alloc(0);
  /** @type {Buffer[]} */
  let parts = [];
  let total = 0;
  return (bytes) => {
    rest = rest.length === 0 ? bytes : Buffer.concat([rest, bytes]);
    for (let read = frameOf(rest); read !== null; read = frameOf(rest)) {
      const { opcode, isLast, payload, end } = read;
      rest = rest.subarray(end);
      if (opcode >= OPCODES.close) {
        onControl(opcode, payload);
        continue;
      }
      total += payload.length;
      if (total > MAX_MESSAGE) throw new Error('the message is too long');
      parts.push(payload);
      if (!isLast) continue;
      const text = Buffer.concat(parts).toString();
      [parts, total] = [[], 0];
      onMessage(text);
    }
  };
}

/**
 * @param {Buffer} bytes
 * @returns {{ opcode: number, isLast: boolean, payload: Buffer, end: number } | null} null where it is not whole yet
 */
function frameOf(bytes) {
  if (bytes.length < 2) return null;
  let [length, start] = [bytes[1] & ~MASKED, 2];
  if (length === LENGTH_16) {
    if (bytes.length < 4) return null;
    [length, start] = [bytes.readUInt16BE(2), 4];
  } else if (length === LENGTH_64) {
    if (bytes.length < 10) return null;
    [length, start] = [Number(bytes.readBigUInt64BE(2)), 10];
  }
  if (length > MAX_MESSAGE) throw new Error('the message is too long');
  const end = start + length;
  if (bytes.length < end) return null;
  return { opcode: bytes[0] & 0x0f, isLast: (bytes[0] & FIN) !== 0, payload: bytes.subarray(start, end), end };
}

module.exports = { connect };
