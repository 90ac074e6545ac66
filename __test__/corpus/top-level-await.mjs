// A module that awaits at its top level.
import { setTimeout } from 'node:timers/promises';

console.log(await 1);
console.log(await setTimeout(1, 'after a timeout'));
const { sep } = await import('node:path');
console.log(sep.length);
