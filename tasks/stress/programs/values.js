'use strict';

/** Values of every kind, both sides of every limit. Made anew for each use: some do not survive it. */

/** @param {object} target */
function revoked(target) {
  const { proxy, revoke } = Proxy.revocable(target, {});
  revoke();
  return proxy;
}

const fail = () => {
  throw new Error('hostile');
};

/** @type {Record<string, () => unknown>} */
const VALUES = {
  undefined: () => undefined,
  null: () => null,
  true: () => true,
  false: () => false,
  zero: () => 0,
  minusZero: () => -0,
  one: () => 1,
  minusOne: () => -1,
  minusTwo: () => -2,
  fraction: () => 1.5,
  smallest: () => Number.MIN_VALUE,
  NaN: () => NaN,
  Infinity: () => Infinity,
  minusInfinity: () => -Infinity,
  int32: () => 2 ** 31,
  uint32: () => 2 ** 32,
  ownIds: () => 1e15,
  lastSafe: () => 2 ** 53 - 1,
  unsafe: () => 2 ** 53,
  minusUnsafe: () => -(2 ** 53),
  huge: () => 1e300,
  empty: () => '',
  string: () => 'x',
  digits: () => '5',
  nul: () => '\0',
  loneSurrogate: () => '\ud800',
  long: () => 'y'.repeat(10_000),
  symbol: () => Symbol('s'),
  wellKnown: () => Symbol.iterator,
  bigint: () => 10n,
  negativeBigint: () => -1n,
  object: () => ({}),
  frozen: () => Object.freeze({}),
  nullPrototype: () => Object.create(null),
  array: () => [],
  fullArray: () => [1, 2],
  function: () =>
    function named() {
      return 'called';
    },
  arrow: () => () => 'called',
  async: () => async () => 'called',
  generator: () =>
    function* () {
      yield 'called';
    },
  class: () => class A {},
  throws: () => fail,
  throwsUndefined: () => () => {
    // eslint-disable-next-line no-throw-literal
    throw undefined;
  },
  boundFunction: () =>
    function named() {
      return 'called';
    }.bind(null),
  functionProxy: () => new Proxy(() => 'called', {}),
  failingFunction: () => new Proxy(() => 'called', { get: fail }),
  revokedFunction: () => revoked(() => {}),
  proxy: () => new Proxy({}, {}),
  failingProxy: () => new Proxy({}, { get: fail }),
  revoked: () => revoked({}),
  failingString: () => ({ toString: fail, valueOf: fail }),
  failingPrimitive: () => ({ [Symbol.toPrimitive]: fail }),
  failingConstructor: () => ({
    get constructor() {
      return fail();
    },
  }),
  number: () => ({ valueOf: () => 5 }),
  boxedNumber: () => new Number(5),
  boxedString: () => new String('x'),
  boxedSymbol: () => Object(Symbol('s')),
  date: () => new Date(0),
  expression: () => /x/,
  error: () => new TypeError('an error'),
  map: () => new Map(),
  promise: () => Promise.resolve(1),
  thenable: () => ({ then: fail }),
  typedArray: () => new Float64Array(2),
  shared: () => new SharedArrayBuffer(8),
  weak: () => new WeakRef({}),
};

const NAMES = Object.keys(VALUES);

module.exports = { VALUES, NAMES };
