/** The public types, as a TypeScript user meets them. Checked by `npm run test:types`; never run. */

import * as builtin from 'node:async_hooks';
import * as hooks from '../../index';
import * as legacy from '../../legacy';
import { keepNativeContext } from '../../native-context';
import * as recorder from '../../record';

/** Compiles only where both types are the same. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
function same<A, B>(_same: Same<A, B>): void {}

// Hooks

const hook: hooks.AsyncHook = hooks.createHook({
  init(asyncId, type, triggerAsyncId, resource) {
    same<typeof asyncId, number>(true);
    same<typeof type, string>(true);
    same<typeof triggerAsyncId, number>(true);
    same<typeof resource, object>(true);
  },
  before(asyncId) {
    same<typeof asyncId, number>(true);
  },
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

class Counter {
  by = 1;
}
function add(this: Counter, n: number): string {
  return String(this.by + n);
}
for (const each of [
  hooks.AsyncResource.bind(add),
  hooks.AsyncResource.bind(add, 'ADD'),
  hooks.AsyncResource.bind(add, 'ADD', new Counter()),
  hooks.AsyncResource.bind(add, undefined, undefined),
  resource.bind(add),
  resource.bind(add, new Counter()),
  hooks.AsyncLocalStorage.bind(add),
]) {
  same<typeof each, typeof add>(true);
  each.call(new Counter(), 1);
  // @ts-expect-error another `this`
  each.call({}, 1);
}
// @ts-expect-error another `this`
hooks.AsyncResource.bind(add, 'ADD', 'text');
// @ts-expect-error another `this`
resource.bind(add, 5);
hooks.AsyncResource.bind(
  function () {
    return this;
  },
  'X',
  new Counter(),
);
// @ts-expect-error not a function
hooks.AsyncResource.bind(5);

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

// Ours where Node's is asked for, and Node's where ours is

const asBuiltin: [
  builtin.AsyncLocalStorage<string>,
  builtin.AsyncResource,
  builtin.AsyncHook,
  builtin.HookCallbacks,
  builtin.AsyncResourceOptions,
  typeof builtin.AsyncResource,
  typeof builtin.AsyncLocalStorage,
  typeof builtin.createHook,
] = [
  new hooks.AsyncLocalStorage<string>(),
  resource,
  hook,
  {} as hooks.HookCallbacks,
  {} as hooks.AsyncResourceOptions,
  hooks.AsyncResource,
  hooks.AsyncLocalStorage,
  hooks.createHook,
];
const asOurs: [
  hooks.AnyAsyncLocalStorage<string>,
  hooks.AnyAsyncLocalStorage<string>,
  hooks.AnyAsyncLocalStorage<string>,
  hooks.AsyncResource,
  hooks.AsyncHook,
  hooks.HookCallbacks,
  hooks.AsyncResourceOptions,
  typeof hooks.AsyncResource,
  typeof hooks.createHook,
] = [
  new builtin.AsyncLocalStorage<string>(),
  new hooks.AsyncLocalStorage<string>(),
  new legacy.AsyncLocalStorage<string>(),
  new builtin.AsyncResource('X'),
  builtin.createHook({}),
  {} as builtin.HookCallbacks,
  {} as builtin.AsyncResourceOptions,
  builtin.AsyncResource,
  builtin.createHook,
];
// @ts-expect-error a store of another type
const wrong: hooks.AnyAsyncLocalStorage<string> = new builtin.AsyncLocalStorage<number>();
void [asBuiltin, asOurs, wrong];

// Older names

const id: number = legacy.newAsyncId();
legacy.emitInit(id, 'X');
legacy.emitBefore(id, 1, {});
legacy.emitAfter(id);
legacy.emitDestroy(id);
const result: number = new legacy.AsyncLocalStorage<string>().runSyncAndReturn('store', (a: number) => a, length);
same<typeof legacy.createHook, typeof hooks.createHook>(true);
void result;

// The recorder

const recorded: recorder.Recorder = recorder.record({ file: 'a.rec', types: ['Timeout'], promises: false, stacks: 10, arguments: false });
const statistics: Record<string, recorder.TypeStats> = recorded.stats();
const longest: number = statistics.Timeout.run.max;
recorded.mark('here');
const stopped: Promise<void> = recorded.stop();
// @ts-expect-error a number
recorder.record({ slots: '64' });
void [longest, stopped, recorded.file];

// Native addons

same<ReturnType<typeof keepNativeContext>, boolean>(true);
// @ts-expect-error it takes nothing
keepNativeContext(true);
