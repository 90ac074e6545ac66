'use strict';

/** The servers that clients need: real ones of the system, started for the run on loopback. */

const { execFileSync } = require('node:child_process');

/**
 * @typedef {object} Servers
 * @property {NodeJS.ProcessEnv} env tells the programs where they are
 * @property {Record<string, string>} missing why, by the name of the server
 * @property {() => Promise<void>} stop
 */

/**
 * @param {string[]} names
 * @param {boolean} mayInstall
 * @returns {Promise<Servers>}
 */
async function startServers(names, mayInstall) {
  /** @type {NodeJS.ProcessEnv} */
  const env = {};
  /** @type {Record<string, string>} */
  const missing = {};
  /** @type {(() => Promise<void>)[]} */
  const stops = [];
  const stop = async () => void (await Promise.all(stops.map((one) => one())));
  try {
    for (const name of new Set(names)) {
      const server = require(`./${name}`);
      if (mayInstall && !server.isInstalled()) installPackage(server.PACKAGE);
      if (!server.isInstalled()) {
        missing[name] = `no server: the Debian package ${server.PACKAGE} is not installed`;
        continue;
      }
      const started = await server.start();
      Object.assign(env, started.env);
      stops.push(started.stop);
    }
  } catch (error) {
    await stop();
    throw error;
  }
  return { env, missing, stop };
}

/** @param {string} name */
function installPackage(name) {
  console.error(`Installing ${name}`);
  execFileSync('apt-get', ['install', '-y', '--no-install-recommends', name], {
    stdio: ['ignore', 'ignore', 'inherit'],
    timeout: 5 * 60 * 1000,
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  });
}

module.exports = { startServers };
