// Slack's own markup, `*bold*` and `<@U123>`, turned into elements.

import { h } from "./dom.js";
import { emoji, isEmoji } from "./emoji.js";
import { state, user } from "./store.js";

const FENCE = /```\n?([\s\S]*?)\n?```\n?/;
const QUOTE = /^(?:&gt;|>) ?/;
const ITEM = /^(\s*)([•◦▪▸–-]|\d+[.)]) +(.*)$/;
const COLUMNS = /\S {3,}\S/;
const WORD = "\\p{L}\\p{N}";
const INLINE = new RegExp(
  [
    "`(?<code>[^`\\n]+)`",
    "<(?<token>[^<>\\n]+)>",
    `(?<![${WORD}*])\\*(?=\\S)(?<bold>[^*\\n]*?[^\\s*])\\*(?![${WORD}*])`,
    `(?<![${WORD}_])_(?=\\S)(?<italic>[^_\\n]*?[^\\s_])_(?![${WORD}_])`,
    `(?<![${WORD}~])~(?=\\S)(?<strike>[^~\\n]*?[^\\s~])~(?![${WORD}~])`,
    ":(?<emoji>[a-z0-9_+'-]+(?:::skin-tone-\\d)?):",
  ].join("|"),
  "u",
);

/** Return the elements for a text in Slack's markup. */
export function mrkdwn(text) {
  const parts = text.split(FENCE);
  return parts.map((part, position) => (position % 2 ? fence(part) : lines(part)));
}

/** Return the elements for a text without markup, emoji names aside. */
export function plain(text) {
  return text.split(/:([a-z0-9_+'-]+):/).map((part, position) => {
    if (position % 2 === 0) return part;
    return isEmoji(part) ? emoji(part) : `:${part}:`;
  });
}

/** Return a block of code in Slack's markup, in which only addresses are special. */
export function fence(text) {
  return pre(
    text.split(/(<[^<>\n]+>)/).map((part) => codeToken(part)),
    text,
  );
}

/** Return a block of code. Lines are wrapped, except those of a table, whose columns would come apart. */
export function pre(content, text) {
  const isTable = text.split("\n").filter((line) => COLUMNS.test(line)).length > 1;
  return h("pre", { tabindex: "0", data: { table: String(isTable) } }, h("code", {}, content));
}

/** Return a text with Slack's three entities resolved. */
export function unescape(text) {
  return text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}

/** Return a link, or only its words where its address is of a kind that a page should not follow. */
export function link(address, ...words) {
  if (!/^(https?:|mailto:)/i.test(address)) return h("span", {}, ...words);
  return h("a", { href: address, target: "_blank", rel: "noopener noreferrer" }, ...words);
}

/** Return the mention of a user. */
export function mention(id) {
  return h("span", { class: "mention", data: { me: String(id === state.me) } }, `@${user(id).name}`);
}

/** Return a mention of a channel that leads there. */
export function channelLink(id, name = "") {
  const known = state.conversations.get(id)?.name || name || id;
  return h("a", { class: "mention", href: `#/${id}` }, `#${known}`);
}

/** Return the elements for one line of text. */
export function inline(text) {
  const pieces = [];
  let rest = text;
  for (let found = INLINE.exec(rest); found; found = INLINE.exec(rest)) {
    pieces.push(unescape(rest.slice(0, found.index)), styled(found));
    rest = rest.slice(found.index + found[0].length);
  }
  return [...pieces, unescape(rest)];
}

function lines(text) {
  if (!text) return [];
  const groups = [];
  for (const line of text.replace(/\n$/, "").split("\n")) {
    const kind = QUOTE.test(line) ? "quote" : ITEM.test(line) ? "list" : "text";
    if (groups.at(-1)?.kind !== kind) groups.push({ kind, lines: [] });
    groups.at(-1).lines.push(line);
  }
  return groups.map((group) => RENDER[group.kind](group.lines));
}

const RENDER = {
  quote: (all) => h("blockquote", {}, joined(all.map((line) => line.replace(QUOTE, "")))),
  list: (all) => h("div", { class: "items" }, all.map(item)),
  text: (all) => h("div", { class: "lines" }, joined(all)),
};

function item(line) {
  const [, indent, mark, words] = ITEM.exec(line);
  const depth = Math.min(4, Math.floor(indent.replaceAll("\t", "    ").length / 2));
  return h("div", { class: "item", data: { depth } }, h("span", { class: "mark" }, mark), h("span", {}, inline(words)));
}

function joined(all) {
  return all.map((line, position) => [position ? "\n" : null, inline(line)]);
}

function styled(found) {
  const { code, token, bold, italic, strike } = found.groups;
  if (code)
    return h(
      "code",
      {},
      code.split(/(<[^<>\n]+>)/).map((part) => codeToken(part)),
    );
  if (token) return tokenOf(token);
  if (bold) return h("strong", {}, inline(bold));
  if (italic) return h("em", {}, inline(italic));
  if (strike) return h("s", {}, inline(strike));
  return emoji(found.groups.emoji);
}

function tokenOf(token) {
  const [target, ...labels] = token.split("|");
  const label = labels.join("|");
  if (target.startsWith("@")) return mention(target.slice(1));
  if (target.startsWith("#")) return channelLink(target.slice(1), label);
  if (target.startsWith("!date^")) return label || target;
  if (target.startsWith("!")) return h("span", { class: "mention" }, label || `@${target.slice(1)}`);
  const address = unescape(target);
  return link(address, label ? unescape(label) : address.replace(/^mailto:/, ""));
}

function codeToken(part) {
  return /^<[^<>]+>$/.test(part) ? tokenOf(part.slice(1, -1)) : unescape(part);
}
