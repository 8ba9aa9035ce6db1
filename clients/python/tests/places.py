"""Where the tests' bundles lie."""
import os
import pathlib

ROOT = pathlib.Path(__file__).parents[3] / "artifacts" / "testdata"
BUNDLES = sorted(str(p) for p in ROOT.glob("v1-*")) + [p for p in os.environ.get("EAHAS_BUNDLES", "").split(":") if p]
BOOSTED = str(ROOT / "v1-gbdt-bezier")
