// The small square that stands for somebody.

import { h } from "./dom.js";
import { icon } from "./icons.js";

/** Return the avatar of a user: initials on their colour, a heartbeat for an app. */
export function avatar(user, kind = "") {
  const content = user.bot_id ? icon("pulse") : initials(user.real_name);
  return h("span", { class: `avatar ${kind}`, colour: user.colour, "aria-hidden": "true" }, content);
}

function initials(name) {
  const words = name.split(/\s+/).filter(Boolean);
  return words
    .slice(0, 2)
    .map((word) => [...word][0].toUpperCase())
    .join("");
}
