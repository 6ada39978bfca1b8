"""Undo what pasting does to an error: markup, colours, escaping, envelopes and the headers of log lines.

A `Line` is what remains: the message, and beside it the words of its surroundings (logger, host, program, the other
fields of a JSON record), which can support an entry but do not make an error.
"""

import html
import itertools
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from knowledge.matching import headers

MOST_CHARACTERS = 200_000
"""What is read of a paste: its first and its last half of this. A person's paste is far shorter; a file may not be."""

LONGEST_LINE = 2_000
"""A longer line is read as several: no expression here needs more, and most cost more than in proportion to length."""

LONGEST_RUN = 200
"""Characters that a word, path or blob keeps; what is left out is its middle."""

LONGEST_BETWEEN = 4_000
"""Characters of a line that is kept of the middle of a long paste."""

ALARM = re.compile(
    r"(?i:error|exception|fatal|panic|fail|denied|refused|forbidden|timed? ?out|killed|exceeded|unable|cannot)|BackOff"
)

MOST_UNWRAPPING = 4
"""How many envelopes are opened: a JSON record in a JSON record in a container's log happens, eight deep does not."""


class Line(NamedTuple):
    """One line of a paste.

    `number` counts the pasted lines from 1; `text` is the line without its wrapping, as a person may be shown it;
    `message` is what the program said, `surroundings` where it said it; `is_frame` marks frames of a stack trace, and
    `frame` is the one that belongs to a text made one line (see `line`).
    """

    number: int
    text: str
    message: str
    surroundings: str = ""
    is_frame: bool = False
    frame: str = ""


ANSI = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\-_])|\\u001b\[[0-9;]*m|\x9b[0-9;]*m")
INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060\ufeff\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
TYPOGRAPHY = str.maketrans(
    {
        "\u201c": '"', "\u201d": '"', "\u201e": '"', "\u00ab": '"', "\u00bb": '"',
        "\u2018": "'", "\u2019": "'", "\u201a": "'", "\u2032": "'", "\u00b4": "'",
        "\u2013": "-", "\u2014": "-", "\u2212": "-", "\u2010": "-", "\u2011": "-",
        "\u2026": "...", "\u00a0": " ", "\u3000": " ", "\u202f": " ", "\u2028": "\n", "\u2029": "\n", "\u0085": "\n",
    }
)  # fmt: skip
TYPOGRAPHIC = re.compile(f"[{''.join(map(chr, TYPOGRAPHY))}]")
"""What the table replaces; to look for it first takes a twentieth of the time in Korean, which has none of it."""
SLACK_TOKEN = re.compile(r"<((?:https?|mailto|tel|ftp)[^|<>\s]*)(?:\|([^<>\n]*))?>|<[@#!][^|<>\s]*(?:\|([^<>\n]*))?>")
FENCE = re.compile(r"^[ \t]{0,3}(?:>[ \t]?)*(?:```|~~~)+[ \t]*(?:[a-z]{2,12}[ \t]*$)?", re.MULTILINE)
QUOTE_MARK = re.compile(r"^(?:>{1,3}|&gt;{1,3})[ \t]?(?=\S)", re.MULTILINE)
BOX = re.compile(r"^[ \t]*[│┃║╷╵][ \t]?", re.MULTILINE)
"""The left border of the box that Terraform and others draw around an error."""
FRAME = re.compile(
    r"""\s*(?:
        at\s+[\w.$/<>@-]+[\w$>\]]\s?\(.*            # Java, JavaScript, C#
      | at\s+(?:async\s+)?\S+:\d+:\d+\s*$           # JavaScript without a name
      | File\s".*",\sline\s\d+.*                    # Python
      | \.\.\.\s\d+\s(?:more|common\sframes).*      # Java, what is left out
      | \#?\d+:?\s+0x[0-9a-f]+\s.*                  # C and Rust
      | (?:[\w./*-]+\.)?[\w.()*-]+\((?:0x[0-9a-f]+|\.\.\.|\{).*  # Go, the call
      | (?:/[\w.@+-]+)+\.(?:go|s|rs|rb|py|js|ts):\d+.*     # Go, the place
      | from\s/\S+:\d+:in\s.*                       # Ruby
      | goroutine\s\d+\s\[.*|runtime\.(?:goexit|main)\b.*|main\.run\s*
      | Traceback\s\(most\srecent\scall\slast\):.*
    )""",
    re.VERBOSE,
)
TRACEBACK = re.compile(r"\s*(?:Traceback \(most|goroutine \d)")
PYTHON_FRAME = re.compile(r'\s*File ".*", line \d+')
ESCAPED_BREAK = re.compile(r"(?:\\{1,8}r)?\\{1,8}n")
ESCAPED_BLANK = re.compile(r"\\{1,8}t")
ESCAPED_QUOTE = re.compile(r"\\{1,8}([\"'/])")
RUN = re.compile(rf"[\w.$/@+=~%&\\-]{{{LONGEST_RUN},}}")
WINDOWS_PATH = re.compile(r"\b[A-Za-z]:\\")

MESSAGE_FIELDS = ("message", "msg", "log", "error", "err", "reason", "cause")
"""Fields of a structured record that hold what the program said, in the order in which they are read."""
STACK_FIELDS = ("exception", "stack_trace", "stacktrace", "stack")
"""Fields that hold a stack trace, read after everything else."""
SURROUNDING_FIELDS = ("logger", "logger_name", "controller", "component", "service", "app")
VOLATILE_FIELDS = frozenset(
    """ts time timestamp @timestamp date level severity lvl stream caller pid tid thread thread_name trace trace_id
    span_id traceid request request_id requestid id uid reconcileid name namespace pod node host hostname pod_name
    namespace_name container_name container_id container_image docker_id labels annotations version @version attempt
    elapsed key peer controllergroup controllerkind resourceversion tag logtag file_name line_number""".split()
)
"""Fields whose value differs with every record: they neither make nor unmake an error."""
UNTELLING_FIELDS = frozenset((*MESSAGE_FIELDS, *STACK_FIELDS, *SURROUNDING_FIELDS)) | VOLATILE_FIELDS
"""Fields that are not among the others that tell something: each of these is read by its name, or not at all."""
DECODER = json.JSONDecoder()
BETWEEN_RECORDS = re.compile(r"[,\s]*+")
LOOSE_FIELD = re.compile(r'"(@?[\w.-]{1,40})"\s*:\s*("(?:[^"\\]|\\.)*"?|[^\s,{}\[\]"]+)\s*,?')
LOGFMT_FIELD = re.compile(r'(?<![\w"])(@?[a-zA-Z][\w.-]{0,40}+)=("(?:[^"\\]|\\.)*"?|[^\s",}]*)')


def clean(text: str) -> list[Line]:
    """Return the lines of a paste without what pasting and logging put around them; blank lines are left out."""
    lines: list[Line] = []
    for number, raw in enumerate(_plain(text).split("\n"), start=1):
        if not raw or raw.isspace():
            continue
        if len(raw) <= LONGEST_RUN and "{" not in raw and "\\" not in raw:
            lines.append(_line(raw, number))  # it has no envelope to open, which most lines are spared so
        else:
            lines.extend(_lines(raw, number))
    return _with_code_of_frames(lines)


def line(text: str) -> Line | None:
    """Return a signature or another single text as one `Line`; None when it says nothing.

    Several lines become one message. Of a stack trace only the frame next to the message stays, as a surrounding: it
    names the place, the others are the way there.
    """
    parts = clean(text)
    if not parts:
        return None
    telling = [part for part in parts if not part.is_frame] or parts[:1]
    return Line(
        number=1,
        text=telling[0].text,
        message="\n".join(part.message for part in telling),
        surroundings=" ".join(part.surroundings for part in telling if part.surroundings),
        frame=" ".join(nearest_frames(parts)),
    )


def nearest_frames(lines: Sequence[Line]) -> Iterator[str]:
    """Yield of each stack trace the frame that stands next to what was said: its last in Python, else its first."""
    for is_frame, run in itertools.groupby(lines, key=lambda line: line.is_frame):
        if is_frame:
            frames = [line for line in run if not TRACEBACK.match(line.text)]
            python = [line for line in frames if PYTHON_FRAME.match(line.text)]
            if frames:
                yield (python[-1] if python else frames[0]).message


def _plain(text: str) -> str:
    if len(text) > MOST_CHARACTERS:
        text = _shortened(text)
    if "\x1b" in text or "\\u001b" in text or "\x9b" in text:
        text = ANSI.sub("", text)
    if not text.isascii():
        text = BOX.sub("", text.translate(TYPOGRAPHY) if TYPOGRAPHIC.search(text) else text)
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not text.replace("\n", "").isprintable():
        text = INVISIBLE.sub("", text)
    if "<" in text:
        text = SLACK_TOKEN.sub(lambda found: found[2] or found[3] or found[1] or "", text)
    if "&" in text:
        text = html.unescape(text)
    if "```" in text or "~~~" in text:
        text = FENCE.sub("", text).replace("```", "")
    return QUOTE_MARK.sub("", text) if ">" in text or "&gt;" in text else text


def _shortened(text: str) -> str:
    """Return the beginning and the end of a long paste; of what lies between, the lines that sound like errors.

    The other lines are emptied, not taken out, so that line numbers stay those of the paste.
    """
    half = MOST_CHARACTERS // 2
    room = half
    between: list[str] = []
    for line in text[half:-half].split("\n"):
        keep = len(line) <= min(room, LONGEST_BETWEEN) and ALARM.search(line) is not None
        room -= len(line) if keep else 0
        between.append(line if keep else "")
    return text[:half] + "\n".join(between) + text[-half:]


def _lines(raw: str, number: int, depth: int = 0) -> Iterator[Line]:
    """Open the envelopes of one pasted line; what the innermost holds comes out."""
    records = _records(raw.strip()) if depth < MOST_UNWRAPPING else []
    for record in records:
        for each in _with_listed_records(record):
            yield from _lines_of_record(dict(_flatten(each)), number, depth)
    if records:
        return
    if "\\" in raw and not WINDOWS_PATH.search(raw):
        raw = ESCAPED_QUOTE.sub(r"\1", ESCAPED_BLANK.sub(" ", ESCAPED_BREAK.sub("\n", raw)))
    for part in raw.split("\n"):
        if part and not part.isspace():
            yield from (_line(piece, number) for piece in _pieces(part))


def _pieces(text: str) -> Iterator[str]:
    """Yield a line in pieces that are not too long, cut at blanks, with the middle of endless words left out."""
    if len(text) <= LONGEST_RUN:
        yield text
        return
    text = RUN.sub(lambda run: f"{run[0][: LONGEST_RUN // 2]} {run[0][-LONGEST_RUN // 4 :]}", text)
    while len(text) > LONGEST_LINE:
        cut = text.rfind(" ", LONGEST_LINE // 2, LONGEST_LINE)
        cut = LONGEST_LINE if cut < 0 else cut
        if not text[:cut].isspace():
            yield text[:cut]
        text = text[cut:]
    if text and not text.isspace():
        yield text


def _lines_of_record(record: dict[str, str], number: int, depth: int) -> Iterator[Line]:
    surroundings = " ".join(_values(record, SURROUNDING_FIELDS))
    said, others = " ".join(_values(record, MESSAGE_FIELDS)), " ".join(_others(record))
    stack = "\n".join(_values(record, STACK_FIELDS))
    first = True
    for part in f"{said} {others}\n{stack}".split("\n"):
        if part and not part.isspace():
            for found in _lines(part, number, depth + 1):
                yield found._replace(surroundings=f"{found.surroundings} {surroundings}".strip()) if first else found
                first = False


def _values(record: Mapping[str, str], names: Iterable[str]) -> Iterator[str]:
    """Yield what a record's fields of these names hold, in the order of the names."""
    return (record[name] for name in names if name in record)


def _others(record: Mapping[str, str]) -> Iterator[str]:
    """Yield the other fields that say something about the error, each with its name."""
    return (f"{name} {value}" for name, value in record.items() if _is_telling(name))


def _is_telling(name: str) -> bool:
    """Tell whether a field says something about the error; of nested fields those of a message do, however deep."""
    if "." not in name:
        return name not in UNTELLING_FIELDS
    path = name.split(".")
    return path[-1] not in VOLATILE_FIELDS and any(step in MESSAGE_FIELDS for step in path)


def _line(text: str, number: int) -> Line:
    if FRAME.match(text):
        return Line(number, text.rstrip(), text.strip(), is_frame=True)
    surroundings, message = headers.split(text)
    if '":' in message or '" :' in message:
        message, more = _without_fields(message)
        surroundings = f"{surroundings} {more}"
    if "=" in message:
        message = LOGFMT_FIELD.sub(_without_volatile_value, message)
    return Line(number, text.rstrip(), message.strip(), surroundings.strip())


def _without_fields(message: str) -> tuple[str, str]:
    """Read the fields of JSON that is cut off or follows a message, as those of a whole record are read."""
    record: dict[str, str] = {}

    def keep(found: re.Match[str]) -> str:
        name, value = found[1].lower(), found[2].strip('"')
        said = record.get(name)
        record[name] = f"{said} {value}" if said and name in MESSAGE_FIELDS else said or value
        return " "

    rest = LOOSE_FIELD.sub(keep, message)
    said = " ".join([rest, *_values(record, MESSAGE_FIELDS), *_others(record)])
    return said, " ".join(_values(record, SURROUNDING_FIELDS))


def _without_volatile_value(found: re.Match[str]) -> str:
    return " " if found[1].lower() in VOLATILE_FIELDS else f"{found[1]} {found[2]} "


def _records(text: str) -> list[dict[str, Any]]:
    """Return the JSON objects that a line is, one, a list, or one after another; nothing when it is anything else."""
    if not (text.startswith(("{", "[")) and text.endswith(("}", "]")) and '"' in text):
        return []
    found: list[Any] = []
    at = 0
    try:
        while at < len(text):
            value, at = DECODER.raw_decode(text, at)
            found += _items(value) if isinstance(value, list) else [value]
            between = BETWEEN_RECORDS.match(text, at)
            at = between.end() if between else at
    except (ValueError, RecursionError):
        return []
    return found if all(isinstance(each, dict) for each in found) else []


def _with_listed_records(record: dict[str, Any], depth: int = 0) -> Iterator[dict[str, Any]]:
    """Yield a record, then those that its lists hold: events, conditions, the answers to a bulk request."""
    yield record
    for item in _listed(record):
        if depth < MOST_UNWRAPPING:
            yield from _with_listed_records(item, depth + 1)


def _listed(record: dict[str, Any], depth: int = 0) -> Iterator[dict[str, Any]]:
    for value in record.values():
        if isinstance(value, list):
            yield from (item for item in _items(value) if isinstance(item, dict))
        elif isinstance(value, dict) and depth < MOST_UNWRAPPING:
            yield from _listed(value, depth + 1)


def _flatten(record: dict[str, Any], prefix: str = "", depth: int = 0) -> Iterator[tuple[str, str]]:
    """Yield the texts of a record by path; records in lists are left to `_with_listed_records`."""
    for name, value in record.items():
        path = f"{prefix}{name.lower()}"
        if isinstance(value, str):
            yield path, value
        elif isinstance(value, dict) and depth < MOST_UNWRAPPING:
            yield from _flatten(value, f"{path}.", depth + 1)
        elif isinstance(value, list):
            texts = _text_of(value)
            if texts:
                yield path, texts


def _items(values: list[Any], depth: int = 0) -> Iterator[Any]:
    """Yield what a list holds, and the lists in it."""
    for item in values:
        if not isinstance(item, list):
            yield item
        elif depth < MOST_UNWRAPPING:
            yield from _items(item, depth + 1)


def _text_of(values: list[Any], depth: int = 0) -> str:
    """Return the texts of a list, those of each list in it on a line of their own."""
    inner = [item for item in values if isinstance(item, list)] if depth < MOST_UNWRAPPING else []
    texts = [" ".join(item for item in values if isinstance(item, str)), *(_text_of(item, depth + 1) for item in inner)]
    return "\n".join(text for text in texts if text)


def _with_code_of_frames(lines: list[Line]) -> list[Line]:
    """Mark the source line that Python prints, indented, below each frame as a part of the frame."""
    for index in range(1, len(lines)):
        frame, code = lines[index - 1], lines[index]
        if frame.is_frame and PYTHON_FRAME.match(frame.text) and _indentation(code.text) > _indentation(frame.text):
            lines[index] = Line(code.number, code.text, code.text.strip(), is_frame=True)
    return lines


def _indentation(text: str) -> int:
    return len(text) - len(text.lstrip())
