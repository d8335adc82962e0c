"""Shows the main job of the plugin: `idem` against a mock AWS server on this machine.

Every step prints what it shows and what `idem` prints, and checks the result. The demonstration fails if
a step does not do what it says.
"""

import json
import logging
import pathlib
import re
import subprocess
import sys
import tempfile

import boto3
import yaml
from moto.server import ThreadedMotoServer

EXAMPLES = pathlib.Path(__file__).parent
RESOURCE = "aws.apigatewayv2.integration"
STATES = ("orders", "prices", "audit", "stock")


class Demo:
    """The steps, in a folder of their own that holds the SLS files, the credentials and the ESM."""

    def __init__(self, folder: pathlib.Path, url: str):
        self.folder = folder
        self.number = 0
        profile = {
            "region_name": "us-east-1",
            "endpoint_url": url,
            "aws_access_key_id": "testing",
            "aws_secret_access_key": "testing",
        }
        (folder / "credentials.yaml").write_text(yaml.safe_dump({"aws": {"default": profile}}))
        self.aws = boto3.client("apigatewayv2", **profile)

    def idem(self, *arguments: str) -> str:
        """Run `idem`, print its output, and return it without colours."""
        command = ["idem", *arguments, "--acct-file=credentials.yaml"]
        if arguments[0] == "state":
            command += ["--root-dir=root", "--no-progress-bar"]
        print(f"$ {' '.join(command)}\n", flush=True)
        executable = pathlib.Path(sys.executable).with_name("idem")
        done = subprocess.run(
            [executable, *command[1:]], cwd=self.folder, capture_output=True, text=True, check=False
        )
        print(done.stdout.rstrip(), flush=True)
        if done.returncode:
            sys.exit(f"`idem` failed:\n{done.stderr}")
        return re.sub(r"\x1b\[[0-9;]*m", "", done.stdout)

    def step(self, what: str) -> None:
        """Print what the next step shows."""
        self.number += 1
        print(f"\n{'=' * 78}\nStep {self.number}: {what}\n{'=' * 78}", flush=True)

    def use(self, file: str, **values: str) -> str:
        """Copy an example to the folder, with its placeholders filled in; return its name."""
        text = (EXAMPLES / file).read_text()
        for placeholder, value in values.items():
            text = text.replace(placeholder, value)
        (self.folder / file).write_text(text)
        return file

    def api_id(self) -> str:
        """Return the ID of the only API."""
        (api,) = self.aws.get_apis()["Items"]
        return api["ApiId"]

    def live(self) -> dict[str, dict]:
        """Return the integrations of the mock server by their IDs."""
        return {
            item["IntegrationId"]: item
            for api in self.aws.get_apis()["Items"]
            for item in self.aws.get_integrations(ApiId=api["ApiId"])["Items"]
        }


def check(holds: bool, what: str) -> None:
    """End the demonstration if a step did not do what it says."""
    if not holds:
        sys.exit(f"\nThis step did not do what it says: {what}")
    print(f"\n-> checked: {what}", flush=True)


def run(demo: Demo) -> None:
    """Run all steps."""
    shop = demo.use("shop.sls")

    demo.step("a dry run shows what would be created, with AWS's defaults")
    output = demo.idem("state", shop, "--test")
    check(output.count(f"Would create {RESOURCE}") == 4, "four integrations would be created")
    check(not demo.live(), "nothing was created")

    demo.step("create an API with integrations of four kinds and a route")
    output = demo.idem("state", shop)
    before = demo.live()
    check(all(f"Created {RESOURCE} '{name}'" in output for name in STATES), "all four states report it")
    check(len(before) == 4, "the mock server has four integrations")

    demo.step("apply the same file again: a no-op")
    output = demo.idem("state", shop)
    check(output.count("already exists") >= 5 and demo.live() == before, "nothing changed")

    demo.step("a dry run of a change: a longer timeout, and a header removed")
    changed = demo.use("shop-changed.sls")
    output = demo.idem("state", changed, "--test")
    check("Would update parameters: request_parameters,timeout_in_millis" in output, "both are shown")
    check(demo.live() == before, "nothing changed")

    demo.step("apply the change")
    output = demo.idem("state", changed)
    check("Updated parameters: request_parameters,timeout_in_millis" in output, "both are changed")
    (orders,) = (item for item in demo.live().values() if "orders" in item.get("IntegrationUri", ""))
    check(orders["TimeoutInMillis"] == 8000, "the timeout is 8 seconds")

    demo.step("all mistakes are reported at once, and nothing is sent")
    output = demo.idem("state", demo.use("mistakes.sls", API_ID=demo.api_id()))
    check("did you mean HTTP_PROXY?" in output and "integration_uri?" in output, "with suggestions")

    demo.step("describe everything that exists, as an SLS")
    output = demo.idem("describe", RESOURCE)
    check(output.count(f"{RESOURCE}.present") == 4, "four integrations are described")

    demo.step("find an integration by its URI")
    output = demo.idem("state", demo.use("search.sls", API_ID=demo.api_id()), "--output=json")
    (result,) = json.loads(output).values()
    check(result["result"] and result["new_state"]["resource_id"] in demo.live(), "it is found")

    demo.step("delete them")
    demo.idem("state", changed, "--invert")
    check(not demo.live(), "nothing is left")


def main() -> None:
    """Start the mock server on a free port and run all steps."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    print(f"A mock AWS server (moto) listens on http://{host}:{port}")
    try:
        with tempfile.TemporaryDirectory() as folder:
            run(Demo(pathlib.Path(folder), f"http://{host}:{port}"))
    finally:
        server.stop()
    print("\nThat is the main job. docs/start.md continues with a real account.")


if __name__ == "__main__":
    # The mock server's log of requests would interrupt the output of `idem`.
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    main()
