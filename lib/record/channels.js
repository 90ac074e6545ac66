'use strict';

const { subscribe, unsubscribe } = require('node:diagnostics_channel');

/**
 * Listens to a diagnostics channel, and never throws at who speaks on it.
 *
 * @param {string} channel
 * @param {(message: any) => void} listener
 * @returns {() => void} what ends it
 */
function subscribed(channel, listener) {
  /** @param {unknown} message */
  const tolerant = (message) => {
    try {
      listener(message);
    } catch {
      /* Somebody else speaks on the channel. */
    }
  };
  subscribe(channel, tolerant);
  return () => {
    unsubscribe(channel, tolerant);
  };
}

module.exports = { subscribed };
