/** A program that four handles keep alive, which why-is-node-running names. */

import whyIsNodeRunning from 'why-is-node-running'; // should be the first import
import { createServer } from 'node:net';
import { watch } from 'node:fs';

function startServer() {
  const server = createServer();
  setInterval(() => {}, 1000);
  server.listen(0, '127.0.0.1');
}

startServer();
startServer();
const watcher = watch(import.meta.dirname);
setTimeout(() => {}, 1000).unref();

setImmediate(() => {
  whyIsNodeRunning({ error: (text) => console.log(JSON.stringify(text)) });
  watcher.close();
  process.exit();
});
