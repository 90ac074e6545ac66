'use strict';

/**
 * The transform of a source: what runs afterwards tells in which context each closure was made.
 *
 * A function that has functions inside keeps at its head the context of this call (`n`, for now). Each function inside tells at its
 * head that it runs (`a`, for announce), with what the outer one has kept and its own number; and again after each `await` and `yield`,
 * since somebody else may have brought it back. No line is added. Nothing outside of a function changes.
 */

const { parse } = require('./parse');
const { ARROW_END, GLOBAL, VARIABLE, marked, mayBeMarked } = require('./marks');
const { childrenOf, isFunction, methodOf } = require('./syntax');

/** What may change the context of the function that calls it. */
const ENTERS = new Set(['enterWith', 'withScope']);

/**
 * One function, while its inside is walked.
 * @typedef {object} Scope
 * @property {string} variable that has the context of this call, for the functions that follow
 * @property {string[]} variables all of them
 * @property {boolean} isUsed whether a function inside asks for it
 * @property {string | null} parent the variable of the outer function, where it has one
 * @property {string | null} call the variable that has the context in which a generator was called
 * @property {number} number
 */

/** @typedef {{ at: number, text: string }} Insertion */

class Transform {
  /** @type {Insertion[]} */
  #insertions = [];
  #source;
  #tag;
  #last = -1;
  #variables = 0;
  #isStrict;
  #namesArguments;
  #chained = new WeakSet();
  #hasWith = false;

  /**
   * @param {string} source
   * @param {string} tag
   * @param {boolean} isModule
   */
  constructor(source, tag, isModule) {
    this.#source = source;
    this.#tag = tag;
    this.#isStrict = isModule;
    this.#namesArguments = /\b(?:arguments|eval)\b/.test(source);
  }

  /**
   * @param {any} program
   * @returns {string | null} null where it is not to be touched
   */
  result(program) {
    if (!this.#isStrict) this.#isStrict = hasDirective(program.body);
    this.#walk(program, null);
    if (this.#hasWith) return null;
    // Stable: what belongs at one place is there in the order of the walk.
    this.#insertions.sort((a, b) => a.at - b.at);
    let text = '';
    let from = 0;
    for (const { at, text: added } of this.#insertions) {
      if (added === '') continue;
      text += this.#source.slice(from, at) + added;
      from = at;
    }
    return text + this.#source.slice(from);
  }

  /**
   * @param {number} at
   * @param {string} text
   * @param {string} [id]
   */
  #insert(at, text, id) {
    const insertion = { at, text: marked(text, id) };
    this.#insertions.push(insertion);
    return insertion;
  }

  /**
   * @param {any} node
   * @param {Scope | null} scope of the function that it stands in
   */
  #walk(node, scope) {
    if (isFunction(node)) this.#function(node, scope);
    else if (node.type === 'AwaitExpression') this.#resumed(node, scope, scope?.parent ?? null);
    else if (node.type === 'YieldExpression') this.#resumed(node, scope, scope?.call ?? scope?.parent ?? null);
    else if (node.type === 'ForOfStatement' && node.await) this.#forAwait(node, scope);
    else if (scope !== null && this.#isEntering(node)) this.#enters(node, scope);
    else if (node.type === 'ClassBody') this.#classBody(node, scope);
    else {
      // There any name may be looked up in an object.
      if (node.type === 'WithStatement') this.#hasWith = true;
      this.#inside(node, scope);
    }
  }

  /**
   * @param {any} node
   * @param {Scope | null} scope
   */
  #inside(node, scope) {
    for (const child of childrenOf(node)) this.#walk(child, scope);
  }

  /**
   * What stands in the fields of a class runs when an object is made, whoever does that.
   * @param {any} node
   * @param {Scope | null} scope
   */
  #classBody(node, scope) {
    const wasStrict = this.#isStrict;
    this.#isStrict = true;
    for (const member of node.body) {
      if (member.type === 'StaticBlock') {
        this.#inside(member, null);
      } else {
        if (member.computed) this.#walk(member.key, scope);
        if (member.value != null) this.#walk(member.value, member.type === 'MethodDefinition' ? scope : null);
      }
    }
    this.#isStrict = wasStrict;
  }

  /**
   * @param {any} node
   * @param {Scope | null} outer
   */
  #function(node, outer) {
    this.#last += 1;
    const wasStrict = this.#isStrict;
    const isExpression = node.body.type !== 'BlockStatement';
    const directives = isExpression ? [] : node.body.body.filter((/** @type {any} */ each) => each.directive !== undefined);
    if (directives.some(isStrictDirective)) this.#isStrict = true;
    /** @type {Scope} */
    const scope = {
      variable: this.#newVariable(),
      variables: [],
      isUsed: false,
      parent: outer?.variable ?? null,
      call: null,
      number: this.#last,
    };
    if (outer !== null) outer.isUsed = true;
    scope.variables.push(scope.variable);
    if (node.params.length === 0) this.#call(node, scope, directives);
    // Before there is a context of this call.
    for (const param of node.params) this.#walk(param, outer);
    if (node.params.length > 0) this.#call(node, scope, directives);
    const at = isExpression ? arrowEnd(this.#source, node) : headOf(node.body, directives);
    const id = `${this.#tag}:${scope.number}`;
    const head = this.#insert(at, '', id);
    if (isExpression) this.#walk(node.body, scope);
    else this.#inside(node.body, scope);
    const text = this.#head(scope);
    if (isExpression && text === '') {
      // Nothing but the number. A block of its own would be nothing but slower.
      head.text = marked('', id);
    } else if (isExpression) {
      head.text = marked(`{${text}return(`, id);
      this.#insertions.push({ at: node.end, text: ARROW_END });
    } else {
      head.text = marked(directives.length > 0 && text !== '' ? `;${text}` : text, id);
    }
    this.#isStrict = wasStrict;
  }

  /** @param {Scope} scope */
  #head({ variables: [first, ...further], isUsed, parent, call, number }) {
    let text = '';
    if (isUsed) {
      // A function that is declared behind a change of context may be called before.
      text += `let ${first}=${GLOBAL}.n()${further.map((each) => `,${each}=${first}`).join('')};`;
    }
    const born = call ?? parent;
    if (born !== null) text += `${GLOBAL}.a(${born},${number},"${this.#tag}");`;
    return text;
  }

  /**
   * The body of a generator runs when somebody asks for the first value. Who has called it, a parameter of ours sees.
   * @param {any} node
   * @param {Scope} scope
   * @param {any[]} directives
   */
  #call(node, scope, directives) {
    if (!node.generator || node.params.some((/** @type {any} */ param) => param.type === 'RestElement')) return;
    const isSimple = node.params.every((/** @type {any} */ param) => param.type === 'Identifier');
    // It would make the list one that sloppy `arguments` do not follow, and that such a directive forbids.
    if (isSimple && (directives.some(isStrictDirective) || (!this.#isStrict && this.#namesArguments))) return;
    scope.call = this.#newVariable();
    const text = `${scope.call}=${GLOBAL}.n()`;
    const last = node.params.at(-1);
    if (last === undefined) this.#insert(openingOf(this.#source, node), text);
    else this.#insert(last.end, `,${text}`);
  }

  /**
   * @param {any} node
   * @param {Scope | null} scope
   * @param {string | null} born
   */
  #resumed(node, scope, born) {
    if (scope === null || born === null) {
      this.#inside(node, scope);
      return;
    }
    this.#insert(node.start, `${GLOBAL}.w(`);
    this.#inside(node, scope);
    this.#insert(node.end, `,${born},${scope.number},"${this.#tag}")`);
  }

  /**
   * @param {any} node
   * @param {Scope | null} scope
   */
  #forAwait(node, scope) {
    this.#walk(node.left, scope);
    this.#walk(node.right, scope);
    const born = scope?.parent ?? null;
    if (scope !== null && born !== null) {
      const text = `${GLOBAL}.a(${born},${scope.number},"${this.#tag}");`;
      const isBlock = node.body.type === 'BlockStatement';
      this.#insert(isBlock ? node.body.start + 1 : node.body.start, isBlock ? text : `{${text}`);
      this.#walk(node.body, scope);
      if (!isBlock) this.#insert(node.body.end, '}');
    } else {
      this.#walk(node.body, scope);
    }
  }

  /** @param {any} node */
  #isEntering(node) {
    if (node.type !== 'ChainExpression') return entersContext(node) && !this.#chained.has(node);
    // What stands within such a chain must stay there.
    for (let link = node.expression; link !== undefined; link = link.callee ?? link.object) this.#chained.add(link);
    return entersContext(node.expression);
  }

  /**
   * Functions that follow are made in the context that is entered here.
   * @param {any} node
   * @param {Scope} scope
   */
  #enters(node, scope) {
    this.#insert(node.start, `${GLOBAL}.r(`);
    this.#inside(node, scope);
    scope.variable = this.#newVariable();
    scope.variables.push(scope.variable);
    scope.isUsed = true;
    this.#insert(node.end, `,${scope.variable}=${GLOBAL}.n())`);
  }

  #newVariable() {
    this.#variables += 1;
    return `${VARIABLE}${this.#variables}`;
  }
}

/** @param {any} node */
function entersContext(node) {
  return node.type === 'CallExpression' && ENTERS.has(methodOf(node));
}

/** @param {any} directive */
function isStrictDirective({ directive }) {
  return directive === 'use strict';
}

/** @param {any[]} body */
function hasDirective(body) {
  return body.some(isStrictDirective);
}

/**
 * @param {any} body
 * @param {any[]} directives
 * @returns {number} where the first statement may stand
 */
function headOf(body, directives) {
  return directives.length === 0 ? body.start + 1 : directives[directives.length - 1].end;
}

/**
 * @param {string} source
 * @param {number} from
 * @param {string} wanted
 * @returns {number} behind it, where it stands outside of comments
 */
function behind(source, from, wanted) {
  for (let at = from; at < source.length;) {
    if (source.startsWith('/*', at)) at = source.indexOf('*/', at) + 2;
    else if (source.startsWith('//', at)) at = endOfLine(source, at);
    else if (source.startsWith(wanted, at)) return at + wanted.length;
    else at += 1;
  }
  throw new SyntaxError(`no ${wanted}`);
}

/**
 * @param {string} source
 * @param {number} from
 */
function endOfLine(source, from) {
  const found = /[\n\r\u2028\u2029]/g;
  found.lastIndex = from;
  return found.exec(source)?.index ?? source.length;
}

/**
 * @param {string} source
 * @param {any} node
 */
function arrowEnd(source, node) {
  return behind(source, node.params.at(-1)?.end ?? node.start, '=>');
}

/**
 * @param {string} source
 * @param {any} node
 */
function openingOf(source, node) {
  return behind(source, node.id?.end ?? node.start, '(');
}

/**
 * @param {string} source
 * @param {string} tag by which the file is known; of letters and digits
 * @param {boolean} isModule whether it is an ES module
 * @returns {string | null} null where the source stays as it is: it does not parse, or is one that must not be touched
 */
function transform(source, tag, isModule) {
  if (!mayBeMarked(source)) return null;
  const tree = parse(source, isModule);
  return tree === null ? null : new Transform(source, tag, isModule).result(tree);
}

module.exports = { transform };
