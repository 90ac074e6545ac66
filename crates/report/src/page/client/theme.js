'use strict';
/* global document, window */

/** Light or dark: as the system says until the reader chooses. */

const { h } = require('./dom');

const KEY = 'async-hooks-rs-theme';
const system = () => (window.matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light');
const listeners = [];

/** A page from a file may be refused its storage. */
function remembered() {
  try {
    return window.localStorage.getItem(KEY);
  } catch {
    return null;
  }
}

function remember(theme) {
  try {
    window.localStorage.setItem(KEY, theme);
  } catch {
    // The choice then holds for this visit.
  }
}

function apply(theme) {
  document.documentElement.dataset.theme = theme;
  for (const listener of listeners) listener();
}

const current = () => document.documentElement.dataset.theme;

/** What canvases draw with, from the style sheet. */
function ink() {
  const style = window.getComputedStyle(document.documentElement);
  return (name) => style.getPropertyValue(`--${name}`).trim();
}

function toggle() {
  const button = h('button', { type: 'button', id: 'theme', class: 'quiet', onclick: flip });
  const label = () => {
    const other = current() === 'dark' ? 'light' : 'dark';
    button.textContent = other === 'dark' ? '☾ Dark' : '☀ Light';
    button.setAttribute('aria-label', `Use the ${other} theme`);
  };
  onTheme(label);
  label();
  return button;
}

function flip() {
  const next = current() === 'dark' ? 'light' : 'dark';
  remember(next);
  apply(next);
}

/** Calls back whenever the colours have changed. */
const onTheme = (listener) => listeners.push(listener);

function start() {
  apply(remembered() ?? system());
  window.matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => {
    if (remembered() === null) apply(system());
  });
}

module.exports = { start, toggle, onTheme, ink };
