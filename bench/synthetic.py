"""Failures of programs that nobody wrote: a set of cases that anybody can make, the same every time.

A program has a name, a way of writing log lines and a few things that it works on. Its failures are an operation on a
thing and a cause. Most causes of a program are documented, each with several operations, so that the index holds close
siblings; one cause a program is never documented, and its failures are the near negatives. A query tells a documented
failure again with other numbers, addresses and ids, in one of the forms in which people paste (`PASTES`).
"""

import itertools
import json
import math
import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

NAMES = (
    "amber basalt cobalt dune ember fjord garnet heron iris juniper krill lumen mistral nimbus otter pumice quartz"
    " raven sable tundra umber vesper willow xenon yarrow zephyr"
).split()
TRADES = "broker keeper runner store mesh forge vault pilot".split()
THINGS = (
    "ledger cursor mailbox rollup parcel keyring beacon journal tariff roster playlist geofence waveform tile palette"
    " voucher passport sensor turbine chapter"
).split()
OPERATIONS = (
    "could not seal {thing} {id}",
    "giving up on the merge of {thing} {id}",
    "cannot reopen {thing} {id} for writing",
    "{thing} {id} was not handed over",
    "failed to trim {thing} {id} to {number} parts",
    "rebalancing of {thing} {id} was abandoned",
    "{thing} import stopped at row {number}",
    "no copy of {thing} {id} could be promoted",
)
CAUSES = (
    "peer {ip}:{port} hung up during the handshake",
    "only {number} of {number} witnesses voted",
    "the clock of {host} runs {number} ms ahead",
    "arithmetic overflow in column {number}",
    "the certificate of {host} ended on {date}",
    "page {hex} has a bad checksum",
    "writer lease {uuid} belongs to somebody else",
    "the spool directory {path} is not empty",
    "backpressure: {number} requests are waiting",
    "schema revision {number} is older than the data",
    "token scope does not cover region {number}",
    "heap budget of {number} MiB is spent",
    "name {host} does not resolve",
    "permission to read {path} was taken away",
    "the snapshot chain is broken at {hex}",
    "duplicate sequence {number} from {ip}",
    "decompression produced {number} bytes too many",
    "quota class changed while request {uuid} ran",
    "timeout of {number} ms waiting for the compactor",
    "unknown wire format {hex}",
)
CAUSES_OF_A_PROGRAM = 6
FORMS = (
    "{program}: {operation}: {cause}",
    "{Program}{Thing}Exception: {operation}: {cause}",
    "{PROGRAM}_FAILURE {operation} ({cause})",
    "[{program}] {cause}; {operation}",
)
"""Each names its program, without which failures of two programs could read alike."""
ORDINARY = (
    "{time} INFO  request {uuid} served in {number} ms",
    "{date} {time} DEBUG heartbeat from {ip}:{port} accepted",
    'level=info msg="cache is warm" entries={number}',
    "GET /healthz 200 {number}us",
    "{time} INFO  worker-{number} picked up a job",
    "$ kubectl logs web-{hex} --tail={number}",
)
SAYINGS = (
    "anyone seen this since the last deploy?",
    "it started last night and a restart does not help",
    "어제 배포 이후로 계속 이 로그가 찍힙니다",
    "혹시 이 에러 아시는 분 계신가요?",
    "same on staging, any idea?",
)
CHAT = (
    "lunch at {time}? the new place on {number}th street",
    "the review of build {number} is done, thanks everybody",
    "회의실 {number}호로 예약했습니다",
    "can somebody approve the pull request #{number} please",
    "dashboard looks fine again, {number} requests a second",
)
HOLE = re.compile(r"\{(\w+)\}")
VOLATILE: dict[str, Callable[[random.Random], str]] = {
    "number": lambda dice: str(dice.randint(2, 90_000)),
    "id": lambda dice: f"{dice.choice('abcdef')}{dice.getrandbits(36):09x}",
    "hex": lambda dice: f"0x{dice.getrandbits(40):010x}",
    "ip": lambda dice: f"10.{dice.randint(0, 255)}.{dice.randint(0, 255)}.{dice.randint(1, 254)}",
    "port": lambda dice: str(dice.randint(1024, 65_000)),
    "host": lambda dice: f"ip-10-{dice.randint(0, 255)}-{dice.randint(0, 255)}-{dice.randint(1, 254)}.ec2.internal",
    "uuid": lambda dice: re.sub(r"(.{8})(.{4})(.{4})(.{4})(.{12})", r"\1-\2-\3-\4-\5", f"{dice.getrandbits(128):032x}"),
    "path": lambda dice: f"/var/lib/spool/{dice.getrandbits(32):08x}",
    "date": lambda dice: f"2026-{dice.randint(1, 12):02d}-{dice.randint(1, 28):02d}",
    "time": lambda dice: (
        f"{dice.randint(10, 23)}:{dice.randint(10, 59)}:{dice.randint(10, 59)}.{dice.randint(100, 999)}"
    ),
}
HEADERS = (
    "{date} {time} ERROR 1 --- [pool-3-thread-7] com.example.{program} : ",
    "E0412 {time}000 4711 {program}.go:{number}] ",
    "{date}T{time}Z\tERROR\t{program}\t",
    "Apr 12 {time} node-3 {program}[{number}]: ",
    "[{date} {time}] [error] ",
)


@dataclass(frozen=True)
class Failure:
    """What one program says when one operation fails for one cause; holes stand for what differs each time."""

    header: str
    message: str

    def message_now(self, dice: random.Random) -> str:
        """Return the message with new values."""
        return filled(self.message, dice)

    def line_now(self, dice: random.Random) -> str:
        """Return the whole log line with new values."""
        return filled(self.header, dice) + self.message_now(dice)


@dataclass(frozen=True)
class Example:
    """A paste, the form in which it was pasted, and the id that answers it; None where silence is right."""

    id: str
    text: str
    kind: str
    expect: str | None = None


def rows(size: int) -> Iterator[tuple[str, str]]:
    """Yield the id and one example line of each of `size` documented failures."""
    for number, failure in enumerate(itertools.islice(_failures(documented=True), size)):
        yield _id(number), failure.line_now(random.Random(f"row {number}"))


def queries(size: int, count: int) -> Iterator[Example]:
    """Yield `count` pastes of failures among the first `size` documented ones, evenly over the forms of paste."""
    known = list(itertools.islice(_failures(documented=True), size))
    chosen = random.Random("queries").sample(range(size), min(count, size))
    for number, kind in zip(chosen, itertools.cycle(PASTES), strict=False):
        dice = random.Random(f"query {number}")
        yield Example(f"q-{number:05d}-{kind}", PASTES[kind](known[number], dice), kind, _id(number))


def negatives(size: int, count: int) -> Iterator[Example]:
    """Yield `count` pastes that none of `size` rows answers: two near ones of the same programs, then one of chat."""
    programs = math.ceil(size / (len(OPERATIONS) * (CAUSES_OF_A_PROGRAM - 1)))
    near = list(itertools.islice(_failures(documented=False), programs * len(OPERATIONS)))
    for number, kind in zip(range(count), itertools.cycle(PASTES), strict=False):
        dice = random.Random(f"negative {number}")
        if number % 3 == 2:
            yield Example(f"n-{number:05d}", filled(dice.choice(CHAT), dice), "chat")
        else:
            yield Example(f"n-{number:05d}", PASTES[kind](dice.choice(near), dice), "near")


def ordinary_lines(count: int, dice: random.Random) -> list[str]:
    """Return log lines that nobody would document."""
    return [filled(dice.choice(ORDINARY), dice) for _ in range(count)]


def filled(text: str, dice: random.Random) -> str:
    """Return `text` with new values in its holes."""
    return HOLE.sub(lambda hole: VOLATILE[hole[1]](dice), text)


def _id(number: int) -> str:
    return f"failure-{number:05d}"


def _failures(*, documented: bool) -> Iterator[Failure]:
    """Yield failures, program by program, for ever."""
    for number in itertools.count():
        dice = random.Random(f"program {number}")
        series = number // (len(NAMES) * len(TRADES))
        program = NAMES[number % len(NAMES)] + TRADES[number // len(NAMES) % len(TRADES)] + ("x" * series)
        causes = dice.sample(CAUSES, CAUSES_OF_A_PROGRAM)
        form, header = dice.choice(FORMS), dice.choice(HEADERS).replace("{program}", program)
        pairs = itertools.product(causes[1:] if documented else causes[:1], OPERATIONS)
        for cause, operation in pairs:
            yield Failure(header, _message(form, program, dice.choice(THINGS), operation, cause))


def _message(form: str, program: str, thing: str, operation: str, cause: str) -> str:
    parts = {
        "operation": operation.replace("{thing}", thing),
        "cause": cause,
        "program": program,
        "Program": program.capitalize(),
        "PROGRAM": program.upper(),
        "Thing": thing.capitalize(),
    }
    return HOLE.sub(lambda hole: parts[hole[1]], form)


def _whole(failure: Failure, dice: random.Random) -> str:
    return failure.line_now(dice)


def _bare(failure: Failure, dice: random.Random) -> str:
    return failure.message_now(dice)


def _buried(failure: Failure, dice: random.Random) -> str:
    lines = ordinary_lines(dice.randint(4, 18), dice)
    lines.insert(dice.randint(0, len(lines)), failure.line_now(dice))
    return f"{dice.choice(SAYINGS)}\n```\n" + "\n".join(lines) + "\n```"


def _cut(failure: Failure, dice: random.Random) -> str:
    message = failure.message_now(dice)
    return message[: int(len(message) * 0.8)]


def _as_json(failure: Failure, dice: random.Random) -> str:
    pod = {"pod_name": filled("web-{hex}", dice), "namespace_name": "shop"}
    return json.dumps({"log": failure.line_now(dice) + "\n", "stream": "stderr", "kubernetes": pod})


def _traced(failure: Failure, dice: random.Random) -> str:
    frames = [f"\tat org.example.web.Filter.handle(Filter.java:{dice.randint(10, 900)})" for _ in range(9)]
    outer, cause = "java.lang.RuntimeException: request could not be served", f"Caused by: {failure.message_now(dice)}"
    return "\n".join([outer, *frames[:5], cause, *frames[5:], "\t... 41 more"])


def _through_slack(failure: Failure, dice: random.Random) -> str:
    text = failure.line_now(dice).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return f"&gt; {text}\n{dice.choice(SAYINGS)} <https://grafana.example.com/d/{dice.getrandbits(24):x}|the board>"


PASTES: dict[str, Callable[[Failure, random.Random], str]] = {
    "line": _whole,
    "message": _bare,
    "buried": _buried,
    "cut": _cut,
    "json": _as_json,
    "trace": _traced,
    "slack": _through_slack,
}
"""The forms in which people paste."""
