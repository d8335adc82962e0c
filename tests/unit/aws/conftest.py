import pytest

from mock_server import MockServer
from wire import Api


@pytest.fixture
def server():
    with MockServer() as running:
        yield running


@pytest.fixture
def http(server):
    return Api(server)


@pytest.fixture
def websocket(server):
    return Api(server, "WEBSOCKET")
