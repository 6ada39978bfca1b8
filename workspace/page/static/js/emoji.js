// The emoji that people and apps name in text, and the few that are offered as reactions.

const BY_NAME = {
  "+1": "👍", thumbsup: "👍", "-1": "👎", thumbsdown: "👎", eyes: "👀", heart: "❤️", tada: "🎉", rocket: "🚀", fire: "🔥",
  white_check_mark: "✅", heavy_check_mark: "✔️", x: "❌", warning: "⚠️", rotating_light: "🚨", bulb: "💡", mag: "🔍",
  mag_right: "🔎", question: "❓", grey_question: "❔", exclamation: "❗", information_source: "ℹ️", bug: "🐛", wrench: "🔧",
  hammer_and_wrench: "🛠️", gear: "⚙️", book: "📖", books: "📚", memo: "📝", pencil: "📝", pencil2: "✏️", bookmark: "🔖",
  link: "🔗", paperclip: "📎", page_facing_up: "📄", clipboard: "📋", label: "🏷️", mega: "📣", bell: "🔔", no_bell: "🔕",
  hourglass: "⌛", hourglass_flowing_sand: "⏳", stopwatch: "⏱️", clock1: "🕐", calendar: "📆", date: "📅", lock: "🔒", key: "🔑",
  red_circle: "🔴", large_orange_circle: "🟠", large_yellow_circle: "🟡", large_green_circle: "🟢", large_blue_circle: "🔵",
  large_purple_circle: "🟣", white_circle: "⚪", black_circle: "⚫", large_red_square: "🟥", large_green_square: "🟩",
  arrow_right: "➡️", arrow_left: "⬅️", arrow_up: "⬆️", arrow_down: "⬇️", arrows_counterclockwise: "🔄", repeat: "🔁",
  stethoscope: "🩺", microscope: "🔬", test_tube: "🧪", syringe: "💉", pill: "💊", ambulance: "🚑", skull: "💀", ghost: "👻",
  robot_face: "🤖", wave: "👋", pray: "🙏", clap: "👏", raised_hands: "🙌", muscle: "💪", ok_hand: "👌", point_right: "👉",
  point_up: "☝️", thinking_face: "🤔", smile: "😄", slightly_smiling_face: "🙂", grinning: "😀", joy: "😂", sweat_smile: "😅",
  sob: "😭", cry: "😢", sunglasses: "😎", upside_down_face: "🙃", see_no_evil: "🙈", shrug: "🤷", facepalm: "🤦", star: "⭐",
  sparkles: "✨", zap: "⚡", boom: "💥", droplet: "💧", ocean: "🌊", snowflake: "❄️", sunny: "☀️", cloud: "☁️", package: "📦",
  construction: "🚧", octagonal_sign: "🛑", no_entry: "⛔", no_entry_sign: "🚫", checkered_flag: "🏁", triangular_flag_on_post: "🚩",
  chart_with_upwards_trend: "📈", chart_with_downwards_trend: "📉", bar_chart: "📊", computer: "💻", floppy_disk: "💾",
  satellite: "🛰️", whale: "🐳", elephant: "🐘", turtle: "🐢", coffee: "☕", pizza: "🍕", beers: "🍻", cake: "🍰", "100": "💯",
  one: "1️⃣", two: "2️⃣", three: "3️⃣", kr: "🇰🇷", us: "🇺🇸", heavy_plus_sign: "➕", heavy_minus_sign: "➖", speech_balloon: "💬",
  small_blue_diamond: "🔹", small_orange_diamond: "🔸", house: "🏠", globe_with_meridians: "🌐", inbox_tray: "📥", outbox_tray: "📤",
};

export const REACTIONS = ["+1", "eyes", "white_check_mark", "heart", "tada", "pray", "thinking_face", "joy", "-1", "x"];

/** Return the character for an emoji's name, or `:name:` where nobody knows it. */
export function emoji(name) {
  return BY_NAME[name.replace(/::skin-tone-\d$/, "")] ?? `:${name}:`;
}

/** Return whether an emoji has this name. */
export function isEmoji(name) {
  return name in BY_NAME;
}
