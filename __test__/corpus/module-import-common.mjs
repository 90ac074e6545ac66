// CommonJS files are imported. The first of them, for which Node loads its lexer, before this module runs.
import common from './fixtures/common.js';

console.log(common.value);
const { holdStill } = await import('./fixtures/hold-still.js');
console.log(typeof holdStill);
