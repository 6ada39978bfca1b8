"""Commands in the sentences of findings, as they are set in a message."""

import pytest

from handlers.views import commands


@pytest.mark.parametrize(
    ("sentence", "written"),
    [
        pytest.param(
            "kubectl logs api-0 -n shop --previous; the program ends by itself",
            "`kubectl logs api-0 -n shop --previous`; the program ends by itself",
            id="before a semicolon",
        ),
        pytest.param(
            "mend the pods, or go back: kubectl rollout undo deployment/api -n shop",
            "mend the pods, or go back: `kubectl rollout undo deployment/api -n shop`",
            id="at the end",
        ),
        pytest.param(
            "raise it (kubectl edit quota small -n shop), or ask for less",
            "raise it (`kubectl edit quota small -n shop`), or ask for less",
            id="in brackets",
        ),
        pytest.param(
            "kubectl describe secret db -n shop shows its keys",
            "`kubectl describe secret db -n shop` shows its keys",
            id="before what it shows",
        ),
        pytest.param(
            'kubectl patch service dns -p \'{"spec": {"a": null}}\', then aws sts get-caller-identity',
            '`kubectl patch service dns -p \'{"spec": {"a": null}}\'`, then `aws sts get-caller-identity`',
            id="with quoted punctuation, and two of them",
        ),
        pytest.param(
            "kubectl get deploy,pods -o custom-columns=NAME:.metadata.name",
            "`kubectl get deploy,pods -o custom-columns=NAME:.metadata.name`",
            id="with punctuation inside of words",
        ),
        pytest.param("see ds/aws-node on aws:///eu-1a/i-0", "see ds/aws-node on aws:///eu-1a/i-0", id="no command"),
        pytest.param("write *this* <!here>", "write ∗this∗ &lt;!here&gt;", id="foreign text"),
    ],
)
def test_a_command_is_code_and_the_words_around_it_are_not(sentence, written):
    assert commands.set_as_code(sentence) == written


@pytest.mark.parametrize("hostile", ["kubectl " + "a," * 20_000, "kubectl 'a " * 5_000, "kubectl " + "a " * 20_000])
def test_nothing_is_lost_of_a_sentence_whatever_it_is_made_of(hostile):
    assert commands.set_as_code(hostile).replace("`", "") == hostile.strip()
