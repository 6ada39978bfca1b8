// Pictures out of blocks.

import { h } from "./dom.js";

/** Return the picture of an image block or element, or its words where the address is of a kind that is not loaded. */
export function image(each, kind) {
  const address = each.image_url ?? each.slack_file?.url;
  if (!/^(https?:|\/page\/files\/)/.test(address ?? "")) return h("span", { class: "note" }, each.alt_text);
  return h("img", { class: kind, src: address, alt: each.alt_text, loading: "lazy", referrerpolicy: "no-referrer" });
}
