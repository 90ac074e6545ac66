// question: Since the plugin is unloaded, running requests have lost their stores. (disable)
// kind: disabled, left
// remedy: disable
'use strict';
const { AsyncLocalStorage } = require('node:async_hooks');

const plugin = new AsyncLocalStorage();

function unload() {
  plugin.disable(); // <- here
  //= plugin.exit(() => console.log('unloaded'));
}

plugin.run({ id: 1 }, () => {
  unload();
  console.log(plugin.getStore()?.id);
});
