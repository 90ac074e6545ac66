'use strict';

/** A Chromium without a window, spoken to through its DevTools protocol over a pair of pipes. */

const { spawn } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const FLAGS = [
  '--headless=new',
  '--remote-debugging-pipe',
  '--no-first-run',
  '--disable-gpu',
  '--disable-dev-shm-usage',
  '--hide-scrollbars',
  '--force-color-profile=srgb',
];
/** Longer than this (ms) no answer takes, whatever else the machine does. */
const PATIENCE = 60_000;

/** @returns {string | undefined} the program, where there is one */
function findBrowser() {
  if (process.env.CHROMIUM) return process.env.CHROMIUM;
  const folders = (process.env.PATH ?? '').split(path.delimiter);
  return folders.flatMap((folder) => NAMES.map((name) => path.join(folder, name))).find((file) => fs.existsSync(file));
}

class Browser {
  /** @param {string} program */
  constructor(program) {
    this.profile = fs.mkdtempSync(path.join(os.tmpdir(), 'async-hooks-rs-browser-'));
    // A sandbox of its own is refused to root.
    const flags = process.getuid?.() === 0 ? [...FLAGS, '--no-sandbox'] : FLAGS;
    this.child = spawn(program, [...flags, `--user-data-dir=${this.profile}`, 'about:blank'], {
      stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'],
    });
    this.ended = new Promise((resolve) => this.child.once('exit', resolve));
    this.waiting = new Map();
    this.listeners = new Set();
    this.last = 0;
    let text = '';
    this.child.stdio[4].setEncoding('utf8').on('data', (part) => {
      const messages = (text + part).split('\0');
      text = messages.pop();
      for (const message of messages) this.receive(JSON.parse(message));
    });
    this.child.once('exit', () => this.fail(new Error('The browser has ended.')));
    this.child.once('error', (error) => this.fail(error));
    this.child.stdio[3].on('error', (error) => this.fail(error));
  }

  receive({ id, error, result, ...event }) {
    if (id === undefined) {
      for (const listener of this.listeners) listener(event);
      return;
    }
    const { resolve, reject } = this.waiting.get(id);
    this.waiting.delete(id);
    if (error) reject(new Error(error.message));
    else resolve(result);
  }

  fail(error) {
    for (const { reject } of this.waiting.values()) reject(error);
    this.waiting.clear();
  }

  send(method, params = {}, sessionId = undefined) {
    const id = ++this.last;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`The browser does not answer ${method}.`)), PATIENCE);
      const settle = (settled) => (value) => {
        clearTimeout(timer);
        settled(value);
      };
      this.waiting.set(id, { resolve: settle(resolve), reject: settle(reject) });
      this.child.stdio[3].write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
    });
  }

  async open(url, look) {
    // A context of its own: nothing that another page remembered.
    const { browserContextId } = await this.send('Target.createBrowserContext');
    const { targetId } = await this.send('Target.createTarget', { url: 'about:blank', browserContextId });
    const { sessionId } = await this.send('Target.attachToTarget', { targetId, flatten: true });
    const tab = new Tab(this, sessionId, targetId);
    await tab.load(url, look);
    return tab;
  }

  /** Lets it end its own processes, as one that is killed leaves some that still write into the profile. */
  async close() {
    const late = setTimeout(() => this.child.kill('SIGKILL'), PATIENCE);
    await this.send('Browser.close').catch(() => {});
    await this.ended;
    clearTimeout(late);
    fs.rmSync(this.profile, { recursive: true, force: true, maxRetries: 10 });
  }
}

/** One page. `problems` are errors that reached the console, `requests` all addresses that were asked for. */
class Tab {
  constructor(browser, session, target) {
    Object.assign(this, { browser, session, target, problems: [], requests: [] });
    this.listener = ({ method, params, sessionId }) => sessionId === session && this.hear(method, params);
    browser.listeners.add(this.listener);
    this.loaded = new Promise((resolve) => (this.onload = resolve));
  }

  hear(method, params) {
    if (method === 'Page.loadEventFired') this.onload();
    if (method === 'Network.requestWillBeSent') this.requests.push(params.request.url);
    if (method === 'Runtime.exceptionThrown')
      this.problems.push(params.exceptionDetails.exception?.description ?? params.exceptionDetails.text);
    if (method === 'Runtime.consoleAPICalled' && params.type !== 'log') this.problems.push(JSON.stringify(params.args));
    if (method === 'Log.entryAdded') this.problems.push(params.entry.text);
  }

  send(method, params) {
    return this.browser.send(method, params, this.session);
  }

  async load(url, { width = 1280, height = 900, theme = 'light' } = {}) {
    for (const domain of ['Page', 'Runtime', 'Log', 'Network']) await this.send(`${domain}.enable`);
    await this.send('Emulation.setDeviceMetricsOverride', { width, height, deviceScaleFactor: 1, mobile: false });
    await this.send('Emulation.setEmulatedMedia', {
      features: [
        { name: 'prefers-color-scheme', value: theme },
        { name: 'prefers-reduced-motion', value: 'reduce' },
      ],
    });
    await this.send('Page.navigate', { url });
    await this.loaded;
    await this.drawn();
  }

  /** What a function answers that is run in the page. */
  async ask(run, ...args) {
    const expression = `(${run})(${args.map((arg) => JSON.stringify(arg)).join(', ')})`;
    const { result, exceptionDetails } = await this.send('Runtime.evaluate', { expression, awaitPromise: true, returnByValue: true });
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    return result.value;
  }

  /** After the page has drawn what there was to draw. */
  drawn() {
    return this.ask(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => resolve(true)))));
  }

  async press(key) {
    const text = key.length === 1 ? key : undefined;
    await this.send('Input.dispatchKeyEvent', { type: 'keyDown', key, text });
    await this.send('Input.dispatchKeyEvent', { type: 'keyUp', key });
    await this.drawn();
  }

  async type(text) {
    await this.send('Input.insertText', { text });
    await this.drawn();
  }

  async click(selector, at) {
    const { x, y } = await this.ask(place, selector, at ?? null);
    for (const type of ['mousePressed', 'mouseReleased'])
      await this.send('Input.dispatchMouseEvent', { type, x, y, button: 'left', clickCount: 1 });
    await this.drawn();
  }

  async screenshot(file) {
    const { data } = await this.send('Page.captureScreenshot', { captureBeyondViewport: true });
    fs.writeFileSync(file, data, 'base64');
  }

  async close() {
    await this.browser.send('Target.closeTarget', { targetId: this.target });
    this.browser.listeners.delete(this.listener);
  }
}

/* global document, requestAnimationFrame */

/** Runs in the page: where to click an element, its middle if nothing else is said. */
function place(selector, at) {
  const element = document.querySelector(selector);
  if (element === null) throw new Error(`There is no ${selector}`);
  element.scrollIntoView({ block: 'center' });
  const box = element.getBoundingClientRect();
  return { x: box.left + (at?.x ?? box.width / 2), y: box.top + (at?.y ?? box.height / 2) };
}

module.exports = { findBrowser, Browser };
