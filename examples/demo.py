"""Shows the main job of the plugin against a mock AWS server on this machine, through `idem` itself.

Every step says what it shows, prints what idem prints, and is checked: the run fails if a step does
not do what it says.
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
CREATED = ("orders", "prices", "audit", "stock")


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
        """Run idem, print what it prints, and return that without colours."""
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
            sys.exit(f"idem failed:\n{done.stderr}")
        return re.sub(r"\x1b\[[0-9;]*m", "", done.stdout)

    def step(self, what: str) -> None:
        """Say what the next step shows."""
        self.number += 1
        print(f"\n{'=' * 78}\nStep {self.number}: {what}\n{'=' * 78}", flush=True)

    def use(self, file: str, **values: str) -> str:
        """Put an example beside the credentials, with its placeholders filled in; return its name."""
        text = (EXAMPLES / file).read_text()
        for placeholder, value in values.items():
            text = text.replace(placeholder, value)
        (self.folder / file).write_text(text)
        return file

    def api_id(self) -> str:
        """Return the id of the only API."""
        (api,) = self.aws.get_apis()["Items"]
        return api["ApiId"]

    def live(self) -> dict[str, dict]:
        """Return what the mock server holds: the integrations by their ids."""
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
    """Go through the steps."""
    shop = demo.use("shop.sls")

    demo.step("a dry run shows what would be created, defaults that AWS fills in included")
    output = demo.idem("state", shop, "--test")
    check(output.count(f"Would create {RESOURCE}") == 4, "four integrations would be created")
    check(not demo.live(), "nothing was")

    demo.step("create an API with integrations of four kinds and a route")
    output = demo.idem("state", shop)
    made = demo.live()
    check(all(f"Created {RESOURCE} '{name}'" in output for name in CREATED), "all are created")
    check(len(made) == 4, "the mock server holds four integrations")

    demo.step("apply the same again: a no-op")
    output = demo.idem("state", shop)
    check(output.count("already exists") >= 5 and demo.live() == made, "nothing changed")

    demo.step("a dry run of a change: a longer timeout, and a header taken away")
    changed = demo.use("shop-changed.sls")
    output = demo.idem("state", changed, "--test")
    check("Would update parameters: timeout_in_millis, request_parameters" in output, "it is shown")
    check(demo.live() == made, "nothing changed")

    demo.step("apply the change")
    output = demo.idem("state", changed)
    check("Updated parameters: timeout_in_millis, request_parameters" in output, "it is done")
    (orders,) = (item for item in demo.live().values() if "orders" in item.get("IntegrationUri", ""))
    check(orders["TimeoutInMillis"] == 8000, "the timeout is 8 seconds")

    demo.step("mistakes are told all at once, and nothing is sent")
    output = demo.idem("state", demo.use("mistakes.sls", API_ID=demo.api_id()))
    check("did you mean HTTP_PROXY?" in output and "integration_uri?" in output, "with what was meant")

    demo.step("describe everything there is, in a form that `present` takes back")
    output = demo.idem("describe", RESOURCE)
    check(output.count(f"{RESOURCE}.present") == 4, "four integrations are described")

    demo.step("search an integration by its URI")
    output = demo.idem("state", demo.use("search.sls", API_ID=demo.api_id()), "--output=json")
    (answer,) = json.loads(output).values()
    check(answer["result"] and answer["new_state"]["resource_id"] in demo.live(), "it is found")

    demo.step("delete them")
    demo.idem("state", changed, "--invert")
    check(not demo.live(), "nothing is left")


def main() -> None:
    """Start the mock server on a free port and go through the steps."""
    stand_in = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    stand_in.start()
    host, port = stand_in.get_host_and_port()
    print(f"A mock server of AWS (moto) serves at http://{host}:{port}")
    try:
        with tempfile.TemporaryDirectory() as folder:
            run(Demo(pathlib.Path(folder), f"http://{host}:{port}"))
    finally:
        stand_in.stop()
    print("\nThat is the main job. README.md says how to go on with a real account.")


if __name__ == "__main__":
    # The mock server's own log of requests would stand between what idem prints.
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    main()
