"""A paste finds the entry that documents it, and nothing where nobody documented it."""

import threading

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from knowledge.match import Verdict
from knowledge.matcher import Matcher
from tests.knowledge.shelf import SHELF, issue, regex

VAULT = "VaultTokenErr: failed to exchange the projected token"
SHARDS = "this action would add [10] total shards, but this cluster has [999]/[1000] open"
TRIPLETS = ("north", "east", "west")
NOISE = (
    "2026-03-04T05:06:07Z INFO heartbeat ok seq=17",
    "GET /healthz 200 3ms",
    "anyone know this one?",
    "배포하고 나서 계속 나옵니다",
    "$ kubectl logs web-0 --tail=20",
    "---",
)


@pytest.fixture(scope="module")
def matcher():
    return Matcher(SHELF)


def first(matcher, text):
    return matcher.match(text).matches[0]


@pytest.mark.parametrize(
    ("paste", "expected"),
    [
        (VAULT, "vault-token-denied"),
        (f"2026-03-04 05:06:07 ERROR [main] c.acme.Vault : {VAULT}", "vault-token-denied"),
        (f'{{"level":"error","msg":"sync failed","error":"{VAULT}"}}', "vault-token-denied"),
        (f"since the deploy:\n```\n{VAULT}\n```\nhelp please", "vault-token-denied"),
        (SHARDS, "ledger-shard-limit"),
        ("rolling back: CommitFailedException: the group has already rebalanced and assigned the partitions", "queue"),
        ("x509: certificate has expired or is not yet valid: current time 2026-03-04 is after 2026-03-01", "mailer"),
    ],
)
def test_a_documented_error_is_said_aloud(matcher, paste, expected):
    answer = matcher.match(paste)

    assert answer.verdict is not Verdict.NONE
    assert answer.matches[0].entry.id.startswith(expected)


@pytest.mark.parametrize(
    "chat",
    [
        "",
        "   \n\t ",
        "lunch at the ramen place? leaving at 12:10",
        "점심 뭐 드실래요?",
        "who owns the vault costs sheet? finance asks again",
        "the pizza is here",
        "error",
        "i/o timeout",
        "java.lang.IllegalStateException: the printer is on fire",
        "AccessDenied: user may not list buckets",
    ],
)
def test_silence_where_nobody_documented_it(matcher, chat):
    assert matcher.match(chat).verdict is Verdict.NONE


def test_the_evidence_is_the_pasted_line_beside_the_signature(matcher):
    evidence = first(matcher, f"hi all\n\n&gt; {VAULT}\nthanks").evidence

    assert (evidence.line, evidence.text, evidence.signature) == (3, VAULT, VAULT)


def test_named_wildcards_capture_what_was_pasted(matcher):
    assert dict(first(matcher, SHARDS).evidence.captured) == {"added": "10", "open": "999", "limit": "1000"}


def test_named_groups_of_a_regular_expression_capture_too(matcher):
    text = "x509: certificate has expired or is not yet valid: current time 2026-03-04 is after 2026-03-01"

    assert dict(first(matcher, text).evidence.captured) == {"now": "2026-03-04", "end": "2026-03-01"}


def test_a_regular_expression_without_a_word_is_met_by_a_row_of_numbers():
    matcher = Matcher([issue("none-of-the-replicas-is-ready", regex(r"\S+-[0-9a-f]{8}\s+\d+\s+\d+\s+0\s+\d+[smhd]"))])

    assert first(matcher, "web-0fa7cecb   7   7   0   12d").entry.id == "none-of-the-replicas-is-ready"


def test_a_regular_expression_is_met_where_the_terminal_broke_the_line(matcher):
    text = "x509: certificate has expired or is not\nyet valid: current time 2026-03-04 is after 2026-03-01"

    assert dict(first(matcher, text).evidence.captured) == {"now": "2026-03-04", "end": "2026-03-01"}


def test_two_errors_in_one_paste_are_both_answered(matcher):
    answer = matcher.match(f"{VAULT}\nlater the same day\nunrelated line\nmore text\n{SHARDS}")

    assert {match.entry.id for match in answer.answers} == {"vault-token-denied", "ledger-shard-limit"}


def test_the_cause_at_the_end_of_a_stack_trace_is_found(matcher):
    frames = "\n".join(f"\tat com.acme.layer{n}.Proxy.invoke(Proxy.java:{n})" for n in range(300))
    trace = f"IllegalStateException: refresh of the page\n{frames}\nCaused by: {VAULT}\n{frames}\n\t... 40 more"

    assert first(matcher, trace).entry.id == "vault-token-denied"
    assert matcher.match(trace).verdict is not Verdict.NONE


def test_a_general_entry_gives_way_to_a_specific_one(matcher):
    assert first(matcher, "bankgateway lookup failed: no such host").entry.id == "bank-name-lookup-fails"
    assert first(matcher, "lookup failed: no such host").entry.id == "name-lookup-fails"


def test_a_counterexample_speaks_against_its_entry(matcher):
    answer = matcher.match("sandbox bankgateway lookup failed: no such host")

    assert "bank-name-lookup-fails" not in [match.entry.id for match in answer.answers]


def test_a_counterexample_that_tells_more_than_a_status_denies_it_from_other_lines():
    reason = "Error: the container may not run as root, says the policy of the namespace"
    matcher = Matcher([issue("missing-settings", "LaunchConfigError", counterexamples=(reason,))])
    pods = "NAME    READY   STATUS              AGE\nweb-0   0/1     LaunchConfigError   35s"

    assert matcher.match(pods).verdict is not Verdict.NONE
    assert matcher.match(f"{pods}\nEvents:\n  Warning  Failed  2s  {reason}").verdict is Verdict.NONE
    assert matcher.match(f"{pods}\nEvents:\n  Warning  Failed  2s  kubelet: see the log").verdict is not Verdict.NONE


def test_a_counterexample_that_another_entry_documents_leaves_two_failures_two():
    gone = 'no schedule of kind "Nightly" in version "batch/v1beta1" is served by this cluster'
    ignored = "the schedule names no valid class and is passed over"
    matcher = Matcher([issue("class-not-honoured", ignored, counterexamples=(gone,)), issue("version-removed", gone)])

    answer = matcher.match(f"since the upgrade:\n{gone}\nand of those that we moved:\n{ignored}")

    assert {match.entry.id for match in answer.answers} == {"class-not-honoured", "version-removed"}


def test_a_question_finds_its_entry_without_any_error_text(matcher):
    assert first(matcher, "our workload gets a 403 from vault, the role exists though").entry.id == "vault-token-denied"


def test_korean_finds_its_entry(matcher):
    assert first(matcher, "오늘 인덱스가 안 만들어졌어요").entry.id == "ledger-shard-limit"


def test_entries_that_share_a_signature_are_all_answers_and_none_is_sure():
    shared = "valve lost its gasket in bay"
    matcher = Matcher([*SHELF, *(issue(f"{plant}-plant", shared, title=f"The {plant} plant") for plant in TRIPLETS)])

    for most in (1, 3, 5):
        answers = matcher.match(f"ERROR {shared} 7", limit=most).answers
        assert [match.entry.id for match in answers] == ["east-plant", "north-plant", "west-plant"][:most]
        assert {match.verdict for match in answers} == {Verdict.LIKELY}
    assert matcher.match("the gasket of a valve").answers == ()
    assert "what quotes as much is named beside it" in matcher.explain(f"ERROR {shared} 7").reason


def test_of_entries_that_share_a_signature_the_one_whose_words_stand_beside_it_is_answered_alone():
    shared = "valve lost its gasket in bay"
    matcher = Matcher(
        [*SHELF, *(issue(f"{plant}-plant", shared, title=f"The {plant} plant", tags=(plant,)) for plant in TRIPLETS)]
    )

    assert [match.entry.id for match in matcher.match(f"{shared} 7, says the west").answers] == ["west-plant"]


def test_rivals_are_the_other_entries_that_the_same_line_speaks_for():
    twins = Matcher([issue("one", "the flux capacitor is empty"), issue("two", "the flux capacitor is empty")])
    best = first(twins, "the flux capacitor is empty")

    assert best.rivals == ("two",)
    assert best.verdict is not Verdict.SURE


def test_an_entry_can_be_thought_away(matcher):
    answer = matcher.match(VAULT, without=frozenset({"vault-token-denied"}))

    assert "vault-token-denied" not in [match.entry.id for match in answer.matches]
    assert answer.verdict is Verdict.NONE


def test_bare_signatures_are_an_index_too():
    rows = [("a", "disk of the ledger is full"), ("b", "queue is closed"), ("a", "volume of the ledger has no room")]
    matcher = Matcher.of_signatures(rows)

    assert first(matcher, "E0304 05:06:07.1 1 x.go:1] volume of the ledger has no room").entry.id == "a"


def test_a_line_that_was_cut_off_finds_the_whole_one():
    rows = [("a", "Snapshot of the ledger could not be written to the bucket"), ("b", "Snapshot taken")]

    assert first(Matcher.of_signatures(rows), "Snapshot of the ledger could not be wri").entry.id == "a"


@pytest.mark.parametrize(
    ("cut", "whole", "other"),
    [
        ("Copying parcel labels", "Copying parcel labels took 10 ms", "Started copying parcel labels"),
        ("Counted parcels of 7 at dock", "Counted parcels of 7 at dock 3 by hand", "Counting parcels of 8 at dock 4"),
        ("Parcel went from DOCK", "Parcel went from DOCKED to LOST_OR_STOLEN", "Parcel went from NEW to DOCKED"),
        ("Clerk is leavin", "Clerk is leaving the counter and the hall", "Clerk is here, the counter is open"),
    ],
    ids=["its first word", "the form of a word", "a word cut short", "a word cut in its ending"],
)
def test_a_line_that_was_cut_off_finds_what_begins_like_it_to_the_last_word(cut, whole, other):
    rows = [("whole", whole), ("other", other)]

    assert first(Matcher.of_signatures(rows), f"anyone?\n{cut}\n[INFO] cron: nightly report in 45s").entry.id == "whole"


def test_a_unit_behind_a_number_is_no_word_cut_short():
    rows = [("usher", "Request took usher to the gate"), ("parcel", "Parcel took the road")]

    assert (
        first(Matcher.of_signatures(rows), "request took 22444us").score
        < first(Matcher.of_signatures(rows), "request took us").score
    )


def test_at_most_the_asked_number_of_matches_comes(matcher):
    assert len(matcher.match(f"{VAULT}\n{SHARDS}\nlookup failed: no such host", limit=2).matches) == 2


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("x" * 1_000_000, id="1 MB without a blank"),
        pytest.param("failed to mount volume " * 45_000, id="1 MB in a line"),
        pytest.param("\n".join(f"worker {n} failed to reach db{n}" for n in range(50_000)), id="50,000 lines"),
        pytest.param('{"a":' * 50_000 + "1" + "}" * 50_000, id="deep JSON"),
        pytest.param("\\" * 300_000, id="backslashes"),
        pytest.param("<@U1|" * 100_000, id="open tokens"),
        pytest.param("\ud800 lone \udfff surrogates", id="surrogates"),
        pytest.param("\x00\x01\x02\xff" * 1000, id="binary"),
    ],
)
def test_odd_input_is_answered(matcher, text):
    assert matcher.match(text).verdict in Verdict


@given(st.text(max_size=300))
def test_any_text_is_answered(matcher, text):
    assert matcher.match(text).verdict in Verdict


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    paste=st.sampled_from([VAULT, SHARDS]),
    before=st.lists(st.sampled_from(NOISE), max_size=6),
    after=st.lists(st.sampled_from(NOISE), max_size=6),
)
def test_noise_around_a_paste_never_turns_a_sure_answer_into_another(matcher, paste, before, after):
    alone, amid = matcher.match(paste), matcher.match("\n".join([*before, paste, *after]))

    assert alone.verdict is Verdict.SURE
    assert amid.verdict is not Verdict.SURE or amid.matches[0].entry.id == alone.matches[0].entry.id
    assert amid.matches[0].entry.id == alone.matches[0].entry.id


@given(st.permutations(SHELF), st.sampled_from([VAULT, SHARDS, "lookup failed: no such host", "certificate expired"]))
def test_the_order_of_entries_does_not_matter(matcher, shelf, text):
    def told(engine):
        return [(match.entry.id, round(match.score, 4), match.verdict) for match in engine.match(text).matches]

    assert told(Matcher(shelf)) == told(matcher)


def test_a_name_between_two_words_does_not_part_them():
    matcher = Matcher.of_signatures(
        [("who", "login refused peer=192.0.2.7 account=guest"), ("where", "login refused peer=www.example.org")]
    )

    [candidate] = matcher.explain("login refused peer=shop.example.org account=guest").candidates[:1]
    assert candidate.match.entry.id == "who"
    assert candidate.parts["order"].value == 1


def test_a_changed_entry_is_found_by_its_new_signature_and_not_by_its_old_one():
    matcher = Matcher(SHELF)
    matcher.update([issue("queue-consumer-rebalance", "PartitionsLostException: assignment was revoked")], [])

    assert first(matcher, "PartitionsLostException: assignment was revoked").entry.id == "queue-consumer-rebalance"
    old = matcher.match("CommitFailedException: the group has already rebalanced and assigned the partitions")
    assert "queue-consumer-rebalance" not in [match.entry.id for match in old.answers]


def test_a_removed_entry_is_found_no_more():
    matcher = Matcher(SHELF)
    matcher.update([], ["vault-token-denied"])

    assert matcher.match(VAULT).verdict is Verdict.NONE


def test_many_updates_answer_like_an_index_made_at_once():
    matcher = Matcher()
    for entry in SHELF:
        matcher.update([entry], [])
        matcher.update([issue("passing-by", f"{entry.id} was here")], [])
    matcher.update([], ["passing-by"])

    for text in (VAULT, SHARDS, "bankgateway lookup failed: no such host"):
        once, updated = Matcher(SHELF).match(text), matcher.match(text)
        assert (updated.verdict, updated.matches[0].entry.id) == (once.verdict, once.matches[0].entry.id)


def test_searches_and_updates_at_the_same_time_never_see_half_an_index():
    matcher = Matcher(SHELF)
    failures = []

    def ask():
        for _ in range(60):
            answer = matcher.match(VAULT)
            if answer.matches[0].entry.id != "vault-token-denied":
                failures.append(answer)

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    for number in range(30):
        matcher.update([issue(f"fresh-{number}", f"brand new failure of module {'abcdefghij'[number % 10]}")], [])
    for thread in threads:
        thread.join()

    assert failures == []


def test_a_technology_tells_against_what_somebody_describes_but_not_against_what_is_quoted():
    matcher = Matcher([issue("sluice", "sluice gate is stuck: rust", phrases=("water stands behind the sluice",))])
    trace = "java.lang.IllegalStateException: ledger closed"

    def parts(said):
        return matcher.explain(f"{said}\n{trace}").candidates[0].parts

    assert parts("the water stands high behind the sluice")["topic_foreign"].value > 0
    assert parts("sluice gate is stuck: rust").get("topic_foreign") is None
