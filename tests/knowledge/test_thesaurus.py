"""Kinds of failure are named by what programs print and by what people say, in English and Korean."""

import re
from collections import defaultdict
from importlib import resources

import pytest
import yaml

from knowledge.matching import thesaurus
from knowledge.matching.words import stems


def table(name):
    return yaml.safe_load(resources.files("knowledge.matching").joinpath(name).read_text("utf-8"))


KINDS = table("thesaurus.yaml")
PHRASES = [(kind, phrase) for kind, phrases in KINDS.items() for phrase in phrases if isinstance(phrase, str)]
TECHNOLOGIES = table("technologies.yaml")
TERMS = [(technology, term) for technology, terms in TECHNOLOGIES.items() for term in terms]


def kinds(text):
    return {kind for kind, _, _ in thesaurus.kinds(stems(text))}


def technologies(text):
    return {technology for technology, _, _ in thesaurus.technologies(stems(text))}


@pytest.mark.parametrize(
    ("kind", "names"),
    [
        ("memory", ["OOMKilled", "java.lang.OutOfMemoryError", "out of memory", "메모리 부족으로 죽어요"]),
        ("timeout", ["context deadline exceeded", "timed out", "SocketTimeoutException", "타임아웃이 납니다"]),
        ("connection", ["connection refused", "cannot connect", "broken pipe", "연결 실패"]),
        ("permission", ["403 Forbidden", "AccessDenied", "not authorized", "권한이 없습니다"]),
        ("certificate", ["x509: unknown", "self-signed", "인증서가 이상해요"]),
        ("disk", ["no space left", "disk is full: DiskPressure", "디스크가 가득 찼어요"]),
        ("crash", ["CrashLoopBackOff", "segfault", "파드가 계속 재시작"]),
        ("image", ["ImagePullBackOff", "failed to pull image", "이미지 풀 실패"]),
        ("name resolution", ["no such host", "NXDOMAIN", "도메인 조회가 안 됩니다"]),
    ],
)
def test_a_kind_of_failure_has_many_names(kind, names):
    assert [name for name in names if kind not in kinds(name)] == []


def test_what_errno_names_is_one_kind_with_its_message():
    assert "ENOSPC" in kinds("write: no space left on device") & kinds("ENOSPC")


def test_a_kind_is_found_where_its_phrase_stands():
    assert ("timeout", 2, 4) in list(thesaurus.kinds(["order", "servic", *stems("timed out")]))


def test_words_of_a_phrase_that_stand_apart_name_no_kind():
    assert "memory" not in kinds("out of order: the memory card")
    assert kinds("the lunch is served") == set()


def test_every_phrase_names_its_kind():
    assert [phrase for kind, phrase in PHRASES if kind not in kinds(phrase)] == []


def test_no_phrase_names_more_than_two_kinds():
    named = defaultdict(set)
    for kind, phrase in PHRASES:
        named[tuple(stems(phrase))].add(kind)

    assert {phrase: found for phrase, found in named.items() if len(found) > 2} == {}


def test_no_phrase_is_listed_twice_under_its_kind():
    assert len(PHRASES) == len({(kind, phrase.casefold()) for kind, phrase in PHRASES})


def test_every_kind_has_names_in_both_languages():
    korean = re.compile("[가-힣]")

    in_korean = {kind for kind, phrase in PHRASES if korean.search(phrase)}
    in_english = {kind for kind, phrase in PHRASES if not korean.search(phrase)}
    assert in_korean == in_english == KINDS.keys()


@pytest.mark.parametrize(
    ("code", "kind"),
    [(401, "authentication"), (403, "permission"), (413, "size"), (502, "upstream"), (127, "command"), (137, "memory")],
)
def test_statuses_and_exit_codes_stand_for_kinds_of_failure(code, kind):
    assert kind in thesaurus.kinds_of_codes()[str(code)]


@pytest.mark.parametrize(
    ("technology", "said"),
    [
        ("redis", ["Background saving error", "MISCONF Errors writing to the AOF file", "io.lettuce.core", "bgsave"]),
        ("postgres", ["psql: could not connect", "archive_command failed", "pgbackrest", "org.postgresql.util"]),
        ("kafka", ["org.apache.kafka.clients", "consumer group", "strimzi"]),
        ("kubernetes", ["k8s", "client-go", "kube-system", "reflector.go"]),
        ("java", ["java.lang.NullPointerException", "JVM", "springframework"]),
    ],
)
def test_a_technology_is_given_away_by_its_parts_and_its_own_terms(technology, said):
    assert [text for text in said if technology not in technologies(text)] == []


def test_plain_words_give_no_technology_away():
    assert technologies("connection refused: the server did not answer in time") == set()


def test_every_term_gives_its_technology_away():
    assert [term for technology, term in TERMS if technology not in technologies(term)] == []


def test_no_term_gives_more_than_three_technologies_away():
    shared = defaultdict(set)
    for technology, term in TERMS:
        shared[tuple(stems(term))].add(technology)

    assert {term: found for term, found in shared.items() if len(found) > 3} == {}


def test_no_term_is_listed_twice_under_its_technology():
    assert len(TERMS) == len(set(TERMS))
