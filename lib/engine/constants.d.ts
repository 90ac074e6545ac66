/** The numbers that the addon shares with JavaScript. Written by `npm run constants`. */

/** Where things are in the thread's memory: `crates/engine/src/layout.rs`. */
export interface Layout {
  slots: number;
  stackDepth: number;
  stackSpilled: number;
  emitDepth: number;
  hooksStaged: number;
  batchLength: number;
  storageGeneration: number;
  enabledHooks: number;
  wanted: number;
  tracked: number;
  lastId: number;
  currentId: number;
  currentTrigger: number;
  currentAnchor: number;
  batchBase: number;
  batchSize: number;
  stackBase: number;
  stackCapacity: number;
  contextSize: number;
  noAnchor: number;
  firstId: number;
}

/** The bits that say what a hook wants to hear: `Wants` in `crates/engine/src/hooks.rs`. */
export interface Wants {
  init: number;
  before: number;
  after: number;
  destroy: number;
  promiseResolve: number;
  promises: number;
}

/** The bits that say what is to be done about a change of the hooks: `Todo`, beside it. */
export interface Todo {
  changed: number;
  now: number;
  atNode: number;
  follow: number;
  followFirst: number;
  leave: number;
}

/** What can be told of a resource, a request or the program: `Fact` in `crates/recorder/src/event.rs`. */
export interface RecorderFacts {
  does: number;
  asks: number;
  route: number;
  status: number;
  folder: number;
  crash: number;
  holds: number;
  traceParent: number;
  collected: number;
  before: number;
}

/** Where things are in the memory of a ring, and what an event looks like: `crates/recorder/src/ring.rs`, `source.rs`. */
export interface RecorderLayout {
  minCapacity: number;
  capacity: number;
  firstSlot: number;
  next: number;
  limit: number;
  initLimit: number;
  dropped: number;
  maxTypes: number;
  codes: number;
  stacks: number;
  agingStacks: number;
  init: number;
  before: number;
  after: number;
  destroy: number;
  resolve: number;
  initPromise: number;
  destroyRun: number;
  mark: number;
  request: number;
  delay: number;
  repeats: number;
  fact: number;
  promiseType: number;
  hasRoom: number;
  hasRoomForInit: number;
  isOver: number;
}
