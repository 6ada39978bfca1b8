// Modals: the form that an app shows over the page. One dialog, redrawn when the app changes the view.

import { blocks } from "./blocks.js";
import { fill, h } from "./dom.js";
import { icon } from "./icons.js";
import { plain } from "./mrkdwn.js";
import { act } from "./server.js";
import { state } from "./store.js";

let dialog = null;
let shown = null;
let entries = {};
let errors = {};

/** Show, change or take away the modal, as the state has it. */
export function drawModal() {
  const view = state.view;
  if (!view) {
    dialog?.remove();
    dialog = shown = null;
    return;
  }
  if (shown?.hash === view.hash) return;
  if (shown?.id !== view.id) {
    entries = {};
    errors = {};
  }
  shown = view;
  if (!dialog) {
    dialog = h("dialog", { class: "dialog modal", "aria-labelledby": "modal-title" });
    dialog.addEventListener("cancel", (event) => {
      event.preventDefault();
      leave();
    });
    document.body.append(dialog);
    dialog.showModal();
  }
  redraw();
}

function redraw() {
  const view = shown;
  const form = h(
    "form",
    {
      novalidate: true,
      on: {
        submit: (event) => {
          event.preventDefault();
          submit();
        },
      },
    },
    h(
      "header",
      { class: "modal-header" },
      view.previous_view_id &&
        h("button", { type: "button", class: "tool", "aria-label": "Back", on: { click: leave } }, icon("back")),
      h("h2", { id: "modal-title" }, plain(view.title.text)),
      h(
        "button",
        { type: "button", class: "tool", "aria-label": "Close", on: { click: () => leave(true) } },
        icon("close"),
      ),
    ),
    h("div", { class: "modal-body blocks" }, blocks(view.blocks, viewHolder(view))),
    h(
      "footer",
      { class: "dialog-buttons" },
      h(
        "button",
        { type: "button", class: "button", on: { click: () => leave() } },
        plain(view.close?.text ?? "Cancel"),
      ),
      view.submit &&
        h("button", { type: "submit", class: "button", data: { style: "primary" } }, plain(view.submit.text)),
    ),
  );
  fill(dialog, form);
  (
    form.querySelector("[autofocus]") ?? form.querySelector(".modal-body :is(input, textarea, select, button)")
  )?.focus();
}

/** What the blocks of a modal or of the App Home need to know and to do, see blocks.js. */
export function viewHolder(view) {
  return {
    id: view.id,
    values: view.state.values,
    errors,
    press: (element, block, entry) =>
      act("press_in_view", {
        view: view.id,
        action_id: element.action_id,
        block_id: block.block_id,
        entry: entry ?? null,
      }),
    enter: (element, block, entry) => {
      entries[block.block_id] = entry;
      const held = view.state.values[block.block_id]?.[element.action_id];
      if (held && "value" in held) held.value = entry;
    },
    suggest: (element, text) => act("suggest_in_view", { view: view.id, action_id: element.action_id, text }),
  };
}

async function submit() {
  const button = dialog.querySelector("[type=submit]");
  button.setAttribute("aria-busy", "true");
  const outcome = await act("submit", { view: shown.id, entries });
  button.removeAttribute("aria-busy");
  if (!dialog || !outcome) return;
  errors = outcome.errors ?? {};
  if (Object.keys(errors).length) {
    redraw();
    dialog.querySelector("[data-invalid=true] :is(input, textarea, select)")?.focus();
  }
}

function leave(all = false) {
  act("close", { view: shown.id, all: all === true });
}
