// Web crypto: a digest, a key, a cipher and a signature.
'use strict';

const { subtle } = globalThis.crypto;

async function main() {
  const text = Buffer.from('text');
  console.log(Buffer.from(await subtle.digest('SHA-256', text)).toString('hex'));
  const key = await subtle.generateKey({ name: 'AES-GCM', length: 128 }, true, ['encrypt', 'decrypt']);
  const iv = Buffer.alloc(12);
  const secret = await subtle.encrypt({ name: 'AES-GCM', iv }, key, text);
  console.log(String(Buffer.from(await subtle.decrypt({ name: 'AES-GCM', iv }, key, secret))));
  const mac = await subtle.generateKey({ name: 'HMAC', hash: 'SHA-256' }, true, ['sign', 'verify']);
  console.log(await subtle.verify('HMAC', mac, await subtle.sign('HMAC', mac, text), text));
  const bits = await subtle.importKey('raw', text, 'PBKDF2', false, ['deriveBits']);
  const derived = await subtle.deriveBits({ name: 'PBKDF2', hash: 'SHA-256', salt: iv, iterations: 10 }, bits, 64);
  console.log(derived.byteLength);
}

main();
