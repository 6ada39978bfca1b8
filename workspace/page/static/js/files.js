// Files in messages: text with its first lines, pictures, and the rest as a card.

import { fill, h } from "./dom.js";
import { icon } from "./icons.js";
import { fileText } from "./server.js";

/** Return a file as it stands in a message. */
export function fileCard(file) {
  const address = `/page/files/${file.id}`;
  if (file.mode === "snippet") return snippet(file, address);
  if (/^image\//.test(file.mimetype)) {
    return h(
      "figure",
      { class: "file" },
      heading(file, address),
      h("img", { class: "image-block", src: address, alt: file.title }),
    );
  }
  return h("div", { class: "file" }, heading(file, address));
}

function snippet(file, address) {
  const code = h("code", {}, file.preview);
  const all = h("button", { type: "button", class: "plain-button" });
  let whole = false;
  const show = () => {
    all.replaceChildren(whole ? "Show less" : `Show all ${file.lines.toLocaleString()} lines`);
    all.setAttribute("aria-expanded", String(whole));
  };
  all.addEventListener("click", async () => {
    whole = !whole;
    fill(code, whole ? await fileText(file.id) : file.preview);
    show();
  });
  show();
  return h(
    "div",
    { class: "file" },
    heading(file, address),
    h("pre", { class: "snippet", tabindex: "0" }, code),
    file.lines_more > 0 || file.preview_is_truncated ? all : null,
  );
}

function heading(file, address) {
  return h(
    "div",
    { class: "file-heading" },
    icon("file"),
    h("a", { href: address, target: "_blank", rel: "noopener" }, file.title),
    h("span", { class: "note" }, `${file.pretty_type} · ${size(file.size)}`),
  );
}

function size(bytes) {
  if (bytes < 1024) return `${bytes} B`;
  if (bytes < 1024 * 1024) return `${Math.round(bytes / 1024)} kB`;
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}
