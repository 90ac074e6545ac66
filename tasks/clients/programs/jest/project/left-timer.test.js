'use strict';

test('leaves an interval running', () => {
  setInterval(() => {}, 1000);
});
