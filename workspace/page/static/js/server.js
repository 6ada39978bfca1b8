// What the page asks of the server, and the stream by which it hears of changes.

import { changed, replaceAll, state, take } from "./store.js";
import { toast } from "./toasts.js";

/** The event that tells that the reader asked something of the app: by a post, a command, a button or a shortcut. */
export const ASKED = "asked";

const ASKING = new Set(["post", "command", "press", "press_in_view", "submit", "shortcut"]);
let stream = null;

/** Load everything that a user sees, and follow what changes from then on. */
export async function enter(user) {
  stream?.close();
  await load(user);
  stream = new EventSource(`/page/feed?user=${encodeURIComponent(state.me)}`);
  stream.onmessage = (event) => take(JSON.parse(event.data));
  stream.onopen = () => {
    if (!state.online) load(state.me);
    state.online = true;
    changed();
  };
  stream.onerror = () => {
    state.online = false;
    changed();
  };
}

/** Do something as the current user; return what came of it, or null where it was refused (and say why). */
export async function act(name, what = {}) {
  if (ASKING.has(name)) dispatchEvent(new Event(ASKED));
  const answer = await send(`/page/acts/${name}`, JSON.stringify({ user: state.me, ...what }), "application/json");
  if (!answer) return null;
  if (answer.problem) {
    toast(answer.problem);
    return null;
  }
  if (answer.outcome?.problem) toast(answer.outcome.problem);
  return answer.outcome ?? {};
}

/** Hand a file to the server; return its id, or null where it was not taken. */
export async function upload(file) {
  const address = `/page/files?name=${encodeURIComponent(file.name)}&user=${encodeURIComponent(state.me)}`;
  const answer = await send(address, file, "application/octet-stream");
  if (answer?.problem) toast(answer.problem);
  return answer?.id ?? null;
}

/** Return the text of a file. */
export async function fileText(id) {
  return (await fetch(`/page/files/${encodeURIComponent(id)}`)).text();
}

async function load(user) {
  const response = await fetch(`/page/workspace?user=${encodeURIComponent(user ?? "")}`);
  replaceAll(await response.json());
}

async function send(address, body, type) {
  try {
    const response = await fetch(address, { method: "POST", body, headers: { "Content-Type": type } });
    return await response.json();
  } catch {
    toast("The workspace does not answer. Is it still running?");
    return null;
  }
}
