import pytest

from idem_apigwv2_integration.resource import evidence
from mock_server import Behaviour, MockServer
from wire import Api


@pytest.fixture
def server():
    # Whatever the evidence file says: each test sets the switches that it is about.
    assumed = {name: one.assumed for name, one in evidence.questions().items() if one.answers}
    with MockServer(Behaviour(**assumed)) as running:
        yield running


@pytest.fixture
def http(server):
    return Api(server)


@pytest.fixture
def websocket(server):
    return Api(server, "WEBSOCKET")
