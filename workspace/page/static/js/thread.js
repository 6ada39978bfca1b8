// The pane beside the channel: one thread.

import { Composer } from "./composer.js";
import { fill, h } from "./dom.js";
import { icon } from "./icons.js";
import { showMessages } from "./messages.js";
import { go } from "./place.js";
import { Sight } from "./sight.js";
import { here, state, thread, title } from "./store.js";

const pane = document.getElementById("thread");
const header = document.getElementById("thread-header");
const replies = document.getElementById("replies");
const list = replies.firstElementChild;
const footer = document.getElementById("thread-footer");
const sight = new Sight(replies, [list]);
let drawn = null;

/** Draw the thread that is open, or take the pane away. */
export function drawThread() {
  const conversation = here();
  const { thread: ts } = state.place;
  pane.hidden = !ts;
  document.body.dataset.thread = String(Boolean(ts));
  if (!ts || !conversation) {
    drawn = null;
    return;
  }
  const arrived = drawn !== `${conversation.id} ${ts} ${state.me}`;
  if (arrived) arrive(conversation, ts);
  const messages = thread(conversation, ts);
  showMessages(list, conversation, messages, { inThread: true });
  if (arrived) sight.begin(messages, { atEnd: false });
  else sight.show(messages);
}

/** Close the thread. */
export function closeThread() {
  if (state.place.thread) go(state.place.conversation);
}

function arrive(conversation, ts) {
  drawn = `${conversation.id} ${ts} ${state.me}`;
  list.replaceChildren();
  const name = conversation.name ? `#${conversation.name}` : title(conversation);
  fill(
    header,
    h(
      "button",
      { type: "button", class: "tool back", "aria-label": `Back to ${name}`, on: { click: closeThread } },
      icon("back"),
    ),
    h("div", { class: "title" }, h("h2", {}, "Thread"), h("p", {}, name)),
    h(
      "button",
      {
        type: "button",
        class: "tool wide-only",
        "aria-label": "Close thread",
        title: "Close (Esc)",
        on: { click: closeThread },
      },
      icon("close"),
    ),
  );
  const broadcast = h("input", { type: "checkbox", id: "broadcast" });
  const extra = h("label", { class: "broadcast" }, broadcast, h("span", {}, `Also send to ${name}`));
  const made = new Composer({
    label: "Reply…",
    place: () => ({ channel: conversation.id, thread_ts: ts, broadcast: broadcast.checked }),
    sent: () => {
      broadcast.checked = false;
    },
    extra,
  });
  fill(footer, made.element);
}
