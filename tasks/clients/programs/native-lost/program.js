'use strict';

const sharp = require('sharp');
const sodium = require('sodium-native');
const { AsyncResource } = require('node:async_hooks');
const { called, observe } = require('../support/native');

const pixel = { create: { width: 1, height: 1, channels: /** @type {const} */ (3), background: 'red' } };

/** @param {(...args: any[]) => void} done */
function hash(done) {
  const answer = Buffer.alloc(sodium.crypto_pwhash_STRBYTES);
  sodium.crypto_pwhash_str_async(
    answer,
    Buffer.from('password'),
    sodium.crypto_pwhash_OPSLIMIT_MIN,
    sodium.crypto_pwhash_MEMLIMIT_MIN,
    done,
  );
}

observe(async (note) => {
  const noting = (/** @type {string} */ name, /** @type {Function} */ done) => () => (note(name), done());
  await called((done) => sharp(pixel).png().toBuffer(noting('sharp', done)));
  await called((done) =>
    sharp(pixel)
      .png()
      .toBuffer(AsyncResource.bind(noting('sharp, bound', done))),
  );
  await sharp(pixel).png().toBuffer();
  note('sharp, awaited');
  await called((done) => hash(noting('sodium-native', done)));
  await called((done) => hash(AsyncResource.bind(noting('sodium-native, bound', done))));
  note('sodium-native, awaited');
});
