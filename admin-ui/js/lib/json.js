// @ts-check
/**
 * JSON as text. `JSON.parse` turns 12345678901234567890 into 12345678901234567000 and 1.0 into 1, so what a person
 * reads is cut from the response as the server wrote it, and only the white space between tokens changes.
 * All functions expect text that `JSON.parse` has accepted.
 */

const TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\],:]|[^\s{}[\],:"]+/g;

/** Deeper levels are not indented further: ten thousand brackets must not make a hundred megabytes of blanks. */
const DEEPEST_INDENT = 32;

/**
 * The members of a JSON object: name to the raw text of the value.
 * @param {string} text
 * @returns {Map<string, string>}
 */
export function rawMembers(text) {
  const members = new Map();
  let depth = 0;
  let name = '';
  let start = 0;
  for (const { 0: token, index } of text.matchAll(TOKEN)) {
    if (depth === 1 && (token === ',' || token === '}')) {
      if (start > 0) members.set(name, text.slice(start, index).trim());
      start = 0;
    } else if (depth === 1 && token === ':') {
      start = index + 1;
    } else if (depth === 1 && start === 0) {
      name = JSON.parse(token);
    }
    if (opens(token)) depth++;
    if (closes(token)) depth--;
  }
  return members;
}

/**
 * The elements of a JSON array, each as its raw text.
 * @param {string} text
 * @returns {string[]}
 */
export function rawElements(text) {
  /** @type {string[]} */
  const elements = [];
  let depth = 0;
  let start = 0;
  for (const { 0: token, index } of text.matchAll(TOKEN)) {
    if (closes(token)) depth--;
    const ends = depth === 0 ? token === ']' : depth === 1 && token === ',';
    const element = ends ? text.slice(start, index).trim() : '';
    if (element) elements.push(element);
    if (ends || (depth === 0 && token === '[')) start = index + 1;
    if (opens(token)) depth++;
  }
  return elements;
}

/**
 * The same tokens, one member a line.
 * @param {string} text
 */
export function prettyJson(text) {
  let pretty = '';
  let depth = 0;
  let last = '';
  for (const [token] of text.matchAll(TOKEN)) {
    if (closes(token)) depth--;
    const empty = closes(token) && opens(last);
    if (!empty && (closes(token) || opens(last) || last === ',')) {
      pretty += '\n' + '  '.repeat(Math.min(depth, DEEPEST_INDENT));
    }
    pretty += token === ':' ? ': ' : token;
    if (opens(token)) depth++;
    last = token;
  }
  return pretty;
}

/** @param {string} token */
const opens = (token) => token === '{' || token === '[';

/** @param {string} token */
const closes = (token) => token === '}' || token === ']';
