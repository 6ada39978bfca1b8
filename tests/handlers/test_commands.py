import pytest


@pytest.fixture
def told(workspace, read):
    """Give a command and return what the person is told, once it is."""

    def give(text, *, user="alex", count=1):
        outcome = workspace.command(user, "platform", "/kb", text)
        assert outcome.acknowledged
        workspace.wait_for(lambda: len(workspace.whispers(user, "platform")) >= count)
        return "\n".join(read(whisper) for whisper in workspace.whispers(user, "platform"))

    return give


def test_search_finds_entries_by_their_words(bot, told):
    said = told("search name server")

    assert "Pods ask a DNS server that does not answer" in said
    assert "`dns-timeout`" in said


def test_a_search_that_finds_nothing_says_so(bot, told):
    assert "No entry holds “xylophone”" in told("search xylophone")


def test_a_search_with_a_slip_in_it_shows_what_is_nearest(bot, told):
    said = told("search elasticsaerch")

    assert "No entry holds “elasticsaerch”. *Nearest*, for “elasticsearch”:" in said
    assert "shard-limit" in said


def test_what_was_searched_for_comes_back_harmless(bot, told):
    assert "&lt;!channel&gt;" in told("search <!channel>")


def test_show_tells_an_entry_whole(bot, told):
    said = told("show shard-limit")

    for part in ("*Symptom*", "*Cause*", "*Fix*", "*Verify*", "curl -X DELETE", "#elasticsearch"):
        assert part in said


def test_show_in_the_language_of_the_person(bot, told):
    assert "오래된 인덱스를 지웁니다." in told("show shard-limit", user="minji")


@pytest.mark.parametrize("wrong", ["shard-limits", "shard_limit"])
def test_a_wrong_id_is_answered_with_the_nearest(bot, told, wrong):
    said = told(f"show {wrong}")

    assert f"There is no entry `{wrong}`." in said
    assert "`shard-limit`" in said


@pytest.mark.parametrize("wrong", ["../../etc/passwd", "`<!here>`", "x" * 3000])
def test_an_id_that_cannot_be_one_is_refused(bot, told, wrong):
    said = told(f"show {wrong}")

    assert "There is no entry" in said
    assert "root:" not in said
    assert "<!" not in said


def test_an_entry_that_no_message_can_hold_comes_in_several(bot, told):
    said = told("show endless", count=3)

    assert "Step 1:" in said
    assert "Step 60:" in said


def test_match_answers_only_the_person(bot, told, workspace, pastes):
    said = told(f"match {pastes.shards}")

    assert "Sure." in said
    assert "999 of 1000" in said
    assert workspace.calls_to("chat.postMessage") == []


def test_match_says_when_nothing_is_documented(bot, told, pastes):
    assert "Not documented." in told(f"match {pastes.chatter}")


def test_list_names_every_entry_and_the_tags(bot, told):
    said = told("list")

    assert "*6 entries*" in said
    for entry_id in ("dns-timeout", "endless", "hostile", "missing-config", "shard-limit", "waf-timeout"):
        assert f"`{entry_id}`" in said
    assert "`network 2`" in said


def test_list_narrows_to_a_tag(bot, told):
    said = told("list Network")

    assert "`waf-timeout`" in said
    assert "`shard-limit`" not in said


def test_an_unknown_tag_is_answered_with_those_that_exist(bot, told):
    said = told("list nonsense")

    assert "No entry has the tag `nonsense`." in said
    assert "`network 2`" in said


@pytest.mark.parametrize("text", ["", "help", "HELP", "  help  "])
def test_help_names_every_word(bot, told, text):
    said = told(text)

    for usage in ("/kb search TEXT", "/kb show ID", "/kb match TEXT", "/kb list [TAG]", "/kb help"):
        assert usage in said


@pytest.mark.parametrize(("word", "near"), [("serch", "search"), ("sho", "show"), ("mtach", "match"), ("lst", "list")])
def test_an_unknown_word_is_answered_with_help_and_the_nearest(bot, told, word, near):
    said = told(f"{word} something")

    assert f"There is no command `{word}`." in said
    assert f"Did you mean `{near}`?" in said
    assert "/kb search TEXT" in said


@pytest.mark.parametrize("word", ["search", "show", "match"])
def test_a_word_without_what_it_needs_says_what_is_missing(bot, told, word):
    assert f"`{word}` needs" in told(word)


def test_a_command_is_acknowledged_before_it_is_answered(bot, workspace, told):
    workspace.rate_limit("users.info", 1)
    outcome = workspace.command("alex", "platform", "/kb", "help")

    assert outcome.acknowledged
    assert workspace.whispers("alex", "platform") == []


def test_the_same_command_twice_is_two_answers(bot, told):
    told("help")
    told("help", count=2)
