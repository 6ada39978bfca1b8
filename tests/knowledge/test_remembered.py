"""What is used stays remembered, what is not is forgotten, and the room is kept."""

from hypothesis import given
from hypothesis import strategies as st

from knowledge.scanning.remembered import BESIDE_TEXT, Remembered

ROOM = 5 * (BESIDE_TEXT + 1)
"""Room for five texts of one byte."""


def test_what_is_put_in_is_known_again():
    memory = Remembered[int](ROOM)
    memory.put(b"a", 1)
    memory.put(b"b", 2)

    assert memory.get([b"b", b"c", b"a"]) == [2, None, 1]


def test_what_is_used_outlives_what_is_not():
    memory = Remembered[int](ROOM)
    memory.put(b"a", 1)
    memory.put(b"b", 2)
    for letter in range(ord("c"), ord("z")):
        memory.put(bytes([letter]), letter)
        memory.get([b"a"])

    assert memory.get([b"a", b"b"]) == [1, None]


@given(st.lists(st.sampled_from([bytes([letter]) for letter in range(97, 117)]), max_size=200))
def test_no_more_is_remembered_than_there_is_room_for(texts):
    memory = Remembered[bytes](ROOM)
    for text in texts:
        memory.put(text, text)

    known = [value for value in memory.get(sorted(set(texts))) if value is not None]

    assert len(known) <= 10
    assert set(texts[-5:]) <= set(known)
