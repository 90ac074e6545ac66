'use strict';

/** `instanceof` where Node's own class made the object. */

const assert = require('node:assert');
const { EventEmitterAsyncResource } = require('node:events');
const { test } = require('node:test');
const { inherits } = require('node:util');

const builtin = require('node:async_hooks');
const ours = require('..');

for (const name of /** @type {const} */ (['AsyncLocalStorage', 'AsyncResource'])) {
  const Ours = /** @type {new (type?: any) => object} */ (ours[name]);
  const Nodes = /** @type {new (type?: any) => object} */ (builtin[name]);
  const type = name === 'AsyncResource' ? 'TYPE' : undefined;

  test(`${name}: an object of Node's is an instance, and one of this package is one of Node's`, () => {
    assert.ok(new Nodes(type) instanceof Ours);
    assert.ok(new (class extends Nodes {})(type) instanceof Ours);
    assert.ok(new Ours(type) instanceof Ours);
    assert.ok(new Ours(type) instanceof Nodes);
    assert.ok(new Nodes(type) instanceof Function.prototype.bind.call(Ours, null));
  });

  test(`${name}: a subclass has instances of its own`, () => {
    class Sub extends Ours {}
    assert.ok(new Sub(type) instanceof Sub);
    assert.ok(new Sub(type) instanceof Ours);
    assert.ok(!(new Ours(type) instanceof Sub));
    assert.ok(!(new Nodes(type) instanceof Sub));

    function Old() {}
    inherits(Old, Ours);
    assert.ok(new /** @type {any} */ (Old)() instanceof Ours);
    assert.ok(!(new Nodes(type) instanceof Old));
  });

  test(`${name}: nothing else is one`, () => {
    for (const value of [undefined, null, 1, 'X', {}, () => {}, Object.create(null), Nodes, Ours]) {
      assert.ok(!(/** @type {any} */ (value) instanceof Ours));
    }
    assert.ok(Object.create(Ours.prototype) instanceof Ours);
    const { value, ...flags } = /** @type {PropertyDescriptor} */ (Object.getOwnPropertyDescriptor(Ours, Symbol.hasInstance));
    assert.deepStrictEqual(flags, { writable: false, enumerable: false, configurable: false });
    assert.strictEqual(value.name, '[Symbol.hasInstance]');
  });
}

test('the resource of an EventEmitterAsyncResource is an instance', () => {
  const { asyncResource } = new EventEmitterAsyncResource({ name: 'EMITTER' });
  assert.ok(asyncResource instanceof ours.AsyncResource);
  assert.ok(asyncResource instanceof builtin.AsyncResource);
});
