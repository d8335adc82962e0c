"""Pages of a listing and the tokens between them."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable
from typing import Protocol, TypeVar

from .behaviour import Behaviour
from .errors import bad_request, unknown_text

# Neither is documented; steampipe's AWS plugin sends 500.
DEFAULT_SIZE = 100
LARGEST_SIZE = 500


class Numbered(Protocol):
    """Something that carries the number under which it was created."""

    number: int


Item = TypeVar("Item", bound=Numbered)


def page(
    items: Iterable[Item], max_results: str | None, token: str | None, behaviour: Behaviour
) -> tuple[list[Item], str | None]:
    """Cuts one page out of a listing.

    Args:
        items (Iterable[Item]): All items, by rising number.
        max_results (str | None): The size that the client requests.
        token (str | None): The NextToken that the client sends.
        behaviour (Behaviour): The switches.

    Returns:
        tuple[list[Item], str | None]: The items of the page and the token of the next one.
    """
    largest = LARGEST_SIZE if behaviour.max_results_500 == "taken" else DEFAULT_SIZE
    size = min(_size(max_results, largest), behaviour.page_size or LARGEST_SIZE)
    after, was_empty = _read_token(token) if token else (0, False)
    if behaviour.shifting_pages:
        rest = list(items)[after:]
    else:
        rest = [item for item in items if item.number > after]
    if behaviour.empty_pages and rest and not was_empty:
        return [], _make_token(after, True)
    if len(rest) <= size:
        return rest, None
    following = after + size if behaviour.shifting_pages else rest[size - 1].number
    return rest[:size], _make_token(following, False)


def _size(max_results: str | None, largest: int) -> int:
    if max_results is None:
        return DEFAULT_SIZE
    if not max_results.isdecimal() or not 1 <= int(max_results) <= largest:
        raise bad_request(unknown_text("page_size", value=max_results))
    return int(max_results)


# A token names the last item that was given out, so that nothing is left out when items are deleted
# between two pages; with `shifting_pages` it is a position.
def _make_token(after: int, was_empty: bool) -> str:
    return base64.urlsafe_b64encode(f"{after}:{int(was_empty)}".encode()).decode()


def _read_token(token: str) -> tuple[int, bool]:
    try:
        after, was_empty = base64.urlsafe_b64decode(token).decode().split(":")
        return int(after), bool(int(was_empty))
    except (binascii.Error, ValueError):
        raise bad_request("Invalid next token specified") from None
