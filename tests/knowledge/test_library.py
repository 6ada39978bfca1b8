"""Entries are read from files, and a broken file harms only itself."""

import os
from pathlib import Path
from textwrap import dedent

import pytest

from knowledge import library
from knowledge.entry import Kind, Section, SignatureKind
from knowledge.errors import EntryUnknown

ENTRY = """\
---
id: disk-full
title: The disk is full
kind: issue
tags: [Linux, storage]
signatures:
  - "No space left on device"
  - pattern: "write {{path}}: no space left on device"
  - regex: "ENOSPC|errno (?P<errno>28)"
general: true
checks:
  - node
  - storage: {name: data}
links:
  - title: The page
    url: https://example.com/page
examples:
  - "write /data/a: no space left on device"
  - "ENOSPC"
counterexamples:
  - "no space"
---
## Symptom
Writes fail.

## Cause
`{{path|the disk}}` is full.

## Fix
```bash
# Free some space
df -h
```
"""


@pytest.fixture
def write(tmp_path):
    """Return a function that writes a file of entries and returns its path."""

    def written(name: str, text: str | bytes) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return written


def only_problem(folder: Path) -> str:
    [problem] = library.load([folder]).problems
    return str(problem)


def test_an_entry_is_what_its_file_says(write, tmp_path):
    write("disk-full.md", ENTRY)

    entry = library.load([tmp_path]).entry("disk-full")

    assert entry.kind is Kind.ISSUE
    assert entry.tags == ("linux", "storage")
    assert [signature.kind for signature in entry.signatures] == list(SignatureKind)
    assert entry.general
    assert [(check.name, dict(check.parameters)) for check in entry.checks] == [
        ("node", {}),
        ("storage", {"name": "data"}),
    ]
    assert entry.links[0].url == "https://example.com/page"
    assert len(entry.examples) == 2
    assert list(entry.words("en").sections) == [Section.SYMPTOM, Section.CAUSE, Section.FIX]
    assert "# Free some space" in entry.words("en").sections[Section.FIX]


def test_a_translation_stands_beside_the_entry_and_the_own_language_stands_in_for_a_missing_one(write, tmp_path):
    write("disk-full.md", ENTRY)
    write(
        "disk-full.ko.md",
        "---\ntitle: 디스크가 가득 찼습니다\nphrases: [용량이 없어요]\n---\n## 원인\n가득 찼습니다.\n",
    )

    entry = library.load([tmp_path]).entry("disk-full")

    assert entry.words("ko").title == "디스크가 가득 찼습니다"
    assert entry.words("ko").sections == {Section.CAUSE: "가득 찼습니다."}
    assert entry.words("ja").title == entry.title == "The disk is full"


@pytest.mark.parametrize(
    ("change", "line", "said"),
    [
        (("id: disk-full", "id: disk-ful"), 2, "'disk-ful' in a file named 'disk-full.md'"),
        (("id: disk-full", "id: ../../etc/passwd"), 2, "lower-case letters, digits and hyphens"),
        (("kind: issue", "kind: incident"), 4, "'issue' or 'howto'"),
        (("title: The disk is full", "titel: The disk is full"), 3, "did you mean 'title'?"),
        (("tags: [Linux, storage]", "tags: {a: b}"), 5, "expected a list"),
        (("general: true", "general: perhaps"), 10, "expected true or false"),
        (('regex: "ENOSPC|errno (?P<errno>28)"', 'regex: "(?=a)b"'), 9, "RE2"),
        (('regex: "ENOSPC|errno (?P<errno>28)"', 'regexp: "a"'), 9, "`regex:`"),
        (("url: https://example.com/page", "url: javascript:alert(1)"), 15, "not an http address"),
        (("kind: issue", "kind: issue\nkind: howto"), 5, "stands twice"),
        (("tags: [Linux, storage]", "tags: [Linux, storage"), 6, "not YAML"),
        (("tags: [Linux, storage]", "tags: " + "[" * 50 + "]" * 50), 5, "nests deeper"),
        (("tags: [Linux, storage]", "tags: &a [x]\nphrases: *a"), 6, "alias"),
        (("counterexamples:\n  - ", 'counterexamples:\n  - ""\n  - '), 21, "`counterexamples.1` is empty"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_mistake_is_reported_with_its_line_and_what_was_expected(write, tmp_path, change, line, said):
    path = write("disk-full.md", ENTRY.replace(*change))

    problem = only_problem(tmp_path)

    assert problem.startswith(f"{path}:{line}: ")
    assert said in problem


def test_every_mistake_of_a_file_is_reported_and_the_others_are_read_on(write, tmp_path):
    mistaken = ENTRY
    for right, wrong in (
        ("id: disk-full", "id: disk-ful"),
        ("title: The disk is full", "titel: The disk is full"),
        ("kind: issue", "kind: incident\nkind: accident"),
        ('regex: "ENOSPC|errno (?P<errno>28)"', 'regex: "(?=a)b"'),
        ("general: true", "general: perhaps"),
        ('  - "ENOSPC"', '  - ""'),
    ):
        mistaken = mistaken.replace(right, wrong)
    path = write("disk-full.md", mistaken)
    write("other.ko.md", "---\nphrases: [a]\n---\n")
    write("another.ko.md", "---\ntitel: 다른\nphrases: a\n---\n")
    write("fine.md", "# Fine\n")

    shelf = library.load([tmp_path])

    said = [str(problem) for problem in shelf.problems if problem.path == path]
    assert [line.removeprefix(f"{path}:").split(";")[0] for line in said] == [
        "2: `id` is 'disk-ful' in a file named 'disk-full.md'",
        "3: the key 'titel' is unknown",
        "5: `kind` is 'accident'",
        "5: the key 'kind' stands twice",
        "10: `signatures.3` cannot be read: is not a regular expression that RE2 can run: invalid perl operator: (?=",
        "11: `general` is 'perhaps'",
        "20: `examples.2` is empty",
    ]
    assert [problem.problem for problem in shelf.problems if problem.path != path] == [
        "the key 'titel' is unknown",
        "`phrases` is 'a'",
        "`title` is missing",
    ]
    assert list(shelf.entries) == ["fine"]


@pytest.mark.parametrize("matter", ["title: The disk is full\n", ""], ids=["with a title", "with a heading"])
def test_an_entry_may_leave_its_id_to_its_name_and_its_title_to_its_heading(write, tmp_path, matter):
    write(
        "Disk Full.md", f"---\n{matter}tags: [disk]\nsignatures: [No space left on device]\n---\n# The disk is full\n"
    )
    write("Disk Full.ko.md", "---\ntitle: 디스크가 가득 찼습니다\n---\n")

    shelf = library.load([tmp_path])

    assert shelf.problems == ()
    assert shelf.entry("disk-full").title == "The disk is full"
    assert shelf.entry("disk-full").words("ko").title == "디스크가 가득 찼습니다"
    assert [signature.text for signature in shelf.entry("disk-full").signatures] == ["No space left on device"]


def test_an_entry_without_title_and_heading_is_refused(write, tmp_path):
    path = write("disk-full.md", "---\nid: disk-full\n---\nIt is full.\n")

    assert only_problem(tmp_path) == f"{path}:2: `title` is missing; say in one line what is wrong"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"---\nid: x\ntitle: caf\xe9\n---\n", ":3: byte 20 is not UTF-8"),
        (b"\x7fELF\0\0\0", "NUL byte"),
        (b"---\nid: x\n", "never closed"),
        (b"x" * 300_000, "300,000 bytes"),
        (b"---\n" + b"a: [" * 20_000 + b"\n---\n", "nests deeper"),
        (b"---\nsignatures: [\x01]\n---\n", "not YAML"),
        (b"---\nid: x\nexamples: [" + b"a" * 150_000 + b"]\n---\n", "150,"),
    ],
    ids=["not utf-8", "binary", "unclosed", "huge", "deep", "control character", "long front matter"],
)
def test_a_file_that_is_not_an_entry_is_refused_in_one_sentence(write, tmp_path, content, said):
    write("x.md", content)

    assert said in only_problem(tmp_path)


def test_a_billion_laughs_are_refused_before_they_grow(write, tmp_path):
    bomb = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
        f"{name}: &{name} [{','.join([f'*{previous}'] * 9)}]\n"
        for previous, name in zip("abcdefgh", "bcdefghi", strict=True)
    )
    write("bomb.md", f"---\n{bomb}signatures: *i\n---\n")

    assert "alias" in only_problem(tmp_path)


def test_one_broken_file_leaves_the_others_in_place(write, tmp_path):
    write("disk-full.md", ENTRY)
    write("broken.md", "---\nid: broken\n")

    shelf = library.load([tmp_path])

    assert list(shelf.entries) == ["disk-full"]
    assert [problem.kept for problem in shelf.problems] == [False]


def test_a_file_that_breaks_keeps_its_good_version_until_it_is_mended(write, tmp_path):
    path = write("disk-full.md", ENTRY)
    good = library.load([tmp_path])

    write("disk-full.md", "---\nid: disk-full\n")
    broken = library.load([tmp_path], good)
    still_broken = library.load([tmp_path], broken)
    write("disk-full.md", ENTRY.replace("The disk is full", "The disk is really full"))
    mended = library.load([tmp_path], still_broken)

    assert broken.entries == still_broken.entries == good.entries
    assert [(problem.path, problem.kept) for problem in still_broken.problems] == [(path, True)]
    assert mended.entry("disk-full").title == "The disk is really full"
    assert mended.problems == ()


def test_an_unchanged_file_is_not_read_again(write, tmp_path):
    path = write("disk-full.md", ENTRY)
    before = library.load([tmp_path])
    status = path.stat()
    path.write_bytes(b"x" * status.st_size)
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))

    assert library.load([tmp_path], before).entries == before.entries


def test_a_removed_file_takes_its_entry_away(write, tmp_path):
    path = write("disk-full.md", ENTRY)
    before = library.load([tmp_path])
    path.unlink()

    assert library.load([tmp_path], before).entries == {}


def test_two_files_with_one_id_are_a_problem_that_names_both(write, tmp_path):
    first = write("a/disk-full.md", ENTRY)
    second = write("b/disk-full.md", ENTRY)

    problem = only_problem(tmp_path)

    assert str(first) in problem
    assert str(second) in problem


def test_a_later_folder_replaces_entries_of_an_earlier_one(write, tmp_path):
    write("shipped/disk-full.md", ENTRY)
    write("ours/disk-full.md", ENTRY.replace("The disk is full", "Our disk is full"))

    shelf = library.load([tmp_path / "shipped", tmp_path / "ours"])

    assert shelf.entry("disk-full").title == "Our disk is full"
    assert shelf.problems == ()


def test_the_entries_that_ship_have_a_name_among_the_folders(write, tmp_path):
    write("ours/disk-full.md", ENTRY)

    shelf = library.load([library.folder("shipped"), library.folder(str(tmp_path / "ours"))])

    assert set(shelf.entries) == {"disk-full", *library.load([library.SHIPPED]).entries}


def test_a_mounted_folder_that_is_swapped_as_a_whole_is_read_anew(write, tmp_path):
    """Kubernetes mounts a ConfigMap as links into a hidden folder that it replaces; git-sync links a whole folder."""
    write("..first/disk-full.md", ENTRY)
    write("..second/disk-full.md", ENTRY.replace("The disk is full", "The disk is really full"))
    data = tmp_path / "..data"
    data.symlink_to("..first")
    (tmp_path / "disk-full.md").symlink_to("..data/disk-full.md")
    before = library.load([tmp_path])

    swapped = tmp_path / "..data_tmp"
    swapped.symlink_to("..second")
    swapped.rename(data)
    after = library.load([tmp_path], before)

    assert (before.problems, after.problems) == ((), ())
    assert before.entry("disk-full").title == "The disk is full"
    assert after.entry("disk-full").title == "The disk is really full"


def test_a_missing_folder_and_an_orphaned_translation_are_reported(write, tmp_path):
    write("disk-full.ko.md", "---\ntitle: 없음\n---\n")

    problems = [str(problem) for problem in library.load([tmp_path, tmp_path / "absent"]).problems]

    assert any("does not exist; create it" in problem for problem in problems)
    assert any("translates 'disk-full', which does not exist" in problem for problem in problems)


def test_an_unknown_id_names_the_nearest(write, tmp_path):
    write("disk-full.md", ENTRY)

    with pytest.raises(EntryUnknown, match="did you mean disk-full"):
        library.load([tmp_path]).entry("disk_ful")


def test_an_unknown_id_that_is_near_to_none_names_none(write, tmp_path):
    write("jvm-heap-dump-on-oom.md", ENTRY.replace("disk-full", "jvm-heap-dump-on-oom"))

    with pytest.raises(EntryUnknown) as refused:
        library.load([tmp_path]).entry("foo")

    assert "did you mean" not in str(refused.value)


def test_a_jekyll_post_loads_as_it_is(write, tmp_path):
    post = """\
    ---
    layout: post
    title: "Shards are used up"
    date: 2021-04-03 01:00:00
    categories: elasticsearch logging
    ---
    Kibana is empty.

    ### Root cause
    ```yaml
    "reason": "this action would add [10] total shards"
    ```

    ### Resolution
    Delete indices.
    """
    write("2021-04-03-Shards are used up.md", dedent(post))

    [entry] = library.load([tmp_path]).entries.values()

    assert entry.id == "2021-04-03-shards-are-used-up"
    assert entry.title == "Shards are used up"
    assert entry.tags == ("elasticsearch", "logging")
    assert entry.words("en").sections[Section.SYMPTOM] == "Kibana is empty."
    assert entry.words("en").sections[Section.FIX] == "Delete indices."


def test_a_plain_runbook_takes_its_title_from_the_heading_and_signatures_from_what_looks_like_errors(write, tmp_path):
    runbook = """\
    # 레디스 타임아웃

    ## 현상
    ```
    $ kubectl logs api
    io.lettuce.core.RedisCommandTimeoutException: Command timed out
        at io.lettuce.core.Foo.bar(Foo.java:1)
    ```
    ```java
    throw new IllegalStateException("not an error line");
    ```

    ## 해결
    풀을 쓴다.
    """
    write("redis.md", dedent(runbook))

    [entry] = library.load([tmp_path]).entries.values()

    assert entry.title == "레디스 타임아웃"
    assert [signature.text for signature in entry.signatures] == [
        "io.lettuce.core.RedisCommandTimeoutException: Command timed out"
    ]
    assert entry.words("ko").sections[Section.FIX] == "풀을 쓴다."


def test_a_hugo_post_has_its_title_and_tags_from_toml(write, tmp_path):
    post = """\
    +++
    title = "Ledger stops"
    date = 2024-01-01
    tags = ["ledger", "disk"]
    +++
    ## Resolution
    Restart it.
    """
    write("ledger.md", dedent(post))

    [entry] = library.load([tmp_path]).entries.values()
    assert (entry.title, entry.tags) == ("Ledger stops", ("ledger", "disk"))
    assert entry.words("en").sections == {Section.FIX: "Restart it."}


@pytest.mark.parametrize(
    ("matter", "problem"),
    [("+++\ntitle = \n+++\nx\n", "is not TOML"), ('+++\ntitle = "x"\n', "never closed"), ("+++\na=1\n---\n", "never")],
)
def test_toml_that_cannot_be_read_is_a_mistake(write, tmp_path, matter, problem):
    write("ledger.md", matter)

    [found] = library.load([tmp_path]).problems
    assert problem in found.problem


def test_an_obsidian_note_is_found_by_its_aliases_and_its_indented_code(write, tmp_path):
    note = """\
    ---
    tags: [oncall, "#nginx", ""]
    aliases:
      - upstream hangs up
      - {not: a text}
    ---
    # nginx answers 502

        upstream prematurely closed connection while reading response header

    Raise `keepalive_timeout` of the upstream.
    """
    write("nginx 502.md", dedent(note))

    [entry] = library.load([tmp_path]).entries.values()

    assert (entry.id, entry.title, entry.tags) == ("nginx-502", "nginx answers 502", ("oncall", "nginx"))
    assert entry.words("en").phrases == ("upstream hangs up",)
    assert [each.text for each in entry.signatures] == [
        "upstream prematurely closed connection while reading response header"
    ]


@pytest.mark.parametrize("matter", ["", "---\ntags: [x]\n---\n"], ids=["empty", "front matter alone"])
def test_a_file_that_says_nothing_is_a_mistake_and_no_entry(write, tmp_path, matter):
    write("begun.md", f"{matter}\n")

    shelf = library.load([tmp_path])

    assert shelf.entries == {}
    assert [problem.remedy for problem in shelf.problems] == [
        "write what goes wrong and what to do, or remove the file"
    ]


def test_readmes_and_hidden_files_are_not_entries(write, tmp_path):
    for name in ("README.md", ".obsidian/x.md", "_templates/x.md", ".hidden.md", "notes.txt"):
        write(name, "# Not an entry\n")

    assert library.load([tmp_path]).entries == {}
