'use strict';

/**
 * Whether there is a process of that number, as far as this one can see.
 * @param {number} pid
 */
function runs(pid) {
  try {
    return pid > 0 && process.kill(pid, 0);
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'EPERM';
  }
}

module.exports = { runs };
