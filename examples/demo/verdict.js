'use strict';
// Whether two records of the scenario tell the same story. Each check compares one aspect; together
// they leave out only what no two runs share: the numbers of the ids, and the clock.

const { canonical, flatten, forest } = require('./forest');
const { counts } = require('./counts');
const { green, red } = require('./style');

/** @typedef {import('./scenario').Record} Record */
/** @typedef {{ name: string, value: (record: Record) => string[], empty?: true }} Check `empty`: there must be no line */

/** @param {Record} record */
const nodes = (record) => flatten(forest(record).roots);

/** The trees as texts, with the type of what triggered each root. @param {Record} record @param {boolean} withEvents */
function trees(record, withEvents) {
  const { roots, typeOf } = forest(record);
  return roots.map((root) => {
    const text = canonical(root, ({ type, order }) => (withEvents ? `${type}:${order}` : type));
    return `${typeOf(root.resource.trigger)} > ${text}`;
  }).sort();
}

/** The order of events in a life, one letter each. A promise may be resolved before, while or without running. */
const life = /^i(?:r|br?a)*d$/;

/** @type {Check[]} */
const checks = [
  {
    name: 'the same resources',
    value: (record) => nodes(record).map(({ resource }) => resource.type).sort(),
  },
  {
    name: 'the same trees by trigger',
    value: (record) => trees(record, false),
  },
  {
    name: 'the same order of init, before, after, resolve and destroy for each',
    value: (record) => trees(record, true),
  },
  {
    name: 'the same counts of every event in the whole run',
    value: (record) => [...counts(record)].map(([type, row]) => `${type} ${row}`).sort(),
  },
  {
    name: 'the same log lines, each with its own request',
    value: (record) => [...record.lines, `${record.visit.status} ${record.visit.body}`],
  },
  {
    name: 'every life in order: init first, each before with its after, one destroy at the end',
    empty: true,
    value: (record) => [
      ...record.strays.map((letter) => `event ${letter} without an init`),
      ...nodes(record).filter(({ resource }) => !life.test(resource.order))
        .map(({ resource }) => `${resource.type} has ${resource.order}`),
    ].sort(),
  },
];

/**
 * @param {Record} builtin
 * @param {Record} ours
 * @returns {{ agree: boolean, text: string }}
 */
function verdict(builtin, ours) {
  const results = checks.map(({ name, value, empty }) => {
    const [left, right] = [value(builtin), value(ours)];
    const wrong = empty && left.length > 0 ? difference(left, []) : difference(empty ? [] : left, right);
    return { name, wrong };
  });
  const agree = results.every(({ wrong }) => wrong === '');
  const lines = results.map(({ name, wrong }) => (wrong === '' ? `${green('✓')} ${name}` : `${red('✗')} ${name}\n${wrong}`));
  return { agree, text: lines.join('\n') };
}

/** The first line that one side has and the other has not; empty when there is none. @param {string[]} a @param {string[]} b */
function difference(a, b) {
  const at = a.findIndex((line, i) => line !== b[i]);
  if (at === -1 && a.length === b.length) return '';
  const i = at === -1 ? a.length : at;
  return `    builtin: ${a[i] ?? '(nothing)'}\n    ours:    ${b[i] ?? '(nothing)'}`;
}

module.exports = { verdict };
