"""`pastemortem kb`: what a curator and a merge gate are told."""

import json

import pytest

DISK = """\
---
id: ledger-disk-full
title: The ledger's disk is full
signatures: ["ledgerd: no extent left on volume"]
examples: ["ledgerd: no extent left on volume 7"]
counterexamples: ["{counterexample}"]
---
"""
NOT_OURS = "shipd: anchor lost at sea"


@pytest.fixture
def shelf(tmp_path):
    """A folder with one entry that keeps what it promises."""
    (tmp_path / "ledger-disk-full.md").write_text(DISK.format(counterexample=NOT_OURS))
    return tmp_path


def test_lint_names_every_mistake_of_every_file_with_its_line_and_fails(pastemortem, shelf):
    (shelf / "a.md").write_text("---\nid: b\ntitle: ''\nkind: story\n---\n")
    (shelf / "c.md").write_text("---\nid: c\n---\n")

    said = pastemortem("kb", "lint", "--entries", str(shelf))

    assert said.exit_code == 1
    assert [line.split(";")[0] for line in said.output.splitlines() if line.startswith("error")] == [
        f"error: {shelf}/a.md:2: `id` is 'b' in a file named 'a.md'",
        f"error: {shelf}/a.md:3: `title` is empty",
        f"error: {shelf}/a.md:4: `kind` is 'story'",
        f"error: {shelf}/c.md:2: `title` is missing",
    ]
    assert "1 entry, 4 errors" in said.output


def test_github_is_told_in_its_own_commands_and_scripts_in_json(pastemortem, shelf):
    (shelf / "c,d.md").write_text("---\nid: c\n---\n")
    lint = ("kb", "lint", "--entries", str(shelf), "--format")

    annotated = pastemortem(*lint, "github")
    assert annotated.exit_code == 1
    assert (
        f"::error file={shelf}/c%2Cd.md,line=2::`title` is missing; say in one line what is wrong" in annotated.output
    )
    assert f"::warning file={shelf}/ledger-disk-full.md,line=2::has no cause and no fix" in annotated.output
    listed = json.loads(pastemortem(*lint, "json").output)
    assert {each["level"] for each in listed} == {"error", "advice"}
    assert set(listed[0]) == {"level", "path", "line", "text"}


def test_entries_are_listed_all_or_by_tag(pastemortem, shelf):
    everything = pastemortem("kb", "list", "--entries", str(shelf))
    assert everything.output == "ledger-disk-full\n    The ledger's disk is full\n"
    assert len(json.loads(pastemortem("kb", "list", "--json", "redis").output)) > 0

    near, far = pastemortem("kb", "list", "rediss"), pastemortem("kb", "list", "zzz")
    assert near.exit_code == far.exit_code == 1
    assert near.stderr.startswith("no entry has the tag 'rediss'; did you mean redis")
    assert far.stderr.startswith("no entry has the tag 'zzz'; the most used are kubernetes, ")


def test_advice_fails_only_where_it_is_asked_to(pastemortem, shelf):
    assert pastemortem("kb", "lint", "--entries", str(shelf)).exit_code == 0
    assert pastemortem("kb", "lint", "--strict", "--entries", str(shelf)).exit_code == 1


def test_entries_that_keep_their_promises_pass(pastemortem, shelf):
    said = pastemortem("kb", "test", "--entries", str(shelf))

    assert said.exit_code == 0
    assert said.output == "1 entry, 2 pastes, 0 failures\n"


def test_a_paste_that_is_answered_otherwise_is_shown_and_fails(pastemortem, shelf):
    (shelf / "ledger-disk-full.md").write_text(DISK.format(counterexample="ledgerd: no extent left on volume"))
    said = pastemortem("kb", "test", "--entries", str(shelf))

    assert said.exit_code == 1
    assert "ledger-disk-full examples[0]: expected this entry first, got nothing" in said.output


def test_an_example_that_says_too_little_of_its_entry_is_told_apart_from_one_of_another_entry(pastemortem, shelf):
    entry = DISK.format(counterexample=NOT_OURS).replace("ledgerd: no extent left on volume 7", "no extent left")
    (shelf / "ledger-disk-full.md").write_text(entry)
    said = pastemortem("kb", "test", "--entries", str(shelf))

    assert said.exit_code == 1
    assert "ledger-disk-full examples[0]: this entry comes first, but its score of 0.0" in said.output


def test_a_file_that_is_left_out_fails_the_whole_but_not_one_entry_that_was_asked_for(pastemortem, shelf):
    (shelf / "broken.md").write_text("---\nid: x\nkind: y\n---\n")
    everything = pastemortem("kb", "test", "--entries", str(shelf))
    one = pastemortem("kb", "test", "ledger-disk-full", "--entries", str(shelf))

    assert everything.exit_code == 1
    assert one.exit_code == 0
    for said in (everything, one):
        assert "warning: 1 file or folder left out for 3 mistakes" in said.output
        assert "1 entry, 2 pastes, 0 failures, 1 file or folder left out" in said.output


def test_many_mistakes_are_told_in_one_line_with_the_command_that_names_them(pastemortem, shelf):
    (shelf / "broken.md").write_text("---\nid: x\nkind: y\n---\n")

    for command in (("kb", "show", "ledger-disk-full"), ("kb", "search", "ledger"), ("match", "-")):
        told, *_ = pastemortem(*command, "--entries", str(shelf), given="all is well").stderr.splitlines()
        told, _, command = told.partition("; each is named by: ")
        assert told == "warning: 1 file or folder left out for 3 mistakes"
        assert command == f"pastemortem kb lint --entries {shelf}"


def test_a_single_mistake_is_told_at_once(pastemortem, tmp_path):
    said = pastemortem("kb", "search", "ledger", "--entries", str(tmp_path / "absent"))

    assert said.stderr.startswith(f"warning: {tmp_path}/absent: this folder of entries does not exist; create it")


def test_a_check_that_does_not_exist_is_named_on_its_line(pastemortem, shelf):
    entry = shelf / "ledger-disk-full.md"
    entry.write_text(entry.read_text().replace("\nexamples:", "\nchecks:\n  - podz\nexamples:"))

    assert f"advice: {entry}:6: checks: " in pastemortem("kb", "lint", "--entries", str(shelf)).output


def test_a_folder_that_is_not_there_fails(pastemortem, tmp_path):
    said = pastemortem("kb", "test", "--entries", str(tmp_path / "absent"))

    assert said.exit_code == 1
    assert "does not exist" in said.output


def test_a_folder_that_is_not_there_is_named_without_a_line(pastemortem, tmp_path):
    folder = tmp_path / "absent"
    told = {form: pastemortem("kb", "lint", "--entries", str(folder), "--format", form) for form in ("text", "github")}

    assert told["text"].output.startswith(f"error: {folder}: this folder of entries does not exist; ")
    assert told["github"].output.startswith(f"::error file={folder}::this folder of entries does not exist; ")


@pytest.mark.parametrize("command", ["match", "scan"])
def test_nothing_is_said_of_a_paste_where_there_are_no_entries(pastemortem, tmp_path, command):
    said = pastemortem(command, "--entries", str(tmp_path / "absent"), given="ERROR ledgerd: no extent left")

    assert said.exit_code == 2
    assert said.stdout == ""
    assert "there are no entries to compare with; name folders of them with --entries" in said.stderr


def test_entries_without_pastes_are_not_said_to_be_tested(pastemortem, tmp_path):
    (tmp_path / "plain.md").write_text("# A runbook\n")
    said = pastemortem("kb", "test", "--entries", str(tmp_path))

    assert said.exit_code == 0
    assert "nothing was tested" in said.output


def test_own_entries_stand_beside_the_shipped_ones_where_both_are_named(pastemortem, shelf, monkeypatch):
    monkeypatch.setenv("PASTEMORTEM_ENTRIES", f"shipped:{shelf}")

    assert "ledger-disk-full" in pastemortem("match", given="ledgerd: no extent left on volume 9").output
    assert "conntrack-table-full" in pastemortem("match", given="nf_conntrack: table full, dropping packet").output


@pytest.mark.usefixtures("settings_with_few_entries")
def test_a_search_with_a_slip_in_it_says_what_is_nearest(pastemortem):
    said = pastemortem("kb", "search", "elasticsaerch")

    assert said.exit_code == 0
    assert "no entry holds these words; nearest, for elasticsearch:" in said.output
    assert "elasticsearch-shard-limit" in said.output
    assert json.loads(pastemortem("kb", "search", "--json", "elasticsaerch").output)[0]["nearest"]
    assert pastemortem("kb", "search", "xylophone").exit_code == 1


def test_search_and_show_find_what_is_documented(pastemortem):
    assert "elasticsearch-shard-limit" in pastemortem("kb", "search", "shard", "limit").output
    assert "max_shards_per_node" in pastemortem("kb", "show", "elasticsearch-shard-limit").output
    unknown = pastemortem("kb", "show", "elasticsearch-shard-limt")
    assert unknown.exit_code == 1
    assert "did you mean elasticsearch-shard-limit" in unknown.output


def test_a_folder_without_entries_is_told_as_that(pastemortem, tmp_path):
    told = pastemortem("kb", "list", "--entries", str(tmp_path))

    assert (told.exit_code, told.stderr) == (1, "there are no entries\n")


@pytest.mark.usefixtures("settings_with_few_entries")
@pytest.mark.parametrize("command", [("list", "no-such-tag"), ("search", "zzzqqq")], ids=["list", "search"])
@pytest.mark.parametrize("form", [(), ("--json",)], ids=["text", "json"])
def test_the_status_tells_that_nothing_was_found_in_either_form(pastemortem, command, form):
    answer = pastemortem("kb", *command, *form)

    assert answer.exit_code == 1
    assert answer.stdout == ("[]\n" if form else "")
