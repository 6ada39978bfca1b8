"""The entries that ship: complete, in two languages, and found by the errors that they document."""

from pathlib import Path

import pytest
import yaml

from knowledge import lint, prose, selftest
from knowledge.base import KnowledgeBase
from knowledge.entry import Kind, Section
from knowledge.match import Verdict
from tests.knowledge.shipped import SHELF

CATALOGUE = """
    alb-controller-wafv2-timeout alb-no-address-subnet-tags apiserver-request-limit cert-manager-issuer-not-signing
    cluster-upgrade-version-skew cni-not-ready configmap-secret-not-injected conntrack-table-full
    container-command-args-override control-plane-component-down coredns-not-resolving cpu-steal-and-iowait
    database-on-remote-volume db-pool-idle-connection-dropped deployment-rollout-stuck
    eks-coredns-addon-configmap-reverted eks-node-group-create-failed eks-pod-dns-cluster-ip-mismatch
    elasticsearch-disk-full-index-blocked elasticsearch-shard-limit fluentd-multiline-logs-mixed
    hpa-memory-never-scales-in ingress-class-not-honoured init-container-not-completing irsa-assume-role-access-denied
    java-unsatisfied-link-error jenkins-command-not-found jenkins-no-cluster-wide-logs jpa-deadlock-hot-row
    jvm-heap-dump-on-oom jvm-thread-dump-in-pod kube-proxy-not-working logs-of-a-dead-pod
    metrics-server-unable-to-scrape node-disk-filled-by-pod-logs node-lost-under-load-oomkilled node-not-ready
    prometheus-central-memory redis-command-timeout requests-and-limits-sizing scale-on-queue-length
    scaling-pods-overloads-database service-without-endpoints spring-availability-listener-blocks
    spring-build-image-test-failure
""".split()

SOURCE_ERRORS = yaml.safe_load((Path(__file__).parent / "source_errors.yaml").read_text())


@pytest.fixture(scope="module")
def base():
    opened = KnowledgeBase()
    yield opened
    opened.close()


def test_everything_of_the_catalogue_is_documented_and_no_file_is_broken():
    assert sorted(SHELF.entries) == CATALOGUE
    assert SHELF.problems == ()


def test_no_entry_lacks_anything():
    assert [str(hint) for hint in lint.advise(SHELF)] == []


@pytest.mark.parametrize("entry", SHELF.entries.values(), ids=lambda entry: entry.id)
def test_an_entry_says_the_same_things_in_english_and_korean(entry):
    assert list(entry.variants) == ["en", "ko"]
    english, korean = entry.words("en"), entry.words("ko")
    assert set(english.sections) == set(korean.sections)
    assert {Section.SYMPTOM, Section.FIX, Section.VERIFY} <= set(english.sections)
    assert Section.CAUSE in english.sections or entry.kind is Kind.HOWTO
    assert bool(english.tells) == bool(korean.tells)
    assert english.phrases
    assert korean.phrases
    assert any("가" <= letter <= "힣" for letter in korean.title + "".join(korean.sections.values()))


@pytest.mark.parametrize("entry", SHELF.entries.values(), ids=lambda entry: entry.id)
def test_the_prose_shows_only_what_a_signature_captures(entry):
    for words in entry.variants.values():
        for text in words.sections.values():
            assert prose.slots(text).keys() <= prose.declared(entry)


def test_examples_find_their_entry_first_and_counterexamples_do_not(base):
    assert [
        f"{failed.entry_id} {failed.field}: {failed.problem}"
        for failed in selftest.failures(base.entries(), base.matcher)
    ] == []


@pytest.mark.parametrize("block", SOURCE_ERRORS, ids=lambda block: block["entry"])
def test_an_error_of_the_source_documents_is_answered_with_its_own_entry_first(base, block):
    answer = base.match(block["paste"])

    assert answer.matches[0].entry.id == block["entry"]
    assert answer.verdict is not Verdict.NONE


def test_what_the_shard_limit_error_says_stands_in_the_answer(base):
    [paste] = [block["paste"] for block in SOURCE_ERRORS if block["entry"] == "elasticsearch-shard-limit"]
    match = base.match(paste).matches[0]

    told = " ".join(prose.filled(match.entry, section, "en", match.evidence.captured) for section in Section)

    assert "999" in told
    assert "1000" in told


@pytest.mark.parametrize(
    "chatter",
    [
        "good morning, anyone up for lunch at 12?",
        "the pizza is here",
        "점심 뭐 먹을까요? 오늘은 국밥 어때요",
        "deploy went fine, thanks everybody :tada:",
        "can you review my PR when you have a minute?",
        "회의실 예약이 안 되네요. 3시에 다시 볼게요",
        "LGTM",
        "https://example.com/blog/kubernetes-best-practices",
    ],
)
def test_chatter_is_met_with_silence(base, chatter):
    assert base.match(chatter).verdict is Verdict.NONE
