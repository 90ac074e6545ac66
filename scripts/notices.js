'use strict';

/**
 * Writes THIRD-PARTY-NOTICES.md: the licences of what is built into the binary, which ask to be passed on with it.
 *
 *   npm run notices
 */

const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');

const root = path.join(__dirname, '..');
const NOTICES = path.join(root, 'THIRD-PARTY-NOTICES.md');

/** Where a crate leaves the choice, the first of these. */
const TEXTS = {
  MIT: `Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated
documentation files (the "Software"), to deal in the Software without restriction, including without limitation the
rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit
persons to whom the Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the
Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE
WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR
COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR
OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.`,
  ISC: `Permission to use, copy, modify, and/or distribute this software for any purpose with or without fee is hereby
granted, provided that the above copyright notice and this permission notice appear in all copies.

THE SOFTWARE IS PROVIDED "AS IS" AND THE AUTHOR DISCLAIMS ALL WARRANTIES WITH REGARD TO THIS SOFTWARE INCLUDING ALL
IMPLIED WARRANTIES OF MERCHANTABILITY AND FITNESS. IN NO EVENT SHALL THE AUTHOR BE LIABLE FOR ANY SPECIAL, DIRECT,
INDIRECT, OR CONSEQUENTIAL DAMAGES OR ANY DAMAGES WHATSOEVER RESULTING FROM LOSS OF USE, DATA OR PROFITS, WHETHER IN AN
ACTION OF CONTRACT, NEGLIGENCE OR OTHER TORTIOUS ACTION, ARISING OUT OF OR IN CONNECTION WITH THE USE OR PERFORMANCE OF
THIS SOFTWARE.`,
};

/** @param {string[]} args */
const cargo = (args) => execFileSync('cargo', args, { cwd: root, encoding: 'utf8', maxBuffer: 2 ** 26 });

/** @returns {{ name: string, version: string, license: string, manifest_path: string, authors: string[] }[]} */
function linked() {
  /** @type {{ targets: string[] }} */
  const { targets } = JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8')).napi;
  const tree = [
    'tree',
    '--locked',
    ...targets.flatMap((target) => ['--target', target]),
    '--edges',
    'normal,no-proc-macro',
    '--prefix',
    'none',
    '--format',
    '{p}',
  ];
  const names = new Set(
    cargo(tree)
      .split('\n')
      .map((line) => line.split(' ').slice(0, 2).join(' ')),
  );
  /** @type {ReturnType<typeof linked>} */
  const packages = JSON.parse(cargo(['metadata', '--locked', '--format-version', '1'])).packages;
  return packages.filter(({ name, version }) => !name.startsWith('async-hooks-rs') && names.has(`${name} v${version}`));
}

/** @param {string} folder */
function copyrights(folder) {
  const files = fs.readdirSync(folder).filter((name) => /^(LICENSE|LICENSE-MIT|COPYRIGHT)(\.\w+)?$/i.test(name));
  const lines = files.flatMap((name) => fs.readFileSync(path.join(folder, name), 'utf8').split('\n'));
  return [...new Set(lines.map((line) => line.trim()).filter((line) => /^Copyright (\(c\)|©|\d{4})/i.test(line)))];
}

function notices() {
  const crates = linked();
  const sections = Object.entries(TEXTS).map(([licence, text]) => {
    const under = crates
      .filter(({ license }) => chosen(license) === licence)
      .map((crate) => {
        const holders = copyrights(path.dirname(crate.manifest_path));
        const authors = crate.authors.map((author) => `Copyright (c) ${author.replace(/ <.*>/, '')}`);
        return `* ${crate.name} ${crate.version}: ${(holders.length > 0 ? holders : authors).join('; ') || `Copyright (c) the authors of ${crate.name}`}`;
      });
    const standard = licence === 'MIT' ? ['* the standard library of Rust: Copyright (c) The Rust Project Contributors'] : [];
    return [`## ${licence}`, [...under, ...standard].join('\n'), text].join('\n\n');
  });
  return `# Third-party notices\n\nWhat is built into the binary, under which licence. Made by \`npm run notices\`.\n\n${sections.join('\n\n')}\n`;
}

/** @param {string} expression */
function chosen(expression) {
  const licence = Object.keys(TEXTS).find((each) => expression.split(/ OR |\//).includes(each));
  if (licence === undefined) throw new Error(`scripts/notices.js has no text for ${expression}`);
  return licence;
}

if (require.main === module) fs.writeFileSync(NOTICES, notices());

module.exports = { NOTICES, notices };
