"""The engines that ours is compared with, each in the form that served it best on the development data.

A module has one class, made from rows of id and prepared text, which is a `bench.ranked.Searcher`. Its library is
imported where the class is made, so that the bench runs, and says so, where a peer is not installed.
"""

from collections.abc import Iterable

Row = tuple[str, str]
"""The id of an entry, and a text by which it can be found."""

Rows = Iterable[Row]
