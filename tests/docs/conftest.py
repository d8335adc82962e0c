import pathlib
import sys

DOCS = pathlib.Path(__file__).resolve().parents[2] / "docs"
sys.path.append(str(DOCS / "_ext"))
