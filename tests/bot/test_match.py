"""`pastemortem match` and its neighbours: the same engine without Slack, for pipes and scripts."""

import json

import pytest
from rich.cells import cell_len

pytestmark = pytest.mark.usefixtures("settings_with_few_entries")

PASTE = "kernel: nf_conntrack: nf_conntrack: table full, dropping packet\n"


def test_the_answer_names_the_entry_the_line_and_the_signature_and_shows_the_fix(pastemortem):
    said = pastemortem("match", given=f"hello\n{PASTE}").output

    assert "conntrack-table-full" in said
    assert "line 2" in said
    assert "table full" in said
    assert "Fix" in said


def test_a_regular_expression_is_shown_by_what_it_met_and_in_full_where_somebody_wants_to_know(pastemortem, tmp_path):
    (tmp_path / "anchor-lost.md").write_text(
        '---\ntitle: The anchor is lost\nsignatures: [{regex: "shipd: anchor (?P<which>[0-9]+) lost"}]\n---\n'
    )
    shelf = ("--entries", str(tmp_path))
    short = pastemortem("match", *shelf, given="WARN shipd: anchor 7 lost at sea\n").output
    explained = pastemortem("match", "--explain", *shelf, given="WARN shipd: anchor 7 lost at sea\n").output

    assert "signature  shipd: anchor 7 lost\n" in short
    assert "(?P" not in short
    assert "shipd: anchor (?P<which>[0-9]+) lost" in explained


def test_json_holds_what_scripts_were_promised(pastemortem):
    told = json.loads(pastemortem("match", "--json", given=PASTE).output)

    assert set(told) == {"verdict", "matches", "took_ms"}
    assert told["verdict"] in {"sure", "likely"}
    best = told["matches"][0]
    assert {"id", "title", "score", "verdict", "evidence"} <= set(best)
    assert best["id"] == "conntrack-table-full"
    assert best["evidence"]["line"] == 1
    assert best["evidence"]["text"] in PASTE
    assert len(told["matches"]) <= 5


def test_titles_come_in_the_language_that_is_asked_for(pastemortem):
    told = json.loads(pastemortem("match", "--json", "--lang", "ko", given=PASTE).output)

    assert any("가" <= letter <= "힣" for letter in told["matches"][0]["title"])


def test_labels_are_in_the_language_that_is_asked_for_and_nothing_is_said_to_be_certain(pastemortem):
    told = pastemortem("match", "--lang", "ko", given=PASTE).output

    assert told.startswith("확실 99%  ")
    assert "1번째 줄   " in told
    assert "signature" not in told
    assert "문서가 없습니다" in pastemortem("match", "--lang", "ko", given="the pizza is here").output


def test_nothing_documented_is_said_plainly(pastemortem):
    answer = pastemortem("match", given="the pizza is here")

    assert answer.exit_code == 0
    assert "Nothing that is documented" in answer.output


def test_a_state_that_the_cluster_can_be_asked_about_is_said_with_the_command(pastemortem):
    paste = "kubectl -n shop get pods\nweb-0   0/1   OOMKilled   6"

    assert "On the cluster: pastemortem diag pods shop" in pastemortem("match", given=paste).output
    assert json.loads(pastemortem("match", "--json", given=paste).output)["diag"] == "pods shop"
    assert "diag" not in json.loads(pastemortem("match", "--json", given="all is well").output)


def test_explain_shows_the_parts_of_each_score(pastemortem):
    said = pastemortem("match", "--explain", given=PASTE).output

    assert "1. conntrack-table-full" in said
    assert "coverage" in said
    assert "Match(" not in said
    told = json.loads(pastemortem("match", "--explain", "--json", given=PASTE).output)
    assert told["explanation"]["candidates"][0]["parts"]["coverage"]["value"] > 0


@pytest.mark.parametrize(
    ("given", "said"),
    [(b"\x7fELF\0\0", "binary file"), (b"x" * 5_000_000, "pastemortem scan"), (b" \n", "nothing in it")],
    ids=["binary", "too long", "blank"],
)
def test_what_is_no_paste_is_refused_in_one_sentence(pastemortem, given, said):
    answer = pastemortem("match", given=given)

    assert answer.exit_code == 1
    assert said in answer.output
    assert len(answer.output.strip().splitlines()) == 1


@pytest.mark.parametrize(
    "given",
    [b"", b"\xff\xfe\xfa bytes that are \xc3\x28 not utf-8", b"x" * 1_000_000, b"line\n" * 50_000],
    ids=["empty", "not utf-8", "one long line", "many lines"],
)
def test_odd_input_gets_an_answer(pastemortem, given):
    assert json.loads(pastemortem("match", "--json", given=given).output)["verdict"] == "none"


def test_a_missing_file_is_named(pastemortem):
    answer = pastemortem("match", "absent.txt")

    assert answer.exit_code == 1
    assert "absent.txt: No such file" in answer.output


def test_eval_measures_cases_and_names_misses(pastemortem, tmp_path):
    cases = tmp_path / "cases.jsonl"
    rows = [
        {"id": "right", "text": PASTE, "expect": ["conntrack-table-full"]},
        {"id": "wrong", "text": PASTE, "expect": ["redis-command-timeout"]},
        {"id": "chat", "text": "the pizza is here", "expect": []},
    ]
    cases.write_text("".join(json.dumps(row) + "\n" for row in rows))

    told = json.loads(pastemortem("eval", str(cases), "--json").output)

    assert (told["cases"], told["top1"], told["answered"], told["false_alarms"]) == (3, 0.5, 0.5, 0)
    assert [miss["id"] for miss in told["misses"]] == ["wrong"]
    assert {"mrr5", "p50_ms", "p99_ms"} <= set(told)


def test_eval_on_signatures_adds_recall_and_cost(pastemortem, tmp_path):
    for name, rows in {
        "s": [{"id": "a", "text": "cannot mount volume vol-1: device busy"}, {"id": "b", "text": "quota is used up"}],
        "q": [{"id": "1", "text": "cannot mount volume vol-7: device busy", "expect": ["a"]}],
        "n": [{"id": "2", "text": "wal segment recycled"}],
    }.items():
        (tmp_path / f"{name}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    files = [str(tmp_path / f"{name}.jsonl") for name in "sqn"]

    answer = pastemortem("eval", "--signatures", files[0], "--queries", files[1], "--negatives", files[2], "--json")

    told = json.loads(answer.output)
    assert told["top1"] == 1.0
    assert told["recall_at_1pct_fa"] == 1.0
    assert {"recall_at_5pct_near", "build_s", "rss_mb"} <= set(told)


def test_a_case_that_is_not_json_is_named_by_its_line(pastemortem, tmp_path):
    cases = tmp_path / "cases.jsonl"
    cases.write_text('{"id": "a", "text": "x"}\n{oops\n')

    answer = pastemortem("eval", str(cases))

    assert answer.exit_code == 1
    assert f"{cases}:2: is not JSON" in answer.output


def test_a_terminal_folds_titles_and_explanations_and_leaves_commands_whole(on_a_terminal):
    said = on_a_terminal("match", "--explain", given='Error: configmap "app-env" not found').splitlines()
    command = "kubectl -n <namespace> create secret generic <name> --from-literal=username=<value>"

    assert said[:2] == [
        "sure 99%  A container does not start because its ConfigMap, Secret or key does",
        "  not exist",
    ]
    assert [line for line in said if cell_len(line) > 80] == [command]
    assert any("words that both say" in line for line in said)


def test_a_narrow_terminal_breaks_no_name_and_leaves_it_beside_its_label(on_a_terminal, monkeypatch):
    monkeypatch.setenv("COLUMNS", "40")

    said = on_a_terminal("match", given='Error: configmap "app-env" not found').splitlines()

    assert said[:6] == [
        "sure 99%  A container does not start",
        "  because its ConfigMap, Secret or key",
        "  does not exist",
        "  entry      configmap-secret-not-injected",
        "  line 1     Error: configmap",
        '             "app-env" not found',
    ]


def test_a_language_that_there_is_not_is_refused_by_the_name_of_its_variable(pastemortem, monkeypatch):
    monkeypatch.setenv("PASTEMORTEM_LANGUAGE", "fr")

    answer = pastemortem("match", given=PASTE)

    assert answer.exit_code == 2
    assert "'--lang' (env var: 'PASTEMORTEM_LANGUAGE'): 'fr' is not one of 'auto', 'en', 'ko'" in answer.stderr


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "euc-kr"])
def test_a_korean_paste_is_read_in_the_encodings_of_korean_machines(pastemortem, encoding):
    told = json.loads(pastemortem("match", "--json", given=f"오류가 났습니다 {PASTE}".encode(encoding)).stdout)

    assert told["matches"][0]["evidence"]["text"].startswith("오류가 났습니다 kernel")


def test_of_bytes_in_no_encoding_the_others_are_read(pastemortem):
    told = json.loads(pastemortem("match", "--json", given=f"caf\xe9 {PASTE}".encode("latin-1")).stdout)

    assert told["matches"][0]["evidence"]["text"].startswith("caf\N{REPLACEMENT CHARACTER} ")
