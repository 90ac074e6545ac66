// question: After an error in one job, the others never run, and the process just ends.
// kind: unsettled
'use strict';

class Mutex {
  waiting = [];
  isLocked = false;

  lock() {
    if (!this.isLocked) {
      this.isLocked = true;
      return Promise.resolve();
    }
    return new Promise((resolve) => this.waiting.push(resolve)); // <- here
  }

  unlock() {
    this.isLocked = this.waiting.length > 0;
    this.waiting.shift()?.();
  }
}

const mutex = new Mutex();

async function job(n) {
  await mutex.lock();
  try {
    await new Promise((resolve) => setTimeout(resolve, 10));
    if (n === 2) throw new Error('no such file');
  } catch (error) {
    return process.stdout.write(`${error.message}\n`);
  }
  mutex.unlock();
}

for (let n = 0; n < 6; n++) job(n);
