// The DOM style interface: onmessage, several messages in their order.
'use strict';

const { port1, port2 } = new MessageChannel();

port2.onmessage = ({ data }) => {
  console.log(data);
  if (data === 'third') port2.close();
};
for (const text of ['first', 'second', 'third']) port1.postMessage(text);
