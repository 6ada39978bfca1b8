// What stands in a place where nothing was said yet: what it is for, and what to do.

import { avatar } from "./avatar.js";
import { h } from "./dom.js";
import { icon } from "./icons.js";
import { isWithApp, state, user } from "./store.js";

/** Return what an empty conversation says. */
export function empty(conversation) {
  const { name } = state.app;
  const app = user(state.app.user);
  if (isWithApp(conversation)) {
    const words = `Paste an error here and ${name} always answers, also when it knows nothing that fits.`;
    return note(avatar(app, "large"), `Talk to ${name}`, `${words} Only you and the app see this.`);
  }
  const heading = `This is #${conversation.name}`;
  if (conversation.with_app) {
    const words = `Paste an error: where something documented fits, ${name} answers in a thread.`;
    return note(icon("hash"), heading, `${words} Where nothing fits, it stays silent.`);
  }
  const words = `${name} is not in this channel and hears nothing of what is said.`;
  return note(icon("hash"), heading, `${words} Add it with the button above, or type /invite @${app.name}.`);
}

/** Return a picture, a heading and a few words. */
export function note(picture, heading, words) {
  return h(
    "section",
    { class: "empty" },
    h("div", { class: "empty-picture" }, picture),
    h("h2", {}, heading),
    h("p", {}, words),
  );
}
