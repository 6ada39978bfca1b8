"""What a finding says to do next can be copied: commands that name what exists, and never merely another check."""

import re

import pytest

from diagnostics import diagnosis
from diagnostics.checks import CHECKS
from diagnostics.recording import Recording
from diagnostics.target import Target
from tests.diagnostics.api_server import RECORDINGS, recording, scenarios

COMMAND = re.compile(r"\b(?:kubectl|aws|helm|crictl|journalctl) [a-z-]")
NAMESPACE = re.compile(r" -n (?P<name>[a-z0-9-]+)")
OBJECT = re.compile(
    r"kubectl (?:describe|get|edit) (?!lease)[a-z]+ (?P<described>[a-z0-9][\w.-]*)"
    r"|kubectl (?:logs|top pod) (?:[a-z]+/)?(?P<run>[a-z0-9][\w.-]*)"
)
"""An object that a command is about; recordings hold no leases."""


@pytest.fixture(scope="module", params=scenarios())
def scenario(request):
    return request.param


@pytest.fixture(scope="module")
def found(scenario):
    """Return what every check finds in a recording by itself, so that nothing is told by another."""
    source = Recording(RECORDINGS / f"{scenario}.json.gz")
    return [finding for check in CHECKS for finding in diagnosis.run(source, check, Target()).findings]


def test_every_finding_ends_in_something_to_copy(found):
    without = [(each.code, each.next) for each in found if not COMMAND.search(each.next)]

    assert without == []


def test_no_finding_sends_people_to_another_check_by_its_name_alone(found):
    names = "|".join(check.id for check in CHECKS)
    bare = re.compile(rf"\bcheck (?:{names})\b")

    assert [each.code for each in found if bare.search(each.next)] == []


def test_commands_name_namespaces_and_objects_that_exist(scenario, found):
    content = recording(scenario)
    listed = [each["metadata"] for body in content["lists"].values() for each in body["items"] or []]
    namespaces = {each.get("namespace") for each in listed}
    names = {each["name"] for each in listed} | {name for names in content["secret_names"].values() for name in names}
    for finding in found:
        assert {each["name"] for each in NAMESPACE.finditer(finding.next)} <= namespaces, finding.next
        assert {each["described"] or each["run"] for each in OBJECT.finditer(finding.next)} <= names, finding.next
