import os

import pytest

from probe_program import Program


@pytest.fixture(autouse=True)
def credentials(monkeypatch):
    """Give the SDK the mock server's default account, and nothing of this machine's."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "not-a-secret")
    monkeypatch.setenv("AWS_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", os.devnull)


@pytest.fixture
def program(server, tmp_path):
    return Program(server.url, tmp_path)
