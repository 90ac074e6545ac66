'use strict';

/**
 * What the package uses of the language while a program runs, as it was when the package was loaded. A program may put anything
 * in the place of its own: it does not meet the package there, and does not keep it from working.
 */

const { bind, call } = Function.prototype;
const { getOwnPropertyDescriptor, getOwnPropertySymbols } = Object;

/**
 * A method as a function that takes its receiver first.
 * @type {<T, A extends any[], R>(method: (this: T, ...args: A) => R) => (self: T, ...args: A) => R}
 */
const uncurried = /** @type {any} */ (bind.bind(call));

/**
 * The class with methods of its own.
 * @template {new (...args: any[]) => object} C
 * @param {C} Class
 * @returns {C}
 */
function owned(Class) {
  class Own extends Class {
    // The one that stands for none would iterate over its arguments, on Node 20.
    /** @param {any[]} args as TypeScript wants them: the first one is all there is */
    constructor(...args) {
      super(args[0]);
    }
  }
  for (const key of Reflect.ownKeys(Class.prototype)) {
    if (key === 'constructor') continue;
    Object.defineProperty(Own.prototype, key, /** @type {PropertyDescriptor} */ (getOwnPropertyDescriptor(Class.prototype, key)));
  }
  Object.setPrototypeOf(Own.prototype, null);
  return Own;
}

const { get: descriptionOf } = /** @type {{ get: (this: symbol) => string | undefined }} */ (
  getOwnPropertyDescriptor(Symbol.prototype, 'description')
);

const indexOf = uncurried(String.prototype.indexOf);
const slice = /** @type {(text: string, from: number, to?: number) => string} */ (uncurried(String.prototype.slice));

/**
 * @param {unknown} text
 * @returns {string} what stands in front of the query and the fragment of a path
 */
function withoutQuery(text) {
  const path = `${text}`;
  let end = path.length;
  for (let at = 0; at < end; at++) {
    if (path[at] === '?' || path[at] === '#') end = at;
  }
  return slice(path, 0, end);
}

/**
 * @param {any[]} values
 * @param {string} between
 * @param {number} [from]
 */
function joined(values, between, from = 0) {
  let text = '';
  for (let at = from; at < values.length; at++) text += at === from ? values[at] : `${between}${values[at]}`;
  return text;
}

module.exports = {
  charCodeAt: uncurried(String.prototype.charCodeAt),
  uncurried,
  OwnMap: owned(Map),
  OwnSet: owned(Set),
  OwnWeakMap: owned(WeakMap),
  OwnWeakRef: owned(WeakRef),
  defineProperty: Reflect.defineProperty,
  descriptionOf: uncurried(descriptionOf),
  endsWith: /** @type {(text: string, end: string) => boolean} */ (uncurried(String.prototype.endsWith)),
  getOwnPropertyDescriptor,
  getOwnPropertySymbols,
  includes: (/** @type {string} */ text, /** @type {string} */ part) => indexOf(text, part) >= 0,
  isArray: Array.isArray,
  joined,
  keysOf: Object.keys,
  slice,
  sourceOf: uncurried(/** @type {(this: RegExp) => string} */ (RegExp.prototype.toString)),
  textOf: String,
  withoutQuery,
};
