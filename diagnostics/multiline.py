"""Rules by which log agents tell the first line of a record, and how real log lines fare under them."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import re2

_FILTER = re.compile(r"(?ms)^\s*<filter\s+(?P<tags>[^>]*?)\s*>(?P<body>.*?)^\s*</filter>")
_RUBY = re.compile(
    r"^\s*(?P<option>multiline_start_regexp|format_firstline)\s+(?P<quote>/|\"/)(?P<pattern>.+?)/(?P<flags>[imx]*)\"?\s*$"
)
_CLASSIC = re.compile(r"^\s*rule\s+\"start_state\"\s+\"/?(?P<pattern>.+?)/?\"\s+\"[^\"]+\"\s*$", re.IGNORECASE)
_YAML_STATE = re.compile(r"^\s*-?\s*state:\s*[\"']?start_state")
_YAML_PATTERN = re.compile(r"^\s*-?\s*(?:regex|pattern):\s*(?P<quote>[\"']?)/?(?P<pattern>.+?)/?(?P=quote)\s*$")
_CONTAINER_TAG = re.compile(r"containers\.(?P<glob>[^\s{}]+)")

_TRACE = re.compile(
    r"\s+at \S|\s+File \"|\s*\.\.\. \d+ more|Caused by: |Traceback \(most recent|goroutine \d+ \["
    r"|(?:[\w$]+\.)+[A-Z][\w$]*(?:Exception|Error)\b|[A-Z]\w*(?:Exception|Error): "
)
"""How the lines of a stack trace begin: what makes a record of several."""

_INDENTED = re.compile(r"\s+\S")
_HEAD = re.compile(r"\W{0,3}(?:\d{2,4}[-/.:]\d{1,2}[-/.:]\d{1,2}|(?:TRACE|DEBUG|INFO|WARN|ERROR|FATAL|[DEIWTF])\b)")
"""How first lines usually begin: with a date or a time, or with a level. JSON needs no rule."""

_STAMP = re.compile(r"^\W{0,3}(?:[A-Z]{1,5}\W{1,3})?[\d\-/.:,T ]*\d")
_OPTIONS = re2.Options()
_OPTIONS.log_errors = False


@dataclass(frozen=True)
class Rule:
    """The expression that the first line of a record meets, the option it stands in, and the tags it is for."""

    option: str
    pattern: str
    flags: str = ""
    tags: tuple[str, ...] = ()

    def concerns(self, tag: str) -> bool:
        """Say whether records of a container are under this rule; `tag` is `<pod>_<namespace>_<container>`."""
        globs = [found["glob"] for found in map(_CONTAINER_TAG.search, self.tags) if found]
        return not globs or len(globs) < len(self.tags) or any(_glob(glob).match(tag) for glob in globs)

    def starts(self, line: str) -> bool:
        """Say whether a line begins a record; never, when the expression cannot be run here."""
        return self._compiled is not None and self._compiled.search(line) is not None

    @property
    def can_be_run(self) -> bool:
        """Whether the expression is of a kind that cannot backtrack for ever, the only one that is run here."""
        return self._compiled is not None

    @cached_property
    def _compiled(self) -> "re2._Regexp[str] | None":
        flags = "".join(sorted({"s" if flag == "m" else flag for flag in self.flags} - {"x"}))
        try:
            return re2.compile(f"(?{flags})" * bool(flags) + _from_ruby(self.pattern), _OPTIONS)
        except re2.error:
            return None


@dataclass(frozen=True)
class Verdict:
    """What a rule does to the lines of a log: the line that shows it, and in words what becomes of records."""

    line: str
    words: str


def rules(text: str) -> Iterator[Rule]:
    """Go through the rules of an agent's configuration: fluentd's, Fluent Bit's classic one and its YAML."""
    for found in _FILTER.finditer(text):
        yield from _fluentd(found["body"], tuple(found["tags"].split()))
    yield from _fluentd(_FILTER.sub("", text), ())
    yield from (Rule("rule start_state", found["pattern"]) for found in map(_CLASSIC.match, text.splitlines()) if found)
    yield from _yaml(text.splitlines())


def judge(rule: Rule, lines: Sequence[str]) -> Verdict | None:
    """Return what is wrong with a rule for a log, None when it does or when the log does not tell.

    Where the later lines of a record begin records too, it is cut into pieces. Where no line begins one, though some
    plainly do, a stack trace is not put together. A log in which each record is one line is right under any rule, and
    a bare trace tells of none.
    """
    if not rule.can_be_run:
        return None
    told = [line for line in lines if line.strip()]
    later = [line for line in told if _TRACE.match(line) or _INDENTED.match(line)]
    split = next((line for line in later if rule.starts(line)), "")
    if split:
        return Verdict(split, "begins a record where one goes on, so records are cut into pieces")
    if any(map(_TRACE.match, told)) and meets_none(rule, told):
        return Verdict(_first_line(told), "begins none, so records of several lines run together or fall apart")
    return None


def meets_none(rule: Rule, lines: Sequence[str]) -> bool:
    """Say whether a log has lines that plainly begin records, and the rule meets none of them."""
    return rule.can_be_run and any(map(_HEAD.match, lines)) and not any(map(rule.starts, lines))


def first_line(lines: Sequence[str]) -> str:
    """Return a line that plainly begins a record, or just the first."""
    return _first_line([line for line in lines if line.strip()])


def suggestion(line: str) -> str:
    """Return an expression for lines that begin as this one does: digits by their number, the rest as it is."""
    found = _STAMP.match(line)
    if found is None:
        return ""
    escaped = re.sub(r"([\[\]().{}+*?|^$\\])", r"\\\1", found[0])
    return "^" + re.sub(r"\d+", lambda digits: rf"\d{{{len(digits[0])}}}", escaped)


def _first_line(told: Sequence[str]) -> str:
    return next((line for line in told if _HEAD.match(line)), told[0] if told else "")


def _fluentd(text: str, tags: tuple[str, ...]) -> Iterator[Rule]:
    for found in map(_RUBY.match, text.splitlines()):
        if found:
            yield Rule(found["option"], found["pattern"], found["flags"], tags)


def _yaml(lines: Sequence[str]) -> Iterator[Rule]:
    """A rule of Fluent Bit's YAML has its expression next to its state, after it as a rule."""
    for position, line in enumerate(lines):
        if _YAML_STATE.match(line):
            near = (*lines[position + 1 : position + 3], *lines[max(0, position - 2) : position])
            found = next((found for found in map(_YAML_PATTERN.match, near) if found), None)
            if found:
                yield Rule("regex of start_state", found["pattern"])


def _glob(pattern: str) -> re.Pattern[str]:
    """Return fluentd's wildcards for a container's part of a tag, which has no dots of its own."""
    return re.compile(re.escape(pattern).replace(r"\*\*", ".*").replace(r"\*", r"[^.]*"))


def _from_ruby(pattern: str) -> str:
    return re.sub(r"\(\?<(?=[A-Za-z_])", "(?P<", pattern).replace(r"\h", "[0-9a-fA-F]").replace(r"\Z", r"\z")
