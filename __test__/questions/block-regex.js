// question: The process hangs for a second now and then, with a CPU at 100 %.
// kind: block
'use strict';

function isValid(name) {
  return /^(\w+\s?)*$/.test(name); // <- here
}

const names = ['Ada', 'Grace', `${'a'.repeat(27)}!`, 'Alan'];
const timer = setInterval(() => {
  const name = names.shift();
  if (name === undefined) return clearInterval(timer);
  process.stdout.write(`${name} ${isValid(name)}\n`);
}, 20);
