"""A failure that is described instead of quoted finds its entry by what the entry is about."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.match import Verdict
from knowledge.matcher import Matcher
from tests.knowledge.shelf import SHELF, issue

ORDERS = (
    issue(
        "orders-out-of-memory",
        "orders-api: the kernel reaped worker, status 137",
        title="The orders service hits its memory limit",
        tags=("orders",),
    ),
    issue(
        "orders-timeout",
        "OrdersClientError: charge abandoned by caller",
        title="The orders service runs into a timeout",
        tags=("orders",),
    ),
    issue(
        "orders-certificate",
        "orders-api refuses peer: chain ends nowhere",
        title="The orders service does not trust the certificate of its peer",
        tags=("orders",),
    ),
    issue(
        "orders-migration",
        "orders_schema writer lease belongs to somebody else",
        title="The migration of the orders tables never completes",
        tags=("orders",),
    ),
)


@pytest.fixture(scope="module")
def matcher():
    return Matcher((*SHELF, *ORDERS))


def first(matcher, text):
    return matcher.match(text).matches[0]


@pytest.mark.parametrize(
    "described",
    [
        pytest.param("migrating the orders hangs", id="another form"),
        pytest.param("the orders have not been migrated since noon", id="a participle"),
        pytest.param("all our orders migrations hang", id="a plural"),
    ],
)
def test_a_description_meets_its_entry_by_the_roots_of_its_words(matcher, described):
    assert first(matcher, described).entry.id == "orders-migration"


@pytest.mark.parametrize(
    ("described", "expected"),
    [
        ("orders got OOMKilled", "orders-out-of-memory"),
        ("orders: java heap space", "orders-out-of-memory"),
        ("orders 메모리 부족", "orders-out-of-memory"),
        ("orders timed out", "orders-timeout"),
        ("orders took too long", "orders-timeout"),
        ("orders: deadline exceeded", "orders-timeout"),
        ("orders 타임아웃이 납니다", "orders-timeout"),
        ("orders: x509 unknown authority", "orders-certificate"),
        ("orders 인증서 문제", "orders-certificate"),
    ],
)
def test_a_description_meets_its_entry_by_another_name_for_the_same_kind_of_failure(matcher, described, expected):
    assert first(matcher, described).entry.id == expected


def test_an_entry_is_found_by_its_topic_where_it_has_no_signature_at_all():
    matcher = Matcher([*SHELF, issue("walrus-sulks", title="The walrus refuses herring in winter", tags=("walrus",))])

    assert first(matcher, "our walrus refused the herring again").entry.id == "walrus-sulks"


@pytest.mark.parametrize(
    "described",
    [
        "The orders service hits its memory limit",
        "the migration of the orders tables never completes",
        "a consumer loses its partitions while it works",
        "오늘 인덱스가 만들어지지 않았습니다",
    ],
)
def test_a_described_failure_is_likely_at_most_even_in_the_very_words_of_the_title(matcher, described):
    assert matcher.match(described).verdict is Verdict.LIKELY


def test_a_quoted_failure_may_be_sure(matcher):
    assert matcher.match("orders_schema writer lease belongs to somebody else").verdict is Verdict.SURE


SIGNATURES = [signature.text for entry in (*SHELF, *ORDERS) for signature in entry.signatures]


@given(signature=st.sampled_from(SIGNATURES), data=st.data())
def test_what_says_less_than_half_of_a_signature_is_never_sure(matcher, signature, data):
    words = signature.split()
    said = data.draw(st.lists(st.sampled_from(words), max_size=len(words) // 2 + 1, unique=True))

    for candidate in matcher.explain(" ".join(said)).candidates:
        coverage = candidate.parts.get("coverage")
        if coverage is None or coverage.value < 0.5:
            assert candidate.match.verdict is not Verdict.SURE


def test_the_words_of_a_regular_expression_that_is_not_met_are_never_sure(matcher):
    match = first(matcher, "x509: certificate has expired or is not yet valid: current time is late, after the end")

    assert match.entry.id == "mailer-certificate-expired"
    assert match.verdict is not Verdict.SURE


@pytest.mark.parametrize("word", ["vault", "ledger", "queue", "consumer", "mailer", "bank", "orders", "memory"])
def test_a_word_alone_is_not_answered(matcher, word):
    assert matcher.match(word).verdict is Verdict.NONE


def test_what_the_operating_system_says_to_everyone_tells_less_than_words_of_its_own():
    matcher = Matcher(
        [issue("spool-full", "no space left on device"), issue("spool-jammed", "spool jammed by wet herring")]
    )
    everyones, own = (first(matcher, text) for text in ("no space left on device", "spool jammed by wet herring"))

    assert (everyones.entry.id, own.entry.id) == ("spool-full", "spool-jammed")
    assert everyones.score < own.score


DESCRIPTIONS = ("migrating the orders hangs", "orders 메모리 부족", "orders timed out", "vault role denied")


def told(matcher, text):
    matches = matcher.match(text).matches
    return [(match.entry.id, match.verdict, pytest.approx(match.score, abs=1e-3)) for match in matches]


def test_a_status_or_exit_code_meets_the_entry_that_names_it():
    killed, missing = (
        issue("kill", title="The container is reaped with code 137"),
        issue("lack", title="The container ends at once with code 127"),
    )
    matcher = Matcher((*SHELF, killed, missing))

    assert first(matcher, "container ends: 137").entry.id == "kill"
    assert first(matcher, "container reaped: 127").entry.id == "lack"


def test_what_a_description_quotes_may_hold_an_address():
    quoting = "The proxy cannot bind. It attempts to bind to `[::1]:15053` on nodes where that family is disabled."
    matcher = Matcher.of_signatures([("quoting", quoting), ("other", "proxy started")])

    [candidate] = matcher.explain("our proxy never binds where the family is disabled").candidates[:1]
    assert candidate.match.entry.id == "quoting"
    assert candidate.parts["topic_mass"].value > 0


@pytest.mark.parametrize("text", DESCRIPTIONS)
def test_a_saved_index_keeps_its_topics(matcher, tmp_path, text):
    matcher.save(tmp_path / "index.npz")

    assert told(Matcher.load(tmp_path / "index.npz", (*SHELF, *ORDERS)), text) == told(matcher, text)


@pytest.mark.parametrize("text", DESCRIPTIONS)
def test_topics_that_came_one_by_one_answer_like_those_that_came_at_once(matcher, text):
    grown = Matcher()
    for entry in (*SHELF, *ORDERS):
        grown.update([issue("passing-by", title="migrating orders out of memory in time")], ())
        grown.update([entry], ["passing-by"])

    assert told(grown, text)[0] == told(matcher, text)[0]
    assert "passing-by" not in [entry_id for entry_id, _, _ in told(grown, text)]


def test_the_topic_of_a_removed_entry_answers_no_more():
    matcher = Matcher((*SHELF, *ORDERS))
    matcher.update((), ["orders-migration"])

    assert "orders-migration" not in [match.entry.id for match in matcher.match("migrating the orders hangs").matches]


def test_a_changed_entry_is_found_by_its_new_topic_and_not_by_its_old_one():
    matcher = Matcher([*SHELF, issue("stage", title="The walrus refuses herring", tags=("walrus",))])
    matcher.update([issue("stage", title="The curtain of the theatre is torn", tags=("theatre",))], ())

    assert first(matcher, "torn curtains in our theatre").entry.id == "stage"
    assert matcher.match("our walrus refused the herring again").answers == ()


def test_a_log_under_a_korean_sentence_makes_a_paste_less_of_a_description(matcher):
    sentence = "orders 주문 서비스에서 결제가 계속 실패합니다"
    log = "level=warn msg=reconciling shard=orders queue=billing worker=settlement ledger=march attempts=many"

    def spoken(text):
        return matcher.explain(text).candidates[0].parts["spoken"].value

    assert spoken(f"{sentence}\n{log}") < 0.7 < spoken(sentence)
