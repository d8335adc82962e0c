"""A file as users have it, from its first run to the teardown, on moto's server."""

import json
import logging

import boto3
import pytest
from moto.server import ThreadedMotoServer

import harness
from payloads import LISTENER

GATEWAY = "aws.apigatewayv2"
API = f"${{{GATEWAY}.api:shop:resource_id}}"
# One process takes the steps, which follow one another.
pytestmark = pytest.mark.xdist_group("realistic")

IMAGE = "123456789012.dkr.ecr.us-east-1.amazonaws.com/orders:1"
TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    ],
}
BACKENDS = ("orders", "catalog", "stock")


def state(reference, **parameters):
    return {f"{reference}.present": [{key: value} for key, value in parameters.items()]}


def integration(uri, **parameters):
    return state(harness.RESOURCE, api_id=API, integration_uri=uri, **parameters)


def route(backend):
    target = f"integrations/${{{harness.RESOURCE}:{backend}:resource_id}}"
    return state(f"{GATEWAY}.route", api_id=API, route_key=f"GET /{backend}", target=target)


def shop(link, **catalog):
    """Return the file: an API with three backends.

    Args:
        link: The ID of the VPC link, for which idem-aws has no state.
        catalog: Further parameters of one of the integrations.
    """
    proxy = {
        "integration_type": "HTTP_PROXY",
        "integration_method": "GET",
        "payload_format_version": "1.0",
    }
    function = "${aws.lambda_aws.function:orders-function:function_arn}"
    return {
        "shop-role": state("aws.iam.role", assume_role_policy_document=json.dumps(TRUST)),
        "orders-function": state(
            "aws.lambda_aws.function",
            role="${aws.iam.role:shop-role:arn}",
            package_type="Image",
            code={"ImageUri": IMAGE},
        ),
        "shop": state(f"{GATEWAY}.api", protocol_type="HTTP"),
        "orders": integration(function, integration_type="AWS_PROXY", payload_format_version="2.0"),
        "catalog": integration("https://catalog.example.com", **proxy | catalog),
        "stock": integration(LISTENER, **proxy, connection_type="VPC_LINK", connection_id=link),
        **{f"get-{backend}": route(backend) for backend in BACKENDS},
        "live": state(f"{GATEWAY}.stage", api_id=API, auto_deploy=True),
    }


@pytest.fixture(scope="module")
def url():
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    yield "http://{}:{}".format(*server.get_host_and_port())
    server.stop()


class Shop:
    """The file, its account on moto's server, and its ESM."""

    def __init__(self, idem, url):
        self.idem, self.profile, self.esm = idem, harness.profile(url), {}
        self.client = boto3.client("apigatewayv2", **self.profile)
        self.link = self.client.create_vpc_link(Name="inside", SubnetIds=["subnet-1"])["VpcLinkId"]

    def run(self, catalog, **options):
        """Apply the file; return the IDs of the states of the API that report changes."""
        sls = shop(self.link, **catalog)
        results = self.idem.apply(sls, {"default": self.profile}, self.esm, **options)
        assert all(result["result"] for result in results.values()), results
        return {
            name for name, one in results.items() if one["changes"] and one["tag"].startswith(GATEWAY)
        }

    def entry(self, name):
        """Return what the ESM records for an integration."""
        return self.esm[f"{harness.RESOURCE}_|-{name}_|-{name}_|-"]

    def ids(self, name):
        """Return the IDs of an integration, as boto3 takes them."""
        return {"ApiId": self.entry(name)["api_id"], "IntegrationId": self.entry(name)["resource_id"]}

    def targets(self):
        """Return the integration that each route leads to, by the backend's name."""
        routes = self.client.get_routes(ApiId=self.entry("orders")["api_id"])["Items"]
        return {one["RouteKey"].removeprefix("GET /"): one["Target"].partition("/")[2] for one in routes}


def test_the_life_of_a_file(either, url):
    this = Shop(either, url)
    first = {"request_parameters": {"append:header.a": "'1'", "append:header.b": "'2'"}}
    assert this.run(first, test=True) and not this.esm and not this.client.get_apis()["Items"]

    assert this.run(first) == {"shop", "live", *BACKENDS, *(f"get-{one}" for one in BACKENDS)}
    assert this.targets() == {one: this.entry(one)["resource_id"] for one in BACKENDS}
    assert not this.run(first, test=True) and not this.run(first)

    second = {"description": "new", "request_parameters": {"append:header.a": "'1'"}}
    assert this.run(second, test=True) == {"catalog"} == this.run(second)
    assert not this.run(second)

    this.client.update_integration(**this.ids("catalog"), Description="changed by hand")
    assert this.run(second) == {"catalog"}
    assert this.client.get_integration(**this.ids("catalog"))["Description"] == "new"

    deleted = this.ids("stock")["IntegrationId"]
    this.client.delete_integration(**this.ids("stock"))
    this.run(second)
    assert this.targets()["stock"] == this.ids("stock")["IntegrationId"] != deleted

    this.run(second, invert=True)
    assert not this.esm and not this.client.get_apis()["Items"]


def test_a_parameter_mapping_is_bound(idem, url):
    this = Shop(idem, url)
    this.run({"request_parameters": {"append:header.api": API}})
    bound = {"append:header.api": this.entry("catalog")["api_id"]}
    assert this.client.get_integration(**this.ids("catalog"))["RequestParameters"] == bound
    this.run({}, invert=True)
