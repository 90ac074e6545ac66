// question: Behind the upload middleware the store is gone. (multer, body-parser)
// kind: body
// remedy: AsyncResource.bind
'use strict';
const { AsyncLocalStorage, AsyncResource } = require('node:async_hooks');
const http = require('node:http');

const context = new AsyncLocalStorage();

function upload(request, next) {
  let size = 0;
  request.on('data', (chunk) => {
    size += chunk.length;
  });
  request.on('end', () => next(size));
}

const server = http.createServer((request, response) => {
  context.run({ id: request.headers['x-id'] }, () => {
    upload(request, (size) => {
      //= upload(request, AsyncResource.bind((size) => {
      response.end(`${size} ${context.getStore()?.id} ${AsyncResource.name}`);
    });
    //= }));
  });
});
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address();
  const request = http.request({ port, method: 'POST', agent: false, headers: { 'x-id': '7' } }, (response) => {
    response.on('data', (text) => console.log(String(text)));
    response.on('end', () => server.close());
  });
  request.write('first');
  setTimeout(() => request.end('second'), 30);
});
