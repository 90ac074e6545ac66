'use strict';

/** A span's context by OpenTelemetry's context manager, in callbacks of a native addon. */

const bcrypt = require('bcrypt');
const { context, createContextKey } = require('@opentelemetry/api');
const { AsyncLocalStorageContextManager } = require('@opentelemetry/context-async-hooks');

context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
const KEY = createContextKey('request');
const current = () => context.active().getValue(KEY) ?? 'no context';

for (const id of ['r0', 'r1', 'r2', 'r3']) {
  context.with(context.active().setValue(KEY, id), () => {
    bcrypt.hash('password', 4, () => {
      const callback = current();
      setTimeout(() => console.log(JSON.stringify({ id, seen: { callback, timer: current() } })), 1);
    });
  });
}
