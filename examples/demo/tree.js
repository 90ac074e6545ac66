'use strict';
// Prints the trees of one request: a line per resource, with its id, its trigger and the times of its life.
// Siblings of one type that have nothing else below them are folded into one line.

const { flatten, forest } = require('./forest');
const { bold, cyan, dim, yellow } = require('./style');

/** @typedef {import('./forest').Node} Node */

const ownIds = 1e15;
const widths = { note: 28, id: 9, trigger: 9, time: 9 };

/** @type {{ [type: string]: string }} */
const meanings = {
  ClientRequest: 'http.get()',
  TCPWRAP: 'a connection',
  TCPCONNECTWRAP: 'connect',
  SHUTDOWNWRAP: 'end of a connection',
  HTTPCLIENTREQUEST: 'reads the response',
  HTTPINCOMINGMESSAGE: 'reads the request',
  FSREQCALLBACK: 'a file operation',
  Timeout: 'setTimeout()',
  Immediate: 'setImmediate()',
  TickObject: 'process.nextTick()',
  PoolTask: 'work in another thread',
  PROMISE: 'async function, await',
};

/** @param {number} id ids of the package's own counter start at 1e15: `p7` is its 7th */
const shortId = (id) => (id >= ownIds ? `p${id - ownIds}` : String(id));

/** The only type in a subtree, if there is only one. @param {Node} node */
function onlyType(node) {
  const { type } = node.resource;
  return flatten([node]).every(({ resource }) => resource.type === type) ? type : undefined;
}

/**
 * Groups of siblings that share a line: all subtrees that consist of one and the same type, everything else alone.
 * @param {Node[]} siblings
 * @returns {Node[][]} the first of each group stands for it
 */
function fold(siblings) {
  /** @type {Map<string | Node, Node[]>} */
  const groups = new Map();
  for (const node of siblings) {
    const type = onlyType(node);
    const members = type === undefined ? [node] : flatten([node]);
    const key = type ?? node;
    groups.set(key, [...groups.get(key) ?? [], ...members]);
  }
  return [...groups.values()];
}

/**
 * The lines of a forest: what stands in the first column, and whose line it is.
 * @param {Node[]} siblings
 * @param {string} [indent]
 * @returns {{ lead: string, group: Node[] }[]}
 */
function layout(siblings, indent) {
  const groups = fold(siblings);
  return groups.flatMap((group, i) => {
    const last = i === groups.length - 1;
    const lead = indent === undefined ? '' : `${indent}${last ? '└ ' : '├ '}`;
    const below = indent === undefined ? '' : `${indent}${last ? '  ' : '│ '}`;
    const open = group.length === 1 ? group[0].children : [];
    return [{ lead, group }, ...layout(open, below)];
  });
}

/** @param {Node[]} group @param {number} start time of the request */
function times(group, start) {
  const all = group.map(({ resource }) => resource);
  const show = (/** @type {number[]} */ list, /** @type {(...n: number[]) => number} */ pick) => {
    return list.length > 0 ? (pick(...list) - start).toFixed(2) : '·';
  };
  return [
    show(all.map(({ init }) => init), Math.min),
    show(all.flatMap(({ before }) => before), Math.min),
    show(all.flatMap(({ after }) => after), Math.max),
    show(all.flatMap(({ destroy }) => destroy), Math.max),
  ];
}

/** @param {Node[]} group */
function idRange(group) {
  const ids = group.map(({ resource }) => resource.id).sort((a, b) => a - b);
  if (ids.length === 1) return shortId(ids[0]);
  return [shortId(ids[0]), shortId(ids[ids.length - 1])].join(ids.length === 2 ? ', ' : '…');
}

/** @param {string} type */
function paintType(type) {
  if (type === 'PROMISE') return cyan(type);
  return ['TickObject', 'Immediate', 'Timeout'].includes(type) ? type : yellow(type);
}

/** @param {Node[]} group */
function note(group) {
  const { type, before } = group[0].resource;
  const meaning = meanings[type] ?? '';
  if (group.length > 1) return `${meaning} ×${group.length}`;
  return before.length > 1 ? `${meaning}, ${before.length} runs` : meaning;
}

/** @param {{ lead: string, group: Node[] }} line @param {number} width @param {number} start */
function row({ lead, group }, width, start) {
  const { type, trigger } = group[0].resource;
  const gap = ' '.repeat(width - lead.length - type.length);
  const cells = times(group, start).map((time) => time.padStart(widths.time));
  return dim(lead) + paintType(type) + gap + dim(note(group).padEnd(widths.note)) + idRange(group).padStart(widths.id) +
    dim(shortId(trigger).padStart(widths.trigger)) + cells.slice(0, 3).join('') + dim(cells[3]);
}

/** @param {import('./scenario').Record} record @returns {string} */
function tree(record) {
  const { visit } = record;
  const { roots, typeOf } = forest(record);
  const lines = roots.map((root) => ({ root, rows: layout([root]) }));
  const width = Math.max(...lines.flatMap(({ rows }) => rows)
    .map(({ lead, group }) => lead.length + group[0].resource.type.length)) + 2;
  const heads = ['init', 'before', 'after', 'destroy'].map((head) => head.padStart(widths.time)).join('');
  const head = 'resource'.padEnd(width + widths.note) + 'id'.padStart(widths.id) + 'trigger'.padStart(widths.trigger) + heads;
  const parts = lines.map(({ root, rows }) => {
    const { type, trigger } = root.resource;
    const side = type === 'ClientRequest' ? 'the client' : `the server: triggered by ${typeOf(trigger)} ${shortId(trigger)}`;
    return [bold(side), ...rows.map((line) => row(line, width, visit.start))].join('\n');
  });
  const own = record.resources.some(({ id }) => id >= ownIds);
  const legend = own ? [dim('p7 stands for the 7th id that this package gave out by itself, 1000000000000007.')] : [];
  return [dim(head), ...parts, ...legend].join('\n');
}

module.exports = { tree };
