// Elements, made without markup: every piece of foreign text becomes a text node, never HTML.

/** Return an element. `props` are attributes; `on` holds listeners, `data` the dataset; true sets, false leaves out. */
export function h(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) setProperty(element, name, value);
  element.append(...flat(children));
  return element;
}

/** Return children without the empty ones, nested lists unfolded. */
export function flat(children) {
  return children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false);
}

/** Put new children into an element. */
export function fill(element, ...children) {
  element.replaceChildren(...flat(children));
}

/** Put new children into an element, unless it already shows this version: what has focus keeps it. */
export function renew(element, version, ...build) {
  const name = JSON.stringify(version);
  if (element.version === name) return;
  element.version = name;
  fill(element, ...build.map((make) => make()));
}

/**
 * Make the children of a container match `items`, keeping the element of every item whose version is unchanged, so that
 * scroll position, focus and half-made choices survive.
 */
export function reconcile(container, items, { key, version, render }) {
  const old = new Map([...container.children].map((child) => [child.dataset.key, child]));
  let next = container.firstElementChild;
  for (const item of items) {
    const name = key(item);
    const current = version(item);
    let element = old.get(name);
    if (!element || element.version !== current) {
      const fresh = render(item);
      fresh.dataset.key = name;
      fresh.version = current;
      if (element) {
        if (element === next) next = fresh;
        exchange(element, fresh);
      }
      element = fresh;
    }
    old.delete(name);
    if (element === next) next = next.nextElementSibling;
    else container.insertBefore(element, next);
  }
  for (const gone of old.values()) gone.remove();
}

/** Put an element in the place of another, and the focus where it was. */
function exchange(element, fresh) {
  const position = controls(element).indexOf(document.activeElement);
  element.replaceWith(fresh);
  if (position >= 0) controls(fresh)[position]?.focus({ preventScroll: true });
}

function controls(element) {
  return [...element.querySelectorAll("a, button, input, select, textarea, summary, [tabindex]")];
}

function setProperty(element, name, value) {
  if (value === null || value === undefined || value === false) return;
  if (name === "on") {
    for (const [event, listener] of Object.entries(value)) element.addEventListener(event, listener);
  } else if (name === "data") {
    Object.assign(element.dataset, value);
  } else if (name === "colour") {
    element.style.setProperty("--colour", value);
  } else if (name === "value") {
    element.value = value;
  } else {
    element.setAttribute(name, value === true ? "" : value);
  }
}
