// question: After signing out, the rest of the request is logged without its id. (enterWith(undefined))
// kind: left
// remedy: enterWith
'use strict';
const { AsyncLocalStorage } = require('node:async_hooks');

const session = new AsyncLocalStorage();

async function signOut() {
  session.enterWith(undefined); // <- here
  //= session.enterWith({ id: 'anonymous' });
}

async function handle() {
  session.enterWith({ id: 's1' });
  const end = () => console.log('end of', session.getStore()?.id);
  void signOut();
  end();
}
void handle();
