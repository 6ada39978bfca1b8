// Short notes at the edge of the page, read out by screen readers.

import { h } from "./dom.js";

const SHOWN_FOR = 6000;

/** Show a note for a few seconds. */
export function toast(text) {
  const note = h("div", { class: "toast" }, text);
  document.getElementById("toasts").append(note);
  setTimeout(() => note.remove(), SHOWN_FOR);
}
