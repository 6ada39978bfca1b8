"""The third wall: what the credentials may do is asked and said, from what real API servers answered."""

import pytest

from diagnostics import rights
from tests.diagnostics.api_server import ApiServer, recording


@pytest.fixture
def rights_of(connect):
    """Review the rights that the recorded account has; `incomplete` is how a webhook authorizer answers."""

    def reviewed(account, *, incomplete=False, allowed=False, nameless=False):
        content, errors = recording("healthy"), recording("errors")
        rules = errors[f"self-subject-rules-review-{account}"]["body"]
        if incomplete:
            rules["status"] = {"resourceRules": [], "incomplete": True}
        content["reviews"] = {
            "selfsubjectreviews": None if nameless else errors[f"self-subject-review-{account}"]["body"],
            "selfsubjectrulesreviews": rules,
            "selfsubjectaccessreviews": {"kind": "SelfSubjectAccessReview", "status": {"allowed": allowed}},
        }
        with ApiServer(content) as server:
            return rights.review(connect(server))

    return reviewed


def test_an_account_that_only_reads_is_said_to(rights_of):
    reviewed = rights_of("read-only")

    assert reviewed.only_read
    assert reviewed.sentence == "system:serviceaccount:ops-bot:diagnostics may only read"


def test_an_administrator_is_said_to_do_more_than_read(rights_of):
    reviewed = rights_of("admin")

    assert not reviewed.only_read
    assert "kubernetes-admin may do more than read: * on *" in reviewed.sentence


def test_where_rules_cannot_be_listed_a_few_rights_are_asked_for_one_by_one(rights_of):
    reviewed = rights_of("read-only", incomplete=True, allowed=True)

    assert "create on pods/exec" in reviewed.excessive
    assert "get on secrets" in reviewed.excessive


def test_rules_that_cannot_be_listed_are_no_proof(rights_of):
    assert rights_of("read-only", incomplete=True).sentence.endswith("as far as the authorizer tells")


def test_where_the_server_is_too_old_to_say_who_asks_the_rights_are_reviewed_all_the_same(rights_of):
    assert rights_of("read-only", nameless=True).sentence == "the bot may only read"
    assert not rights_of("admin", nameless=True).only_read
