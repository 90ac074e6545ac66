'use strict';

/**
 * Runs published programs on this package, with the same run on Node's own module beside it; and records servers of web
 * frameworks with planted slow routes, for what the report says of them (`answers/`, by the names `answers-…`).
 *
 *   npm run test:clients [-- [client ...] [--node major ...] [--install-servers]]
 *
 * Without clients and Nodes it runs all of them and writes the table in docs/clients.md.
 * Clients that need a database use servers of the system; a missing one skips them,
 * or is installed with apt-get (--install-servers). The exit code is 1 where a client fails
 * on this package and not on Node's own module, or where a report does not say what it has to.
 */

const fs = require('node:fs');
const path = require('node:path');
const { parseArgs } = require('node:util');
const { MAJORS, nodes } = require('../../scripts/nodes');
const { FRAMEWORKS, PREFIX, answers } = require('./answers');
const { check } = require('./check');
const { install, notBuilt } = require('./install');
const { startServers } = require('./servers');
const table = require('./table');

/**
 * @typedef {import('./run').Client} Client
 * @typedef {import('./table').Result} Result
 * @typedef {import('./servers').Servers} Servers
 */

const AT_ONCE = 2;
const programs = path.join(__dirname, 'programs');

// An end from outside comes with `exit` handlers, which end the servers and the programs.
for (const [signal, number] of Object.entries({ SIGINT: 2, SIGTERM: 15 })) process.on(signal, () => process.exit(128 + number));

async function main() {
  const { values, positionals } = parseArgs({
    options: { node: { type: 'string', multiple: true, default: [] }, 'install-servers': { type: 'boolean', default: false } },
    allowPositionals: true,
  });
  const chosen = choose(positionals);
  const { clients } = chosen;
  const majors = values.node.map(toMajor);
  const binaries = await nodes(majors.length > 0 ? majors : MAJORS);
  await install();
  const servers = await startServers(
    clients.flatMap(({ server }) => server ?? []),
    values['install-servers'],
  );
  try {
    const results = await checkAll(clients, binaries, servers);
    // One at a time: they are about times.
    const answered = await answers(chosen.frameworks, binaries);
    if (positionals.length === 0 && majors.length === 0) table.write(results, answered);
    report([
      ...results.map(({ client, node, verdict }) => ({ name: client.name, node, verdict })),
      ...answered.map(({ framework, node, verdict }) => ({ name: `${PREFIX}${framework.name}`, node, verdict })),
    ]);
  } finally {
    await servers.stop();
  }
}

/**
 * @param {string[]} names
 * @returns {{ clients: Client[], frameworks: import('./answers').Framework[] }} all, where none is named
 */
function choose(names) {
  const all = fs.readdirSync(programs).filter((name) => fs.existsSync(path.join(programs, name, 'client.js')));
  const known = [...all, ...FRAMEWORKS.map(({ name }) => `${PREFIX}${name}`)];
  for (const name of names) {
    if (!known.includes(name)) throw new Error(`"${name}" is no client; there are ${known.join(', ')}`);
  }
  const isChosen = (/** @type {string} */ name) => names.length === 0 || names.includes(name);
  return {
    clients: all.filter(isChosen).map((name) => ({ ...require(path.join(programs, name, 'client.js')), name })),
    frameworks: FRAMEWORKS.filter(({ name }) => isChosen(`${PREFIX}${name}`)),
  };
}

/** @param {string} argument */
function toMajor(argument) {
  if (/^[1-9]\d*$/.test(argument)) return Number(argument);
  throw new Error(`"${argument}" is no major version of Node, such as ${MAJORS.join(', ')}`);
}

/**
 * @param {Client[]} clients
 * @param {import('../../scripts/nodes').NodeBinary[]} binaries
 * @param {Servers} servers
 * @returns {Promise<Result[]>} in the order of the clients
 */
async function checkAll(clients, binaries, servers) {
  const tasks = clients.flatMap((client) => binaries.map((node) => ({ client, node })));
  /** @type {Result[]} */
  const results = [];
  let next = 0;
  const worker = async () => {
    while (next < tasks.length) {
      const index = next++;
      const { client, node } = tasks[index];
      const verdict = await checkOne(client, node, servers);
      results[index] = { client, node, verdict };
      console.log(`[${node.major}] ${client.name}: ${verdict.outcome}`);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return results;
}

/**
 * @param {Client} client
 * @param {import('../../scripts/nodes').NodeBinary} node
 * @param {Servers} servers
 * @returns {Promise<import('./check').Verdict>}
 */
async function checkOne(client, node, servers) {
  const missing = (client.server && servers.missing[client.server]) ?? notBuilt(client.built);
  if (missing) return { outcome: 'skipped', detail: missing };
  return check(client, node, servers.env);
}

/** @param {{ name: string, node: import('../../scripts/nodes').NodeBinary, verdict: import('./check').Verdict }[]} results */
function report(results) {
  for (const { name, node, verdict } of results) {
    if (verdict.detail !== '') console.log(`\n[${node.major}] ${name}: ${verdict.outcome}\n${verdict.detail}`);
  }
  const count = (/** @type {string} */ outcome) => results.filter(({ verdict }) => verdict.outcome === outcome).length;
  console.log(
    `\n${count('passes')} pass, ${count('kept')} pass and fail with Node's own module as expected, ${count('fails')} fail, ${count('unsupported')} fail with Node's own module too, ` +
      `${count('skipped')} skipped`,
  );
  if (count('fails') > 0) process.exitCode = 1;
}

main().catch((error) => {
  console.error(error.message);
  process.exitCode = 1;
});
