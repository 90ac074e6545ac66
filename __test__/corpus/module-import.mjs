// Static and dynamic import of modules.
import value from './fixtures/module.mjs';

console.log(value);
const { sep } = await import('node:path');
console.log(sep.length);
const again = await import('./fixtures/module.mjs');
console.log(again.default === value);
