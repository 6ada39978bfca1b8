// Completion while somebody writes: commands after `/`, their words after that, people after `@`, channels after `#`.

import { fill, h } from "./dom.js";
import { state } from "./store.js";

const SHOWN = 8;

export class Completion {
  /** Complete what is written in `box`; `list` is the element that shows the offers. */
  constructor(box) {
    this.box = box;
    this.offers = [];
    this.chosen = 0;
    this.stepped = false;
    this.list = h("div", { class: "completion", role: "listbox", "aria-label": "Suggestions", hidden: true });
    this.list.id = `completion-${Math.random().toString(36).slice(2)}`;
    box.setAttribute("aria-controls", this.list.id);
    box.addEventListener("input", () => this.refresh());
    box.addEventListener("blur", () => setTimeout(() => this.close(), 150));
  }

  /** Take a key where the list is open; return whether it was taken. */
  handles(event) {
    if (this.list.hidden || event.isComposing) return false;
    const steps = { ArrowDown: 1, ArrowUp: -1 };
    if (event.key in steps) {
      this.chosen = (this.chosen + steps[event.key] + this.offers.length) % this.offers.length;
      this.stepped = true;
      this.draw();
    } else if (event.key === "Tab" || (event.key === "Enter" && (this.stepped || !this.offers[this.chosen].complete))) {
      this.accept(this.offers[this.chosen]);
    } else if (event.key === "Escape") {
      this.close();
    } else {
      return false;
    }
    event.preventDefault();
    event.stopPropagation();
    return true;
  }

  refresh() {
    const before = this.box.value.slice(0, this.box.selectionStart);
    this.show(commands(before) ?? commandWords(before) ?? names(before) ?? []);
  }

  close() {
    this.show([]);
  }

  show(offers) {
    this.offers = offers.slice(0, SHOWN);
    this.chosen = 0;
    this.stepped = false;
    this.list.hidden = !this.offers.length;
    this.draw();
  }

  draw() {
    const rows = this.offers.map((offer, position) =>
      h(
        "div",
        {
          class: "offer",
          role: "option",
          id: `${this.list.id}-${position}`,
          "aria-selected": String(position === this.chosen),
          on: {
            pointerdown: (event) => {
              event.preventDefault();
              this.accept(offer);
            },
          },
        },
        h("span", { class: "offer-name" }, offer.name),
        offer.hint && h("span", { class: "offer-hint" }, offer.hint),
        offer.about && h("span", { class: "note" }, offer.about),
      ),
    );
    fill(this.list, rows);
    if (this.offers.length) this.box.setAttribute("aria-activedescendant", `${this.list.id}-${this.chosen}`);
    else this.box.removeAttribute("aria-activedescendant");
  }

  accept(offer) {
    const { selectionStart: at, value } = this.box;
    const start = at - offer.typed.length;
    const insert = `${offer.insert} `;
    this.box.value = value.slice(0, start) + insert + value.slice(at);
    this.box.setSelectionRange(start + insert.length, start + insert.length);
    this.box.focus();
    this.box.dispatchEvent(new Event("input"));
  }
}

function commands(before) {
  if (!/^\/\S*$/.test(before)) return null;
  return state.app.commands
    .filter((command) => command.name.startsWith(before))
    .map(({ name, usage_hint: hint, description: about }) => ({
      name,
      hint,
      about,
      typed: before,
      insert: name,
      complete: name === before,
    }));
}

/** The first word after a command, out of its usage hint: `search TEXT | show ID` offers `search` and `show`. */
function commandWords(before) {
  const [, name, typed] = /^(\/\S+) +(\S*)$/.exec(before) ?? [];
  const command = state.app.commands.find((each) => each.name === name);
  if (!command?.usage_hint) return null;
  return command.usage_hint
    .split(/\s*\|\s*/)
    .map((usage) => /^([a-z][\w-]*)\s*(.*)$/.exec(usage.replace(/^\[(.*)\]$/, "$1")))
    .filter((usage) => usage && usage[1].startsWith(typed))
    .map(([, word, hint]) => ({ name: word, hint, typed, insert: word, complete: !typed || word === typed }));
}

function names(before) {
  const [, sigil, typed] = /(?:^|\s)([@#])([\w.-]*)$/.exec(before) ?? [];
  if (!sigil) return null;
  const known =
    sigil === "@" ? [...state.users.values()] : [...state.conversations.values()].filter((each) => each.name);
  return known
    .filter((each) => each.name.startsWith(typed.toLowerCase()))
    .map((each) => ({
      name: `${sigil}${each.name}`,
      about: each.real_name ?? each.topic,
      typed: sigil + typed,
      insert: `${sigil}${each.name}`,
      complete: each.name === typed,
    }));
}
