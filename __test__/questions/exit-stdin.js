// question: The program asks a question, gets the answer and hangs.
// kind: does-not-exit
// ends: signal after 1200 ms
// stdin: open
'use strict';

function ask(question, answered) {
  process.stdout.write(question);
  process.stdin.on('data', (text) => answered(text.toString().trim())); // <- here
}

ask('Name? ', (name) => process.stdout.write(`Hello, ${name}\n`));
setTimeout(() => {}, 10_000).unref();
