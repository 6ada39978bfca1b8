import re
import string
from dataclasses import asdict, fields

import pytest

from handlers import wording
from handlers.diag import wording as diag
from handlers.drafts import wording as drafts
from handlers.wording import ENGLISH, KOREAN, LANGUAGES, Wording

TEXTS = [field.name for field in fields(Wording)]


def slots(text):
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("name", TEXTS)
def test_both_languages_fill_in_the_same_things(name):
    assert slots(getattr(ENGLISH, name)) == slots(getattr(KOREAN, name))


@pytest.mark.parametrize("name", TEXTS)
def test_korean_is_korean(name):
    assert any("가" <= character <= "힣" for character in getattr(KOREAN, name))


@pytest.mark.parametrize("say", [*LANGUAGES.values(), *diag.LANGUAGES.values(), *drafts.LANGUAGES.values()])
@pytest.mark.parametrize("mark", ["*", "`"])
def test_what_is_bold_or_code_stands_apart_as_slack_wants_it(say, mark):
    apart = re.compile(rf"(?<![\w{mark}])\{mark}[^{mark}\n]+\{mark}(?![\w{mark}])")
    for name, text in asdict(say).items():
        assert name.endswith("_plain") or text.count(mark) == 2 * len(apart.findall(text)), text


@pytest.mark.parametrize("name", [name for name in TEXTS if name.endswith("_plain")])
@pytest.mark.parametrize("language", [ENGLISH, KOREAN], ids=["en", "ko"])
def test_labels_fit_where_they_stand(language, name):
    assert len(getattr(language, name)) <= (24 if "title" in name else 60)


def test_a_language_that_nobody_wrote_is_english():
    assert wording.wording("fr") is ENGLISH
