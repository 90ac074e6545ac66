// Jobs that run at intervals for a while.
'use strict';

class Cron {
  timers = new Set();

  every(ms, job) {
    const timer = setInterval(() => job(() => this.stop(timer)), ms);
    this.timers.add(timer);
  }

  stop(timer) {
    clearInterval(timer);
    this.timers.delete(timer);
  }
}

const cron = new Cron();
for (let n = 0; n < 30; n++) {
  let runs = 0;
  cron.every(20 + n, (stop) => (runs += 1) === 10 && stop());
}
process.on('exit', () => process.stdout.write(`${cron.timers.size} left\n`));
