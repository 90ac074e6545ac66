'use strict';

/** Sentry's isolation scopes, in callbacks of a native addon. */

const bcrypt = require('bcrypt');
const Sentry = require('@sentry/node-core/light');

Sentry.init({ defaultIntegrations: false });
const current = () => Sentry.getIsolationScope().getScopeData().tags.request ?? 'no scope';

for (const id of ['r0', 'r1', 'r2', 'r3']) {
  Sentry.withIsolationScope((scope) => {
    scope.setTag('request', id);
    bcrypt.hash('password', 4, () => {
      const callback = current();
      setTimeout(() => console.log(JSON.stringify({ id, seen: { callback, timer: current() } })), 1);
    });
  });
}
