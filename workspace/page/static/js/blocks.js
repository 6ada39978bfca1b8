// Block Kit. A `holder` says whose blocks these are (a message or a view) and takes what people do with them:
//   holder.press(element, block, entry)   something was pressed or chosen
//   holder.enter(element, block, entry)   an input of a form has a new value; absent in messages
//   holder.suggest(element, text)         the options of a menu that the app fills
//   holder.values                         the values that the inputs have now, by block and action

import { h } from "./dom.js";
import { element } from "./elements.js";
import { image } from "./images.js";
import { markdown } from "./markdown.js";
import { mrkdwn, plain } from "./mrkdwn.js";
import { richText } from "./rich_text.js";

const BLOCKS = {
  section: (block, holder) =>
    h(
      "div",
      { class: "section" },
      h("div", { class: "section-body" }, block.text && text(block.text), block.fields && fields(block.fields)),
      block.accessory && h("div", { class: "accessory" }, element(block.accessory, block, holder)),
    ),
  header: (block) => h("h3", { class: "header-block" }, plain(block.text.text)),
  divider: () => h("hr"),
  context: (block) => h("div", { class: "context" }, block.elements.map(contextElement)),
  actions: (block, holder) =>
    h(
      "div",
      { class: "actions" },
      block.elements.map((each) => element(each, block, holder)),
    ),
  image: (block) =>
    h("figure", {}, block.title && h("figcaption", {}, plain(block.title.text)), image(block, "image-block")),
  input: (block, holder) => input(block, holder),
  rich_text: (block) => richText(block),
  markdown: (block) => h("div", { class: "markdown" }, markdown(block.text)),
  file: (block) => h("p", { class: "note" }, `File ${block.external_id}`),
};

/** Return the elements for blocks. */
export function blocks(list, holder) {
  return list.map((block) =>
    h("div", { class: "block", data: { type: block.type } }, BLOCKS[block.type]?.(block, holder) ?? unknown(block)),
  );
}

/** Return the elements for a text object. */
export function text(object) {
  return object.type === "mrkdwn" ? mrkdwn(object.text) : h("div", { class: "lines" }, plain(object.text));
}

/** Return the parts of a message that came before blocks: a bar in a colour, a title, fields, a picture. */
export function attachment(each, holder) {
  const colours = { good: "#2eb67d", warning: "#ecb22e", danger: "#e01e5a" };
  const colour = colours[each.color] ?? (each.color ? `#${each.color.replace("#", "")}` : null);
  return h(
    "div",
    { class: "attachment" },
    each.pretext && h("div", { class: "pretext" }, mrkdwn(each.pretext)),
    h(
      "div",
      { class: "attachment-body", colour },
      each.author_name && h("div", { class: "note" }, each.author_name),
      each.service_name && h("div", { class: "note" }, each.service_name),
      each.title && h("strong", {}, each.title_link ? mrkdwn(`<${each.title_link}|${each.title}>`) : plain(each.title)),
      each.text && mrkdwn(each.text),
      each.fields && h("div", { class: "fields" }, each.fields.map(attachmentField)),
      each.blocks && blocks(each.blocks, holder),
      each.image_url && image({ image_url: each.image_url, alt_text: each.fallback ?? "" }, "image-block"),
      each.footer && h("div", { class: "note" }, each.footer),
    ),
  );
}

function fields(list) {
  return h(
    "div",
    { class: "fields" },
    list.map((field) => h("div", { class: "field" }, text(field))),
  );
}

function attachmentField(field) {
  const label = h("strong", {}, field.title);
  return h(
    "div",
    { class: "field", data: { short: String(Boolean(field.short)) } },
    label,
    mrkdwn(String(field.value)),
  );
}

function contextElement(each) {
  return each.type === "image" ? image(each, "context-image") : h("span", { class: "context-text" }, text(each));
}

function input(block, holder) {
  const name = `${holder.id}-${block.block_id}`;
  const error = holder.errors?.[block.block_id];
  const optional = block.optional ? h("span", { class: "optional" }, " (optional)") : null;
  return h(
    "div",
    { class: "input-block", data: { invalid: String(Boolean(error)) } },
    h("label", { for: name }, plain(block.label.text), optional),
    element(block.element, block, holder, { id: name, "aria-describedby": `${name}-hint`, required: !block.optional }),
    h(
      "div",
      { id: `${name}-hint`, class: error ? "error" : "hint", role: error ? "alert" : null },
      error ?? (block.hint ? plain(block.hint.text) : null),
    ),
  );
}

function unknown(block) {
  return h("p", { class: "note" }, `This page does not show blocks of the type “${block.type}”.`);
}
