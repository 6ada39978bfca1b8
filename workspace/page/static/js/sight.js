// Keeps in sight what the reader waits for. At the end the newest message is followed. What somebody did themselves and
// what answers it comes into view, an answer from its first line; what others say moves nobody who reads something else.

import { ASKED } from "./server.js";
import { state } from "./store.js";

const NEAR = 80;
const MARGIN = 8;
const ANSWERED_WITHIN = 30_000;

export class Sight {
  /** Watch a box that scrolls and the parts of its content; messages in it carry their timestamps as keys. */
  constructor(box, contents) {
    this.box = box;
    this.known = new Set();
    this.following = false;
    this.from = null;
    this.height = 0;
    this.here = 0;
    this.askedAt = Number.NEGATIVE_INFINITY;
    addEventListener(ASKED, () => {
      this.askedAt = performance.now();
      this.from = null;
    });
    box.addEventListener("scroll", () => this.scrolled());
    const observer = new ResizeObserver(() => {
      this.height = this.end();
      if (this.following) this.go();
    });
    for (const watched of [box, ...contents]) observer.observe(watched);
  }

  /** Begin with other messages, at their end or at their top. */
  begin(messages, { atEnd }) {
    this.known = new Set(messages.map(({ ts }) => ts));
    this.askedAt = Number.NEGATIVE_INFINITY;
    if (atEnd) return this.follow();
    this.following = false;
    this.box.dataset.below = "false";
    this.box.scrollTop = this.here = 0;
  }

  /** Take note of the messages that are drawn now. */
  show(messages) {
    this.scrolled();
    const fresh = messages.filter(({ ts }) => !this.known.has(ts));
    for (const { ts } of fresh) this.known.add(ts);
    const own = fresh.filter(({ user }) => user === state.me);
    const answers = fresh.filter((message) => this.isAnswer(message));
    if (fresh.length > own.length + answers.length) this.settle();
    if (own.length) this.follow();
    if (answers.length) this.follow(this.from ?? answers[0].ts);
  }

  /** Go to the end and stay there, but not past the beginning of the message `from`. */
  follow(from = null) {
    this.following = true;
    this.from = from;
    this.box.dataset.below = "false";
    this.go();
  }

  /** Let others' messages move the reader only where they are at the end already, and tell of them elsewhere. */
  settle() {
    if (this.from && !this.isAtEnd()) this.following = false;
    this.from = null;
    this.box.dataset.below = String(!this.following && this.end() - this.box.scrollTop > NEAR);
  }

  /** Take note of where the reader has gone, also before the browser tells of it, which it does once a frame. */
  scrolled() {
    const isHidden = this.box.clientHeight === 0;
    if (isHidden || Math.abs(this.box.scrollTop - this.here) < 1) return;
    this.here = this.box.scrollTop;
    this.following = this.isAtEnd();
    if (this.following) this.box.dataset.below = "false";
    this.from = null;
    this.askedAt = Number.NEGATIVE_INFINITY;
  }

  /** Return whether the reader is at the end, or was before something was added there. */
  isAtEnd() {
    return Math.min(this.height, this.end()) - this.box.scrollTop < NEAR;
  }

  end() {
    return this.box.scrollHeight - this.box.clientHeight;
  }

  isAnswer(message) {
    const asked = performance.now() - this.askedAt < ANSWERED_WITHIN;
    return message.is_ephemeral || (asked && message.user === state.app.user);
  }

  go() {
    const first = this.from && this.box.querySelector(`[data-key="${this.from}"]`);
    if (first) this.box.scrollTop += first.getBoundingClientRect().top - this.box.getBoundingClientRect().top - MARGIN;
    else this.box.scrollTop = this.box.scrollHeight;
    this.here = this.box.scrollTop;
  }
}
