"""mypy --strict accepts the package, and what a user writes."""
import pathlib
import subprocess
import sys

import pytest

HERE = pathlib.Path(__file__).parents[1]
USE = """
from eahas import Answer, Benchmark
b = Benchmark("x")
a: Answer = b.query({"lr": 0.1}, level=0.9, seed=3)
if a.energy_total is not None and a.intervals is not None:
    reveal_type(a.energy_total)
    reveal_type(a.intervals.level)
reveal_type(b.query_batch([{"lr": 0.1}])[0])
"""


def test_mypy_strict(tmp_path):
    pytest.importorskip("mypy")
    mypy = [sys.executable, "-m", "mypy", "--strict", "--config-file", str(HERE / "pyproject.toml")]
    (tmp_path / "use.py").write_text(USE)
    out = subprocess.run([*mypy, "eahas", str(tmp_path / "use.py")], capture_output=True, text=True, cwd=HERE)
    assert out.returncode == 0, out.stdout
    assert (
        out.stdout.count('"builtins.float"') + out.stdout.count('"float"') == 2 and "eahas.answers.Answer" in out.stdout
    )
