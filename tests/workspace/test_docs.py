"""The example of docs/workspace.md runs, and its table names only what there is."""

import re
from pathlib import Path

import pytest

from workspace.server import LocalWorkspace

PAGE = (Path(__file__).parents[2] / "docs/workspace.md").read_text("utf-8")


def test_the_example_runs():
    (example,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    names = {}
    exec(example, names)

    names["test_the_app_answers_in_the_thread"]()


@pytest.mark.parametrize(
    "name", sorted(set(re.findall(r"`(\w+)(?:\([\w, ]*\))?`", PAGE.split("| to |")[1].split("##")[0])))
)
def test_what_the_table_names_exists(name):
    arguments = {"thread_ts", "files", "raw", "Outcome", "replies"}

    assert name in arguments or hasattr(LocalWorkspace, name)
