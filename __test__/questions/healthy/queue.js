// A consumer that waits for the next message again and again.
'use strict';

class Queue {
  messages = [];
  waiting = [];

  push(message) {
    const next = this.waiting.shift();
    if (next) next(message);
    else this.messages.push(message);
  }

  next() {
    if (this.messages.length > 0) return Promise.resolve(this.messages.shift());
    return new Promise((resolve) => this.waiting.push(resolve));
  }
}

const queue = new Queue();

async function consume() {
  for (;;) {
    const message = await queue.next();
    await new Promise((resolve) => setTimeout(resolve, 2, message));
  }
}

consume();
let sent = 0;
const producer = setInterval(() => {
  queue.push({ id: sent });
  if ((sent += 1) === 80) clearInterval(producer);
}, 8);
