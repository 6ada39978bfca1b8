// Where messages are written: a box that grows, files, long pastes as snippets, and completion.

import { Completion } from "./completion.js";
import { fill, h } from "./dom.js";
import { icon } from "./icons.js";
import { act, upload } from "./server.js";
import { state } from "./store.js";

const LINES_OF_A_SNIPPET = "Untitled";

/** Return a composer. `place()` tells where the message goes, `sent` is called with what was posted. */
export function composer({ label, place, sent = () => {}, editLast = () => {}, extra = null }) {
  let files = [];
  const chips = h("div", { class: "chips" });
  const box = h("textarea", { rows: 1, "aria-label": label, placeholder: label, "aria-autocomplete": "list" });
  const send = h("button", { type: "button", class: "send", "aria-label": "Send", title: "Send" }, icon("send"));
  const picker = h("input", { type: "file", multiple: true, hidden: true });
  const completion = new Completion(box);

  const grow = () => {
    box.style.setProperty("height", "auto");
    box.style.setProperty("height", `${Math.min(box.scrollHeight, 280)}px`);
    send.disabled = !box.value.trim() && !files.length;
  };
  const showChips = () => {
    fill(chips, files.map((file) => chip(file, () => { files = files.filter((each) => each !== file); showChips(); })));
    grow();
  };
  const attach = (added) => {
    files = [...files, ...added];
    showChips();
  };
  const submit = async () => {
    const text = box.value;
    if (!text.trim() && !files.length) return;
    send.disabled = true;
    const where = place();
    const done = isCommand(text) && !where.thread_ts && !files.length ? await give(text, where) : await say(text, files, where);
    if (done) {
      box.value = "";
      files = [];
      showChips();
      if (done.ts) sent(done);
    }
    grow();
    box.focus();
  };

  box.addEventListener("input", grow);
  box.addEventListener("paste", (event) => paste(event, attach));
  box.addEventListener("keydown", (event) => {
    if (completion.handles(event)) return;
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      submit();
    } else if (event.key === "ArrowUp" && !box.value) {
      event.preventDefault();
      editLast();
    }
  });
  send.addEventListener("click", submit);
  picker.addEventListener("change", () => { attach([...picker.files]); picker.value = ""; });

  const form = h(
    "div",
    { class: "composer" },
    completion.list,
    chips,
    box,
    h(
      "div",
      { class: "composer-bar" },
      button("clip", "Attach a file", () => picker.click()),
      button("code", "Mark as code", () => { wrapInFence(box); grow(); }),
      h("span", { class: "composer-hint" }, h("kbd", {}, "Enter"), " sends · ", h("kbd", {}, "Shift"), "+", h("kbd", {}, "Enter"), " new line · ", h("kbd", {}, "/"), " commands"),
      extra,
      send,
    ),
    picker,
  );
  form.addEventListener("dragover", (event) => { event.preventDefault(); form.dataset.drop = "true"; });
  form.addEventListener("dragleave", () => { form.dataset.drop = "false"; });
  form.addEventListener("drop", (event) => {
    event.preventDefault();
    form.dataset.drop = "false";
    attach([...event.dataTransfer.files]);
  });
  requestAnimationFrame(grow);
  return { element: form, focus: () => box.focus() };
}

function isCommand(text) {
  return /^\/[a-z]/i.test(text);
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

/** Take files from the clipboard, and turn a text that no message can hold into one. */
function paste(event, attach) {
  const text = event.clipboardData.getData("text/plain");
  const files = [...event.clipboardData.files];
  if (text.length > state.longestMessage) files.push(new File([text], LINES_OF_A_SNIPPET, { type: "text/plain" }));
  else if (text || !files.length) return;
  event.preventDefault();
  attach(files);
}

function wrapInFence(box) {
  const { selectionStart: start, selectionEnd: end, value } = box;
  const inside = value.slice(start, end) || value;
  const [before, after] = value.slice(start, end) ? [value.slice(0, start), value.slice(end)] : ["", ""];
  box.value = `${before}\`\`\`\n${inside}\n\`\`\`${after}`;
  box.focus();
  box.setSelectionRange(before.length + 4, before.length + 4 + inside.length);
}

function chip(file, remove) {
  return h(
    "span",
    { class: "chip" },
    icon("file"),
    h("span", {}, file.name === LINES_OF_A_SNIPPET ? "Long paste, sent as a snippet" : file.name),
    h("button", { type: "button", "aria-label": `Remove ${file.name}`, on: { click: remove } }, icon("close")),
  );
}

function button(name, label, click) {
  return h("button", { type: "button", class: "tool", "aria-label": label, title: label, on: { click } }, icon(name));
}
