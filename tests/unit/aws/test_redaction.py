"""What a text of someone else may show, in sentences and in the logs of the SDK."""

import logging

import pytest

from idem_apigwv2_integration.aws import redaction

SECRET = "wJalrXUtnFEMI/K7MDENG"


@pytest.mark.parametrize(
    "name",
    [
        "aws_secret_access_key",
        "secret_access_key",
        "access_key",
        "key",
        "aws_session_token",
        "session_token",
        "token",
    ],
)
def test_each_credential_of_a_profile_is_known(name):
    assert redaction.credentials({name: SECRET, "region_name": "eu-west-1"}) == {SECRET}


@pytest.mark.parametrize("value", [None, 5, "", "  "])
def test_what_is_no_text_is_no_credential(value):
    assert redaction.credentials({"aws_secret_access_key": value}) == set()


@pytest.mark.parametrize("form", [SECRET, SECRET.replace("/", "%2F")], ids=["plain", "URL"])
def test_a_known_credential_is_redacted_in_any_form(form):
    assert redaction.redact(f"<{form}>", [SECRET]) == "<[redacted]>"


def test_a_credential_with_a_line_break_is_redacted_without_it():
    assert redaction.redact(f"<{SECRET}>", [f"{SECRET}\n"]) == "<[redacted]>"


def test_what_is_too_short_to_be_a_credential_is_shown():
    assert redaction.redact("an apple", ["app"]) == "an apple"
    assert redaction.redact("an apple", ["appl"]) == "an [redacted]e"


# Sensitive values

HIDDEN = "(sensitive value)"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("the value abc is wrong", f"the value {HIDDEN} is wrong"),
        ("'ABC', abc", f"'{HIDDEN}', {HIDDEN}"),
        ("abcd is another word, as is xabc", "abcd is another word, as is xabc"),
    ],
)
def test_a_short_value_is_hidden_where_it_is_a_word(text, shown):
    assert redaction.without_parts(text, ["abc"]) == shown


@pytest.mark.parametrize(
    "text", ["z{}z", "&quot;{}", "{}%20"], ids=["in a word", "behind HTML", "before an escape"]
)
def test_a_part_of_four_characters_of_a_longer_value_is_hidden(text):
    assert redaction.without_parts(text.format("ampl"), ["example"]) == text.format(HIDDEN)
    assert redaction.without_parts(text.format("amp"), ["example"]) == text.format("amp")


@pytest.mark.parametrize("form", ["a&amp;b", "a%26b", "a&b"], ids=["HTML", "URL", "plain"])
def test_a_short_value_is_hidden_in_its_escaped_forms(form):
    assert redaction.without_parts(f"<{form}>", ["a&b"]) == f"<{HIDDEN}>"


def test_a_value_with_a_space_is_hidden_as_a_form_of_html_sends_it():
    assert redaction.without_parts("<a+b>", ["a b"]) == f"<{HIDDEN}>"


# Logs


@pytest.fixture
def log(caplog):
    """Return a function that logs, and returns what a handler prints."""
    redaction.keep_logs_clean()
    logger = logging.getLogger("botocore.auth")

    def printed(write):
        with caplog.at_level(logging.DEBUG, "botocore.auth"):
            caplog.clear()
            write(logger)
        (record,) = caplog.records
        return caplog.handler.format(record), record

    return printed


def test_a_signature_is_not_logged(log):
    text, _ = log(lambda logger: logger.debug("%s: %s", "sent", "Signature=abc123"))
    assert text.endswith("sent: [redacted]")


def test_a_signature_in_a_traceback_is_not_logged(log):
    def write(logger):
        try:
            raise ValueError("refused: Credential=AKIAEXAMPLE/1/2")
        except ValueError:
            logger.exception("failed")

    text, _ = log(write)
    assert "AKIAEXAMPLE" not in text
    assert "Traceback" in text and "ValueError: refused: [redacted]" in text


def test_what_holds_no_credential_is_logged_as_it_is(log):
    def write(logger):
        try:
            raise ValueError("refused")
        except ValueError:
            logger.exception("failed %d times", 3)

    text, record = log(write)
    assert record.msg == "failed %d times" and record.args == (3,) and record.exc_info
    assert "ValueError: refused" in text
