'use strict';
// Shows: where withScope() does not belong: before the first await of an async function. Up to there the function
//        runs as a part of its caller, and the scope is still open when the caller goes on.
// Look at: the caller of `leaking` has the inner store from then on; the caller of `tight` keeps its own,
//          because run() ends before it returns.
//
// Needs: withScope
// Output:
//   caller before: outer
//   caller, having called leaking: inner
//   caller, having called tight: outer
//   leaking, after its await: inner
//   tight, after its await: inner
const { AsyncLocalStorage } = require('./module');
const { print } = require('./support/print');

const storage = new AsyncLocalStorage();
const note = (when) => print(`${when}: ${storage.getStore()}`);

async function leaking() {
  const scope = storage.withScope('inner');
  try {
    await null;
    note('leaking, after its await');
  } finally {
    scope.dispose();
  }
}

function tight() {
  return storage.run('inner', async () => {
    await null;
    note('tight, after its await');
  });
}

storage.run('outer', () => {
  note('caller before');
  leaking();
  note('caller, having called leaking');
});

storage.run('outer', () => {
  tight();
  note('caller, having called tight');
});
