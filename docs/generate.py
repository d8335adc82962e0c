"""Writes into the pages what is generated: tables and sentences from the code, and recorded output.

`python docs/generate.py`; `docs/record.py` runs it after it has recorded the output.
"""

import pathlib
import sys

DOCS = pathlib.Path(__file__).resolve().parent
# At the end: the plugin is the installed one.
sys.path += [str(DOCS / "_ext"), str(DOCS.parent)]

import generated  # noqa: E402


def main() -> None:
    """Refresh all pages and name those that changed."""
    for path in generated.pages():
        text = generated.refresh(path)
        if text != path.read_text():
            path.write_text(text)
            print(f"{path.relative_to(DOCS)} changed")


if __name__ == "__main__":
    main()
