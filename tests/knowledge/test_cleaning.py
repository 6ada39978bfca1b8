"""What pasting and logging put around a message comes off again."""

import json

import pytest

from knowledge.matching import cleaning, words

ERROR = 'WebIdentityErr: failed to retrieve credentials, "AccessDenied"'


def messages(text):
    return [line.message for line in cleaning.clean(text)]


@pytest.mark.parametrize(
    "paste",
    [
        pytest.param(ERROR, id="as it was"),
        pytest.param(f"```\n{ERROR}\n```", id="fence"),
        pytest.param(f"```text\n{ERROR}\n```", id="fence with a language"),
        pytest.param(f"> {ERROR}", id="quoted"),
        pytest.param(f"&gt; {ERROR}", id="quoted and escaped"),
        pytest.param(ERROR.replace('"', "“"), id="smart quotes"),
        pytest.param(f"\x1b[31m{ERROR}\x1b[0m", id="colours"),
        pytest.param(ERROR.replace("failed", "\u200bfailed\ufeff"), id="invisible characters"),
        pytest.param(ERROR.replace(" ", "\u00a0"), id="hard spaces"),
        pytest.param(ERROR + "\r\n", id="line ends of Windows"),
        pytest.param(json.dumps({"level": "error", "ts": 1.5, "msg": ERROR}), id="zap"),
        pytest.param(json.dumps({"log": ERROR + "\n", "stream": "stderr", "time": "2026-01-02"}), id="docker"),
        pytest.param(json.dumps({"log": json.dumps({"msg": ERROR})}), id="JSON in JSON"),
        pytest.param(f"2026-03-04T05:06:07.891Z stderr F {ERROR}", id="cri"),
        pytest.param(f"E0304 05:06:07.891011       1 controller.go:114] {ERROR}", id="klog"),
        pytest.param(f"2026-03-04 05:06:07,891 ERROR [main] c.acme.pay.Teller : {ERROR}", id="logback"),
        pytest.param(f"2026-03-04T05:06:07Z\tERROR\tpay-api\t{ERROR}", id="zap console"),
        pytest.param(f"Mar  4 05:06:07 node-7 kubelet[812]: {ERROR}", id="journald"),
        pytest.param(f"[Wed Mar 04 05:06:07 2026] [error] {ERROR}", id="Apache"),
        pytest.param(f"[INFO] {ERROR}", id="a level alone"),
    ],
)
def test_an_envelope_comes_off(paste):
    assert messages(paste) == [ERROR]


def test_slack_tokens_are_unwrapped():
    pasted = "Post &lt;<https://sts.example.com/|sts.example.com>&gt; by <@U123|ann>: a &amp; b"

    assert messages(pasted) == ["Post <sts.example.com> by ann: a & b"]


def test_the_box_around_an_error_of_terraform_comes_off():
    assert messages("╷\n│ Error: no quota\n│ \n│   with module.eks\n╵") == ["Error: no quota", "with module.eks"]


def test_escaped_line_breaks_part_lines():
    assert messages(r"caused by: AccessDenied\n\tstatus code: 403") == ["caused by: AccessDenied", "status code: 403"]


def test_a_path_of_windows_keeps_its_backslashes():
    assert messages(r"cannot open C:\new\table.txt") == [r"cannot open C:\new\table.txt"]


def test_a_line_that_is_all_header_stays():
    assert messages("2026-03-04 05:06:07 ERROR") == ["2026-03-04 05:06:07 ERROR"]


def test_the_name_of_an_exception_is_no_logger():
    [line] = cleaning.clean("2026-03-04 05:06:07 ERROR java.io.IOException: stream closed")

    assert "IOException: stream closed" in line.message


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("2026-03-04 05:06:07,1 - INFO [main:Janitor@79] - purge.interval set to 0", "purge.interval set to 0"),
        ("2026-03-04 05:06:07,1 - shop.orders - ERROR - no stock", "no stock"),
        ("2026-03-04 05:06:07 INFO dfs.DataNode: lost a block", "lost a block"),
        ("2026-03-04 05:06:07 INFO [main] com.acme.Shop - open", "open"),
    ],
)
def test_what_follows_the_dash_of_a_header_is_a_logger_only_where_more_of_the_header_follows(line, message):
    assert messages(line) == [message]


def test_the_logger_is_kept_beside_the_message():
    [line] = cleaning.clean(json.dumps({"logger": "controllers.ingress", "msg": "Reconciler error"}))

    assert (line.message, line.surroundings) == ("Reconciler error", "controllers.ingress")


@pytest.mark.parametrize(
    "record",
    [
        pytest.param({"errors": [{"code": 3, "message": ERROR}]}, id="a list of errors"),
        pytest.param({"kind": "EventList", "items": [{"kind": "Event", "message": ERROR}]}, id="events"),
        pytest.param({"status": {"conditions": [{"type": "Ready", "message": ERROR}]}}, id="conditions"),
        pytest.param({"response": {"body": {"error": {"reason": ERROR}}}}, id="an answer in an answer"),
        pytest.param({"items": [{"index": {"status": 400, "error": {"reason": ERROR}}}]}, id="a bulk request"),
    ],
)
def test_an_error_is_found_however_deep_it_lies_in_a_record(record):
    assert any(ERROR in message for message in messages(json.dumps(record)))


@pytest.mark.parametrize(
    "pasted",
    [
        '{"items": [FIRST, SECOND]}',
        "[FIRST, SECOND]",
        "[[FIRST], [SECOND]]",
        "[ FIRST , SECOND ]",
        "FIRST SECOND",
        "FIRSTSECOND",
        "FIRST, SECOND",
    ],
    ids=[
        "within a record",
        "a list",
        "a list of lists",
        "a list with blanks",
        "side by side",
        "without a blank",
        "cut out of a list",
    ],
)
def test_each_record_of_a_line_speaks_for_itself(pasted):
    first, second = (json.dumps({"message": said}) for said in ("no route to bank", "disk is full"))

    assert messages(pasted.replace("FIRST", first).replace("SECOND", second)) == ["no route to bank", "disk is full"]


@pytest.mark.parametrize("line", ['{"message": "disk is full"} is what it said }', '[{"message": "disk is full"}, 7}]'])
def test_a_line_that_only_begins_like_records_is_read_as_it_stands(line):
    assert "disk is full" in " ".join(messages(line))


def test_what_a_log_store_returns_beside_its_time_is_read_line_by_line():
    answer = {"data": {"result": [{"stream": {}, "values": [["1799", "no route to bank"], ["1798", "disk is full"]]}]}}

    assert messages(json.dumps(answer)) == ["values 1799 no route to bank", "1798 disk is full"]


def test_of_records_whose_list_is_cut_off_every_message_is_read():
    [said] = messages('[{"message": "no route to bank"}, {"message": "disk is full"}, {"message": "dis')

    assert "no route to bank" in said
    assert "disk is full" in said


def test_a_record_that_is_cut_off_reads_like_the_whole_one():
    whole = json.dumps({"logger": "pay", "msg": "no route to bank", "error": "timeout", "namespace": "team-7"})

    assert [words.stems(message) for message in messages(whole[:-3])] == [words.stems(messages(whole)[0])]


def test_lines_keep_the_number_under_which_they_were_pasted():
    assert [(line.number, line.message) for line in cleaning.clean("a one\n\nb two\n```\nc three\n```")] == [
        (1, "a one"),
        (3, "b two"),
        (5, "c three"),
    ]


@pytest.mark.parametrize(
    "frame",
    [
        "\tat com.acme.Teller.pay(Teller.java:42)",
        "    at Connection.onMessage (/app/node_modules/mongodb/connection.js:226:30)",
        '  File "/app/pay.py", line 3, in pay',
        "\t... 27 common frames omitted",
        "\t/usr/local/go/src/runtime/proc.go:203 +0x1",
        "goroutine 1 [running]:",
    ],
)
def test_frames_of_stack_traces_are_known(frame):
    assert [line.is_frame for line in cleaning.clean(frame)] == [True]


def test_the_source_line_below_a_frame_of_python_belongs_to_it_and_the_error_does_not():
    trace = (
        'Traceback (most recent call last):\n  File "/app/pay.py", line 3, in pay\n    bank.ask()\nBankError: no route'
    )

    assert [line.message for line in cleaning.clean(trace) if not line.is_frame] == ["BankError: no route"]


def test_the_frame_next_to_the_message_names_the_place():
    java = "BankError: no route\n\tat com.acme.Teller.pay(T.java:1)\n\tat java.lang.Thread.run(T.java:2)"
    python = '  File "/lib/run.py", line 3, in run\n  File "/app/teller.py", line 3, in pay\nBankError: no route'

    assert list(cleaning.nearest_frames(cleaning.clean(java))) == ["at com.acme.Teller.pay(T.java:1)"]
    assert list(cleaning.nearest_frames(cleaning.clean(python))) == ['File "/app/teller.py", line 3, in pay']


def test_an_endless_word_loses_its_middle_and_an_endless_line_is_cut_at_blanks():
    assert all(len(message) <= cleaning.LONGEST_LINE for message in messages("failed to mount " * 10_000))
    assert len(messages("x" * 100_000)[0]) <= cleaning.LONGEST_RUN
