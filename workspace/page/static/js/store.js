// What the page knows, and who wants to hear when it changes.

export const state = {
  me: null,
  team: null,
  app: null,
  users: new Map(),
  conversations: new Map(),
  samples: [],
  view: null,
  home: null,
  longestMessage: 12000,
  place: { conversation: null, thread: null, tab: "messages" },
  online: true,
};

const listeners = new Set();
let scheduled = false;

/** Call `listener` after every change, once for all changes of one moment; return what ends that. */
export function onChange(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Note that something changed. */
export function changed() {
  if (scheduled) return;
  scheduled = true;
  queueMicrotask(() => {
    scheduled = false;
    for (const listener of listeners) listener();
  });
}

/** Take in everything that the server knows, in place of what was known before. */
export function replaceAll(snapshot) {
  state.me = snapshot.me;
  state.team = snapshot.team;
  state.app = snapshot.app;
  state.users = new Map(Object.entries(snapshot.users));
  state.samples = snapshot.samples;
  state.view = snapshot.view;
  state.home = snapshot.home;
  state.longestMessage = snapshot.longest_message;
  state.conversations = new Map(snapshot.conversations.map((each) => [each.id, withMaps(each)]));
  changed();
}

/** Take in one piece of news. */
export function take(news) {
  const conversation = state.conversations.get(news.conversation?.id ?? news.conversation);
  if (news.kind === "message" && conversation) put(conversation.messages, news);
  if (news.kind === "whisper" && conversation) put(conversation.whispers, news);
  if (news.kind === "view") state.view = news.view.id ? news.view : null;
  if (news.kind === "home") state.home = news.view;
  if (news.kind === "app") state.app = news.app;
  if (news.kind === "conversation") {
    state.users = new Map(Object.entries(news.users));
    const kept = conversation ?? withMaps({ messages: [], whispers: [] });
    state.conversations.set(news.conversation.id, { ...kept, ...news.conversation });
  }
  changed();
}

/** Return the conversation that is open. */
export function here() {
  return state.conversations.get(state.place.conversation);
}

/** Return a user, or a stand-in for one that nobody knows. */
export function user(id) {
  return state.users.get(id) ?? { id, name: id ?? "unknown", real_name: id ?? "Unknown", colour: "#667" };
}

/** Return the user who said a message; an app that speaks through a webhook is known by its bot id. */
export function author(message) {
  if (message.user && state.users.has(message.user)) return state.users.get(message.user);
  const app = [...state.users.values()].find((each) => each.bot_id && each.bot_id === message.bot_id);
  const name = message.username ?? app?.real_name ?? message.user ?? "Unknown";
  return { id: message.bot_id, name, real_name: name, colour: app?.colour ?? "#5b6b66", bot_id: message.bot_id ?? "B" };
}

/** Return whether a message stands in a thread that another one began. */
export function isReply(message) {
  return message.thread_ts && message.thread_ts !== message.ts;
}

/** Return what stands in a conversation itself, oldest first, what only I see included. */
export function timeline(conversation) {
  const shown = (message) => !isReply(message) || message.subtype === "thread_broadcast";
  return sorted([...conversation.messages.values(), ...conversation.whispers.values()].filter(shown));
}

/** Return a thread, the message that began it first. */
export function thread(conversation, ts) {
  const all = [...conversation.messages.values(), ...conversation.whispers.values()];
  return sorted(all.filter((message) => message.ts === ts || message.thread_ts === ts));
}

/** Return the messages of others that I have not seen, and how many of them are meant for me. */
export function unread(conversation) {
  const fresh = [...conversation.messages.values()].filter(
    (message) => message.ts > conversation.read_up_to && message.user !== state.me && !isReply(message),
  );
  const direct = conversation.kind === "im";
  const forMe = fresh.filter((message) => direct || message.text?.includes(`<@${state.me}>`));
  return { count: fresh.length, forMe: forMe.length };
}

/** Return what a conversation is called: `try-it`, or the name of the other one. */
export function title(conversation) {
  if (conversation.name) return conversation.name;
  const other = conversation.members.find((member) => member !== state.me) ?? state.me;
  return user(other).real_name;
}

/** Return whether a conversation is the direct message with the app. */
export function isWithApp(conversation) {
  return conversation.kind === "im" && conversation.members.includes(state.app.user);
}

function withMaps(conversation) {
  const byTs = (messages) => new Map(messages.map((message) => [message.ts, message]));
  return { ...conversation, messages: byTs(conversation.messages), whispers: byTs(conversation.whispers) };
}

function put(messages, { ts, message }) {
  if (message) messages.set(ts, message);
  else messages.delete(ts);
}

function sorted(messages) {
  return messages.sort((one, other) => (one.ts < other.ts ? -1 : 1));
}
