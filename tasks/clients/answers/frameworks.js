'use strict';

/**
 * The servers with planted slow routes, one a framework. Each has the same routes: healthy ones, one that waits for a timer, one
 * that waits for another service, one that computes, and one that awaits thirty times in a row. `// <- name` is on the line that
 * the report has to name for each.
 */

const { execFile } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { promisify } = require('node:util');

const modules = path.join(__dirname, '..', 'node_modules');
const DEADLINE = 10 * 60 * 1000;

/**
 * @typedef {object} Framework
 * @property {string} name
 * @property {string} title
 * @property {string[]} packages whose versions the table shows
 * @property {string} folder
 * @property {string} source the file that the planted lines are in
 * @property {string} computes the function that blocks; empty where the compiler leaves it no name
 * @property {boolean} namesFetch whether the report can name the function that waits for the other service
 * @property {(route: string) => string} pattern as the framework writes a route
 * @property {(port: number) => string[]} command behind `record`
 * @property {string[][]} builds commands that make it, each a script and its arguments
 */

/** @param {string} name */
const folderOf = (name) => path.join(__dirname, name);
/** @param {string} route */
const asItIs = (route) => route;
const PLAIN = { source: 'server.js', namesFetch: true, pattern: asItIs, command: () => ['server.js'], builds: [] };

/** @type {Framework[]} */
const FRAMEWORKS = [
  { ...PLAIN, name: 'express', title: 'Express', packages: ['express'], folder: folderOf('express'), computes: 'rankProducts' },
  { ...PLAIN, name: 'fastify', title: 'Fastify', packages: ['fastify'], folder: folderOf('fastify'), computes: 'copyCatalogue' },
  { ...PLAIN, name: 'koa', title: 'Koa', packages: ['koa', '@koa/router'], folder: folderOf('koa'), computes: 'isName' },
  {
    ...PLAIN,
    name: 'nest',
    title: 'Nest on Express, compiled by tsc',
    packages: ['@nestjs/core', 'typescript'],
    folder: folderOf('nest'),
    source: 'src/shop.service.ts',
    computes: 'makeToken',
    command: () => ['node', 'dist/main.js'],
    builds: [[path.join(modules, 'typescript', 'bin', 'tsc'), '-p', '.']],
  },
  {
    ...PLAIN,
    name: 'next',
    title: 'Next.js, `next build` and `next start`',
    packages: ['next', 'react'],
    folder: folderOf('next'),
    source: 'lib/shop.ts',
    computes: '',
    // The bundle has Next's own `fetch` around it, which is no package there.
    namesFetch: false,
    pattern: (route) => route.replace(':id', '[id]'),
    command: (port) => ['next', 'start', '-H', '127.0.0.1', '-p', String(port)],
    builds: [[path.join(modules, 'next', 'dist', 'bin', 'next'), 'build']],
  },
];

/**
 * Compiles it with the Node at hand.
 * @param {Framework} framework
 */
async function build({ folder, builds }) {
  const env = { ...process.env, NODE_OPTIONS: '', NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1' };
  for (const args of builds) {
    try {
      await promisify(execFile)(process.execPath, args, { cwd: folder, env, timeout: DEADLINE, maxBuffer: 2 ** 26 });
    } catch (error) {
      const { message, stdout = '', stderr = '' } = /** @type {any} */ (error);
      throw new Error(`${args.join(' ')}: ${message}\n${stdout}${stderr}`, { cause: error });
    }
  }
}

/**
 * @param {Framework} framework
 * @returns {Record<string, number>} the planted lines, by their names
 */
function plantedIn({ folder, source }) {
  const lines = fs.readFileSync(path.join(folder, source), 'utf8').split('\n');
  return Object.fromEntries(lines.flatMap((line, at) => {
    const name = /\/\/ <- (\w+)$/.exec(line)?.[1];
    return name === undefined ? [] : [[name, at + 1]];
  }));
}

module.exports = { FRAMEWORKS, build, plantedIn };
