"""What the recording of a cluster expects of its diagnosis, and what of it was not said."""

import json


def complaints(content, findings):
    """Return a sentence for each expected fact that no finding on its object says."""
    for expected in content.get("expect", []):
        said = " ".join(words_of(finding) for finding in findings if concerns(finding, expected["object"]))
        missing = [words for words in expected["must_say"] if words.lower() not in said]
        if not said:
            yield f"nothing is said of {expected['object']}"
        elif missing:
            yield f"of {expected['object']} it is not said: {missing}; said is: {said}"


def words_of(finding):
    """Return everything that a finding says, in lower case, as a person would search it."""
    evidence = json.dumps(dict(finding.evidence), ensure_ascii=False)
    return f"{finding.title} {evidence} {finding.next}".lower().replace('\\"', '"')


def concerns(finding, expected):
    """Say whether a finding is on the expected object, or on one that it made and that has its name."""
    kind, namespace, name = expected.split("/")
    if str(finding.object) == expected:
        return True
    made = finding.object.kind in ("Pod", "ReplicaSet", "Job") and finding.object.name.startswith(f"{name}-")
    return made and finding.object.namespace == namespace and kind != "Node"
