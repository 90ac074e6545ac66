/** The public types, as a TypeScript user meets them. Checked by `npm run test:types`; never run. */

import * as hooks from '../../index';
import * as legacy from '../../legacy';

/** Compiles only where both types are the same. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends (<T>() => T extends B ? 1 : 2) ? true : false;
function same<A, B>(_same: Same<A, B>): void {}

// Hooks

const hook: hooks.AsyncHook = hooks.createHook({
  init(asyncId, type, triggerAsyncId, resource) {
    same<typeof asyncId, number>(true);
    same<typeof type, string>(true);
    same<typeof triggerAsyncId, number>(true);
    same<typeof resource, object>(true);
  },
  before(asyncId) { same<typeof asyncId, number>(true); },
  after() {},
  destroy() {},
  promiseResolve() {},
  trackPromises: true,
});
same<ReturnType<typeof hook.enable>, hooks.AsyncHook>(true);
hook.enable().disable();

// @ts-expect-error a callback must be a function
hooks.createHook({ init: 5 });
// @ts-expect-error no such option
hooks.createHook({ trackTimers: true });
// @ts-expect-error the callbacks must be given
hooks.createHook();

same<ReturnType<typeof hooks.executionAsyncId>, number>(true);
same<ReturnType<typeof hooks.triggerAsyncId>, number>(true);
same<ReturnType<typeof hooks.executionAsyncResource>, object>(true);
same<(typeof hooks.asyncWrapProviders)['TCPWRAP'], number>(true);
// @ts-expect-error frozen
hooks.asyncWrapProviders.TCPWRAP = 1;

// Resources

class Query extends hooks.AsyncResource {
  constructor() {
    super('QUERY', { requireManualDestroy: true });
  }
}
const resource = new Query();
new hooks.AsyncResource('X', 5);
const sum = resource.runInAsyncScope((a: number, b: number) => a + b, undefined, 1, 2);
same<typeof sum, number>(true);
// @ts-expect-error an argument of another type
resource.runInAsyncScope((a: number) => a, undefined, 'one');
// @ts-expect-error a type is needed
new hooks.AsyncResource();
same<typeof resource, ReturnType<Query['emitDestroy']>>(true);
const bound = resource.bind((text: string) => text.length);
same<ReturnType<typeof bound>, number>(true);
const boundStatically = hooks.AsyncResource.bind((text: string) => text.length, 'X');
same<Parameters<typeof boundStatically>, [text: string]>(true);

// Storages

const storage = new hooks.AsyncLocalStorage<{ id: number }>({ name: 'requests', defaultValue: { id: 0 } });
same<ReturnType<typeof storage.getStore>, { id: number } | undefined>(true);
const text = storage.run({ id: 1 }, (a: string) => a, 'text');
same<typeof text, string>(true);
storage.exit(() => {});
storage.enterWith({ id: 2 });
const scope = storage.withScope({ id: 3 });
scope.dispose();
scope[Symbol.dispose]();
// @ts-expect-error a store of another type
storage.run(5, () => {});
// @ts-expect-error read-only
storage.name = 'other';
const inContext = hooks.AsyncLocalStorage.snapshot();
same<ReturnType<typeof storage.getStore>, { id: number } | undefined>(true);
const length: number = inContext((a: string) => a.length, 'text');

// Older names

const id: number = legacy.newAsyncId();
legacy.emitInit(id, 'X');
legacy.emitBefore(id, 1, {});
legacy.emitAfter(id);
legacy.emitDestroy(id);
const result: number = new legacy.AsyncLocalStorage<string>().runSyncAndReturn('store', (a: number) => a, length);
same<typeof legacy.createHook, typeof hooks.createHook>(true);
void result;
