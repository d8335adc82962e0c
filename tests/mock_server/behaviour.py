"""What nobody knows for sure about AWS, as switches."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass
from typing import Literal

MergeRule = Literal["merge", "replace"]


@dataclass
class Behaviour:
    """The behaviour of one mock server. Every field may be changed while it serves.

    Attributes:
        response_destinations: What an update does to the destinations inside one status code of
            ResponseParameters.
        request_templates: What an update does to the content types of RequestTemplates.
        service_parameters: What an update does to the RequestParameters of a service integration:
            with "replace" a parameter that is not sent is gone.
        echo_false_managed: Whether ApiGatewayManaged is read back when it is false.
        extra_subtypes: Service actions that are accepted besides the documented ones; nothing is
            known of their parameters.
        page_size: The most items on a page, whatever MaxResults says; None for AWS's own limits.
        empty_pages: Whether an empty page with a NextToken comes before each page with items.
        integration_limit: The most integrations of one API.
    """

    response_destinations: MergeRule = "merge"
    request_templates: MergeRule = "replace"
    service_parameters: MergeRule = "replace"
    echo_false_managed: bool = True
    extra_subtypes: Set[str] = frozenset()
    page_size: int | None = None
    empty_pages: bool = False
    integration_limit: int = 300
