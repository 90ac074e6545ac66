// Wrong arguments.
'use strict';

const { AsyncLocalStorage, AsyncResource, createHook } = require('node:async_hooks');

function attempt(name, run) {
  try {
    run();
    console.log(name, 'works');
  } catch (error) {
    console.log(name, error.name, error.code, error.message);
  }
}

attempt('no type', () => new AsyncResource());
attempt('type of a number', () => new AsyncResource(1));
attempt('empty type', () => new AsyncResource(''));
attempt('negative trigger', () => new AsyncResource('T', -2));
attempt('trigger of text', () => new AsyncResource('T', 'text'));
attempt('trigger option', () => new AsyncResource('T', { triggerAsyncId: 1.5 }));
attempt('bind of nothing', () => new AsyncResource('T').bind());
attempt('static bind of nothing', () => AsyncResource.bind());
attempt('run of nothing', () => new AsyncResource('T').runInAsyncScope());
attempt('init of text', () => createHook({ init: 'text' }));
attempt('before of a number', () => createHook({ before: 1 }));
attempt('after of null', () => createHook({ after: null }));
attempt('destroy of an object', () => createHook({ destroy: {} }));
attempt('promiseResolve of true', () => createHook({ promiseResolve: true }));
attempt('hook of nothing', () => createHook());
attempt('hook of null', () => createHook(null));
attempt('storage run of nothing', () => new AsyncLocalStorage().run({}));
attempt('storage bind of nothing', () => AsyncLocalStorage.bind());
