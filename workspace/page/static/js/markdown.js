// The `markdown` block: the usual part of CommonMark, turned into elements.

import { h } from "./dom.js";
import { emoji } from "./emoji.js";
import { link, pre } from "./mrkdwn.js";

const INLINE = new RegExp(
  [
    "(?<ticks>`+)(?<code>[\\s\\S]+?)\\k<ticks>(?!`)",
    "!?\\[(?<label>[^\\]]*)\\]\\((?<address>[^)\\s]+)[^)]*\\)",
    "<(?<auto>https?:[^<>\\s]+)>",
    "(?<bare>https?://[^\\s<>()]+[^\\s<>().,;:!?])",
    "(?:\\*\\*|__)(?=\\S)(?<bold>[\\s\\S]+?)(?:\\*\\*|__)",
    "(?<![\\p{L}\\p{N}*_])[*_](?=\\S)(?<italic>[^*_]+)[*_](?![\\p{L}\\p{N}*_])",
    "~~(?<strike>[^~]+)~~",
    ":(?<emoji>[a-z0-9_+-]+):",
    "\\\\(?<escaped>[!-/:-@\\[-`{-~])",
  ].join("|"),
  "u",
);

/** Return the elements for a markdown text. */
export function markdown(text) {
  return blocks(text.replaceAll("\r\n", "\n").split("\n"));
}

function blocks(lines) {
  const made = [];
  while (lines.length) made.push(next(lines));
  return made;
}

/** Take the next block off the front of `lines`. */
function next(lines) {
  const line = lines[0];
  let found;
  if (!line.trim()) return void lines.shift() ?? null;
  if ((found = /^ {0,3}(`{3,}|~{3,})/.exec(line))) return fenced(lines, found[1]);
  if ((found = /^(#{1,6})\s+(.*?)\s*#*$/.exec(line))) return heading(lines, found);
  if (/^ {0,3}([-*_])(\s*\1){2,}\s*$/.test(line)) return lines.shift() && h("hr");
  if (/^ {0,3}>/.test(line)) return h("blockquote", {}, blocks(taken(lines, /^ {0,3}> ?/)));
  if (isItem(line)) return list(lines);
  if (/^\|.*\|\s*$/.test(line) && /^\|?[\s:|-]+\|?$/.test(lines[1] ?? "")) return table(lines);
  return paragraph(lines);
}

function fenced(lines, mark) {
  lines.shift();
  const end = lines.findIndex((line) => line.trim().startsWith(mark));
  const code = lines.splice(0, end < 0 ? lines.length : end);
  lines.shift();
  return pre(code.join("\n"), code.join("\n"));
}

function heading(lines, [, marks, words]) {
  lines.shift();
  return h(`h${Math.min(6, marks.length + 2)}`, {}, inline(words));
}

function taken(lines, prefix) {
  const inside = [];
  while (lines.length && prefix.test(lines[0])) inside.push(lines.shift().replace(prefix, ""));
  return inside;
}

function isItem(line) {
  return /^\s*([-*+]|\d+[.)])\s+/.test(line);
}

function list(lines) {
  const [, indent, mark] = /^(\s*)([-*+]|\d+[.)])/.exec(lines[0]);
  const items = [];
  while (lines.length && isItem(lines[0]) && /^\s*/.exec(lines[0])[0].length === indent.length) {
    const own = [lines.shift().replace(/^\s*([-*+]|\d+[.)])\s+/, "")];
    while (lines.length && /^\s+\S/.test(lines[0]) && /^\s*/.exec(lines[0])[0].length > indent.length) {
      own.push(lines.shift().slice(Math.min(indent.length + 2, 4)));
    }
    items.push(h("li", {}, blocks(own).map(loosened)));
  }
  return h(/\d/.test(mark) ? "ol" : "ul", { start: /\d/.test(mark) ? Number.parseInt(mark, 10) : null }, items);
}

function loosened(block) {
  return block?.tagName === "P" ? [...block.childNodes] : block;
}

function table(lines) {
  const cells = (line) =>
    line
      .trim()
      .replace(/^\||\|$/g, "")
      .split("|")
      .map((cell) => inline(cell.trim()));
  const head = cells(lines.shift());
  lines.shift();
  const rows = [];
  while (lines.length && lines[0].includes("|")) rows.push(cells(lines.shift()));
  const row = (tag) => (each) =>
    h(
      "tr",
      {},
      each.map((cell) => h(tag, {}, cell)),
    );
  return h(
    "div",
    { class: "table" },
    h("table", {}, h("thead", {}, row("th")(head)), h("tbody", {}, rows.map(row("td")))),
  );
}

function paragraph(lines) {
  const own = [];
  do own.push(lines.shift());
  while (lines.length && lines[0].trim() && !isItem(lines[0]) && !/^(#{1,6}\s|```|~~~|>)/.test(lines[0]));
  return h("p", {}, inline(own.join("\n")));
}

function inline(text) {
  const pieces = [];
  let rest = text;
  for (let found = INLINE.exec(rest); found; found = INLINE.exec(rest)) {
    pieces.push(rest.slice(0, found.index), styled(found.groups));
    rest = rest.slice(found.index + found[0].length);
  }
  return [...pieces, rest];
}

function styled({ code, label, address, auto, bare, bold, italic, strike, emoji: name, escaped }) {
  if (code) return h("code", {}, code);
  if (address) return link(address, inline(label));
  if (auto ?? bare) return link(auto ?? bare, auto ?? bare);
  if (bold) return h("strong", {}, inline(bold));
  if (italic) return h("em", {}, inline(italic));
  if (strike) return h("s", {}, inline(strike));
  return escaped ?? emoji(name);
}
