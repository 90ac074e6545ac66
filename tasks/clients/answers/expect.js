'use strict';

/** What a report has to say of a server with planted slow routes, and of one where nobody asks for those. */

/**
 * @typedef {import('./frameworks').Framework} Framework
 * @typedef {import('./record').Recorded} Recorded
 */

/** An answer is among so many findings. */
const FIRST = 2;

/**
 * @param {Framework} framework
 * @param {Record<string, number>} planted lines of the source, by their names
 * @param {Recorded} recorded
 * @returns {string[]} what is wrong
 */
function faultsOf(framework, planted, { sent, text, data }) {
  const { source, computes, namesFetch, pattern } = framework;
  const faults = countFaults(framework, { sent, text, data });
  const screen = oneLine(text);
  /** @param {string} name @param {string} line */
  const at = (name, line) => (name === '' ? `${source}:${planted[line]}` : `${name} (${source}:${planted[line]})`);
  const slow = pattern('GET /api/ranking/:id');

  /** @type {[route: string, said: RegExp][]} */
  const rows = [
    ['GET /api/locks/:id', spoken(`waiting: timer of 60 ms, ${at('waitForLock', 'timer')}`)],
    ['GET /api/prices/:id', namesFetch ? spoken(`waiting: connection to 127.0.0.1:NUMBER, ${at('fetchPrices', 'fetch')}`) :
      spoken('waiting: connection to 127.0.0.1:NUMBER')],
    ['GET /api/steps/:id', spoken(`waiting: timer of 2 ms, ${at('walkSteps', 'steps')}; 30 in a row`)],
    ['GET /api/ranking/:id', spoken(`running: ${at(computes, 'block')}`)],
  ];
  for (const [route, said] of rows) {
    const row = data.routes.find((/** @type {any} */ of) => of.route === pattern(route) && of.status === 200);
    if (!said.test(row?.mostly ?? '')) faults.push(`${pattern(route)} is mostly "${row?.mostly}", and not ${said}`);
    if (row?.mostly !== undefined && !screen.includes(row.mostly)) faults.push(`the first screen does not say "${row.mostly}"`);
    if (!screen.includes(`${pattern(route)} 200`)) faults.push(`the first screen has no row of ${pattern(route)}`);
  }

  const block = data.findings.slice(0, FIRST).find((/** @type {any} */ finding) => finding.kind === 'block' && finding.route === slow);
  const place = block?.place;
  const isThere = place !== undefined && place.line === planted.block && place.file.replaceAll('\\', '/').endsWith(`/${source}`) &&
    place.function.split('.').at(-1) === computes;
  if (!isThere) faults.push(`the block of ${slow} at ${at(computes, 'block')} is not among the first findings`);
  if (block !== undefined && !screen.includes(block.text)) faults.push(`the first screen does not say "${block.text}"`);
  if (!screen.includes(`It ran for ${slow}`)) faults.push(`the first screen does not say what ran for ${slow}`);
  const others = data.findings.filter((/** @type {any} */ finding) => finding.kind !== 'block');
  if (others.length > 0) faults.push(`there is more than was planted: ${others.map((/** @type {any} */ finding) => finding.text).join(' ')}`);
  return faults;
}

/**
 * @param {Framework} framework
 * @param {Recorded} recorded
 * @returns {string[]} what is wrong where only healthy routes were asked for
 */
function faultsOfHealthy(framework, recorded) {
  const faults = countFaults(framework, recorded);
  if (recorded.data.findings.length > 0) faults.push('there are findings, and nothing was planted');
  if (!recorded.text.includes('Nothing stands out.')) faults.push('the first screen does not say that nothing stands out');
  return faults;
}

/**
 * @param {Framework} framework
 * @param {Recorded} recorded
 * @returns {string[]} routes of which not as many requests were told as were sent
 */
function countFaults({ pattern }, { sent, data }) {
  /** @type {Record<string, number>} */
  const told = {};
  for (const { route, count } of data.routes) told[route] = (told[route] ?? 0) + count;
  /** @type {Record<string, number>} */
  const asked = Object.fromEntries(Object.entries(sent).map(([route, count]) => [pattern(route), count]));
  const names = [...new Set([...Object.keys(asked), ...Object.keys(told)])];
  return names.filter((name) => asked[name] !== told[name]).map((name) => `${name}: ${asked[name] ?? 0} were sent, ${told[name] ?? 0} are told`);
}

/**
 * @param {string} words `NUMBER` stands for any, and a method may have its class before it
 */
function spoken(words) {
  const escaped = words.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replaceAll('NUMBER', '\\d+');
  return new RegExp(escaped.replace(/(, |: )(?=\w+ \\\()/, '$1(?:\\w+\\.)?'));
}

/** @param {string} text */
function oneLine(text) {
  return text.replace(/\s+/g, ' ');
}

module.exports = { faultsOf, faultsOfHealthy };
