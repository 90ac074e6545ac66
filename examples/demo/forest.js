'use strict';
// The resources of one request as trees by trigger: the client's tree hangs from its ClientRequest,
// the server's from the connection that it accepted.

/** @typedef {import('./observe').Resource} Resource */
/** @typedef {{ resource: Resource, children: Node[] }} Node */

/**
 * @param {import('./scenario').Record} record
 * @returns {{ roots: Node[], typeOf: (id: number) => string, size: number }}
 */
function forest({ resources, visit }) {
  const types = new Map(resources.map(({ id, type }) => [id, type]));
  const typeOf = (/** @type {number} */ id) => types.get(id) ?? 'the main script';
  /** @type {Map<number, Node>} */
  const nodes = new Map();
  /** @type {Node[]} */
  const roots = [];
  for (const resource of resources.slice(visit.first, visit.end)) {
    const parent = nodes.get(resource.trigger);
    // What the scenario itself does around the request is no part of it.
    if (!parent && typeOf(resource.trigger) === 'Scenario' && resource.type !== 'ClientRequest') continue;
    const node = { resource, children: [] };
    nodes.set(resource.id, node);
    (parent?.children ?? roots).push(node);
  }
  return { roots, typeOf, size: nodes.size };
}

/** @param {Node[]} nodes @returns {Node[]} all nodes, parents first */
function flatten(nodes) {
  return nodes.flatMap((node) => [node, ...flatten(node.children)]);
}

/**
 * A text that is equal for equal trees: ids left out, siblings sorted, so that the order in which
 * independent things happened does not count.
 * @param {Node} node
 * @param {(resource: Resource) => string} label
 * @returns {string}
 */
function canonical({ resource, children }, label) {
  const below = children.map((child) => canonical(child, label)).sort();
  return `${label(resource)}${below.length > 0 ? `(${below.join(' ')})` : ''}`;
}

module.exports = { forest, flatten, canonical };
