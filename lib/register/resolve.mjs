// The hooks thread's half of import.js, for Node without `module.registerHooks`.

/** @type {{ url: string, format: string }} */
let replacement;

/** @param {{ url: string, format: string }} face */
export function initialize(face) {
  replacement = face;
}

/**
 * @param {string} specifier
 * @param {object} context
 * @param {Function} next
 */
export async function resolve(specifier, context, next) {
  const resolved = await next(specifier, context);
  return resolved.url === 'node:async_hooks' ? { ...resolved, ...replacement } : resolved;
}
