'use strict';

const { bundleAsync } = require('lightningcss');
const { observe } = require('../support/native');

observe(async (note) => {
  await bundleAsync({
    filename: '/a.css',
    resolver: {
      read(file) {
        note(`read ${file}`);
        return file === '/a.css' ? '@import "./b.css";' : '.b { color: red }';
      },
      resolve(specifier) {
        note(`resolve ${specifier}`);
        return '/b.css';
      },
    },
  });
  note('awaited');
});
