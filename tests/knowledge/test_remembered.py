"""What is remembered is told of the text it belongs to, or not at all; however many texts come, the room is kept."""

from hypothesis import given
from hypothesis import strategies as st

from knowledge.scanning.remembered import Remembered

PLACES = 8


def test_what_is_put_in_is_known_again():
    memory = Remembered[int](1 << 20)
    memory.put([b"a", b"b"], [1, 2])

    assert memory.get([b"b", b"c", b"a"]) == [2, None, 1]


def test_nothing_is_known_at_first():
    assert Remembered[int](PLACES).get([b"", b"a"]) == [None, None]


def test_what_comes_again_has_its_newest_value():
    memory = Remembered[int](PLACES)
    memory.put([b"a", b"a"], [1, 2])

    assert memory.get([b"a"]) == [2]


def test_values_may_be_sequences():
    memory = Remembered[tuple[str, ...]](PLACES)
    memory.put([b"a"], [("one", "two")])

    assert memory.get([b"a"]) == [("one", "two")]


@given(st.lists(st.lists(st.binary(max_size=3), max_size=20)))
def test_no_more_is_remembered_than_there_are_places_and_nothing_of_another_text(batches):
    memory = Remembered[bytes](PLACES)
    for texts in batches:
        memory.put(texts, texts)

    texts = sorted({text for texts in batches for text in texts})
    known = {text: value for text, value in zip(texts, memory.get(texts), strict=True) if value is not None}

    assert len(known) <= PLACES
    assert all(text == value for text, value in known.items())
    assert not batches or set(batches[-1][-1:]) <= known.keys()
