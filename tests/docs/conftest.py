import pathlib
import sys

DOCS = pathlib.Path(__file__).resolve().parents[2] / "docs"
# At the end: the plugin is the installed one, as in the other tests. The tables need the probe.
sys.path += [str(DOCS / "_ext"), str(DOCS.parent)]
