// Keeps the newest message in sight while the reader is at the end, whatever grows or narrows.

const NEAR = 80;

export class StickyEnd {
  /** Watch a box that scrolls and the parts of its content. */
  constructor(box, contents) {
    this.box = box;
    this.stuck = false;
    this.height = 0;
    box.addEventListener("scroll", () => {
      const grewMeanwhile = box.scrollHeight - box.clientHeight !== this.height;
      if (!grewMeanwhile) this.stuck = this.height - box.scrollTop < NEAR;
    });
    const observer = new ResizeObserver(() => {
      this.height = box.scrollHeight - box.clientHeight;
      if (this.stuck) this.goThere();
    });
    for (const watched of [box, ...contents]) observer.observe(watched);
  }

  /** Go to the end and stay there, or to the top. */
  stick(toEnd) {
    this.stuck = toEnd;
    if (toEnd) this.goThere();
    else this.box.scrollTop = 0;
  }

  goThere() {
    this.box.scrollTop = this.box.scrollHeight;
  }
}
