// The list of channels, the app, and who one is.

import { avatar } from "./avatar.js";
import { h, renew } from "./dom.js";
import { icon } from "./icons.js";
import { go } from "./place.js";
import { menu } from "./popover.js";
import { state, title, unread, user } from "./store.js";
import { openSwitcher } from "./switcher.js";
import { nextTheme, theme } from "./theme.js";

const LANGUAGES = { ko: "한국어", en: "English" };
const THEMES = { auto: "as the system", light: "light", dark: "dark" };

/** Draw the sidebar; `become` lets the reader be somebody else. */
export function drawSidebar(become) {
  const channels = [...state.conversations.values()].filter((each) => each.kind !== "im");
  const direct = [...state.conversations.values()].filter((each) => each.kind === "im");
  const shown = [...channels, ...direct].map((each) => [each.id, title(each), unread(each)]);
  const version = [shown, state.me, state.place.conversation, state.app.joined, theme(), state.team];
  renew(document.getElementById("sidebar"), version, () => [
    h(
      "header",
      { class: "side-header" },
      h("img", { src: "/static/icon.svg", alt: "", width: 28, height: 28 }),
      h("div", {}, h("strong", {}, state.team.name), h("span", {}, "local workspace")),
    ),
    h(
      "button",
      { type: "button", class: "jump", on: { click: openSwitcher } },
      icon("search"),
      h("span", {}, "Jump to…"),
      h("kbd", {}, "Ctrl K"),
    ),
    h("div", { class: "side-lists" }, section("Channels", channels), section("Direct messages", direct)),
    foot(become),
  ]);
}

function section(name, conversations) {
  const heading = `section-${name.replaceAll(" ", "-")}`;
  return [
    h("h2", { id: heading }, name),
    h(
      "ul",
      { "aria-labelledby": heading },
      conversations.map((each) => h("li", {}, entry(each))),
    ),
  ];
}

function entry(conversation) {
  const { count, forMe } = unread(conversation);
  const here = state.place.conversation === conversation.id;
  const app = conversation.kind === "im" ? state.users.get(state.app.user) : null;
  const attributes = {
    class: "side-entry",
    href: `#/${conversation.id}`,
    "aria-current": here ? "page" : null,
    data: { unread: String(count > 0 && !here) },
    on: {
      click: (event) => {
        event.preventDefault();
        go(conversation.id);
      },
    },
  };
  return h(
    "a",
    attributes,
    app ? presence(app) : icon("hash"),
    h("span", { class: "side-name" }, title(conversation)),
    forMe > 0 && !here && h("span", { class: "count-badge", "aria-label": `${forMe} new` }, forMe),
  );
}

function presence(app) {
  const label = state.app.joined ? "connected" : "not connected";
  return h(
    "span",
    { class: "with-presence" },
    avatar(app, "small"),
    h("span", { class: "presence", data: { on: String(state.app.joined) }, role: "img", "aria-label": label }),
  );
}

function foot(become) {
  const me = user(state.me);
  const people = [...state.users.values()].filter((each) => !each.bot_id);
  const entries = people.map((each) => ({
    icon: avatar(each, "small"),
    label: [
      h("strong", {}, each.real_name),
      " ",
      h("span", { class: "note" }, language(each)),
      each.id === state.me ? icon("check") : null,
    ],
    act: () => become(each.id),
  }));
  return h(
    "footer",
    { class: "side-foot" },
    h(
      "button",
      {
        type: "button",
        class: "me",
        "aria-haspopup": "menu",
        "aria-label": `You are ${me.real_name}. Be somebody else`,
        on: { click: (event) => menu(event.currentTarget, entries) },
      },
      avatar(me, "small"),
      h("span", {}, h("strong", {}, me.real_name), h("span", { class: "side-note" }, language(me))),
      icon("down"),
    ),
    h(
      "button",
      {
        type: "button",
        class: "tool",
        title: `Colours: ${THEMES[theme()]}`,
        "aria-label": `Colours: ${THEMES[theme()]}. Change`,
        on: {
          click: () => {
            nextTheme();
            drawSidebar(become);
          },
        },
      },
      icon({ auto: "auto", light: "sun", dark: "moon" }[theme()]),
    ),
  );
}

function language(each) {
  return LANGUAGES[each.locale.split("-")[0]] ?? each.locale;
}
