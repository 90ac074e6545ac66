// question: A handler behind the JSON body parser has no store; with GET it has. (the body of a request)
// kind: body
// remedy: AsyncResource.bind
'use strict';
const { AsyncLocalStorage, AsyncResource } = require('node:async_hooks');
const http = require('node:http');

const context = new AsyncLocalStorage();

function json(request, callback) {
  let text = '';
  request.setEncoding('utf8');
  const end = () => callback(JSON.parse(text));
  request.on('data', (chunk) => (text += chunk)).on('end', end);
  //= request.on('data', (chunk) => (text += chunk)).on('end', AsyncResource.bind(end));
}

const server = http.createServer((request, response) => {
  context.run({ id: request.url }, () => json(request, (body) => response.end(`${body.a} ${context.getStore()?.id}`)));
});
server.listen(0, '127.0.0.1', () => {
  const request = http.request({ port: server.address().port, path: '/p', method: 'POST', agent: false }, (response) => {
    response.on('data', (text) => console.log(String(text))).on('end', () => server.close());
  });
  request.write('{"a":');
  setTimeout(() => request.end('1}'), 30);
});
void AsyncResource;
