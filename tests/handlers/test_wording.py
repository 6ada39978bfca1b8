import string
from dataclasses import fields

import pytest

from handlers import wording
from handlers.wording import ENGLISH, KOREAN, Wording

TEXTS = [field.name for field in fields(Wording)]


def slots(text):
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("name", TEXTS)
def test_both_languages_fill_in_the_same_things(name):
    assert slots(getattr(ENGLISH, name)) == slots(getattr(KOREAN, name))


@pytest.mark.parametrize("name", TEXTS)
def test_korean_is_korean(name):
    assert any("가" <= character <= "힣" for character in getattr(KOREAN, name))


@pytest.mark.parametrize("name", [name for name in TEXTS if name.endswith("_plain")])
@pytest.mark.parametrize("language", [ENGLISH, KOREAN], ids=["en", "ko"])
def test_labels_fit_where_they_stand(language, name):
    assert len(getattr(language, name)) <= (24 if "title" in name else 60)


def test_a_language_that_nobody_wrote_is_english():
    assert wording.wording("fr") is ENGLISH
