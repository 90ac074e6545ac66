/** What a TypeScript consumer writes; both kinds of module compile it. */

import { AsyncHook, AsyncLocalStorage, AsyncResource, createHook, HookCallbacks } from 'async-hooks-rs';
import { currentId, emitInit } from 'async-hooks-rs/legacy';
import 'async-hooks-rs/register';

const callbacks: HookCallbacks = {
  init(asyncId, type) {
    types.push(`${asyncId}${type}`);
  },
};
const types: string[] = [];
const hook: AsyncHook = createHook(callbacks).enable();
const storage = new AsyncLocalStorage<{ user: string }>({ name: 'user' });
const user: string | undefined = storage.run({ user: 'ada' }, () => storage.getStore()?.user);
const id: number = new AsyncResource('Consumer').asyncId() + currentId();
emitInit(id, 'Consumer', id, {});
// @ts-expect-error: a store of another type
storage.run(user, () => {});
hook.disable();
