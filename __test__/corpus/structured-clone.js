// structuredClone is synchronous, with and without a transfer.
'use strict';

const buffer = new ArrayBuffer(8);
const transferred = structuredClone(buffer, { transfer: [buffer] });
console.log(structuredClone({ a: [1, 2] }), transferred.byteLength, buffer.byteLength);
setImmediate(() => console.log('done'));
