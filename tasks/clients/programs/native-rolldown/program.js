'use strict';

const { observe } = require('../support/native');

observe(async (note) => {
  const { rolldown } = await import('rolldown');
  /** @type {import('rolldown').Plugin} */
  const plugin = {
    name: 'notes',
    buildStart: () => note('buildStart'),
    resolveId(id) {
      note('resolveId');
      return id === 'virtual' ? id : undefined;
    },
    load(id) {
      note('load');
      return id === 'virtual' ? 'export default 1;' : undefined;
    },
    async transform() {
      note('transform');
      await null;
      note('transform, awaited');
    },
    moduleParsed: () => note('moduleParsed'),
    buildEnd: () => note('buildEnd'),
    renderStart: () => note('renderStart'),
    renderChunk: () => note('renderChunk'),
    generateBundle: () => note('generateBundle'),
  };
  const bundle = await rolldown({ input: 'virtual', plugins: [plugin] });
  await bundle.generate();
  await bundle.close();
  note('awaited');
});
