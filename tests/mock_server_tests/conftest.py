import pytest

from wire import Api


@pytest.fixture
def http(server):
    return Api(server)


@pytest.fixture
def websocket(server):
    return Api(server, "WEBSOCKET")
