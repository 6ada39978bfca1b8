// When something was said, in the words of the reader's browser.

const CLOCK = new Intl.DateTimeFormat(undefined, { hour: "numeric", minute: "2-digit" });
const DAY = new Intl.DateTimeFormat(undefined, { weekday: "long", month: "long", day: "numeric" });
const WHOLE = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "medium" });

/** Return the date of a message timestamp. */
export function at(ts) {
  return new Date(Number.parseFloat(ts) * 1000);
}

export function clock(ts) {
  return CLOCK.format(at(ts));
}

export function whole(ts) {
  return WHOLE.format(at(ts));
}

/** Return the day of a message: “Today”, “Yesterday”, or its date. */
export function day(ts) {
  const then = at(ts).toDateString();
  const now = new Date();
  if (then === now.toDateString()) return "Today";
  now.setDate(now.getDate() - 1);
  return then === now.toDateString() ? "Yesterday" : DAY.format(at(ts));
}
