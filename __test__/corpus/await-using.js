// corpus: {"skip": {"20": "no using declarations", "22": "no using declarations"}}
// Resources that are disposed of asynchronously at the end of a block.
'use strict';

class Tool {
  constructor(name) { this.name = name; }

  async [Symbol.asyncDispose]() {
    await null;
    console.log('disposed', this.name);
  }
}

async function main() {
  {
    await using first = new Tool('first');
    await using second = new Tool('second');
    console.log(first.name, second.name);
  }
  console.log('end');
}

main();
