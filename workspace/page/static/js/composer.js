// Where messages are written: a box that grows, files, long pastes as snippets, and completion.

import { Completion } from "./completion.js";
import { fill, h } from "./dom.js";
import { icon } from "./icons.js";
import { act, upload } from "./server.js";
import { state } from "./store.js";

const COMMAND = /^\/[a-z]/i;
const SNIPPET = "Untitled";
const TALLEST = 280;

/** The box in which messages are written, under a channel or under a thread. */
export class Composer {
  /**
   * `place()` tells where a message goes, `sent` is called with what was posted, `editLast` when somebody presses the up
   * arrow in an empty box; `extra` stands beside the buttons.
   */
  constructor({ label, place, sent = () => {}, editLast = () => {}, extra = null }) {
    this.files = [];
    this.place = place;
    this.sent = sent;
    this.editLast = editLast;
    this.chips = h("div", { class: "chips" });
    this.box = h("textarea", { rows: 1, "aria-label": label, placeholder: label, "aria-autocomplete": "list" });
    this.send = h("button", { type: "button", class: "send", "aria-label": "Send", title: "Send" }, icon("send"));
    this.picker = h("input", { type: "file", multiple: true, hidden: true });
    this.completion = new Completion(this.box);
    this.element = this.build(extra);
    this.listen();
    requestAnimationFrame(() => this.grow());
  }

  build(extra) {
    return h(
      "div",
      { class: "composer" },
      this.completion.list,
      this.chips,
      this.box,
      h(
        "div",
        { class: "composer-bar" },
        button("clip", "Attach a file", () => this.picker.click()),
        button("code", "Mark as code", () => this.markAsCode()),
        h("span", { class: "composer-hint" }, hint()),
        extra,
        this.send,
      ),
      this.picker,
    );
  }

  listen() {
    this.box.addEventListener("input", () => this.grow());
    this.box.addEventListener("paste", (event) => this.paste(event));
    this.box.addEventListener("keydown", (event) => this.press(event));
    this.send.addEventListener("click", () => this.submit());
    this.picker.addEventListener("change", () => {
      this.attach([...this.picker.files]);
      this.picker.value = "";
    });
    this.element.addEventListener("dragover", (event) => this.drag(event, true));
    this.element.addEventListener("dragleave", (event) => this.drag(event, false));
    this.element.addEventListener("drop", (event) => {
      this.drag(event, false);
      this.attach([...event.dataTransfer.files]);
    });
  }

  focus() {
    this.box.focus();
  }

  press(event) {
    if (this.completion.handles(event)) return;
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      this.submit();
    } else if (event.key === "ArrowUp" && !this.box.value) {
      event.preventDefault();
      this.editLast();
    }
  }

  async submit() {
    const text = this.box.value;
    const { files } = this;
    if (!text.trim() && !files.length) return;
    const where = this.place();
    const isCommand = COMMAND.test(text) && !where.thread_ts && !files.length;
    this.fill("", []);
    this.focus();
    const done = isCommand ? await give(text, where) : await say(text, files, where);
    if (!done && !this.box.value) this.fill(text, files);
    if (done?.ts) this.sent(done);
  }

  fill(text, files) {
    this.box.value = text;
    this.files = files;
    this.completion.close();
    this.showFiles();
  }

  attach(added) {
    this.files = [...this.files, ...added];
    this.showFiles();
  }

  detach(file) {
    this.files = this.files.filter((each) => each !== file);
    this.showFiles();
  }

  showFiles() {
    fill(
      this.chips,
      this.files.map((file) => chip(file, () => this.detach(file))),
    );
    this.grow();
  }

  grow() {
    this.box.style.setProperty("height", "auto");
    this.box.style.setProperty("height", `${Math.min(this.box.scrollHeight, TALLEST)}px`);
    this.send.disabled = !this.box.value.trim() && !this.files.length;
  }

  drag(event, over) {
    event.preventDefault();
    this.element.dataset.drop = String(over);
  }

  /** Take files from the clipboard, and turn a text that no message can hold into one. */
  paste(event) {
    const text = event.clipboardData.getData("text/plain");
    const files = [...event.clipboardData.files];
    if (text.length > state.longestMessage) files.push(new File([text], SNIPPET, { type: "text/plain" }));
    else if (text || !files.length) return;
    event.preventDefault();
    this.attach(files);
  }

  /** Put a fence around what is selected, or around everything. */
  markAsCode() {
    const { value } = this.box;
    const { selectionStart, selectionEnd } = this.box;
    const [start, end] = selectionStart < selectionEnd ? [selectionStart, selectionEnd] : [0, value.length];
    const inside = value.slice(start, end);
    this.box.value = `${value.slice(0, start)}\`\`\`\n${inside}\n\`\`\`${value.slice(end)}`;
    this.box.focus();
    this.box.setSelectionRange(start + 4, start + 4 + inside.length);
    this.grow();
  }
}

async function give(text, { channel }) {
  const [command, ...words] = text.trim().split(" ");
  return act("command", { channel, command, text: words.join(" ") });
}

async function say(text, files, where) {
  const ids = [];
  for (const file of files) {
    const id = await upload(file);
    if (!id) return null;
    ids.push(id);
  }
  return act("post", { ...where, text, files: ids });
}

function chip(file, remove) {
  return h(
    "span",
    { class: "chip" },
    icon("file"),
    h("span", {}, file.name === SNIPPET ? "Long paste, sent as a snippet" : file.name),
    h("button", { type: "button", "aria-label": `Remove ${file.name}`, on: { click: remove } }, icon("close")),
  );
}

function button(name, label, click) {
  return h("button", { type: "button", class: "tool", "aria-label": label, title: label, on: { click } }, icon(name));
}

function hint() {
  const key = (name) => h("kbd", {}, name);
  return [key("Enter"), " sends · ", key("Shift"), "+", key("Enter"), " new line · ", key("/"), " commands"];
}
