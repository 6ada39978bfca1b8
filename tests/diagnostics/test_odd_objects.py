"""One odd object never hides the others: no check stumbles over a field that is null, missing or of another type."""

import copy
import random

import pytest

from diagnostics import sweep
from diagnostics.checks import CHECKS
from diagnostics.recording import Recording
from diagnostics.target import Target
from tests.diagnostics.api_server import RECORDINGS, scenarios

ODD_VALUES = (None, 7, -1, "", "odd", "12x", True, [], {}, [None], [7], {"odd": None}, [{}], [{"name": None}], 1.5)
TOUCHED = 0.25
"""Share of the objects that get one odd field."""


class Oddities:
    """Puts odd values into random places, the same ones for the same seed."""

    def __init__(self, seed):
        self._dice = random.Random(seed)

    def spoil(self, content):
        for body in content["lists"].values():
            for item in body.get("items") or []:
                if self._dice.random() < TOUCHED:
                    self._spoil_one(item)

    def _spoil_one(self, item):
        """Go down from an object to a random field; its identity stays, since Kubernetes itself keeps to that."""
        holder, key = item, self._dice.choice([key for key in item if key != "metadata"] or ["spec"])
        while isinstance(holder.get(key) if isinstance(holder, dict) else holder[key], dict | list):
            inner = holder[key]
            if not inner or self._dice.random() < 0.15:
                break
            holder = inner
            key = self._dice.choice(list(inner)) if isinstance(inner, dict) else self._dice.randrange(len(inner))
        holder[key] = copy.deepcopy(self._dice.choice(ODD_VALUES))


@pytest.mark.parametrize("name", scenarios())
def test_no_check_stumbles_over_an_odd_object(name):
    cluster = Recording(RECORDINGS / f"{name}.json.gz")
    Oddities(name).spoil(cluster.content.raw)

    assert [sentence for sentence in sweep.run(cluster, CHECKS, Target()).unread if "failed;" in sentence] == []
