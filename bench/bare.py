"""The baseline: what a program has to do that calls boto3 itself, without idem.

It lists once and compares, changes one integration after the other, and reads APIs ten at a time. It
prints how many integrations are as they should be.
"""

from __future__ import annotations

import argparse
import concurrent.futures

import boto3
import botocore.config

WORKERS = 10
FULL_PAGE = "500"


class Bare:
    """The jobs, for one account.

    Args:
        client: A client for API Gateway v2.
        api_id: The API to work on; `describe` reads all of them.
        size: How many integrations it is about.
        timeout: Their timeout in milliseconds.
    """

    def __init__(self, client, api_id: str, size: int, timeout: int) -> None:
        self._client = client
        self._api_id = api_id
        self._wanted = [
            {
                "IntegrationType": "HTTP_PROXY",
                "IntegrationMethod": "GET",
                "IntegrationUri": f"https://example.com/{number}",
                "PayloadFormatVersion": "1.0",
                "TimeoutInMillis": timeout,
            }
            for number in range(size)
        ]

    def ping(self) -> int:
        """Do nothing: the start-up."""
        return 0

    def present(self) -> int:
        """Create what is missing and change what differs."""
        live = {item["IntegrationUri"]: item for item in self._list(self._api_id)}
        for wanted in self._wanted:
            found = live.get(wanted["IntegrationUri"])
            if found is None:
                self._client.create_integration(ApiId=self._api_id, **wanted)
            elif any(found.get(name) != value for name, value in wanted.items()):
                self._client.update_integration(
                    ApiId=self._api_id, IntegrationId=found["IntegrationId"], **wanted
                )
        return len(self._wanted)

    def absent(self) -> int:
        """Delete what is there."""
        live = self._list(self._api_id)
        for item in live:
            self._client.delete_integration(ApiId=self._api_id, IntegrationId=item["IntegrationId"])
        return len(live)

    def describe(self) -> int:
        """Read everything."""
        apis = self._pages(self._client.get_apis)
        with concurrent.futures.ThreadPoolExecutor(WORKERS) as pool:
            return sum(len(items) for items in pool.map(self._list, [api["ApiId"] for api in apis]))

    def _list(self, api_id: str) -> list[dict]:
        return self._pages(self._client.get_integrations, ApiId=api_id)

    def _pages(self, read, **members) -> list[dict]:
        page = read(MaxResults=FULL_PAGE, **members)
        items = page["Items"]
        while "NextToken" in page:
            page = read(MaxResults=FULL_PAGE, NextToken=page["NextToken"], **members)
            items += page["Items"]
        return items


def main() -> None:
    """Do one job."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("job", choices=["ping", "present", "absent", "describe"])
    parser.add_argument("--url", required=True)
    parser.add_argument("--key", required=True)
    parser.add_argument("--region", required=True)
    parser.add_argument("--apis", default="")
    parser.add_argument("--size", type=int, default=0)
    parser.add_argument("--timeout", type=int, default=30000)
    options = parser.parse_args()
    client = boto3.client(
        "apigatewayv2",
        endpoint_url=options.url,
        region_name=options.region,
        aws_access_key_id=options.key,
        aws_secret_access_key="not-a-secret",
        config=botocore.config.Config(
            max_pool_connections=WORKERS, retries={"mode": "adaptive", "total_max_attempts": 20}
        ),
    )
    # The jobs about all APIs run once.
    done = [
        getattr(Bare(client, api_id, options.size, options.timeout), options.job)()
        for api_id in (options.apis.split(",") if options.job in ("present", "absent") else [""])
    ]
    print(sum(done))


if __name__ == "__main__":
    main()
