// Messages: how one looks, what can be done with it, and lists of them.

import { avatar } from "./avatar.js";
import { attachment, blocks } from "./blocks.js";
import { askToDelete } from "./dialogs.js";
import { h, reconcile } from "./dom.js";
import { emoji, REACTIONS } from "./emoji.js";
import { fileCard } from "./files.js";
import { icon } from "./icons.js";
import { mrkdwn, unescape } from "./mrkdwn.js";
import { close, menu, show } from "./popover.js";
import { go } from "./place.js";
import { act } from "./server.js";
import { author, isReply, state, user } from "./store.js";
import { clock, day, whole } from "./time.js";
import { toast } from "./toasts.js";

const BELONGS_TOGETHER = 300;
let editing = null;

/**
 * Show messages in a container, keeping those that are unchanged. `newAfter` is the timestamp after which a line says
 * that what follows is new; `inThread` leaves out what leads to threads.
 */
export function showMessages(container, conversation, messages, { newAfter = null, inThread = false } = {}) {
  const rows = messages.map((message, position) =>
    row(message, messages[position - 1], { newAfter, inThread, conversation }),
  );
  reconcile(container, rows, {
    key: ({ message }) => message.ts,
    version: ({ conversation: _conversation, ...shown }) =>
      JSON.stringify([shown, editing === shown.message.ts, state.me]),
    render,
  });
}

/** Let the current user change one of their own messages where it stands. */
export function edit(ts, rerender) {
  editing = ts;
  rerender();
}

function row(message, before, { newAfter, inThread, conversation }) {
  const newDay = !inThread && (!before || day(before.ts) !== day(message.ts));
  const isNew = newAfter !== null && message.ts > newAfter && (!before || before.ts <= newAfter);
  const together =
    before &&
    !newDay &&
    !isNew &&
    before.user === message.user &&
    before.bot_id === message.bot_id &&
    !before.is_ephemeral &&
    !message.is_ephemeral &&
    message.ts - before.ts < BELONGS_TOGETHER &&
    !before.reply_count;
  return {
    message,
    conversation,
    inThread,
    newDay: newDay ? day(message.ts) : null,
    isNew,
    together: Boolean(together),
  };
}

function render({ message, conversation, inThread, newDay, isNew, together }) {
  const who = author(message);
  const body = h(
    "div",
    { class: "message-body" },
    !together && heading(message, who),
    editing === message.ts ? editor(message, conversation) : content(message, conversation),
    message.files?.map(fileCard),
    reactions(message, conversation),
    !inThread && message.reply_count ? threadLink(message, conversation) : null,
    message.is_ephemeral && onlyForMe(message, conversation),
  );
  return h(
    "div",
    { class: "row" },
    newDay && h("div", { class: "day" }, h("span", {}, newDay)),
    isNew && h("div", { class: "new-line" }, h("span", {}, "New")),
    h(
      "article",
      {
        class: "message",
        data: {
          ts: message.ts,
          together: String(together),
          ephemeral: String(Boolean(message.is_ephemeral)),
          open: "false",
        },
        "aria-label": `${who.real_name}, ${clock(message.ts)}`,
      },
      h("div", { class: "gutter" }, together ? h("time", { class: "side-time" }, clock(message.ts)) : avatar(who)),
      body,
      !message.is_ephemeral && tools(message, conversation, inThread),
    ),
  );
}

function heading(message, who) {
  return h(
    "div",
    { class: "message-heading" },
    h("span", { class: "author" }, message.username ?? who.real_name),
    message.bot_id && h("span", { class: "badge" }, "APP"),
    h("time", { title: whole(message.ts), datetime: new Date(message.ts * 1000).toISOString() }, clock(message.ts)),
  );
}

function content(message, conversation) {
  const holder = messageHolder(message, conversation);
  const edited = message.edited && !message.bot_id ? h("span", { class: "note" }, " (edited)") : null;
  const written = message.client_msg_id || !message.blocks?.length;
  const previews = (message.attachments ?? []).map((each) => attachment(each, holder));
  if (written) return [message.text && h("div", { class: "text" }, mrkdwn(message.text), edited), previews];
  return [h("div", { class: "blocks" }, blocks(message.blocks, holder)), previews];
}

/** What the blocks of a message need to know and to do, see blocks.js. */
function messageHolder(message, conversation) {
  const place = { channel: conversation.id, ts: message.ts };
  return {
    id: `message-${message.ts}`,
    press: (element, block, entry) =>
      act("press", { ...place, action_id: element.action_id, block_id: block.block_id, entry: entry ?? null }),
    enter: () => {},
    suggest: (element, text) => act("suggest", { ...place, action_id: element.action_id, text }),
  };
}

function reactions(message, conversation) {
  if (!message.reactions?.length) return null;
  const names = (users) => users.map((id) => user(id).real_name).join(", ");
  return h(
    "div",
    { class: "reactions" },
    message.reactions.map((reaction) =>
      h(
        "button",
        {
          type: "button",
          class: "reaction",
          title: `${names(reaction.users)} reacted with :${reaction.name}:`,
          "aria-pressed": String(reaction.users.includes(state.me)),
          "aria-label": `${reaction.name}, ${reaction.count}`,
          on: { click: () => react(message, conversation, reaction.name) },
        },
        h("span", { "aria-hidden": "true" }, emoji(reaction.name)),
        h("span", { class: "count", "aria-hidden": "true" }, reaction.count),
      ),
    ),
  );
}

function react(message, conversation, name) {
  return act("react", { channel: conversation.id, ts: message.ts, emoji: name });
}

function threadLink(message, conversation) {
  const count = message.reply_count === 1 ? "1 reply" : `${message.reply_count} replies`;
  return h(
    "button",
    { type: "button", class: "thread-link", on: { click: () => go(conversation.id, message.ts) } },
    h(
      "span",
      { class: "faces" },
      message.reply_users.slice(0, 4).map((id) => avatar(user(id), "tiny")),
    ),
    h("strong", {}, count),
    h("span", { class: "note" }, `Last reply ${clock(message.latest_reply)}`),
  );
}

function onlyForMe(message, conversation) {
  const dismiss = () => act("dismiss", { channel: conversation.id, ts: message.ts });
  return h(
    "div",
    { class: "only-me" },
    icon("eye"),
    h("span", {}, "Only you can see this"),
    h("button", { type: "button", class: "plain-button", on: { click: dismiss } }, "Dismiss"),
  );
}

function tools(message, conversation, inThread) {
  const reply = () => go(conversation.id, isReply(message) ? message.thread_ts : message.ts);
  return h(
    "div",
    { class: "tools", role: "toolbar", "aria-label": "Message actions" },
    tool("smile", "Add a reaction", (event) => pickReaction(event.currentTarget, message, conversation)),
    !inThread && tool("reply", "Reply in thread", reply),
    tool("more", "More", (event) => menu(event.currentTarget, entries(message, conversation))),
  );
}

function tool(name, label, click) {
  return h("button", { type: "button", class: "tool", "aria-label": label, title: label, on: { click } }, icon(name));
}

function pickReaction(anchor, message, conversation) {
  const choose = (name) => {
    close();
    react(message, conversation, name);
  };
  const faces = REACTIONS.map((name) =>
    h(
      "button",
      { type: "button", class: "face", "aria-label": name, title: name, on: { click: () => choose(name) } },
      emoji(name),
    ),
  );
  show(anchor, h("div", { class: "faces-menu", role: "group", "aria-label": "Reactions" }, faces));
}

function entries(message, conversation) {
  const place = { channel: conversation.id, ts: message.ts };
  const shortcuts = state.app.shortcuts
    .filter((shortcut) => shortcut.kind === "message")
    .map(({ name, callback_id }) => ({
      label: name,
      icon: icon("bolt"),
      act: () => act("shortcut", { ...place, callback_id }),
    }));
  const own = [
    {
      label: "Edit message",
      icon: icon("edit"),
      act: () => edit(message.ts, () => dispatchEvent(new Event("rerender"))),
    },
    {
      label: "Delete message",
      icon: icon("trash"),
      danger: true,
      act: () => askToDelete().then((yes) => yes && act("delete", place)),
    },
  ];
  const copies = { label: "Copy text", icon: icon("copy"), act: () => copy(unescape(message.text)) };
  return [...shortcuts, copies, ...(message.user === state.me ? own : [])];
}

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    toast("Copied");
  } catch {
    toast("The browser does not let this page copy.");
  }
}

function editor(message, conversation) {
  const typed = unescape(message.text).replace(/<(https?:[^|>]+)(\|[^>]*)?>/g, "$1");
  const box = h("textarea", {
    class: "edit-box",
    "aria-label": "Edit your message",
    rows: Math.min(12, typed.split("\n").length + 1),
    value: typed,
  });
  const end = () => {
    editing = null;
    dispatchEvent(new Event("rerender"));
  };
  const save = async () => {
    const text = box.value;
    end();
    if (text.trim() && text !== typed) await act("edit", { channel: conversation.id, ts: message.ts, text });
  };
  box.addEventListener("keydown", (event) => {
    if (event.key === "Escape") end();
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      save();
    }
    event.stopPropagation();
  });
  queueMicrotask(() => {
    box.focus();
    box.setSelectionRange(typed.length, typed.length);
  });
  const button = (label, style, click) =>
    h("button", { type: "button", class: "button", data: { style }, on: { click } }, label);
  return h(
    "div",
    { class: "editor" },
    box,
    h("div", { class: "actions" }, button("Save", "primary", save), button("Cancel", "default", end)),
  );
}
