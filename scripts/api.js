'use strict';

/**
 * Writes the parts of docs/api.md that stand in the sources already: the declarations with their comments, what
 * `register.js` says of itself, and the help of the command. The text between the parts is written by hand.
 *
 *   npm run docs
 */

const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const ts = require('typescript');

const root = path.join(__dirname, '..');
const DOCUMENT = path.join(root, 'docs', 'api.md');

/**
 * @typedef {{ heading: string, member: boolean, isProperty: boolean, signature: string, text: string[], examples: string[] }} Entry
 *   a property is a field of an interface of options or results
 */

/** @type {Record<string, () => string>} what each marker of the document stands for */
const parts = {
  'index.d.ts': () => declarations('index.d.ts'),
  'legacy.d.ts': () => declarations('legacy.d.ts'),
  'register.js': () => header('register.js'),
  'native-context.d.ts': () => declarations('native-context.d.ts'),
  'record.d.ts': () => declarations('record.d.ts'),
  'compare --help': () => `\`\`\`text\n${help('compare')}\`\`\``,
};

/**
 * @param {string} document
 * @returns {string} with its parts as the sources have them now
 */
function fill(document) {
  return document.replace(/(<!-- from (.+?) -->\n)[^]*?(<!-- end -->)/g, (_whole, begin, name, end) => {
    return `${begin}\n${parts[name]()}\n\n${end}`;
  });
}

/** @param {string} file */
function declarations(file) {
  /** @type {Map<string, string>} */
  const merged = new Map();
  for (const entry of entries(file)) {
    const head = `${entry.member ? '####' : '###'} \`${entry.heading}\``;
    const examples = entry.examples.map((example) => `\`\`\`js\n${example}\n\`\`\``);
    const body = [`\`\`\`ts\n${entry.signature}\n\`\`\``, entry.text.join('\n'), ...examples].filter(Boolean).join('\n\n');
    // The declarations of an overloaded function stand under one heading.
    merged.set(head, merged.has(head) ? `${merged.get(head)}\n\n${body}` : `${head}\n\n${body}`);
  }
  return [...merged.values()].join('\n\n');
}

/** @param {string} file */
function entries(file) {
  const text = fs.readFileSync(path.join(root, file), 'utf8');
  return ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true).statements.flatMap(entriesOf);
}

/**
 * @param {import('typescript').Statement} statement
 * @returns {Entry[]} it, and its members
 */
function entriesOf(statement) {
  const modifiers = ts.canHaveModifiers(statement) ? ts.getModifiers(statement) : undefined;
  if (!modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)) return [];
  if (ts.isVariableStatement(statement)) {
    return [entry(statement.declarationList.declarations[0].name.getText(), statement.getText(), statement)];
  }
  const name = /** @type {any} */ (statement).name.getText();
  if (!ts.isClassDeclaration(statement) && !ts.isInterfaceDeclaration(statement)) {
    return [entry(name, statement.getText(), statement)];
  }
  const members = [...statement.members].map((member) => {
    const isProperty = ts.isPropertySignature(member);
    return { ...entry(memberName(name, member), member.getText(), member), member: true, isProperty };
  });
  return [entry(name, statement.getText().split(' {\n')[0], statement), ...members];
}

/**
 * As Node's documentation names them: `AsyncHook.prototype.enable` is `asyncHook.enable`.
 * @param {string} container
 * @param {any} member
 */
function memberName(container, member) {
  if (ts.isConstructorDeclaration(member)) return `new ${container}`;
  const isStatic = member.modifiers?.some((/** @type {any} */ { kind }) => kind === ts.SyntaxKind.StaticKeyword);
  const name = member.name.getText();
  const owner = isStatic ? container : container[0].toLowerCase() + container.slice(1);
  return owner + (name.startsWith('[') ? name : `.${name}`);
}

/**
 * @param {string} heading
 * @param {string} declaration
 * @param {import('typescript').Node} node
 * @returns {Entry}
 */
function entry(heading, declaration, node) {
  const signature = declaration
    .replace(/^export /, '')
    .replace(/\n {2}/g, '\n')
    .trim();
  const docs = ts.getJSDocCommentsAndTags(node).filter(ts.isJSDoc);
  const isExample = (/** @type {import('typescript').JSDocTag} */ tag) => tag.tagName.text === 'example';
  const text = docs.flatMap(({ comment, tags = [] }) => {
    return [...paragraphs(comment), ...tags.filter((tag) => !isExample(tag)).map(tagLine)];
  });
  const examples = docs.flatMap(({ tags = [] }) => tags.filter(isExample).map(({ comment }) => plain(comment)));
  return { heading, member: false, isProperty: false, signature, text: separated(text), examples };
}

/** @param {string[]} lines a list stands apart from the text before it */
function separated(lines) {
  const first = lines.findIndex((line) => line.startsWith('* '));
  return first > 0 ? [...lines.slice(0, first), '', ...lines.slice(first)] : lines;
}

/** @param {import('typescript').JSDoc['comment']} comment */
function paragraphs(comment) {
  const text = plain(comment);
  return text === '' ? [] : text.split('\n');
}

/** @param {import('typescript').JSDocTag} tag */
function tagLine(tag) {
  const text = plain(tag.comment).replace(/\s*\n\s*/g, ' ');
  if (ts.isJSDocParameterTag(tag)) return `* \`${tag.name.getText()}\`: ${text}`;
  if (ts.isJSDocThrowsTag(tag)) return `* throws a \`${tag.typeExpression?.type.getText()}\` ${text}`;
  if (tag.tagName.text === 'default') return `* default: \`${text}\``;
  if (tag.tagName.text === 'deprecated') return `* deprecated ${text.startsWith('since') ? text : `in favour of ${text}`}`;
  throw new Error(`docs/api.md has no form for @${tag.tagName.text}`);
}

/** @param {import('typescript').JSDoc['comment']} comment */
function plain(comment) {
  return (ts.getTextOfJSDocComment(comment) ?? '').replace(/\{@link (.+?)\}/g, '`$1`');
}

/** @param {string} file */
function header(file) {
  const [, text] = /\/\*\*\n([^]*?)\n \*\//.exec(fs.readFileSync(path.join(root, file), 'utf8')) ?? [];
  if (text === undefined) throw new Error(`${file} has no header`);
  return text.replace(/^ \* ?/gm, '');
}

/** @param {string} command */
function help(command) {
  const args = [path.join(root, 'bin', 'async-hooks-rs.js'), command, '--help'];
  return execFileSync(process.execPath, args, { encoding: 'utf8' });
}

if (require.main === module) fs.writeFileSync(DOCUMENT, fill(fs.readFileSync(DOCUMENT, 'utf8')));

module.exports = { DOCUMENT, entries, fill, parts };
