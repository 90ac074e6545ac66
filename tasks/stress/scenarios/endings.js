'use strict';

/** `process.exit`, `process.abort` and exceptions in callbacks of every kind end the process, or the Worker, as with the builtin. */

const { assertNothing, resultsOf, runBoth, withoutFrames } = require('../programs');

const EVENTS = ['init', 'before', 'after', 'destroy', 'promiseResolve'];
const PROMISES = ['promise', 'async'];
const ALL = {
  sources: ['resource', 'timer', 'tick', 'file', ...PROMISES],
  actions: ['exit', 'exitInExit', 'throw', 'throwNothing', 'reject', 'abort'],
};
/** Where a quick run looks. */
const QUICK = {
  inProcesses: { sources: ['promise'], actions: ['exit', 'throwNothing', 'abort'] },
  inWorkers: { sources: ['resource', 'promise'], actions: ['exit', 'throw', 'reject'] },
};
/** It ends all threads: from a Worker too. */
const NOT_IN_WORKERS = 'abort';

/** @param {{ sources: string[], actions: string[] }} all */
function casesOf({ sources, actions }) {
  return sources.flatMap((source) =>
    EVENTS.filter((event) => event !== 'promiseResolve' || PROMISES.includes(source)).flatMap((event) =>
      actions.map((action) => ({ event, source, action })),
    ),
  );
}

/** @type {import('../run').Scenario} */
async function run({ quick }) {
  const nodeOptions = ['--expose-gc'];
  const cases = casesOf(quick ? QUICK.inProcesses : ALL);
  const wrong = [];
  for (const { event, source, action } of cases) {
    const outcome = await runBoth('endings', [event, source, action], { nodeOptions });
    const [builtin, ours] = [outcome.builtin, outcome.ours].map(({ stderr, ...rest }) =>
      JSON.stringify({ ...rest, stderr: withoutFrames(stderr) }),
    );
    if (ours !== builtin) wrong.push(`${source}, ${action} in ${event}: ${ours} instead of ${builtin}`);
  }
  assertNothing(wrong, cases.length);
  const inWorkers = casesOf(quick ? QUICK.inWorkers : ALL)
    .filter(({ action }) => action !== NOT_IN_WORKERS)
    .map((one) => Object.values(one).join());
  const { builtin, ours } = await resultsOf('worker-endings', inWorkers, { nodeOptions, timeout: 300_000 });
  const others = inWorkers.filter((name) => String(ours[name]) !== String(builtin[name]));
  assertNothing(
    others.map((name) => `in a Worker, ${name}: ${ours[name]} instead of ${builtin[name]}`),
    inWorkers.length,
  );
  return `${cases.length} processes and ${inWorkers.length} Workers end as with the builtin`;
}

module.exports = { run };
