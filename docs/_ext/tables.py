"""The tables of the reference, made from the code. Nothing here needs Sphinx."""

from idem_apigwv2_integration.resource import actions, demands, fields, rules

_PROTOCOL = {fields.HTTP: "HTTP", fields.WEBSOCKET: "WebSocket"}

FIELDS_HEAD = ("Parameter, AWS member", "APIs", "Reads back if left out", "How it goes", "Source")
RULES_HEAD = ("Parameter", "What must hold", "When", "APIs", "Source")
ACTIONS_HEAD = ("integration_subtype", "Required", "Optional")


def fields_rows() -> list[tuple[str, ...]]:
    """Return a row for each field of the table, in markdown."""
    return [
        (
            f"`{field.name}`<br>`{field.member}`",
            _protocols(field.protocols),
            "<br>".join(_default(default) for default in field.defaults) or "nothing",
            _capital(field.removal.value) if field.settable else "Only read: nobody can set it",
            field.source,
        )
        for field in fields.TABLE
    ]


def rules_rows() -> list[tuple[str, ...]]:
    """Return a row for each rule, in markdown."""
    return [
        (
            f"`{rule.parameter}`",
            _cell(rule.demand.described),
            " and ".join(_condition(*item) for item in rule.when.items()) or "always",
            _protocols(rule.protocols),
            rule.source,
        )
        for rule in rules.RULES
    ]


def actions_rows() -> list[tuple[str, ...]]:
    """Return a row for each service action, in markdown."""
    return [
        (f"`{name}`", _codes(action.required), _codes(action.optional) or "none")
        for name, action in actions.ACTIONS.items()
    ]


def _protocols(protocols: tuple[str, ...]) -> str:
    return "both" if len(protocols) == len(fields.PROTOCOLS) else _PROTOCOL[protocols[0]]


def _default(default: fields.Default) -> str:
    limits = []
    if len(default.protocols) < len(fields.PROTOCOLS):
        limits.append(_protocols(default.protocols))
    if len(default.types) < len(fields.TYPES):
        limits.append(", ".join(default.types))
    if not default.service:
        limits.append("without a subtype")
    return f"`{default.value}`" + (f" ({'; '.join(limits)})" if limits else "")


def _cell(text: str) -> str:
    """Return a text that may stand in a table."""
    return text.replace("|", "\\|")


def _condition(name: str, condition: demands.Condition) -> str:
    if isinstance(condition, demands.Is):
        return f"`{name}` {condition.value}"
    if isinstance(condition, demands.Not):
        return f"`{name}` is not {_codes(condition.values)}"
    return f"`{name}` is {' or '.join(_codes((value,)) for value in condition)}"


def _codes(values: tuple[str, ...]) -> str:
    return ", ".join(f"`{value}`" for value in values)


def _capital(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]
