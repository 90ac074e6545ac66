// Async functions call each other.
'use strict';

async function leaf(value) {
  return value;
}

async function middle(value) {
  return await leaf(value) + await leaf(value);
}

async function failing() {
  await leaf();
  throw new Error('failed');
}

async function main() {
  console.log(await middle(1));
  try {
    await failing();
  } catch (error) {
    console.log(error.message);
  }
}

main().then(() => console.log('done'));
