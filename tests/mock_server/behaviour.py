"""What is not known of AWS, as switches. The probe can find out what AWS does: docs/inside/probe.md."""

from __future__ import annotations

import dataclasses
import typing
from collections.abc import Set
from typing import Literal


@dataclasses.dataclass
class Behaviour:
    """The behaviour of one mock server. Every field may be changed while it serves.

    A default without a source is an assumption.

    Attributes:
        request_templates: An update with a template left out: removes or keeps it.
        empty_request_templates: An update with no template: removes or keeps all.
        response_destinations: An update with a destination of a status code left out: removes or
            keeps it.
        empty_response_parameters: An update with no status code: removes or keeps all.
        empty_destination: An update with the value "" for a destination. "removes": LocalStack's
            AWS-validated tests.
        service_parameters: An update with a parameter of a service integration left out. "replace", so
            that it is removed: LocalStack's AWS-validated tests.
        empty_content_handling: An update with "" for ContentHandlingStrategy.
        type_change_method: Whether IntegrationMethod gets the default of a new IntegrationType.
        type_change_selection: Whether IntegrationResponseSelectionExpression gets the default of a new
            IntegrationType.
        wildcard_role: arn:aws:iam::*:user/* as CredentialsArn of an HTTP_PROXY integration. "refused" is
            recorded for AWS_PROXY.
        websocket_members: RequestTemplates on an HTTP API.
        listing_after_write: Whether a listing shows a write at once.
        max_results_500: A page of 500 items.
        overlapping_writes: Whether writes to one API that overlap conflict. Terraform users report that
            some do (terraform-provider-aws issue 18018).
        quota_code: The error code of a full API; each one is reported by users.
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

    request_templates: Literal["replace", "merge"] = "replace"
    empty_request_templates: Literal["clears", "keeps"] = "clears"
    response_destinations: Literal["replace", "merge"] = "merge"
    empty_response_parameters: Literal["clears", "keeps"] = "keeps"
    empty_destination: Literal["removes", "keeps", "refused"] = "removes"
    service_parameters: Literal["replace", "merge"] = "replace"
    empty_content_handling: Literal["removes", "keeps", "refused"] = "removes"
    type_change_method: Literal["refilled", "kept"] = "refilled"
    type_change_selection: Literal["refilled", "kept"] = "refilled"
    wildcard_role: Literal["taken", "refused"] = "refused"
    websocket_members: Literal["dropped", "refused"] = "dropped"
    listing_after_write: Literal["at once", "late"] = "at once"
    max_results_500: Literal["taken", "refused"] = "taken"
    overlapping_writes: Literal["none", "some"] = "none"
    quota_code: Literal["TooManyRequestsException", "ConflictException", "LimitExceededException"] = (
        "TooManyRequestsException"
    )
    response_maps: Literal["replace", "merge"] = "replace"
    other_response_keys: Literal["taken", "refused"] = "refused"
    empty_response_map: Literal["clears", "keeps"] = "clears"
    extra_subtypes: Set[str] = frozenset()
    page_size: int | None = None
    empty_pages: bool = False
    shifting_pages: bool = False
    integration_limit: int = 300

    @classmethod
    def positions(cls) -> dict[str, tuple[str, ...]]:
        """Returns the positions of each switch.

        Returns:
            dict[str, tuple[str, ...]]
        """
        hints = typing.get_type_hints(cls)
        return {
            name: typing.get_args(hint)
            for name, hint in hints.items()
            if typing.get_origin(hint) is Literal
        }
