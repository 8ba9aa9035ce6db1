"""Every example runs on the bundle $EAHAS_EXAMPLE_BUNDLE (CI: the one that the README makes) or a small one of the
repository; those whose library is absent are skipped, unless $EAHAS_EXAMPLES_ALL is set."""
import json
import os
import pathlib
import subprocess
import sys

import pytest

from places import BOOSTED

HERE = pathlib.Path(__file__).parents[1]
BUNDLE = os.environ.get("EAHAS_EXAMPLE_BUNDLE", BOOSTED)
ENV = {**os.environ, "PYTHONPATH": str(HERE), "PYTHONDONTWRITEBYTECODE": "1"}


def need(module):
    if not os.environ.get("EAHAS_EXAMPLES_ALL"):
        pytest.importorskip(module)


@pytest.mark.parametrize("module, args, says", [
    ("optuna", ["ask_and_tell.py", BUNDLE, "30"], "30 trials"),
    ("smac", ["smac_search.py", BUNDLE, "12"], "best of 12"),
    ("numpy", ["multi_fidelity.py", BUNDLE, "27"], "against"),
    ("matplotlib", ["plot.py", BUNDLE], ""),
])
def test_example(module, args, says, tmp_path):
    need(module)
    picture = [str(tmp_path / "p.png")] if args[0] == "plot.py" else []
    script = str(HERE / "examples" / args[0])
    out = subprocess.run([sys.executable, script, *args[1:], *picture], capture_output=True, text=True, env=ENV,
        cwd=tmp_path, timeout=300)
    assert out.returncode == 0, out.stderr
    assert says in out.stdout
    assert not picture or pathlib.Path(picture[0]).read_bytes()[:4] == b"\x89PNG"


def without_energy(folder, target):
    """The same bundle as if it knew the curve alone."""
    import shutil

    from test_hostile import consistent

    shutil.copytree(folder, target)
    m = json.loads((target / "manifest.json").read_bytes())
    m["heads"] = [h for h in m["heads"] if h["target"] == "curve"]
    m["intervals"] = []
    (target / "manifest.json").write_text(json.dumps(m))
    lines = [json.loads(line) for line in (target / "golden.jsonl").read_text().splitlines()]
    for line in lines:
        for name in ("energy_per_epoch", "energy_total", "time_per_epoch", "time_total", "inference_energy"):
            line[name] = None
    (target / "golden.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    consistent(target)
    return str(target)


def test_examples_without_energy(tmp_path):
    need("optuna")
    bundle = without_energy(BOOSTED, tmp_path / "b")
    for args in (["ask_and_tell.py", bundle, "10"], ["multi_fidelity.py", bundle, "9"]):
        subprocess.run([sys.executable, str(HERE / "examples" / args[0]), *args[1:]], check=True, capture_output=True,
            env=ENV, timeout=300)


def test_notebook(tmp_path):
    need("nbclient")
    import nbformat
    from nbclient import NotebookClient

    notebook = nbformat.read(HERE / "examples" / "ask.ipynb", as_version=4)
    assert not any(c.get("outputs") for c in notebook.cells), "the notebook is kept without outputs"
    os.environ.update(EAHAS_BUNDLE=BUNDLE, PYTHONPATH=str(HERE))
    NotebookClient(
        notebook, timeout=300, kernel_name="python3", resources={"metadata": {"path": str(tmp_path)}}
    ).execute()
    assert any("text/html" in o.get("data", {}) for c in notebook.cells for o in c.get("outputs", []))
