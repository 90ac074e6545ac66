'use strict';
/* global window */

/** The small text beside the pointer. */

const { byId } = require('./dom');

function show(x, y, text) {
  const tip = byId('tip');
  tip.textContent = text;
  tip.hidden = false;
  tip.style.left = `${Math.max(4, Math.min(x + 14, window.innerWidth - tip.offsetWidth - 8))}px`;
  tip.style.top = `${y + 18 + tip.offsetHeight > window.innerHeight ? y - tip.offsetHeight - 8 : y + 18}px`;
}

function hide() {
  byId('tip').hidden = true;
}

module.exports = { show, hide };
