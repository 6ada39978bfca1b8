// Ctrl K: go to a channel by a few letters of its name.

import { fill, h } from "./dom.js";
import { go } from "./place.js";
import { state, title } from "./store.js";

/** Ask where to go. */
export function openSwitcher() {
  if (document.querySelector(".switcher")) return;
  let found = [];
  let chosen = 0;
  const box = h("input", {
    type: "text",
    "aria-label": "Jump to a channel",
    placeholder: "Jump to a channel…",
    "aria-controls": "switcher-list",
  });
  const list = h("div", { id: "switcher-list", role: "listbox", "aria-label": "Channels" });
  const dialog = h("dialog", { class: "dialog switcher", "aria-label": "Jump to a channel" }, box, list);
  const leave = (conversation) => {
    dialog.close();
    if (conversation) go(conversation.id);
  };
  const draw = () => {
    found = [...state.conversations.values()].filter((each) =>
      title(each).toLowerCase().includes(box.value.toLowerCase()),
    );
    chosen = Math.min(chosen, Math.max(0, found.length - 1));
    fill(
      list,
      found.map((each, position) =>
        h(
          "div",
          {
            role: "option",
            class: "offer",
            "aria-selected": String(position === chosen),
            on: { click: () => leave(each) },
          },
          h("span", { class: "offer-name" }, each.kind === "im" ? title(each) : `#${title(each)}`),
          h("span", { class: "note" }, each.topic),
        ),
      ),
    );
  };
  box.addEventListener("input", draw);
  box.addEventListener("keydown", (event) => {
    const steps = { ArrowDown: 1, ArrowUp: -1 };
    if (event.key in steps && found.length) {
      event.preventDefault();
      chosen = (chosen + steps[event.key] + found.length) % found.length;
      draw();
    }
    if (event.key === "Enter" && !event.isComposing) leave(found[chosen]);
  });
  dialog.addEventListener("close", () => dialog.remove());
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  document.body.append(dialog);
  draw();
  dialog.showModal();
  box.focus();
}
