'use strict';

const assert = require('node:assert');

module.exports = {
  packages: ['on-async-hook'],
  asserts:
    "groups the spans of three HTTP requests at once: each connection with its request, each request's timer with its file, with parents and times, apart from the others",
  uses: ['createHook'],
  expect(lines) {
    assert.deepStrictEqual(
      lines,
      ['/a', '/b', '/c'].map((path) => ({
        path,
        connection: ['TCPWRAP', 'HTTPINCOMINGMESSAGE'],
        isChild: true,
        timer: ['Timeout', 'FSREQCALLBACK'],
        isParent: true,
        hasTimes: true,
        isApart: true,
      })),
    );
  },
};
