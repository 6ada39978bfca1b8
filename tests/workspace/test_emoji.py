"""The page draws every emoji that the bot names."""

import re
from pathlib import Path

import pytest

import handlers
import workspace

TABLE = (Path(workspace.__file__).parent / "page/static/js/emoji.js").read_text("utf-8")
NAMES = set(re.findall(r'^  "?([a-z0-9_+-]+)"?: "[^"]+",$', TABLE, re.MULTILINE))
SHORTCODE = re.compile(r"(?<![\w:]):([a-z][a-z0-9_+-]+):(?![\w:])")
SENT = {
    name for file in Path(handlers.__file__).parent.rglob("*.py") for name in SHORTCODE.findall(file.read_text("utf-8"))
}


@pytest.mark.parametrize("name", sorted(SENT))
def test_an_emoji_of_the_bot_is_drawn(name):
    assert name in NAMES
