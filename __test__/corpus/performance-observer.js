// Marks and measures reach their observer in a turn of their own.
'use strict';

const { PerformanceObserver, performance } = require('node:perf_hooks');

const observer = new PerformanceObserver((list) => {
  console.log(list.getEntries().map(({ entryType, name }) => `${entryType} ${name}`));
  observer.disconnect();
});
observer.observe({ entryTypes: ['mark', 'measure'] });
performance.mark('a');
performance.mark('b');
performance.measure('a to b', 'a', 'b');
