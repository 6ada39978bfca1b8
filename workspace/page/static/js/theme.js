// Light, dark, or as the system has it.

const ORDER = ["auto", "light", "dark"];
const KEY = "workspace-theme";

/** Return the theme that was chosen. */
export function theme() {
  return localStorage.getItem(KEY) ?? "auto";
}

/** Use the next theme. */
export function nextTheme() {
  localStorage.setItem(KEY, ORDER[(ORDER.indexOf(theme()) + 1) % ORDER.length]);
  applyTheme();
}

/** Show the page in the theme that was chosen. */
export function applyTheme() {
  document.documentElement.dataset.theme = theme();
}
