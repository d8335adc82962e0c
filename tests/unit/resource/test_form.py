import pytest

import declared
from world import HTTP


@pytest.mark.parametrize(
    "wrong",
    [
        {"description": "a\ud800"},
        {"request_parameters": {"append:header.a": "\udc00"}},
        {"request_parameters": {"append:header.\udc00": "a"}},
        {"response_parameters": {"200": {"append:header.a": "\udc00"}}},
    ],
    ids=ascii,
)
def test_half_a_surrogate_pair_is_refused(wrong):
    (sentence,) = declared.problems(HTTP | wrong, protocol="HTTP")
    assert "half of a surrogate pair" in sentence and sentence.isprintable()
