"""Why an entry was named: the line of the paste beside what the entry knows."""

from rapidfuzz import fuzz

from handlers.views import escaping
from knowledge.match import Evidence

WIDTH = 280
"""Characters of a pasted line that are shown; a log line may have thousands, a phone shows about forty to a row."""

_SEARCHED = 20_000
"""Characters of a line in which the part that met the signature is looked for."""


def beside(evidence: Evidence) -> str:
    """Return a fenced block with the pasted line, under its number, and the signature that it met, if any is known."""
    number = str(evidence.line)
    pasted = excerpt(escaping.one_line(evidence.text), evidence.signature)
    lines = [f"{number} │ {pasted}"]
    if evidence.signature:
        lines.append(f"{'≈':>{len(number)}} │ {escaping.shorten(escaping.one_line(evidence.signature), WIDTH)}")
    return escaping.fence("\n".join(lines))


def excerpt(text: str, signature: str, width: int = WIDTH) -> str:
    """Return at most `width` characters of a line, those that resemble the signature among them."""
    if len(text) <= width:
        return text
    met = fuzz.partial_ratio_alignment(signature.lower(), text[:_SEARCHED].lower())
    middle = (met.dest_start + met.dest_end) // 2 if met else 0
    start = max(0, min(middle - width // 2, len(text) - width))
    before, after = escaping.CUT if start else "", escaping.CUT if start + width < len(text) else ""
    return before + text[start + len(before) : start + width - len(after)] + after
