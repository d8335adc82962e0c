"""JSON in what Idem printed, with its log around it."""

import json
import re
from collections.abc import Iterator
from typing import Any

TOO_DEEP = "The JSON in the input is nested too deeply."
# The begin of a JSON object, on a line of its own or right behind another one. Lines of a log may begin
# with a brace as well.
_START = re.compile(r'^(?=\{\s*["}])', re.MULTILINE)
_NEXT = re.compile(r'\s*(?=\{\s*["}])')


def read(output: str) -> Iterator[dict[str, Any]]:
    """Yield the JSON objects in an output: Idem's log, on standard error, may be around them."""
    decoder, position = json.JSONDecoder(), 0
    while found := _NEXT.match(output, position) or _START.search(output, position):
        try:
            document, position = decoder.raw_decode(output, found.end())
        except RecursionError as error:
            raise ValueError(TOO_DEEP) from error
        except ValueError as error:
            raise ValueError(f"The JSON in the input is incomplete: {error}.") from error
        yield document
