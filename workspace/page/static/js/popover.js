// Small things that open beside a button: menus, and the choice of a reaction.

import { fill, flat, h } from "./dom.js";

let open = null;

/** Show a menu beside `anchor`; `entries` are `{ label, act, danger }`. */
export function menu(anchor, entries) {
  const items = entries.map((entry) =>
    h(
      "button",
      {
        type: "button",
        role: "menuitem",
        class: "menu-item",
        data: { danger: String(Boolean(entry.danger)) },
        on: { click: () => choose(entry) },
      },
      entry.icon,
      h("span", {}, entry.label),
    ),
  );
  show(anchor, h("div", { class: "menu", role: "menu" }, items));
}

/** Show something beside `anchor` until somebody clicks elsewhere or presses Escape. */
export function show(anchor, content) {
  close();
  const box = h("div", { class: "popover" });
  fill(box, content);
  document.body.append(box);
  place(box, anchor.getBoundingClientRect());
  open = { box, anchor };
  anchor.setAttribute("aria-expanded", "true");
  focusable(box)[0]?.focus();
}

/** Close what is open. */
export function close() {
  if (!open) return;
  const { box, anchor } = open;
  open = null;
  const hadFocus = box.contains(document.activeElement);
  box.remove();
  anchor.removeAttribute("aria-expanded");
  if (hadFocus) anchor.focus();
}

function choose(entry) {
  close();
  entry.act();
}

function place(box, anchor) {
  const room = { width: box.offsetWidth, height: box.offsetHeight };
  const below = anchor.bottom + 4 + room.height < innerHeight;
  const left = Math.max(8, Math.min(anchor.right - room.width, innerWidth - room.width - 8));
  box.style.setProperty("left", `${left}px`);
  box.style.setProperty("top", `${below ? anchor.bottom + 4 : Math.max(8, anchor.top - room.height - 4)}px`);
}

function focusable(box) {
  return flat([...box.querySelectorAll("button, input")]);
}

document.addEventListener("pointerdown", (event) => {
  if (open && !open.box.contains(event.target) && !open.anchor.contains(event.target)) close();
});

document.addEventListener(
  "keydown",
  (event) => {
    if (!open) return;
    const buttons = focusable(open.box);
    const steps = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 };
    if (event.key === "Escape") {
      event.stopPropagation();
      close();
    } else if (event.key in steps && document.activeElement?.tagName === "BUTTON") {
      event.preventDefault();
      const position = buttons.indexOf(document.activeElement) + steps[event.key];
      buttons.at(position % buttons.length)?.focus();
    }
  },
  true,
);
