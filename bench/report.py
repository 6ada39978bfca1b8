"""The tables of a run, and the places in bench/README.md where the newest of them stand.

A place is `<!-- figures: NAME -->` … `<!-- end -->`; NAME is a set, or `summary` for what is about all sets together.
"""

import os
import platform
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from bench import tables
from bench.contenders import OURS
from bench.outcome import Outcome

README = Path(__file__).with_name("README.md")
SUMMARY = "summary"
PLACE = re.compile(r"(<!-- figures: (?P<name>[\w-]+) -->\n).*?(<!-- end -->)", re.DOTALL)


def best_of_each(outcomes: Sequence[Outcome]) -> list[Outcome]:
    """Return each contender's outcome with the preparation that serves it best."""
    best: dict[str, Outcome] = {}
    for outcome in outcomes:
        known = best.get(outcome.contender)
        if known is None or (bool(known.failure), -known.quality) > (bool(outcome.failure), -outcome.quality):
            best[outcome.contender] = outcome
    return list(best.values())


def of_set(outcomes: Sequence[Outcome]) -> str:
    """Return the tables of one set: all contenders, then our own by kind."""
    parts = [tables.of_set(outcomes)]
    parts += [
        tables.of_kinds(outcome) for outcome in outcomes if outcome.contender == OURS and len(outcome.by_kind) > 1
    ]
    return "\n\n".join(parts)


def summary(outcomes: Sequence[Outcome]) -> str:
    """Return what all of our own outcomes say together."""
    own = [outcome for outcome in outcomes if outcome.contender == OURS and not outcome.failure]
    parts = {
        "What the matcher is held to": tables.of_goals(own),
        "How often a verdict is right": tables.of_reliability(own),
        "What the index costs": tables.of_index(own),
    }
    return "\n\n".join(f"{title}:\n\n{table}" for title, table in parts.items()) if own else ""


def write(figures: Mapping[str, str], path: Path = README) -> list[str]:
    """Put each text into its place, with the date and the machine; return the names that have no place."""
    text = path.read_text(encoding="utf-8")
    places = {found["name"] for found in PLACE.finditer(text)}
    stamped = PLACE.sub(lambda found: _filled(found, figures), text)
    path.write_text(stamped, encoding="utf-8")
    return sorted(figures.keys() - places)


def machine() -> str:
    """Return the date and the size of this machine, in a line."""
    gigabytes = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    load = os.getloadavg()[0]
    processor = next(_processors(), platform.machine())
    return (
        f"{datetime.now(UTC).date()}, {os.cpu_count()} cores ({processor}), {gigabytes:.0f} GB,"
        f" Python {platform.python_version()}, load {load:.1f}"
    )


def _processors() -> Iterator[str]:
    if Path("/proc/cpuinfo").exists():
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            name, _, value = line.partition(":")
            if name.strip() == "model name":
                yield value.strip()


def _filled(found: re.Match[str], figures: Mapping[str, str]) -> str:
    if found["name"] not in figures:
        return found.group()
    return f"{found[1]}Measured {machine()}.\n\n{figures[found['name']]}\n{found[3]}"
