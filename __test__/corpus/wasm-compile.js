// WebAssembly is compiled and instantiated asynchronously.
'use strict';

// (module (func (export "f") (result i32) i32.const 42))
const bytes = Buffer.from('0061736d010000000105016000017f03020100070501016600000a06010400412a0b', 'hex');

WebAssembly.instantiate(bytes).then(({ instance }) => {
  console.log(instance.exports.f());
  return WebAssembly.compile(Buffer.from('not wasm'));
}).catch((error) => console.log(error.name));
