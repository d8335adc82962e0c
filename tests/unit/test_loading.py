"""Which modules pop loads where two plugins have some of the same name."""

import pathlib

import pytest

from idem_apigwv2_integration import loading

FOLDER = pathlib.Path("states", "aws", "apigatewayv2")


def path(package, module):
    return str(pathlib.Path("/site-packages", package, FOLDER, module))


OURS = [path("idem_apigwv2_integration", module) for module in loading.MODULES]
THEIRS = [path("idem_aws", module) for module in (*loading.MODULES, "route")]
USERS = [path("mine", "integration")]


class Sub:
    """A pop sub, as far as it holds what was found."""

    def __init__(self, *paths):
        self.found = {one: object() for one in paths}
        self._scan = {"python": dict(self.found)}

    @property
    def paths(self):
        return list(self._scan["python"])


def take_over(*paths):
    sub = Sub(*paths)
    before = sub._scan["python"]
    loading.take_over(sub, path("idem_apigwv2_integration", "init.py"))
    # pop iterates over what it has found.
    assert before == sub.found
    assert all(sub._scan["python"][one] is sub.found[one] for one in sub.paths)
    return sub.paths


def test_our_modules_replace_those_of_idem_aws_and_come_last():
    assert take_over(*THEIRS[:2], *OURS, *THEIRS[2:], *USERS) == [THEIRS[-1], *USERS, *OURS]


def test_of_two_copies_of_the_plugin_the_first_one_stays():
    copy = [one.replace("site-packages", "checkout") for one in OURS]
    assert take_over(*copy, *OURS) == OURS
    assert take_over(*copy, *THEIRS) == [*copy, *THEIRS]


def test_without_a_dependency_neither_our_modules_nor_those_of_idem_aws_run(monkeypatch, caplog):
    monkeypatch.setattr(loading, "import_error", lambda: ImportError("No module named 'anyio'"))
    assert take_over(*THEIRS, *OURS, *USERS) == [THEIRS[-1], *USERS]
    (record,) = caplog.records
    assert record.levelname == "ERROR" and "No module named 'anyio'" in record.getMessage()


@pytest.fixture
def uncached():
    loading.import_error.cache_clear()
    yield
    loading.import_error.cache_clear()


def test_why_the_plugin_can_not_be_imported_is_known(monkeypatch, uncached):
    monkeypatch.setattr(loading, "NEEDED", "idem_apigwv2_integration.nope")
    assert "idem_apigwv2_integration.nope" in str(loading.import_error())
    assert loading.contracts() is False


def test_contracts_can_be_turned_off(monkeypatch):
    assert loading.contracts() is True
    monkeypatch.setenv(loading.VARIABLE, "off")
    assert loading.contracts() is False
