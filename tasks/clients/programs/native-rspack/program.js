'use strict';

const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { rspack } = require('@rspack/core');
const { called, observe } = require('../support/native');

observe(async (note) => {
  const folder = fs.mkdtempSync(path.join(fs.realpathSync(os.tmpdir()), 'async-hooks-rs-rspack-'));
  const file = path.join(folder, 'main.js');
  const loader = path.join(folder, 'loader.js');
  fs.writeFileSync(file, 'export default 1;');
  fs.writeFileSync(loader, 'module.exports = function (source) { this.query.note("loader"); return source; };');
  const plugin = {
    apply(compiler) {
      for (const name of ['compile', 'compilation', 'make', 'emit', 'done']) compiler.hooks[name].tap('notes', () => note(name));
    },
  };
  const compiler = rspack({
    mode: 'none',
    context: folder,
    entry: file,
    output: { path: path.join(folder, 'dist') },
    module: { rules: [{ test: /main\.js$/, use: [{ loader, options: { note } }] }] },
    plugins: [plugin],
  });
  const [error, stats] = await called((done) => compiler.run((...args) => (note('run'), done(...args))));
  if (error !== null || stats.hasErrors()) throw new Error(error ?? stats.toString());
  await called((done) => compiler.close(done));
  fs.rmSync(folder, { recursive: true });
});
