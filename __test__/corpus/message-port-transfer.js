// A port travels through another port.
'use strict';

const outer = new MessageChannel();
const inner = new MessageChannel();

outer.port2.once('message', ({ port }) => {
  port.on('message', (text) => {
    console.log(text);
    port.close();
    outer.port2.close();
  });
  inner.port1.postMessage('through the transferred port');
});
outer.port1.postMessage({ port: inner.port2 }, [inner.port2]);
