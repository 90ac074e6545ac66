// question: setTimeout(..., 100) fires after more than a second. Why?
// kind: block
'use strict';

setTimeout(() => process.stdout.write('at last\n'), 100);

function primes(limit) {
  const found = [];
  for (let n = 2; n < limit; n++) { // <- or here
    let isPrime = true;
    for (const prime of found) { // <- or here
      if (n % prime === 0) isPrime = false; // <- or here
    }
    if (isPrime) found.push(n);
  }
  return found.length;
}

process.stdout.write(`${primes(120_000)} primes\n`);
