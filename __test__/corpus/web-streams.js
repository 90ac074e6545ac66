// Web streams: a source, a transform, a reader.
'use strict';

const source = new ReadableStream({
  start(controller) {
    controller.enqueue('one');
    controller.enqueue('two');
    controller.close();
  },
});
const upper = new TransformStream({
  transform(chunk, controller) { controller.enqueue(chunk.toUpperCase()); },
});

async function main() {
  for await (const chunk of source.pipeThrough(upper)) console.log(chunk);
}

main();
