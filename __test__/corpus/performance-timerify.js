// A timed function, and a histogram of the event loop.
'use strict';

const { PerformanceObserver, monitorEventLoopDelay, performance } = require('node:perf_hooks');

const observer = new PerformanceObserver((list) => {
  console.log(list.getEntries().map(({ entryType, name }) => `${entryType} ${name}`));
  observer.disconnect();
  histogram.disable();
});
// Longer than the program runs.
const histogram = monitorEventLoopDelay({ resolution: 60_000 });
histogram.enable();
observer.observe({ entryTypes: ['function'] });
performance.timerify(function timed() {})();
