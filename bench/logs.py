"""Logs of the kinds that people have, made up line by line, for the measurement of `pastemortem scan`.

Every kind holds documented issues now and then: an example of each entry that fits on a line. What is random comes from
a generator with a seed, so that a log can be made again.
"""

# ruff: noqa: E501 - lines of logs are long

import json
import random
import string
from collections import Counter
from collections.abc import Callable, Iterator

from knowledge import library
from knowledge.matcher import Matcher

ISSUE_EVERY = 2_000
"""Lines between two documented issues."""

MESSAGES = 3_000
"""What the containers of a cluster say besides names and numbers."""

ERRORS = 0.03
"""Share of their messages that are errors."""

PODS = ("checkout", "inventory", "ledger", "search", "mailer", "thumbnailer")
THINGS = """account address archive backup badge basket batch branch budget bundle cache calendar card carrier catalogue
channel client cluster column comment contract coupon currency customer dashboard deadline delivery deposit device
discount document driver event export feature feed folder form gateway group holiday image import index invoice item job
key label lease ledger letter limit list lock machine mail manager market message meter model module network node note
object offer order package page parcel partner password payment period picture plan policy pool port post price printer
process product profile project queue quota rate record refund region report request reservation resource response role
route rule salary sample schedule schema seat secret service session setting shard shelf shipment signal site snapshot
socket source stock store stream subscription summary supplier table tag target task tenant theme thread ticket token
topic track transaction transfer trigger user vehicle vendor version video volume voucher wallet warehouse window worker
zone""".split()  # fmt: skip
DEEDS = """accept allocate apply archive assign attach bind build cancel change check claim close collect commit compile
compress compute connect convert copy count create decode decrypt delete deliver deploy detach detect download encode
encrypt evaluate expand export fetch find flush format import index install load lock mark match merge migrate move open
parse patch pay pin place plan poll post prepare print process publish pull push queue read rebuild receive refresh
register release reload remove rename render renew repair replace replay reserve reset resize resolve restart restore
resume retry review roll route run save scale schedule search seal select send serve sign sort split start stop store
submit sync tag test track train transfer translate trim unlock update upgrade upload validate verify wait warm watch
write""".split()  # fmt: skip

Kind = Callable[[random.Random], Iterator[bytes]]


def stamp(number: int) -> str:
    """Return the time of a line."""
    return f"2026-03-{number // 86400 % 28 + 1:02}T{number // 3600 % 24:02}:{number // 60 % 60:02}:{number % 60:02}.{number % 997:03}Z"


def name(rnd: random.Random, length: int = 8) -> str:
    """Return a word that nobody has ever written."""
    return "".join(rnd.choices(string.ascii_lowercase, k=length))


def hexadecimal(rnd: random.Random, length: int) -> str:
    return f"{rnd.getrandbits(4 * length):0{length}x}"


def pod(rnd: random.Random) -> str:
    return f"{rnd.choice(PODS)}-{hexadecimal(rnd, 9)}-{hexadecimal(rnd, 5)}"


def issues() -> list[tuple[bytes, list[str]]]:
    """Return the one-line examples of the shipped entries, each with the issues that the matcher says it quotes.

    A few of them are recognised by what somebody says of them only, and hold no issue as a log does.
    """
    entries = library.load((library.SHIPPED,)).entries.values()
    matcher = Matcher(entries)
    examples = [example.strip() for entry in entries for example in entry.examples]
    return [
        (example.encode(), [match.entry.id for match in matcher.match(example).answers if match.quoted])
        for example in examples
        if "\n" not in example
    ]


def few_shapes(_rnd: random.Random) -> Iterator[bytes]:
    """A service that says a dozen things."""
    for number in range(10**9):
        yield f"{stamp(number)} INFO  c.e.shop.OrderService - order {number} accepted from 10.0.{number % 7}.{number % 251}".encode()
        yield f"{stamp(number)} WARN  c.e.shop.StockService - stock of item {number % 997} is low: {number % 13} left".encode()
        yield f"{stamp(number)} ERROR c.e.shop.MailService - mail {number} failed after {number % 9000} ms".encode()


def json_lines(rnd: random.Random) -> Iterator[bytes]:
    """An application that logs records, with identifiers and names of its own in each."""
    for number in range(10**9):
        level = "error" if number % 10 == 0 else "info"
        said = (
            f"could not {rnd.choice(DEEDS)} {rnd.choice(THINGS)} of {name(rnd)}"
            if level == "error"
            else "request served"
        )
        yield json.dumps(
            {"ts": stamp(number), "level": level, "logger": f"shop.{rnd.choice(PODS)}", "msg": said,
             "trace_id": hexadecimal(rnd, 32), "user": name(rnd), "pod": pod(rnd), "ms": rnd.randrange(900)}
        ).encode()  # fmt: skip


def strange_errors(rnd: random.Random) -> Iterator[bytes]:
    """Errors that name files, hosts and identifiers which never come twice."""
    for number in range(10**9):
        yield (
            f"{stamp(number)} ERROR [{name(rnd)}] com.acme.{name(rnd)}.{name(rnd).title()}Service could not connect to "
            f"{name(rnd)}.{name(rnd)}.svc: /srv/{name(rnd)}/{name(rnd)}.dat id={hexadecimal(rnd, 16)} failed: timed out"
        ).encode()


def wordy_errors(rnd: random.Random) -> Iterator[bytes]:
    """Errors that are all different, in plain English words of the trade."""
    for number in range(10**9):
        said = " ".join(f"{rnd.choice(DEEDS)} {rnd.choice(THINGS)}" for _ in range(rnd.randint(3, 6)))
        yield f"{stamp(number)} ERROR [{rnd.choice(PODS)}] failed to {said}: {rnd.choice(THINGS)} not found".encode()


def stack_traces(rnd: random.Random) -> Iterator[bytes]:
    """A Java service that throws all the time, from places of its own."""
    for number in range(10**9):
        thing = rnd.choice(THINGS).title()
        yield f"{stamp(number)} ERROR c.e.{name(rnd)}.Worker - job {number} failed".encode()
        yield f"com.example.{name(rnd)}.{thing}Exception: {rnd.choice(THINGS)} {name(rnd)} is not there".encode()
        for _ in range(rnd.randint(8, 30)):
            yield f"\tat com.example.{name(rnd)}.{name(rnd).title()}.{name(rnd)}({name(rnd).title()}.java:{rnd.randrange(900)})".encode()
        yield f"Caused by: java.lang.IllegalStateException: {rnd.choice(THINGS)} {rnd.randrange(99)}".encode()
        yield b"\t... 23 more"


def access_log(rnd: random.Random) -> Iterator[bytes]:
    """A web server's requests."""
    for number in range(10**9):
        yield (
            f'10.{rnd.randrange(256)}.{rnd.randrange(256)}.{rnd.randrange(256)} - {name(rnd, 5)} [03/Mar/2026:10:00:{number % 60:02} +0000] '
            f'"GET /{rnd.choice(THINGS)}/{hexadecimal(rnd, 12)}?q={name(rnd)}&page={rnd.randrange(99)} HTTP/1.1" '
            f'{rnd.choice((200, 200, 200, 304, 404, 500))} {rnd.randrange(9999)} "-" "Mozilla/5.0 (X11; Linux x86_64)"'
        ).encode()  # fmt: skip


def kubelet(rnd: random.Random) -> Iterator[bytes]:
    """A node's journal: kubelet and containerd about pods that come and go."""
    for number in range(10**9):
        head = f"Mar 03 10:{number // 60 % 60:02}:{number % 60:02} ip-10-0-3-{number % 250} kubelet[1423]:"
        klog = f"{'E' if number % 5 == 0 else 'I'}0303 10:{number // 60 % 60:02}:{number % 60:02}.{number % 999999:06}    1423"
        if number % 5 == 0:
            said = f'pod_workers.go:1298] "Error syncing pod, skipping" err="failed to \\"StartContainer\\" for \\"{rnd.choice(PODS)}\\" with {name(rnd)}" pod="{name(rnd)}/{pod(rnd)}"'
        else:
            said = f'reconciler_common.go:258] "operationExecutor.VerifyControllerAttachedVolume started for volume" volume="{name(rnd)}" pod="{name(rnd)}/{pod(rnd)}"'
        yield f"{head} {klog} {said}".encode()


def korean_syslog(rnd: random.Random) -> Iterator[bytes]:
    """A syslog in which programs speak Korean."""
    nouns = ("주문", "결제", "재고", "회원", "배송", "쿠폰", "정산", "알림")
    for number in range(10**9):
        yield (
            f"Mar  3 10:00:{number % 60:02} seoul-{number % 9} shop[{rnd.randrange(9999)}]: {rnd.choice(nouns)} 처리 중 오류가 발생했습니다: "
            f"{rnd.choice(nouns)} {name(rnd)} 을(를) 찾을 수 없습니다 (error {rnd.randrange(999)})"
        ).encode()


def long_lines(rnd: random.Random) -> Iterator[bytes]:
    """Lines of 20 to 200 kB, as dumps of objects make them."""
    while True:
        yield " ".join(f"{rnd.choice(THINGS)}={name(rnd)}" for _ in range(rnd.randint(1_500, 15_000))).encode()


def binary(rnd: random.Random) -> Iterator[bytes]:
    """A log into which something else has been written."""
    for line in few_shapes(rnd):
        yield line if rnd.random() < 0.7 else rnd.randbytes(rnd.randint(50, 500)).replace(b"\n", b"")


def windows(rnd: random.Random) -> Iterator[bytes]:
    """Lines that end as on Windows."""
    for line in wordy_errors(rnd):
        yield line + b"\r"


def colours(rnd: random.Random) -> Iterator[bytes]:
    """Levels and names in colours."""
    for number in range(10**9):
        yield (
            f"\x1b[2m{stamp(number)}\x1b[0m \x1b[31mERROR\x1b[0m \x1b[1m{rnd.choice(PODS)}\x1b[0m could not {rnd.choice(DEEDS)} "
            f"\x1b[36m{rnd.choice(THINGS)}\x1b[0m {name(rnd)}"
        ).encode()


def mixed(rnd: random.Random) -> Iterator[bytes]:
    """The containers of a cluster together: a few say most, and three lines in a hundred are errors."""
    said = [f"{rnd.choice(DEEDS)} {rnd.choice(THINGS)} of {rnd.choice(THINGS)}" for _ in range(MESSAGES)]
    others = (_of_spring, _of_nginx, _of_klog, _of_json, _of_postgres, _in_korean)
    for number in range(10**9):
        message = said[int(MESSAGES * rnd.random() ** 3)]
        failed = rnd.random() < ERRORS
        head = f"{stamp(number)[:-1]}{number % 10**6:06}Z {'stderr' if failed else 'stdout'} F "
        for line in rnd.choice(others)(rnd, number, message, failed):
            yield (head + line).encode()


def _of_spring(rnd: random.Random, number: int, message: str, failed: bool) -> Iterator[str]:
    level = "ERROR" if failed else "INFO "
    yield f"{stamp(number)}  {level} 1 --- [nio-8080-exec-{number % 20}] c.e.{rnd.choice(PODS)}.Service : {message} {number} {'failed' if failed else 'done'}"
    if failed:
        yield f"java.lang.IllegalStateException: could not {message}"
        for _ in range(20):
            yield f"\tat com.example.{rnd.choice(PODS)}.Worker.{rnd.choice(DEEDS)}(Worker.java:{rnd.randrange(90)})"


def _of_nginx(rnd: random.Random, _number: int, message: str, failed: bool) -> Iterator[str]:
    path = message.replace(" ", "/")
    yield f'10.0.{rnd.randrange(256)}.{rnd.randrange(256)} - - [03/Mar/2026:10:00:00 +0000] "GET /{path} HTTP/1.1" {502 if failed else 200} {rnd.randrange(9999)} "-" "curl/8.1"'


def _of_klog(rnd: random.Random, number: int, message: str, failed: bool) -> Iterator[str]:
    yield f'{"E" if failed else "I"}0303 10:00:00.{number % 10**6:06}       1 controller.go:{rnd.randrange(900)}] "{message}" pod="shop/{pod(rnd)}" err="{f"could not {message}" if failed else "<nil>"}"'


def _of_json(rnd: random.Random, number: int, message: str, failed: bool) -> Iterator[str]:
    yield json.dumps(
        {"ts": stamp(number), "level": "error" if failed else "info", "msg": message, "trace_id": hexadecimal(rnd, 32), "user": name(rnd)}
    )  # fmt: skip


def _of_postgres(rnd: random.Random, number: int, message: str, failed: bool) -> Iterator[str]:
    head = f"{stamp(number)[:23]} UTC [{rnd.randrange(9999)}] "
    table = rnd.choice(THINGS)
    if failed:
        yield f'{head}ERROR:  duplicate key value violates unique constraint "{table}_pkey"'
        yield f"{head}DETAIL:  Key (id)=({number}) already exists."
        yield f"{head}STATEMENT:  INSERT INTO {table} (id) VALUES ({number})"
    else:
        yield f"{head}LOG:  duration: {rnd.random():.3f} ms  execute <unnamed>: SELECT * FROM {table} -- {message}"


def _in_korean(rnd: random.Random, number: int, message: str, failed: bool) -> Iterator[str]:
    yield f"{stamp(number)} {'ERROR' if failed else 'INFO'} 주문 {number} 처리 {'중 오류가 발생했습니다' if failed else '완료'}: {message} {name(rnd)}"


KINDS: dict[str, Kind] = {
    "a whole cluster": mixed,
    "few shapes": few_shapes,
    "JSON records": json_lines,
    "errors with strange names": strange_errors,
    "errors in plain words": wordy_errors,
    "stack traces": stack_traces,
    "access log": access_log,
    "kubelet in the journal": kubelet,
    "syslog in Korean": korean_syslog,
    "very long lines": long_lines,
    "binary rubbish between": binary,
    "plain words, CRLF": windows,
    "colours": colours,
}

ENDLESS = "no line break at all"

HARD = frozenset(
    {"errors in plain words", "plain words, CRLF", "very long lines", "binary rubbish between", "colours", ENDLESS}
)
"""Kinds in which hardly two lines have the same words, so that each is looked at on its own."""


def write(kind: str, path: str, size: int, seed: int = 1) -> Counter[str]:
    """Write a log of a kind, of about `size` bytes, and return how often each documented issue was put in.

    A scan counts an issue once a line, so that one which stands twice in an endless line was put in once.
    """
    rnd = random.Random(seed)
    examples = issues()
    put_in: Counter[str] = Counter()
    written = 0
    lines = KINDS["errors in plain words" if kind == ENDLESS else kind](rnd)
    newline = b" " if kind == ENDLESS else b"\n"
    with open(path, "wb") as file:
        for number, line in enumerate(lines):
            if number % ISSUE_EVERY == ISSUE_EVERY // 2:
                example, ids = rnd.choice(examples)
                written += file.write(example + newline)
                put_in = put_in | Counter(ids) if kind == ENDLESS else put_in + Counter(ids)
            written += file.write(line + newline)
            if written >= size:
                return put_in
    return put_in
