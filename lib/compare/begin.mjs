// The first module of an ES module entry's graph: the script starts when this one is evaluated.

// Whatever stands for it is evaluated now. The builtin always is, long before.
import 'node:async_hooks';

const key = Symbol.for('async-hooks-rs.compare.begin');
Reflect.get(globalThis, key)();
Reflect.deleteProperty(globalThis, key);
