"""Within one question each list is asked for once, whatever came of it."""

import pytest

from diagnostics import errors
from diagnostics.budget import Budget
from diagnostics.memo import Memo
from diagnostics.recording import Recording
from diagnostics.resources import CERTIFICATES, PODS
from diagnostics.selection import Selection
from tests.diagnostics.api_server import RECORDINGS

APPR = Selection("appr-api")


@pytest.fixture
def memo():
    return Memo(Recording(RECORDINGS / "healthy.json.gz"))


def test_a_list_costs_one_request(memo, budget):
    first = memo.read(PODS, APPR, budget)

    assert memo.read(PODS, APPR, budget) == first != []
    assert budget.spent == 1


def test_another_selection_is_another_list(memo, budget):
    assert len(memo.read(PODS, Selection(), budget)) > len(memo.read(PODS, APPR, budget))
    assert budget.spent == 2


def test_a_failure_costs_one_request(memo, budget):
    for _ in range(2):
        with pytest.raises(errors.NotServed):
            memo.read(CERTIFICATES, APPR, budget)

    assert budget.spent == 1


def test_what_a_spent_budget_kept_from_being_asked_is_asked_with_another(memo, budget):
    with pytest.raises(errors.BudgetSpent):
        memo.read(PODS, APPR, Budget(1, requests=0))

    assert memo.read(PODS, APPR, budget)
