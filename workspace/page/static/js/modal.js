// Modals: the form that an app shows over the page. One dialog, redrawn when the app changes the view.

import { blocks } from "./blocks.js";
import { fill, h } from "./dom.js";
import { icon } from "./icons.js";
import { plain } from "./mrkdwn.js";
import { act } from "./server.js";
import { state } from "./store.js";

let dialog = null;
let shown = null;
let wayBack = null;
let entries = {};
let errors = {};

/** Show, change or take away the modal, as the state has it. */
export function drawModal() {
  const view = state.view;
  if (!view) return putAway();
  if (shown?.hash === view.hash) return;
  if (shown?.id !== view.id) {
    entries = {};
    errors = {};
  }
  shown = view;
  if (!dialog) {
    dialog = made();
    document.body.append(dialog);
    wayBack = wayTo(document.activeElement);
    dialog.showModal();
  }
  redraw();
}

function made() {
  const fresh = h("dialog", { class: "dialog modal", "aria-labelledby": "modal-title" });
  fresh.addEventListener("cancel", (event) => {
    event.preventDefault();
    leave();
  });
  // Browsers close a dialog at a second Escape whatever the page says to the first.
  fresh.addEventListener("close", () => fresh === dialog && leave(true));
  return fresh;
}

/** Take the dialog away and lead the keyboard back to where it came from. */
function putAway() {
  if (!dialog) return;
  const closed = dialog;
  dialog = shown = null;
  closed.close();
  closed.remove();
  wayBack()?.focus({ preventScroll: true });
}

/** Return how to find a control again, also where its message was drawn anew meanwhile. */
function wayTo(control) {
  const message = control.closest("[data-ts]")?.dataset.ts;
  const { action } = control.dataset;
  return () =>
    control.isConnected ? control : document.querySelector(`[data-ts="${message}"] [data-action="${action}"]`);
}

function redraw() {
  const view = shown;
  const before = dialog.querySelector(`.modal-body[data-view="${view.id}"]`);
  const scrolled = before?.scrollTop ?? 0;
  const { id, dataset } = document.activeElement;
  const focused = id ? `#${CSS.escape(id)}` : `[data-action="${dataset.action}"]`;
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
    h("div", { class: "modal-body blocks", tabindex: 0, data: { view: view.id } }, blocks(view.blocks, viewHolder(view))),
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
  const body = form.querySelector(".modal-body");
  const same = before && body.querySelector(focused);
  const control = same ?? form.querySelector("[autofocus]") ?? body.querySelector("input, textarea, select") ?? body;
  control.focus({ preventScroll: Boolean(before) });
  body.scrollTop = scrolled;
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
