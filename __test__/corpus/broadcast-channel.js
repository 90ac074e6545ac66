// A message on a channel reaches the other end, not the sender.
'use strict';

const sender = new BroadcastChannel('corpus');
const receiver = new BroadcastChannel('corpus');

sender.onmessage = () => console.log('never');
receiver.onmessage = ({ data }) => {
  console.log(data);
  sender.close();
  receiver.close();
};
sender.postMessage('broadcast');
