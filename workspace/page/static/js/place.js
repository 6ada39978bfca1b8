// Where the reader is, kept in the address (`#/C123/1700000000.000100`), so that a reload or a link leads there.

import { changed, state } from "./store.js";

/** Go to a conversation, or to a thread in it. */
export function go(conversation, thread = null) {
  const address = `#/${conversation}${thread ? `/${thread}` : ""}`;
  if (location.hash === address) follow();
  else location.hash = address;
}

/** Take the place from the address; without one, the first channel. */
export function follow() {
  const [, conversation, thread] = location.hash.split("/");
  const known = state.conversations.has(conversation) ? conversation : [...state.conversations.keys()][0];
  const moved = state.place.conversation !== known;
  state.place = { conversation: known, thread: thread || null, tab: moved ? "messages" : state.place.tab };
  document.body.dataset.pane = thread ? "thread" : "channel";
  changed();
}

/** Show the list of channels, on screens that show one pane at a time. */
export function showList() {
  document.body.dataset.pane = "list";
}
