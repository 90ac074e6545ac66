/** `async-hooks-rs/native-context`: stores in the callbacks of native addons. */

/**
 * Keeps the context in callbacks of native addons, on Nodes that lose it (24 from 24.12 on, and 26): `getStore()` answers
 * there what it answered where the addon was called, as on Node 22. It holds for the storages of this package and for those of
 * `node:async_hooks`, from now on and in this thread; a Worker calls it for itself. With `async-hooks-rs/register` it is on by itself.
 *
 * Nothing is paid before the first addon is loaded. `docs/compatibility.md` says which callbacks no Node keeps the context of.
 *
 * The answer is true where the context is kept now, and false where there is nothing to do: on Nodes that keep it themselves (20, 22, and
 * with `--no-async-context-frame`), on 24 before 24.12, which cannot be helped, and with `ASYNC_HOOKS_RS_NATIVE_CONTEXT=0`.
 */
export function keepNativeContext(): boolean;
