"""The hook that other repositories use with pre-commit."""

import pathlib
import re
import subprocess
import sys

import yaml

CHECKOUT = pathlib.Path(__file__).resolve().parents[2]
(HOOK,) = yaml.safe_load((CHECKOUT / ".pre-commit-hooks.yaml").read_text())
VALID = """
orders:
  aws.apigatewayv2.integration.absent:
    - api_id: a1b2c3d4e5
"""


INSTALLED = pathlib.Path(sys.executable).parent


def commit(folder, text, programs):
    """Run the hook as pre-commit does, with the names of the changed files."""
    (folder / "shop.sls").write_text(text)
    program, *arguments = HOOK["entry"].split()
    done = subprocess.run([programs / program, *arguments, "shop.sls"], cwd=folder, capture_output=True)
    return done.returncode


def test_the_hook_accepts_a_valid_file(tmp_path):
    assert commit(tmp_path, VALID, INSTALLED) == 0


def test_the_hook_refuses_an_invalid_file(tmp_path, prepared_programs):
    assert commit(tmp_path, VALID.replace("api_id", "api_idd"), prepared_programs) == 1


def test_the_hook_is_for_sls_files():
    assert re.search(HOOK["files"], "gateway/shop.sls")
    assert not re.search(HOOK["files"], "README.md")
    # pre-commit installs the plugin from its repository.
    assert HOOK["language"] == "python"
