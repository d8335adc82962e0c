"""Shows the main job of the plugin: `idem` against the project's mock server on this machine.

For each step it prints what changes in the SLS, the command, the plan in a few lines, and what was
checked on the server. `DEMO=full` prints everything that `idem` prints. The demonstration fails if a
step does not do what it says.
"""

import difflib
import os
import pathlib
import re
import subprocess
import sys
import tempfile

import boto3
import yaml

EXAMPLES = pathlib.Path(__file__).parent
sys.path.append(str(EXAMPLES.parent / "tests"))

import mock_server  # noqa: E402

RESOURCE = "aws.apigatewayv2.integration"
FULL = os.environ.get("DEMO") == "full"


class Demo:
    """The steps, in a folder of their own that holds the SLS files, the credentials and the ESM."""

    def __init__(self, folder: pathlib.Path, url: str):
        self.folder = folder
        self.checked = 0
        self._number = 0
        profile = {
            "region_name": "us-east-1",
            "endpoint_url": url,
            "aws_access_key_id": "testing",
            "aws_secret_access_key": "testing",
        }
        (folder / "credentials.yaml").write_text(yaml.safe_dump({"aws": {"default": profile}}))
        self.aws = boto3.client("apigatewayv2", **profile)

    def step(self, what: str) -> None:
        """Print what the next step shows."""
        self._number += 1
        print(f"\n{self._number}. {what}\n", flush=True)

    def use(self, example: str, file: str = "shop.sls", **values: str) -> None:
        """Write an example to a file, with its placeholders filled in, and print what changes there."""
        text = (EXAMPLES / example).read_text()
        for placeholder, value in values.items():
            text = text.replace(placeholder, value)
        target = self.folder / file
        before = target.read_text() if target.exists() else ""
        target.write_text(text)
        changes = "\n".join(f"   | {line}" for line in _changes(before, text))
        print(f"   {file}\n{changes}\n")

    def state(self, *options: str, file: str = "shop.sls") -> str:
        """Run `idem state` and return what it prints."""
        output = [] if FULL else ["--output=plan"]
        return self.idem("state", file, *options, *output)

    def idem(self, *arguments: str) -> str:
        """Run `idem`, print its output, and return it without colours."""
        print(f"   $ idem {' '.join(arguments)}", flush=True)
        command = [str(pathlib.Path(sys.executable).with_name("idem")), *arguments]
        command += ["--acct-file=credentials.yaml"]
        if arguments[0] == "state":
            command += ["--root-dir=root", "--no-progress-bar"]
        done = subprocess.run(command, cwd=self.folder, capture_output=True, text=True, check=False)
        if done.returncode:
            sys.exit(f"`idem` failed:\n{done.stdout}{done.stderr}")
        shown = done.stdout.strip("\n").splitlines()
        print("\n".join(f"   {line}".rstrip() for line in shown), flush=True)
        return re.sub(r"\x1b\[[0-9;]*m", "", done.stdout)

    def check(self, holds: bool, what: str) -> None:
        """End the demonstration if a step did not do what it says."""
        if not holds:
            sys.exit(f"\nThis step did not do what it says: {what}")
        self.checked += 1
        print(f"   ✓ {what}", flush=True)

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


def _changes(before: str, after: str) -> list[str]:
    """Return what differs in two texts, without comments and empty lines; all of it if it is new."""
    old, new = (
        [line for line in text.splitlines() if line and not line.startswith("#")]
        for text in (before, after)
    )
    if not old:
        return new
    lines = list(difflib.unified_diff(old, new, n=1, lineterm=""))[2:]
    return [line for line in lines if not line.startswith("@@")]


def run(demo: Demo) -> None:
    """Run all steps."""
    demo.step("A dry run: what would be created. Nothing is changed.")
    demo.use("shop.sls")
    output = demo.state("--test")
    demo.check(_counts(output, "create") == 6, "an API, four integrations and a route would be created")
    demo.check(not demo.live(), "nothing was created")

    demo.step("Create them")
    demo.state()
    before = demo.live()
    demo.check(len(before) == 4, "the mock server has four integrations")

    demo.step("The same file again: a no-op")
    output = demo.state()
    demo.check(_counts(output, "unchanged") == 6 and demo.live() == before, "nothing changed")

    demo.step("A change: a longer timeout, and a header removed. First a dry run.")
    demo.use("shop-changed.sls")
    output = demo.state("--test")
    demo.check("timeout_in_millis" in output and "append:header.x-shop" in output, "both are shown")
    demo.check(demo.live() == before, "nothing changed")

    demo.step("Apply the change")
    demo.state()
    (orders,) = (item for item in demo.live().values() if "orders" in item.get("IntegrationUri", ""))
    demo.check(orders["TimeoutInMillis"] == 8000, "the timeout is 8 seconds")
    demo.check("append:header.x-shop" not in orders["RequestParameters"], "the header is removed")

    demo.step(
        "Somebody changes the timeout outside of Idem. A dry run finds it, the next run restores it."
    )
    demo.aws.update_integration(
        ApiId=demo.api_id(), IntegrationId=orders["IntegrationId"], TimeoutInMillis=500
    )
    output = demo.state("--test")
    demo.check("Changed outside of Idem" in output, "the plan names the drift")
    demo.state()
    demo.check(demo.live()[orders["IntegrationId"]]["TimeoutInMillis"] == 8000, "it is restored")

    demo.step("All mistakes of a state are reported at once, and nothing is sent")
    demo.use("mistakes.sls", "mistakes.sls", API_ID=demo.api_id())
    output = demo.state("--test", file="mistakes.sls")
    demo.check("did you mean HTTP_PROXY?" in output and "integration_uri?" in output, "with suggestions")

    demo.step("Delete them, routes first")
    demo.state("--invert")
    demo.check(not demo.live(), "nothing is left")


def _counts(output: str, what: str) -> int:
    """Return how many states an output counts as something, whatever its form."""
    if FULL:
        said = {"create": "Would create ", "unchanged": "already exists"}[what]
        return output.count(said)
    found = re.search(rf"(\d+) (?:to )?{what}", output)
    return int(found[1]) if found else 0


def main() -> None:
    """Start the mock server on a free port and run all steps."""
    with mock_server.MockServer() as server, tempfile.TemporaryDirectory() as folder:
        print(f"`idem` against a mock AWS server on this machine, {server.url}.")
        print(
            "Shown is the plan of each run; `make demo DEMO=full` shows everything that `idem` prints."
        )
        demo = Demo(pathlib.Path(folder), server.url)
        run(demo)
    print(
        f"\n✓ {demo.checked} checks passed: created, changed, restored and deleted.\n"
        "Next: docs/start.md does the same step by step and continues with a real account."
    )


if __name__ == "__main__":
    main()
