// Questions that wait for an answer.

import { h } from "./dom.js";
import { mrkdwn, plain } from "./mrkdwn.js";

/** Ask what a Block Kit `confirm` object asks; resolve to whether the answer was yes. */
export function ask({ title, text, confirm, deny, style }) {
  return new Promise((resolve) => {
    const dialog = h(
      "dialog",
      { class: "dialog small", "aria-labelledby": "ask-title" },
      h("h2", { id: "ask-title" }, plain(title.text)),
      h("div", { class: "dialog-body" }, text.type === "mrkdwn" ? mrkdwn(text.text) : plain(text.text)),
      h(
        "form",
        { method: "dialog", class: "dialog-buttons" },
        h("button", { class: "button", value: "no" }, plain(deny.text)),
        h("button", { class: "button", value: "yes", data: { style: style ?? "primary" } }, plain(confirm.text)),
      ),
    );
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "yes");
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}

/** Ask whether something of one's own may be thrown away. */
export function askToDelete() {
  const words = (text) => ({ type: "plain_text", text });
  return ask({
    title: words("Delete message"),
    text: words("Nobody will see this message any more."),
    confirm: words("Delete"),
    deny: words("Keep"),
    style: "danger",
  });
}
