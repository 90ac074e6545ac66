// Web crypto: keys are exported and imported.
'use strict';

const { subtle } = globalThis.crypto;

async function main() {
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256' };
  const { privateKey, publicKey } = await subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const exported = await subtle.exportKey('jwk', publicKey);
  console.log(exported.kty, exported.crv);
  const imported = await subtle.importKey('jwk', exported, algorithm, true, ['verify']);
  const hash = { name: 'ECDSA', hash: 'SHA-256' };
  const signature = await subtle.sign(hash, privateKey, Buffer.from('text'));
  console.log(await subtle.verify(hash, imported, signature, Buffer.from('text')));
}

main();
