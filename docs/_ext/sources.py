"""The addresses of the sources that the code names. Nothing here needs Sphinx."""

import re

_AWS = "https://docs.aws.amazon.com"
_GUIDE = f"{_AWS}/apigateway/latest/developerguide"
_GITHUB = "https://github.com"
_PROVIDER = f"{_GITHUB}/hashicorp/terraform-provider-aws"
_TERRAFORM = f"{_PROVIDER}/blob/main/internal/service/apigatewayv2"

# A pattern for each source, and its address; the longer names first.
ADDRESSES = (
    (
        r"API reference of API Gateway v2, IntegrationResponse",
        f"{_AWS}/apigatewayv2/latest/api-reference/"
        "apis-apiid-integrations-integrationid-integrationresponses-integrationresponseid.html",
    ),
    (
        r"API reference of API Gateway v2, RouteResponse",
        f"{_AWS}/apigatewayv2/latest/api-reference/"
        "apis-apiid-routes-routeid-routeresponses-routeresponseid.html",
    ),
    (
        r"API Gateway developer guide, WebSocket API integration responses",
        f"{_GUIDE}/apigateway-websocket-api-integration-responses.html",
    ),
    (
        r"API Gateway developer guide, WebSocket API route responses",
        f"{_GUIDE}/apigateway-websocket-api-route-response.html",
    ),
    (
        r"API reference of API Gateway v2, Integration",
        f"{_AWS}/apigatewayv2/latest/api-reference/apis-apiid-integrations-integrationid.html",
    ),
    (
        r"API Gateway developer guide, integration subtype reference",
        f"{_GUIDE}/http-api-develop-integrations-aws-services-reference.html",
    ),
    (
        r"API Gateway developer guide, transforming API requests and responses",
        f"{_GUIDE}/http-api-parameter-mapping.html",
    ),
    (r"API Gateway developer guide, CORS for HTTP APIs", f"{_GUIDE}/http-api-cors.html"),
    (r"API Gateway quotas", f"{_GUIDE}/limits.html"),
    (
        r"terraform-provider-aws, acceptance tests? of aws_apigatewayv2_integration_response",
        f"{_TERRAFORM}/integration_response_test.go",
    ),
    (
        r"terraform-provider-aws, aws_apigatewayv2_integration_response",
        f"{_TERRAFORM}/integration_response.go",
    ),
    (
        r"terraform-provider-aws, aws_apigatewayv2_route_response",
        f"{_TERRAFORM}/route_response.go",
    ),
    (
        r"terraform-provider-aws, acceptance tests? [\w ]*aws_apigatewayv2_integration",
        f"{_TERRAFORM}/integration_test.go",
    ),
    (
        r"terraform-provider-aws, acceptance tests?( \w+)?",
        f"{_TERRAFORM}/integration_test.go",
    ),
    (r"terraform-provider-aws, aws_apigatewayv2_integration", f"{_TERRAFORM}/integration.go"),
    (r"terraform-provider-aws issue (?P<terraform>\d+)", f"{_PROVIDER}/issues/{{terraform}}"),
    (r"terraform-provider-aws PR (?P<pull>\d+)", f"{_PROVIDER}/pull/{{pull}}"),
    (r"aws-cli issue (?P<cli>\d+)", f"{_GITHUB}/aws/aws-cli/issues/{{cli}}"),
    (r"LocalStack", f"{_GITHUB}/localstack/localstack"),
    (r"(?P<tracker>[\w.-]+/[\w.-]+) issue (?P<issue>\d+)", f"{_GITHUB}/{{tracker}}/issues/{{issue}}"),
    (r"(?P<repository>[\w.-]+/[\w.-]+)", f"{_GITHUB}/{{repository}}"),
)
_ANY = re.compile("|".join(f"(?P<s{number}>{pattern})" for number, (pattern, _) in enumerate(ADDRESSES)))


def linked(source: str) -> str:
    """Return a source in markdown, with a link for each part of it that has an address."""
    return _ANY.sub(_link, source)


def is_known(source: str) -> bool:
    """Tell whether a source has an address."""
    return bool(_ANY.search(source))


def _link(found: re.Match) -> str:
    values = {name: value for name, value in found.groupdict().items() if value}
    number = next(number for number in range(len(ADDRESSES)) if f"s{number}" in values)
    return f"[{found[0]}]({ADDRESSES[number][1].format(**values)})"
