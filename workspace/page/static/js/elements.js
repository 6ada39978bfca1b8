// The interactive elements of Block Kit, out of the browser's own controls, so that keyboards and screen readers work.

import { ask } from "./dialogs.js";
import { h } from "./dom.js";
import { icon } from "./icons.js";
import { image } from "./images.js";
import { plain } from "./mrkdwn.js";
import { menu } from "./popover.js";
import { state, title } from "./store.js";

const ELEMENTS = {
  button,
  overflow,
  image: (each) => image(each, "accessory-image"),
  static_select: (each, given) => select(each, given, ownOptions(each)),
  users_select: (each, given) => select(each, given, people()),
  channels_select: (each, given) => select(each, given, channels()),
  conversations_select: (each, given) => select(each, given, channels()),
  external_select: (each, given) => search(each, given),
  multi_static_select: (each, given) =>
    several(
      each,
      given,
      ownOptions(each).flatMap((group) => group.options),
    ),
  multi_users_select: (each, given) => several(each, given, people()[0].options),
  multi_channels_select: (each, given) => several(each, given, channels()[0].options),
  multi_conversations_select: (each, given) => several(each, given, channels()[0].options),
  multi_external_select: (each, given) => search(each, given),
  checkboxes: (each, given) => choices(each, given, "checkbox"),
  radio_buttons: (each, given) => choices(each, given, "radio"),
  datepicker: (each, given) => field(each, given, { type: "date" }),
  timepicker: (each, given) => field(each, given, { type: "time" }),
  datetimepicker: (each, given) => field(each, given, { type: "datetime-local" }, toSeconds),
  plain_text_input: written,
  email_text_input: (each, given) => field(each, given, { type: "email" }),
  url_text_input: (each, given) => field(each, given, { type: "url" }),
  number_input: (each, given) =>
    field(each, given, {
      type: "number",
      min: each.min_value,
      max: each.max_value,
      step: each.is_decimal_allowed ? "any" : 1,
    }),
};

/** Return an interactive element; `attributes` tie it to its label where it stands in an input block. */
export function element(each, block, holder, attributes = {}) {
  const value = holder.values?.[block.block_id]?.[each.action_id];
  const given = { value, attributes, holder, choose: (entry) => choose(each, block, holder, entry) };
  return ELEMENTS[each.type]?.(each, given) ?? h("span", { class: "note" }, each.type);
}

async function choose(each, block, holder, entry) {
  if (each.confirm && !(await ask(each.confirm))) return;
  if (block.type === "input") {
    holder.enter(each, block, entry);
    if (!block.dispatch_action) return;
  }
  await holder.press(each, block, entry);
}

function button(each, { choose }) {
  const made = h(
    each.url ? "a" : "button",
    {
      class: "button",
      data: { style: each.style ?? "default", action: each.action_id },
      type: each.url ? null : "button",
      href: each.url && /^https?:/i.test(each.url) ? each.url : null,
      target: each.url ? "_blank" : null,
      rel: each.url ? "noopener noreferrer" : null,
      "aria-label": each.accessibility_label,
    },
    plain(each.text.text),
  );
  made.addEventListener("click", async () => {
    if (made.getAttribute("aria-busy")) return;
    made.setAttribute("aria-busy", "true");
    await choose();
    made.removeAttribute("aria-busy");
  });
  return made;
}

function overflow(each, { choose }) {
  const made = h(
    "button",
    { class: "button square", type: "button", "aria-label": "More", "aria-haspopup": "menu" },
    icon("more"),
  );
  made.addEventListener("click", () =>
    menu(
      made,
      each.options.map((option) => ({ label: plain(option.text.text), act: () => choose(option.value) })),
    ),
  );
  return made;
}

function select(each, { value, attributes, choose }, groups) {
  const chosen =
    value?.selected_option?.value ?? value?.selected_user ?? value?.selected_channel ?? value?.selected_conversation;
  const options = (list) =>
    list.map((option) => h("option", { value: option.value, selected: option.value === chosen }, label(option)));
  const made = h(
    "select",
    { ...attributes, "aria-label": attributes.id ? null : (each.placeholder?.text ?? "Choose") },
    h("option", { value: "", disabled: true, hidden: true, selected: !chosen }, each.placeholder?.text ?? "Choose…"),
    groups.map((group) =>
      group.label ? h("optgroup", { label: group.label }, options(group.options)) : options(group.options),
    ),
  );
  made.addEventListener("change", () => choose(made.value));
  return made;
}

function several(each, { value, attributes, choose }, options) {
  const before =
    value?.selected_options?.map((option) => option.value) ?? Object.values(value ?? {}).find(Array.isArray) ?? [];
  const chosen = new Set(before);
  const summary = h("summary", attributes);
  const tell = () => {
    const names = options.filter((option) => chosen.has(option.value)).map(label);
    summary.replaceChildren(names.join(", ") || each.placeholder?.text || "Choose…");
  };
  const toggle = (option) => (event) => {
    if (event.target.checked) chosen.add(option.value);
    else chosen.delete(option.value);
    tell();
    choose([...chosen]);
  };
  const boxes = options.map((option) =>
    h(
      "label",
      { class: "choice" },
      h("input", { type: "checkbox", checked: chosen.has(option.value), on: { change: toggle(option) } }),
      h("span", {}, label(option)),
    ),
  );
  tell();
  return h("details", { class: "several" }, summary, h("div", { class: "choices" }, boxes));
}

function choices(each, { value, choose }, type) {
  const selected = value?.selected_options?.map((option) => option.value) ?? [value?.selected_option?.value];
  const group = `group-${each.action_id}-${Math.random().toString(36).slice(2)}`;
  const list = h("div", { class: "choices", role: type === "radio" ? "radiogroup" : "group" });
  const report = () => {
    const values = [...list.querySelectorAll("input:checked")].map((box) => box.value);
    choose(type === "radio" ? values[0] : values);
  };
  list.append(
    ...each.options.map((option) =>
      h(
        "label",
        { class: "choice" },
        h("input", {
          type,
          name: group,
          value: option.value,
          checked: selected.includes(option.value),
          on: { change: report },
        }),
        h("span", {}, label(option), option.description && h("small", {}, plain(option.description.text))),
      ),
    ),
  );
  return list;
}

/** A menu that the app fills: what is typed goes to the app, what comes back can be picked. */
function search(each, { value, attributes, choose, holder }) {
  const options = h("datalist", { id: `options-${each.action_id}` });
  const found = new Map();
  const box = h("input", {
    type: "text",
    ...attributes,
    list: options.id,
    placeholder: each.placeholder?.text ?? "Type to search…",
    value: value?.selected_option?.text?.text ?? "",
  });
  box.addEventListener("input", async () => {
    if (found.has(box.value)) return choose(found.get(box.value));
    if (box.value.length < (each.min_query_length ?? 3)) return;
    found.clear();
    for (const option of (await holder.suggest(each, box.value)) ?? []) found.set(option.text.text, option);
    options.replaceChildren(...[...found.keys()].map((words) => h("option", { value: words })));
  });
  return h("span", { class: "search" }, box, options);
}

function written(each, { value, attributes, choose }) {
  const tag = each.multiline ? "textarea" : "input";
  const made = h(tag, {
    ...attributes,
    type: each.multiline ? null : "text",
    rows: each.multiline ? 5 : null,
    placeholder: each.placeholder?.text,
    minlength: each.min_length,
    maxlength: each.max_length ?? 3000,
    autofocus: each.focus_on_load,
    value: value?.value ?? "",
  });
  made.addEventListener("input", () => choose(made.value));
  return made;
}

function field(each, { value, attributes, choose }, own, converted = (entry) => entry) {
  const { type: _type, ...held } = value ?? {};
  const made = h("input", {
    ...attributes,
    ...own,
    placeholder: each.placeholder?.text,
    value: Object.values(held)[0] ?? "",
  });
  made.addEventListener("change", () => choose(converted(made.value)));
  return made;
}

function ownOptions(each) {
  if (each.options) return [{ options: each.options }];
  return each.option_groups.map((group) => ({ label: group.label.text, options: group.options }));
}

function people() {
  return [{ options: [...state.users.values()].map((each) => ({ value: each.id, label: each.real_name })) }];
}

function channels() {
  return [{ options: [...state.conversations.values()].map((each) => ({ value: each.id, label: title(each) })) }];
}

function label(option) {
  return option.label ?? option.text.text;
}

function toSeconds(entry) {
  return entry ? Math.floor(new Date(entry).getTime() / 1000) : null;
}
