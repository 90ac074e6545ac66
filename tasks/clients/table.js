'use strict';

/** Writes the results of a whole run to `docs/clients.md`. */

const fs = require('node:fs');
const path = require('node:path');
const { versionOf } = require('./install');
const { FALLBACKS } = require('./modes');

/**
 * @typedef {import('./run').Client} Client
 * @typedef {import('./check').Verdict} Verdict
 * @typedef {import('./answers').Answer} Answer
 * @typedef {{ client: Client, node: import('../../scripts/nodes').NodeBinary, verdict: Verdict }} Result
 */

const FILE = path.join(__dirname, '..', '..', 'docs', 'clients.md');

const WORDS = {
  passes: 'passes',
  kept: "passes; lost with Node's own module",
  fails: 'fails',
  unsupported: "fails with Node's own module too",
  skipped: 'skipped',
};

/**
 * @param {Result[]} results
 * @param {Answer[]} answered
 */
function write(results, answered) {
  fs.writeFileSync(FILE, text(results, answered));
}

/**
 * @param {Result[]} results
 * @param {Answer[]} answered
 */
function text(results, answered) {
  const versions = [...new Set(results.map(({ node }) => node.version))];
  const settings = list(Object.entries(FALLBACKS).map(([name, value]) => `\`${name}=${value}\``));
  const notes = results.filter(({ verdict }) => verdict.detail !== '');
  return `# Clients

\`npm run test:clients\` runs published programs by other authors on this package, and writes this page.
Each client runs unmodified and as its README says, in its own process: with Node's own \`async_hooks\`, with
\`--require async-hooks-rs/register\`, with \`--import async-hooks-rs/register\`, and once more with this package's fallbacks
(${settings}). A client passes if each run meets the assertions,
all runs show the same, and the client really used this package. On 24 and 26, callbacks of native addons have no store with Node's own
module ([why](decisions/native-context.md)); there the runs with this package must show what 22 shows.

The *journey* of a request goes through ticks, microtasks, promises, timers, immediates, files, streams, dns, crypto, zlib, an HTTP
request and a pool of 2 sockets. The client checks the context in each callback, and after awaiting each step.

Node ${list(versions)}. The package is the tarball that \`npm pack\` makes.

| client | version | Nodes | what was asserted | result |
| --- | --- | --- | --- | --- |
${rows(results).join('\n')}
${notes.length === 0 ? '' : `\n## What was said\n\n${details(notes).join('\n')}\n`}
## Answers

Servers of web frameworks with planted slow routes, recorded with default options while some hundred requests come in. The first 25 lines of
\`report\` must name each route by its pattern, though half of the ids in the paths are words; what its time mostly went into, by
operation, function, file and line (a timer, another service, thirty awaits in a row, a computation); and the computation that
blocked the event loop, with its route. \`report --json\` must count the requests of each route that were sent. And where only the
healthy routes are asked for, "Nothing stands out".

| server | version | Nodes | result |
| --- | --- | --- | --- |
${answerRows(answered).join('\n')}
`;
}

/** @param {Answer[]} answered */
function answerRows(answered) {
  return groupBy(answered, ({ framework, verdict }) => `${framework.name} ${verdict.outcome}`).map((group) => {
    const [{ framework, verdict }] = group;
    const nodes = group.map(({ node }) => node.major).join(', ');
    return `| ${framework.title} | ${versions(framework)} | ${nodes} | ${WORDS[verdict.outcome]} |`;
  });
}

/** @param {Result[]} results */
function rows(results) {
  const groups = groupBy(results, ({ client, verdict }) => `${client.name} ${verdict.outcome}`);
  return groups.map((group) => {
    const [{ client, verdict }] = group;
    const nodes = group.map(({ node }) => node.major).join(', ');
    return `| ${client.title ?? client.name} | ${versions(client)} | ${nodes} | ${client.asserts} | ${WORDS[verdict.outcome]} |`;
  });
}

/** @param {{ packages: string[] }} client */
function versions({ packages: [first, ...others] }) {
  return [versionOf(first), ...others.map((one) => `${one} ${versionOf(one)}`)].join(', ');
}

/** @param {Result[]} results */
function details(results) {
  const groups = groupBy(results, ({ client, verdict }) => `${client.name} ${verdict.detail}`);
  return groups.map((group) => {
    const [{ client, verdict }] = group;
    const nodes = group.map(({ node }) => node.major).join(', ');
    return `* ${client.title ?? client.name} on ${nodes}, ${WORDS[verdict.outcome]}: ${oneLine(verdict.detail)}`;
  });
}

/** @param {string} detail */
function oneLine(detail) {
  const line = detail.replaceAll('`', "'").replaceAll(path.join(__dirname, path.sep), '').replace(/\s+/g, ' ').trim();
  return `\`${line.length > 300 ? `${line.slice(0, 300)} …` : line}\``;
}

/**
 * @template R
 * @param {R[]} results
 * @param {(result: R) => string} key
 */
function groupBy(results, key) {
  /** @type {Map<string, R[]>} */
  const groups = new Map();
  for (const result of results) groups.set(key(result), [...(groups.get(key(result)) ?? []), result]);
  return [...groups.values()];
}

/** @param {string[]} names */
function list(names) {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}

module.exports = { write };
