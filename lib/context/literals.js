'use strict';

/** The functions of a source, by their numbers and by the places that they fill. */

const { parse } = require('./parse');
const { childrenOf, isFunction } = require('./syntax');
const { shortened } = require('./words');

/**
 * One function as it stands in a source.
 * @typedef {object} Literal
 * @property {string} file
 * @property {number} number as in the transform
 * @property {number} start
 * @property {number} end
 * @property {number} line
 * @property {number} column
 * @property {string} name '' where it has none
 * @property {boolean} isGenerator
 * @property {Literal | null} outer the function that it stands in
 * @property {'callback' | 'method' | 'other'} role whether a call takes it, or it is handed out as a part of something
 * @property {string} takenBy what is called with it, as the source has it
 * @property {{ start: number, end: number, callee: string }[]} calls that stand directly in it
 */

/** The literals of one file. */
class Literals {
  /** @type {Literal[]} */
  all = [];
  /** @type {number[]} */
  #lines = [0];
  #source;
  #file;

  /**
   * @param {string} file
   * @param {string} source
   * @param {boolean} isModule
   */
  constructor(file, source, isModule) {
    this.#file = file;
    this.#source = source;
    for (let at = source.indexOf('\n'); at >= 0; at = source.indexOf('\n', at + 1)) this.#lines.push(at + 1);
    const tree = parse(source, isModule);
    if (tree !== null) this.#walk(tree, null, null, null);
  }

  /**
   * @param {any} node
   * @param {any} parent
   * @param {any} above
   * @param {Literal | null} outer
   */
  #walk(node, parent, above, outer) {
    if (node.type === 'ClassBody') {
      // In the order in which the transform counts.
      for (const member of node.body) {
        if (member.type === 'StaticBlock') {
          for (const child of childrenOf(member)) this.#walk(child, member, node, outer);
          continue;
        }
        if (member.computed) this.#walk(member.key, member, node, outer);
        if (member.value != null) this.#walk(member.value, member, node, outer);
      }
      return;
    }
    if (isFunction(node)) {
      const literal = this.#literalOf(node, parent, above, outer);
      for (const param of node.params) this.#walk(param, node, parent, literal);
      this.#walk(node.body, node, parent, literal);
      return;
    }
    if ((node.type === 'CallExpression' || node.type === 'NewExpression') && outer !== null) {
      outer.calls.push({ start: node.start, end: node.end, callee: this.#textOf(node.callee) });
    }
    for (const child of childrenOf(node)) this.#walk(child, node, parent, outer);
  }

  /**
   * @param {any} node
   * @param {any} parent
   * @param {any} above
   * @param {Literal | null} outer
   */
  #literalOf(node, parent, above, outer) {
    const start = parent?.type === 'MethodDefinition' || (parent?.type === 'Property' && parent.method) ? parent.start : node.start;
    const { line, column } = this.positionOf(start);
    const isTaken = isCall(parent) && parent.callee !== node;
    const literal = /** @type {Literal} */ ({
      file: this.#file,
      number: this.all.length,
      start,
      end: node.end,
      line,
      column,
      name: nameOf(node, parent, above),
      isGenerator: node.generator === true,
      outer,
      role: isTaken ? 'callback' : isHandedOut(node, parent) ? 'method' : 'other',
      takenBy: isTaken ? this.#textOf(parent.callee) : '',
      calls: [],
    });
    this.all.push(literal);
    return literal;
  }

  /** @param {any} node */
  #textOf(node) {
    return shortened(this.#source.slice(node.start, node.end));
  }

  /** @param {number} at */
  positionOf(at) {
    let low = 0;
    for (let high = this.#lines.length - 1; low < high;) {
      const middle = Math.ceil((low + high) / 2);
      if (this.#lines[middle] <= at) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: at - this.#lines[low] + 1 };
  }

  /**
   * @param {number} line from 1
   * @param {number} column from 1
   */
  offsetOf(line, column) {
    return (this.#lines[line - 1] ?? this.#source.length) + column - 1;
  }

  /**
   * @param {number} line
   * @param {number} column
   * @returns {Literal | null} the innermost one there
   */
  at(line, column) {
    const offset = this.offsetOf(line, column);
    let found = null;
    // An inner one comes later.
    for (const literal of this.all) {
      if (literal.start > offset) break;
      if (offset < literal.end) found = literal;
    }
    return found;
  }

  /** @param {number} line */
  lineAt(line) {
    const from = this.#lines[line - 1] ?? this.#source.length;
    return this.#source.slice(from, (this.#lines[line] ?? this.#source.length + 1) - 1);
  }

  /**
   * @param {Literal} literal
   * @returns {{ line: number, callee: string, name: string } | null} the call that takes it by its name, where there is one
   */
  takerOf(literal) {
    if (literal.role === 'callback' || literal.name === '') return null;
    const { outer } = literal;
    const name = literal.name.replace(/[^\w$]/g, '');
    const calls = outer === null ? [] : outer.calls;
    const takes = new RegExp(`[(,]\\s*${name.replace(/\$/g, '\\$')}\\s*[,)]`);
    const call = calls.find(({ start, end }) => start >= 0 && takes.test(this.#source.slice(start, end)));
    return call === undefined ? null : { line: this.positionOf(call.start).line, callee: call.callee, name };
  }
}

/** @param {any} node */
function isCall(node) {
  return node?.type === 'CallExpression' || node?.type === 'NewExpression';
}

/**
 * @param {any} node
 * @param {any} parent
 */
function isHandedOut(node, parent) {
  switch (parent?.type) {
    case 'Property':
    case 'MethodDefinition':
    case 'PropertyDefinition':
    case 'ReturnStatement':
      return true;
    case 'ArrowFunctionExpression':
      return parent.body === node;
    case 'AssignmentExpression':
      return parent.right === node && parent.left.type === 'MemberExpression';
    default:
      return false;
  }
}

/**
 * @param {any} node
 * @param {any} parent
 * @param {any} above what stands around the parent
 * @returns {string}
 */
function nameOf(node, parent, above) {
  if (node.id != null) return node.id.name;
  switch (parent?.type) {
    case 'VariableDeclarator':
      return parent.id.name ?? '';
    case 'AssignmentExpression':
      return parent.left.name ?? parent.left.property?.name ?? '';
    case 'Property':
    case 'PropertyDefinition':
      return parent.key.name ?? `${parent.key.value ?? ''}`;
    case 'MethodDefinition': {
      const name = parent.key.name ?? `${parent.key.value ?? ''}`;
      return parent.kind === 'constructor' ? `new ${above?.name ?? 'class'}` : name;
    }
    default:
      return '';
  }
}

module.exports = { Literals };
