/** `async-hooks-rs/native-context`: stores in the callbacks of native addons. */

/**
 * Keeps the context in callbacks of native addons, on Nodes that lose it (24 from 24.12 on, and 26). `getStore()` then finds the
 * store of the place where the addon was called, as on Node 22. This works for the storages of this package and for those of
 * `node:async_hooks`, from now on and in this thread; a Worker calls it for itself. `async-hooks-rs/register` calls it for you.
 *
 * It costs nothing before the first addon is loaded. `docs/compatibility.md` lists the callbacks whose context no Node keeps.
 *
 * It returns true if the context is kept now. It returns false if there is nothing to do: on Nodes that keep it themselves (20, 22, and
 * with `--no-async-context-frame`), on 24 before 24.12, where it cannot be kept, and with `ASYNC_HOOKS_RS_NATIVE_CONTEXT=0`.
 * @example
 * import { keepNativeContext } from 'async-hooks-rs/native-context';
 * keepNativeContext(); // before addons such as bcrypt are used
 */
export function keepNativeContext(): boolean;
