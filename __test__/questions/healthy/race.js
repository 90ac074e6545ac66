// Timeouts that lose a race: some are cleared, others run out.
'use strict';

const sleep = (ms, value) => new Promise((resolve) => setTimeout(resolve, ms, value));

async function cleared(work, ms) {
  let timer;
  const timeout = new Promise((_, reject) => { timer = setTimeout(reject, ms, new Error('timeout')); });
  try {
    return await Promise.race([work, timeout]);
  } finally {
    clearTimeout(timer);
  }
}

async function main() {
  let sum = 0;
  for (let n = 0; n < 50; n++) {
    sum += await cleared(sleep(5, 1), 30_000);
    sum += await Promise.race([sleep(3, 1), sleep(400, 0)]);
  }
  process.stdout.write(`${sum}\n`);
}

main();
