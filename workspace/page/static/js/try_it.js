// The guided first minute: pastes to click, each of which is sent by the reader and opens the thread of its answer.

import { awaitAnswer } from "./awaiting.js";
import { h } from "./dom.js";
import { icon } from "./icons.js";
import { go } from "./place.js";
import { act } from "./server.js";
import { state } from "./store.js";

/** Return the introduction of the channel in which newcomers begin. */
export function tryIt(conversation) {
  const app = state.app.name;
  return h(
    "section",
    { class: "try-it", "aria-labelledby": "try-it-title" },
    h("h2", { id: "try-it-title" }, "Paste an error, get the answer"),
    h(
      "p",
      {},
      `Pick one of these. It is posted as you, and ${app} answers in a thread: why it matched, the cause and the fix.`,
    ),
    h(
      "div",
      { class: "samples" },
      state.samples.map((sample) => card(sample, conversation)),
    ),
    h(
      "ul",
      { class: "hints" },
      h(
        "li",
        {},
        "Or paste an error of your own below: a log line, a stack trace, ",
        h("code", {}, "kubectl"),
        " output, a file.",
      ),
      command() && h("li", {}, "Type ", h("kbd", {}, "/"), " for commands, such as ", h("code", {}, command()), "."),
      h("li", {}, "Be somebody else at the bottom of the channel list: Kim Minji is answered in Korean."),
    ),
  );
}

function command() {
  const own = state.app.commands.find((each) => each.name !== "/invite");
  return own && `${own.name} ${own.usage_hint.split("|")[0].trim()}`.trim();
}

function card(sample, conversation) {
  const preview = sample.text.replaceAll("```", "").trim();
  const made = h(
    "button",
    { type: "button", class: "sample", on: { click: () => send(made, sample, conversation) } },
    h("strong", {}, sample.title),
    h("code", {}, preview.slice(0, 220)),
    h("span", { class: "sample-go" }, icon("send"), h("span", {}, "Paste it")),
  );
  return made;
}

async function send(made, sample, conversation) {
  if (made.getAttribute("aria-busy")) return;
  made.setAttribute("aria-busy", "true");
  const posted = await act("post", { channel: conversation.id, text: sample.text });
  if (posted?.ts) {
    const { conversation: where, thread } = state.place;
    const stayed = () => state.place.conversation === where && state.place.thread === thread;
    awaitAnswer(conversation.id, posted.ts).then((answered) => answered && stayed() && go(conversation.id, posted.ts));
  }
  made.removeAttribute("aria-busy");
}
