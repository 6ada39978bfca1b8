// Puts the page together: loads the state, draws when it changes, and listens to the keys that work everywhere.

import { drawChannel, read } from "./channel.js";
import { drawModal } from "./modal.js";
import { follow, go } from "./place.js";
import { enter } from "./server.js";
import { drawSidebar } from "./sidebar.js";
import { here, onChange, state } from "./store.js";
import { openSwitcher } from "./switcher.js";
import { applyTheme } from "./theme.js";
import { closeThread, drawThread } from "./thread.js";

const USER = "workspace-user";

function draw() {
  if (!state.me) return;
  drawSidebar(become);
  drawChannel();
  drawThread();
  drawModal();
}

/** Be somebody else, in the channel where one is. */
async function become(user) {
  localStorage.setItem(USER, state.users.get(user).name);
  await enter(user);
  follow();
}

function step(by) {
  const ids = [...state.conversations.keys()];
  go(ids.at((ids.indexOf(state.place.conversation) + by) % ids.length));
}

document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
    event.preventDefault();
    openSwitcher();
  } else if (event.altKey && (event.key === "ArrowUp" || event.key === "ArrowDown")) {
    event.preventDefault();
    step(event.key === "ArrowUp" ? -1 : 1);
  } else if (event.key === "Escape" && !document.querySelector("dialog[open]")) {
    closeThread();
  }
});
document.addEventListener("visibilitychange", () => !document.hidden && here() && read());
addEventListener("hashchange", follow);
addEventListener("rerender", draw);

applyTheme();
onChange(draw);
await enter(localStorage.getItem(USER));
follow();
