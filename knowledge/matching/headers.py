"""The header that a logger writes before a message: time, level, process, thread, logger, place in the source.

One grammar serves klog, zap, logback, log4j, journald, syslog, CloudWatch, docker, cri and the home-made ones: a header
is a run of header fields at the start of a line, of which at least one is a time or a level.
"""

import re

LEVEL = (
    r"(?:TRACE|DEBUG|INFO|NOTICE|WARN(?:ING)?|ERROR|EROR|ERR|CRIT(?:ICAL)?|FATAL|SEVERE|PANIC|EMERG"
    r"|Trace|Debug|Info|Notice|Warn(?:ing)?|Error|Fatal"
    r"|trace|debug|info|notice|warn(?:ing)?|error|crit(?:ical)?|fatal)"
)
MONTH = r"(?:[Jj]an|[Ff]eb|[Mm]ar|[Aa]pr|[Mm]ay|[Jj]un|[Jj]ul|[Aa]ug|[Ss]ept?|[Oo]ct|[Nn]ov|[Dd]ec)\.?"
DAY = r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),?"
CLOCK = r"\d{1,2}:\d{2}:\d{2}(?:[.,:]\d+)?"
DATE = r"(?:\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.](?:\d{1,2}|[A-Z][a-z]{2})[-/.]\d{2,4}|\d{6,8}(?=\s))"
TIME = (
    rf"(?:{DATE}(?:[T _:-]+{CLOCK})?(?:\s?(?:Z|UTC|[AP]M)|\s?[+-]\d{{2}}:?\d{{2}}\b)*"
    rf"|{CLOCK}(?:\s?(?:Z|UTC|[AP]M))?|(?:{DAY}\s+)?{MONTH}\s+\d{{1,2}}(?:\s+{CLOCK})?(?:\s+\d{{4}})?"
    rf"|[IWEF]\d{{4}}\s+{CLOCK}|1[4-9]\d{{8}}(?:\.\d+|\d{{3}})?)"
)
NUMBER = r"\d+(?:#\d+:?)?"
BRACKET = r"\[(?:[^\[\]\n]|\[[^\[\]\n]{0,40}\]){0,90}\](?:/[\w:.]+)?"
PLACE = r"[\w./@-]+\.\w{1,5}:\d+\]?:?"
LOGGER = r"(?:[a-zA-Z][\w$]*+(?:[./][\w$@-]+)+|[a-z][a-z0-9]*+(?:[-_][a-z0-9]+)+)(?:\[\d+\])?\s?:?"
PROGRAM = r"(?:[\w.@-]+\s+)?[\w./-]+(?:\([\w:.-]+\))?(?:\[\d+\])?:"
SEPARATOR = r"[-|>*:]+|---"
CRI = r"std(?:out|err)\s+[FP]"

FIELD = rf"(?:{TIME}|\[?{LEVEL}\]?:?|{CRI}|{BRACKET}|{PLACE}|{NUMBER}|{SEPARATOR})(?=[\s\[\]|:]|$)"
DATED = rf"(?:{TIME}|\[\s*{TIME}[^\[\]\n]{{0,60}}\])(?=[\s\[\]|:]|$)"
START = rf"(?:{TIME}|\[\s*(?:{TIME}|{LEVEL})[^\[\]\n]{{0,60}}\]|\[?{LEVEL}\]?:?)(?=[\s\[\]|:]|$)"
SOURCE = r"(?:\[[\w./-]+\]\s+|[\w.:@/-]++\s+\|\s+)?"

NAMED = rf"(?:(?<!-\s){LOGGER}|{LOGGER}(?=\s*[-|:]\s))(?=\s|$)(?!\s*\()"
"""A logger; behind a dash it is one only where a further field follows it, else the message has begun."""
AFTER_NAME = rf"(?:-\s+{LEVEL}(?=\s+-)|{BRACKET}|{PLACE}|{NUMBER}|{SEPARATOR})(?=[\s:])"

SYSLOG = rf"{MONTH}\s+\d{{1,2}}\s+{CLOCK}\s+{PROGRAM}\s+(?:{TIME}(?:[\s|]*{FIELD})*\s+)?"
LOGGED = rf"(?:{SOURCE}{START}|[\w.:-]++\s+{DATED})(?:[\s|]*{FIELD})*(?:[\s|]+{NAMED}(?:[\s|]*{AFTER_NAME})*)?\s*"
HEADER = re.compile(rf"\s*(?:{SYSLOG}|{LOGGED})")
"""Of a line of syslog `LOGGED` would be content with the time and leave host and program to the message."""
SOMETIMES_TELLING = re.compile(r"(?:Exception|Error|Failure|Timeout|Denied)\b")


def split(line: str) -> tuple[str, str]:
    """Return the header of a log line and its message; the header is empty when the line has none.

    A header never swallows the whole line, nor an exception's name that stands where a logger could.
    """
    found = HEADER.match(line)
    if found is None or found.end() >= len(line.rstrip()):
        return "", line
    header = found.group()
    if SOMETIMES_TELLING.search(header):
        return "", line
    return header.strip(), line[found.end() :]
