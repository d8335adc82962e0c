"""What is not known of AWS, as switches: their default positions are those of the evidence file."""

from __future__ import annotations

import dataclasses
from collections.abc import Set
from typing import Any

from idem_apigwv2_integration.resource import evidence


def _position(question: str) -> Any:
    return dataclasses.field(default_factory=lambda: evidence.question(question).position)


@dataclasses.dataclass
class Behaviour:
    """The behaviour of one mock server. Every field may be changed while it serves.

    The first fields are questions of the evidence file, which says what each one means and which
    values it takes; the default is AWS's answer, or an assumption while there is none.

    Attributes:
        response_maps: Whether an update of an integration response or a route response replaces
            the entries of a map ("replace") or adds to them ("merge").
        other_response_keys: Whether an integration response with a key that is neither $default nor
            a regular expression between slashes is "refused" or "taken".
        empty_response_map: Whether `{}` removes such a map ("clears") or nothing ("keeps").
        extra_subtypes: Service actions that are accepted besides the documented ones; nothing is
            known of their parameters.
        page_size: The most items on a page, whatever MaxResults says; None for AWS's own limits.
        empty_pages: Whether an empty page with a NextToken comes before each page with items.
        shifting_pages: Whether a token is a position in the listing, so that a deletion shifts the
            pages that follow.
        integration_limit: The most integrations of one API.
    """

    request_templates: str = _position("request_templates")
    empty_request_templates: str = _position("empty_request_templates")
    response_destinations: str = _position("response_destinations")
    empty_response_parameters: str = _position("empty_response_parameters")
    empty_destination: str = _position("empty_destination")
    service_parameters: str = _position("service_parameters")
    empty_content_handling: str = _position("empty_content_handling")
    type_change_method: str = _position("type_change_method")
    type_change_selection: str = _position("type_change_selection")
    wildcard_role: str = _position("wildcard_role")
    websocket_members: str = _position("websocket_members")
    listing_after_write: str = _position("listing_after_write")
    max_results_500: str = _position("max_results_500")
    overlapping_writes: str = _position("overlapping_writes")
    quota_code: str = _position("quota_code")
    response_maps: str = "replace"
    other_response_keys: str = "refused"
    empty_response_map: str = "clears"
    extra_subtypes: Set[str] = frozenset()
    page_size: int | None = None
    empty_pages: bool = False
    shifting_pages: bool = False
    integration_limit: int = 300
