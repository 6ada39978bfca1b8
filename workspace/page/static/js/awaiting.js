// While the app reads what was said to it: three dots, and a word where it says nothing.

import { h } from "./dom.js";
import { changed, onChange, state } from "./store.js";

const PATIENCE = 6000;
const GIVEN_UP = 60_000;
const waiting = new Map();

/** Show that the app is reading a message until it answers or patience runs out; resolve to whether it ever did. */
export function awaitAnswer(channel, ts) {
  waiting.set(ts, "reading");
  changed();
  return new Promise((resolve) => {
    const end = (answered) => {
      timers.forEach(clearTimeout);
      stop();
      if (answered) waiting.delete(ts);
      changed();
      resolve(answered);
    };
    const fallSilent = () => {
      waiting.set(ts, "silent");
      changed();
    };
    const timers = [setTimeout(fallSilent, PATIENCE), setTimeout(end, GIVEN_UP, false)];
    const stop = onChange(() => isAnswered(channel, ts) && end(true));
  });
}

/** Return the note below a message whose answer is awaited, or nothing. */
export function awaitingNote(ts) {
  const app = state.app.name;
  switch (waiting.get(ts)) {
    case "reading":
      return h("div", { class: "awaiting" }, dots(), h("span", {}, `${app} is reading…`));
    case "silent":
      return h(
        "div",
        { class: "awaiting" },
        state.app.joined
          ? `${app} said nothing: it stays silent where nothing documented fits.`
          : `${app} is not connected, so nobody has read this yet.`,
      );
    default:
      return null;
  }
}

function isAnswered(channel, ts) {
  const { messages } = state.conversations.get(channel);
  const later = [...messages.values()].some((message) => message.ts > ts && message.user === state.app.user);
  return Boolean(messages.get(ts)?.reply_count) || (later && state.conversations.get(channel).kind === "im");
}

function dots() {
  return h("span", { class: "dots", "aria-hidden": "true" }, h("i"), h("i"), h("i"));
}
