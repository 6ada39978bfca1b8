"""Which lines of a paste are compared together."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from knowledge.matching import windows


def test_windows_are_lines_that_stand_together():
    assert windows.over(3).lines == ((0,), (1,), (2,), (0, 1), (1, 2), (0, 1, 2))


def test_a_short_paste_is_a_window_as_a_whole():
    assert windows.over(12).lines[-1] == tuple(range(12))
    assert max(map(len, windows.over(13).lines)) == windows.WIDEST


@given(st.integers(1, 64))
def test_every_window_around_a_line_holds_it(count):
    of_paste = windows.over(count)

    for line, around in enumerate(of_paste.around.T):
        assert of_paste.lines[around[0]] == (line,)
        assert all(line in of_paste.lines[window] for window in around)


@given(st.data(), st.integers(1, 20), st.integers(0, 4))
def test_a_window_has_what_one_of_its_lines_has(data, lines, columns):
    in_line = data.draw(arrays.arrays(np.bool_, (lines, columns)))
    of_paste = windows.over(lines)

    found = of_paste.of(in_line)

    assert found.tolist() == [in_line[list(window)].any(axis=0).tolist() for window in of_paste.lines]


@given(st.integers(1, 64))
def test_the_set_of_a_window_has_a_bit_for_each_of_its_lines(count):
    of_paste = windows.over(count)

    in_sets = (of_paste.sets[:, None] & windows.LINE[:count]) > 0

    assert (in_sets == of_paste.of(np.eye(count, dtype=np.bool_))).all()
