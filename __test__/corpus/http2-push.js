// corpus: {"varies": "how many reads bring the frames depends on how fast the program is, with either module"}
// A stream that the server starts.
'use strict';

const http2 = require('node:http2');

const server = http2.createServer();
server.on('stream', (stream) => {
  stream.pushStream({ ':path': '/pushed' }, (error, pushed) => {
    pushed.respond({ ':status': 200 }, { sendDate: false });
    pushed.end('pushed');
    stream.respond({ ':status': 204 }, { endStream: true, sendDate: false });
  });
});

server.listen(0, '127.0.0.1', () => {
  const client = http2.connect(`http://127.0.0.1:${server.address().port}`);
  let open = 2;
  const onClose = () => { if (--open === 0) client.close(); };
  client.on('stream', (pushed, headers) => {
    console.log(headers[':path']);
    pushed.on('data', (data) => console.log(String(data)));
    pushed.on('close', onClose);
  });
  const request = client.request({ ':path': '/' });
  request.resume();
  request.on('close', onClose);
  client.on('close', () => server.close());
});
