import pytest

from standin import StandIn
from wire import Api


@pytest.fixture
def server():
    with StandIn() as running:
        yield running


@pytest.fixture
def http(server):
    return Api(server)


@pytest.fixture
def websocket(server):
    return Api(server, "WEBSOCKET")
