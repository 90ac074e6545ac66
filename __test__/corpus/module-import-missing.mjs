// corpus: {"skip": {"20": "a thread of its own resolves imports there, and its answers come at any time"}}
// The import of a module that is not there.
await import('./fixtures/missing.mjs').catch((error) => console.log(error.code));
