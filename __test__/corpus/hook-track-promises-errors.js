// corpus: {"skip": {"20": "no trackPromises option", "22": "no trackPromises option"}}
// What the trackPromises option accepts.
'use strict';

const { createHook } = require('node:async_hooks');

for (const options of [{ trackPromises: true }, { trackPromises: 1 }, { trackPromises: false, promiseResolve() {} }]) {
  try {
    createHook(options).enable().disable();
    console.log('works');
  } catch (error) {
    console.log(error.name, error.code, error.message);
  }
}
