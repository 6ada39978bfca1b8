// The `rich_text` block.

import { h } from "./dom.js";
import { emoji } from "./emoji.js";
import { channelLink, link, mention, pre } from "./mrkdwn.js";

const PARTS = {
  rich_text_section: (part) => h("div", { class: "lines" }, part.elements.map(inline)),
  rich_text_preformatted: (part) =>
    pre(part.elements.map(inline), part.elements.map((each) => each.text ?? each.url ?? "").join("")),
  rich_text_quote: (part) => h("blockquote", {}, part.elements.map(inline)),
  rich_text_list: (part) =>
    h(
      part.style === "ordered" ? "ol" : "ul",
      { class: "rich", data: { depth: part.indent ?? 0 }, start: part.offset ? part.offset + 1 : null },
      part.elements.map((each) => h("li", {}, each.elements.map(inline))),
    ),
};

const INLINE = {
  text: (each) => each.text,
  link: (each) => link(each.url, each.text ?? each.url),
  user: (each) => mention(each.user_id),
  channel: (each) => channelLink(each.channel_id),
  usergroup: (each) => h("span", { class: "mention" }, `@${each.usergroup_id}`),
  broadcast: (each) => h("span", { class: "mention" }, `@${each.range}`),
  emoji: (each) => emoji(each.name),
  date: (each) => each.fallback ?? new Date(each.timestamp * 1000).toLocaleString(),
  color: (each) => h("code", {}, each.value),
};

const STYLES = { bold: "strong", italic: "em", strike: "s", code: "code", underline: "u" };

/** Return the elements for a `rich_text` block. */
export function richText(block) {
  return block.elements.map((part) => PARTS[part.type]?.(part));
}

function inline(element) {
  let made = INLINE[element.type]?.(element) ?? "";
  for (const [style, tag] of Object.entries(STYLES)) {
    if (element.style?.[style]) made = h(tag, {}, made);
  }
  return made;
}
