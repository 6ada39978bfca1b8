// The middle of the page: one channel, or the direct message with the app and its home.

import { avatar } from "./avatar.js";
import { awaitAnswer, awaitingNote } from "./awaiting.js";
import { blocks } from "./blocks.js";
import { Composer } from "./composer.js";
import { fill, h, renew } from "./dom.js";
import { empty, note } from "./empty.js";
import { icon } from "./icons.js";
import { edit, showMessages } from "./messages.js";
import { viewHolder } from "./modal.js";
import { showList } from "./place.js";
import { act } from "./server.js";
import { Sight } from "./sight.js";
import { changed, here, isWithApp, state, timeline, title, unread, user } from "./store.js";
import { tryIt } from "./try_it.js";

const parts = Object.fromEntries(
  ["channel-header", "banner", "stage", "intro", "messages", "home", "channel-footer"].map((id) => [
    id,
    document.getElementById(id),
  ]),
);
const sight = new Sight(parts.stage, [parts.intro, parts.messages]);
document.getElementById("newer").addEventListener("click", () => sight.follow());
let drawn = { conversation: null, newAfter: null };

/** Draw the channel that is open. */
export function drawChannel() {
  const conversation = here();
  if (!conversation) return;
  const arrived = drawn.conversation !== conversation.id + state.me;
  if (arrived) arrive(conversation);
  document.title = `${conversation.name ? `#${conversation.name}` : title(conversation)} · ${state.team.name}`;
  drawHeader(conversation);
  drawBanner();
  const atHome = isWithApp(conversation) && state.place.tab === "home";
  parts.home.hidden = !atHome;
  parts.messages.hidden = parts.intro.hidden = parts["channel-footer"].hidden = atHome;
  if (atHome) return drawHome();
  const messages = timeline(conversation);
  drawIntro(conversation, messages);
  showMessages(parts.messages, conversation, messages, { newAfter: drawn.newAfter });
  mark(messages);
  if (arrived) sight.begin(messages, { atEnd: messages.length > 0 });
  else sight.show(messages);
  if (!document.hidden && unread(conversation).count) read(conversation);
}

/** Note that everything in the open channel was seen. */
export function read(conversation = here()) {
  const newest = timeline(conversation).at(-1)?.ts ?? "";
  if (conversation.read_up_to >= newest) return;
  conversation.read_up_to = newest;
  act("read", { channel: conversation.id });
}

function arrive(conversation) {
  const newAfter = unread(conversation).count && conversation.read_up_to ? conversation.read_up_to : null;
  drawn = { conversation: conversation.id + state.me, newAfter };
  parts.messages.replaceChildren();
  const name = conversation.name ? `#${conversation.name}` : title(conversation);
  const made = new Composer({
    label: `Message ${name}`,
    place: () => ({ channel: conversation.id }),
    sent: (posted) => (isWithApp(conversation) || isGuided(conversation)) && awaitAnswer(conversation.id, posted.ts),
    editLast: () => editLast(conversation),
  });
  fill(parts["channel-footer"], made.element);
  if (matchMedia("(min-width: 800px)").matches && !state.place.thread) made.focus();
}

function editLast(conversation) {
  const own = timeline(conversation)
    .filter((message) => message.user === state.me && !message.is_ephemeral)
    .at(-1);
  if (own) edit(own.ts, changed);
}

function drawHeader(conversation) {
  const withApp = isWithApp(conversation);
  const tabs = withApp && state.app.has_home ? [tab("messages", "Messages"), tab("home", "Home")] : [];
  const version = [conversation.id, conversation.topic, conversation.with_app, state.app.name, state.place.tab];
  renew(parts["channel-header"], version, () => [
    h(
      "button",
      { type: "button", class: "tool back", "aria-label": "Channels", on: { click: showList } },
      icon("back"),
    ),
    h(
      "div",
      { class: "title" },
      h("h1", {}, withApp ? avatar(user(state.app.user), "small") : icon("hash"), h("span", {}, title(conversation))),
      h("p", {}, withApp ? state.app.description : conversation.topic),
    ),
    tabs.length ? h("div", { class: "tabs", role: "tablist" }, tabs) : null,
    !withApp && membership(conversation),
  ]);
}

function membership(conversation) {
  const name = state.app.name;
  if (conversation.with_app)
    return h("span", { class: "chip-here" }, icon("pulse"), h("span", {}, `${name} is in this channel`));
  const add = () =>
    act("command", { channel: conversation.id, command: "/invite", text: `@${user(state.app.user).name}` });
  return h(
    "button",
    { type: "button", class: "button", on: { click: add } },
    icon("plus"),
    h("span", {}, `Add ${name}`),
  );
}

function tab(name, label) {
  const open = () => {
    state.place.tab = name;
    if (name === "home") act("open_home");
    changed();
  };
  return h(
    "button",
    { type: "button", role: "tab", "aria-selected": String(state.place.tab === name), on: { click: open } },
    label,
  );
}

function drawBanner() {
  const words = !state.online
    ? "The workspace has gone away. This page comes back by itself when it does."
    : !state.app.joined &&
      `${state.app.name} is not connected yet. Messages are kept, and nobody answers them until it is.`;
  parts.banner.hidden = !words;
  renew(parts.banner, words, () => words);
}

function drawIntro(conversation, messages) {
  const guided = isGuided(conversation);
  const isEmpty = !guided && !messages.length;
  renew(parts.intro, [conversation.id, guided, isEmpty, conversation.with_app], () => {
    if (guided) return tryIt(conversation);
    return isEmpty ? empty(conversation) : null;
  });
}

/** Return whether this is the channel with the samples, where newcomers learn also what silence means. */
function isGuided(conversation) {
  return conversation.name === "try-it" && state.samples.length > 0;
}

function drawHome() {
  renew(parts.home, [state.me, state.home?.hash], () => {
    if (state.home) return h("div", { class: "blocks" }, blocks(state.home.blocks, viewHolder(state.home)));
    const words = "The app shows it here once it has something to say.";
    return note(avatar(user(state.app.user), "large"), `${state.app.name} has no home yet`, words);
  });
}

/** Mark the message whose thread is open, and those that still wait for an answer. */
function mark(messages) {
  for (const message of messages) {
    const shown = parts.messages.querySelector(`[data-ts="${CSS.escape(message.ts)}"]`);
    if (!shown) continue;
    shown.dataset.open = String(state.place.thread === message.ts);
    shown.querySelector(".awaiting")?.remove();
    shown.querySelector(".message-body").append(awaitingNote(message.ts) ?? "");
  }
}
