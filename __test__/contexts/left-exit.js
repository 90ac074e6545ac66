// question: The audit log has no user. (exit)
// kind: left
// remedy: exit
'use strict';
const { AsyncLocalStorage } = require('node:async_hooks');

const user = new AsyncLocalStorage();

function audit(action) {
  console.log(action, 'by', user.getStore());
}

function withoutUser(work) {
  return user.exit(work); // <- here
  //= return work();
}

user.run('ada', () => {
  audit('login');
  withoutUser(() => setTimeout(audit, 1, 'cleanup'));
});
