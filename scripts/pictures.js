'use strict';

/**
 * Makes the pictures of the README from a recording of `examples/shop`: the terminal report as SVG, the page as PNG.
 * Run it with `npm run pictures`; the page needs Chromium. `docs/pictures/made.json` says from which sources they were
 * made, so that a test can tell when they are too old.
 */

const { execFileSync } = require('node:child_process');
const crypto = require('node:crypto');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { pathToFileURL } = require('node:url');

const root = path.join(__dirname, '..');
const folder = path.join(root, 'docs', 'pictures');
const MADE = path.join(folder, 'made.json');
/** What decides how a report looks, and the program that it is of. */
const SOURCES = ['crates/report/src/page', 'crates/report/src/summary', 'examples/shop', 'scripts/pictures.js'];

const COLUMNS = 104;
const FONT = 13;
const LINE = 18;
/** Of a character of the font, in pixels. */
const ADVANCE = 7.82;
const MARGIN = 16;
/** A terminal's colours, by the numbers of SGR. */
const COLOURS = { 31: '#ff7b72', 32: '#7ee787', 33: '#e3b341', 34: '#79c0ff', 35: '#d2a8ff', 36: '#76e3ea', 90: '#8b949e' };

/** A digest of all sources: equal while they are. */
function digest() {
  const hash = crypto.createHash('sha256');
  for (const source of SOURCES) {
    const whole = path.join(root, source);
    const isFolder = fs.statSync(whole).isDirectory();
    const names = isFolder ? fs.readdirSync(whole, { encoding: 'utf8', recursive: true }).sort() : [''];
    for (const name of names) {
      const file = path.join(whole, name);
      if (!fs.statSync(file).isFile()) continue;
      hash.update(`${path.relative(root, file).replaceAll(path.sep, '/')}\0`);
      hash.update(fs.readFileSync(file, 'utf8').replaceAll('\r\n', '\n'));
    }
  }
  return hash.digest('hex');
}

/** @param {string} text */
const escaped = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll(' ', '\u00a0');

/**
 * A text with colours of a terminal, as a picture.
 * @param {string} text
 * @param {string} command that printed it
 */
function svgOf(text, command) {
  const lines = [`\x1b[90m$\x1b[0m ${command}`, ...text.trimEnd().split('\n')];
  const [width, height] = [Math.ceil(COLUMNS * ADVANCE + 2 * MARGIN), lines.length * LINE + 2 * MARGIN];
  let [colour, isBold] = ['', false];
  const drawn = lines.map((line, at) => {
    const spans = line.split('\u001b[').map((part, index) => {
      const end = index === 0 ? -1 : part.indexOf('m');
      for (const code of end < 0 ? [] : part.slice(0, end).split(';').map(Number)) {
        if (code === 0) [colour, isBold] = ['', false];
        if (code === 1) isBold = true;
        if (code === 2) colour = COLOURS[90];
        if (code === 22) isBold = false;
        if (code === 22 || code === 39) colour = '';
        colour = COLOURS[/** @type {keyof typeof COLOURS} */ (code)] ?? colour;
      }
      const text = escaped(part.slice(end + 1));
      const look = `${colour && ` fill="${colour}"`}${isBold ? ' font-weight="bold"' : ''}`;
      return look && text ? `<tspan${look}>${text}</tspan>` : text;
    });
    return `<text x="${MARGIN}" y="${MARGIN + LINE * at + FONT}">${spans.join('')}</text>`;
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">`,
    `<rect width="${width}" height="${height}" rx="8" fill="#0d1117"/>`,
    `<g font-family="ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace" font-size="${FONT}" fill="#e6edf3">`,
    ...drawn,
    '</g>',
    '</svg>',
    '',
  ].join('\n');
}

async function main() {
  const { Browser, findBrowser } = require(path.join(root, '__test__', 'support', 'browser'));
  const { loadAddon } = require('../lib/engine/addon');
  const browserProgram = findBrowser();
  if (browserProgram === undefined) throw new Error('The page cannot be shown without Chromium: install it, or name it in CHROMIUM.');
  const temporary = fs.mkdtempSync(path.join(os.tmpdir(), 'async-hooks-rs-pictures-'));
  const [file, page] = ['shop.rec', 'shop.html'].map((name) => path.join(temporary, name));
  const bin = path.join(root, 'bin', 'async-hooks-rs.js');
  try {
    const run = (/** @type {string[]} */ args) =>
      execFileSync(process.execPath, [bin, ...args], { stdio: 'ignore', cwd: path.join(root, 'examples', 'shop') });
    run(['record', '-o', file, 'shop.js']);
    run(['report', file, '--html', page]);
    const look = { all: false, why: false, json: false, width: COLUMNS, colour: true };
    const { summary = '' } = loadAddon().reportRecording(file, look, null, []);
    fs.mkdirSync(folder, { recursive: true });
    fs.writeFileSync(path.join(folder, 'report.svg'), svgOf(summary, 'npx async-hooks-rs report shop.rec'));
    const browser = new Browser(browserProgram);
    try {
      for (const theme of ['light', 'dark']) {
        const tab = await browser.open(pathToFileURL(page).href, { width: 1200, height: 760, theme });
        const clip = { x: 0, y: 0, width: 1200, height: 760, scale: 1 };
        const { data } = await tab.send('Page.captureScreenshot', { clip });
        fs.writeFileSync(path.join(folder, `page-${theme}.png`), data, 'base64');
      }
    } finally {
      await browser.close();
    }
    fs.writeFileSync(MADE, `${JSON.stringify({ sources: digest() }, null, 2)}\n`);
  } finally {
    fs.rmSync(temporary, { recursive: true, force: true });
  }
}

module.exports = { MADE, digest, folder, svgOf };

if (require.main === module) void main();
