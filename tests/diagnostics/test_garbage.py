"""The search for reference cycles is held off while large answers are read, and goes on afterwards."""

import gc

import pytest

from diagnostics.garbage import Pause


@pytest.fixture
def pause():
    was_on = gc.isenabled()
    gc.enable()
    yield Pause()
    (gc.enable if was_on else gc.disable)()


def test_the_search_goes_on_when_the_work_is_done(pause):
    with pause.held():
        assert not gc.isenabled()

    assert gc.isenabled()


def test_the_search_goes_on_after_an_answer_that_cannot_be_read(pause):
    with pytest.raises(ValueError, match="not JSON"), pause.held():
        raise ValueError("not JSON")

    assert gc.isenabled()


def test_of_several_at_work_the_last_resumes_the_search(pause):
    with pause.held():
        with pause.held():
            pass
        assert not gc.isenabled()

    assert gc.isenabled()


def test_where_the_search_is_switched_off_it_stays_so(pause):
    gc.disable()

    with pause.held():
        pass

    assert not gc.isenabled()
