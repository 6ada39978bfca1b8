"""Words of identifiers, of English and of Korean, as the index knows them."""

import pytest

from knowledge.matching.words import Role, cut_in_ending, stem_of_cut, stems, words


@pytest.mark.parametrize("said", ["out_of_memory_error", "out of memory error", "OUT-OF-MEMORY-ERROR"])
def test_identifiers_fall_apart_into_their_words(said):
    assert stems(said) == ["out", "of", "memory", "error"]


def test_one_in_camel_case_is_a_word_as_a_whole_too():
    assert stems("OutOfMemoryError") == ["outofmemoryerror", "out", "of", "memory", "error"]
    assert set(stems("configmap")) <= set(stems("ConfigMap"))


def test_what_kubectl_prints_in_angle_brackets_is_a_word_and_a_mask_is_none():
    assert stems("cpu: <unknown>/80% at <time>") == ["cpu", "unknown", "at"]


@pytest.mark.parametrize(
    "forms",
    [
        ["fail", "fails", "failed", "failing", "failure"],
        ["pod", "pods"],
        ["query", "queries"],
        ["stop", "stopped", "stopping"],
        ["cannot", "unable"],
    ],
)
def test_forms_of_a_word_share_a_stem(forms):
    assert len({tuple(stems(form)) for form in forms}) == 1


@pytest.mark.parametrize("word", ["leaving", "stopping", "taking", "reading"])
@pytest.mark.parametrize("left", [1, 2], ids=["one letter", "two letters"])
def test_a_word_that_breaks_off_in_its_ending_has_its_stem(word, left):
    letters = word[:-left]
    (stem,) = stems(word)

    assert stem_of_cut(letters) == stem
    assert letters in cut_in_ending(stem)


def test_letters_that_no_ending_follows_break_off_in_none():
    assert stem_of_cut("leav") == ""


def test_different_words_keep_different_stems():
    assert len({tuple(stems(word)) for word in ("status", "state", "address", "class", "process", "series")}) == 6


@pytest.mark.parametrize("glued", ["파드가", "파드는", "파드를", "파드에서"])
def test_a_particle_does_not_change_a_korean_noun(glued):
    assert stems(glued) == stems("파드")


def test_a_long_korean_word_is_no_sentence():
    said = words("메트릭서버 파드가 pending")

    assert dict(zip(said.stems, said.roles, strict=True)) == {
        "메트": Role.WORD,
        "트릭": Role.SYLLABLES,
        "릭서": Role.SYLLABLES,
        "서버": Role.SYLLABLES,
        "파드": Role.WORD,
        "pending": Role.WORD,
    }


def test_a_latin_word_with_a_korean_particle_is_that_word():
    assert stems("HPA가") == ["hpa"]


def test_words_of_a_path_are_told_from_words_of_the_message():
    said = words("cannot open /var/lib/acme/ledger.db")

    assert dict(zip(said.stems, said.roles, strict=True)) == {
        "not": Role.WORD,
        "open": Role.WORD,
        "var": Role.PATH,
        "lib": Role.PATH,
        "acme": Role.PATH,
        "ledger": Role.PATH,
        "db": Role.PATH,
    }


def test_the_class_at_the_end_of_a_package_is_a_word():
    said = words("io.lettuce.core.RedisCommandTimeoutException")

    assert [said.roles[said.stems.index(stem)] for stem in ("lettuc", "timeout")] == [Role.PATH, Role.WORD]


@pytest.mark.parametrize("message", ["No space left on device", "i/o timeout", "connection refused"])
def test_what_the_system_says_to_everyone_is_known(message):
    assert set(words(f"ledger: {message}").roles[1:]) == {Role.SYSTEM}


def test_masked_parts_are_no_words():
    assert stems("dial <ip> after <duration>") == ["dial", "after"]
