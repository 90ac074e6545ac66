'use strict';
/* global document, ResizeObserver */

/** Makes elements: `h('button', { class: 'quiet', onclick }, 'text', …)`. Text is always set as text. */

/**
 * @param {string} tag
 * @param {Record<string, any> | null} [props] `on…` are listeners, `style` an object, the rest attributes
 * @param {...any} children nodes, texts, arrays of them; null and false are left out
 * @returns {any} an element of the tag
 */
function h(tag, props, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props ?? {})) set(element, name, value);
  element.append(...children.flat(3).filter((child) => child !== null && child !== false && child !== undefined));
  return element;
}

/** An element that the page has. @param {string} id */
function byId(id) {
  return /** @type {HTMLElement} */ (document.getElementById(id));
}

function set(element, name, value) {
  if (value === null || value === undefined || value === false) return;
  if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
  else if (name === 'style') for (const [key, item] of Object.entries(value)) element.style.setProperty(key, item);
  else element.setAttribute(name, value === true ? '' : value);
}

/** A section of the page, with what the reader should know about it under its title. */
function section(id, title, hint, ...children) {
  return h(
    'section',
    { id, 'aria-labelledby': `${id}-title` },
    h('div', { class: 'title' }, h('h2', { id: `${id}-title` }, title), hint ? h('p', { class: 'hint' }, hint) : null),
    ...children,
  );
}

/**
 * What a type is in words, and then what Node calls it.
 * @param {{ types: string[], words: string[] }} data
 * @param {number} type
 * @param {string} [after] stands between the two
 */
function named({ types, words }, type, after = '') {
  const name = types[type] === words[type] ? '' : types[type];
  return [
    words[type],
    h(
      'small',
      null,
      [after, name].filter((part) => part !== '').map((part) => ` ${part}`),
    ),
  ];
}

/** A group of buttons of which one is pressed. */
function choice(label, options, chosen, onchoice) {
  const buttons = options.map(([value, text]) =>
    h(
      'button',
      {
        type: 'button',
        'aria-pressed': String(value === chosen),
        onclick() {
          for (const button of buttons) button.setAttribute('aria-pressed', String(button === this));
          onchoice(value);
        },
      },
      text,
    ),
  );
  return h('div', { class: 'choice', role: 'group', 'aria-label': label }, buttons);
}

/** Calls `draw(width)` now and whenever the element's width changes. */
function onWidth(element, draw) {
  let last = 0;
  new ResizeObserver(() => {
    const width = Math.floor(element.clientWidth);
    if (width === last || width === 0) return;
    last = width;
    draw(width);
  }).observe(element);
}

module.exports = { h, byId, section, named, choice, onWidth };
