"""What spares a scan reading most of a log, made of an index as it is: it serves any number of scans."""

from dataclasses import dataclass

from knowledge.matcher import Matcher
from knowledge.matching import background, thesaurus
from knowledge.scanning.folding import Folding
from knowledge.scanning.second_look import SecondLook
from knowledge.scanning.sieve import Sieve


@dataclass(frozen=True)
class Shortcuts:
    """Tell of texts that the matcher need not read.

    The sieve tells at once which of many texts may quote a signature, the second look, in a fraction of the time that
    the matcher takes, which of these it may answer; the folding tells which texts the matcher cannot tell apart.
    """

    sieve: Sieve
    second_look: SecondLook
    folding: Folding

    @classmethod
    def of(cls, matcher: Matcher) -> "Shortcuts":
        """Return the shortcuts to a matcher's answers; what it learns afterwards they do not know."""
        state = matcher.state
        sieve = Sieve(state.pieces, state.lexicon)
        known = [*state.lexicon.numbers, *background.shipped().counts, *thesaurus.telling()]
        return cls(sieve, SecondLook(state, matcher.calibration, sieve), Folding(known))
