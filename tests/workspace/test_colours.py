"""The colours of the page can be read: every ink has a contrast of 4.5 to every paper on which it stands."""

import re
from pathlib import Path

import pytest

import workspace

THEME = (Path(workspace.__file__).parent / "page/static/css/theme.css").read_text("utf-8")
SCHEMES = ("light", "dark")
PAPERS = ("paper", "canvas", "raised", "hover", "accent-weak")
PAIRS = [
    *((ink, paper) for ink in ("ink", "muted", "accent-ink") for paper in PAPERS),
    *(("danger-ink", paper) for paper in ("paper", "raised", "accent-weak")),
    *((ink, side) for ink in ("side-ink", "side-muted") for side in ("side", "side-hover")),
    ("ink", "code"),
    ("code-ink", "code"),
    ("mention-ink", "mention"),
    ("white", "accent"),
    ("white", "danger"),
    ("white", "side-here"),
]


def colour(name: str, scheme: str) -> tuple[float, float, float]:
    """Return red, green and blue of a variable, from 0 to 1."""
    if name == "white":
        return (1, 1, 1)
    value = re.search(rf"--{name}: ([^;]+);", THEME)[1]
    shades = re.findall(r"#[0-9a-f]{6}", value)
    shade = shades[SCHEMES.index(scheme) if len(shades) > 1 else 0]
    return tuple(int(shade[at : at + 2], 16) / 255 for at in (1, 3, 5))


def luminance(rgb: tuple[float, float, float]) -> float:
    """Return the relative luminance as WCAG 2 defines it."""
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in rgb)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize(("ink", "paper"), PAIRS, ids=" on ".join)
def test_ink_can_be_read_on_its_paper(ink, paper, scheme):
    dark, light = sorted(luminance(colour(name, scheme)) for name in (ink, paper))

    assert (light + 0.05) / (dark + 0.05) >= 4.5
