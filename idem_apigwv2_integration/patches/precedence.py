"""Which modules are ``aws.apigatewayv2.integration`` and its responses beside those of idem-aws.

idem-aws has modules of the name ``integration``. pop scans the directories of all plugins in the order
of their paths and loads every module of one name into the same place, function by function, and the
last one wins: without this module, idem-aws's functions would run, or a mixture of both.
"""

import collections
import logging
import pathlib

from idem_apigwv2_integration.patches import availability

MODULES = ("integration", "integration_response", "route_response")
REPLACED = "idem_aws"

_log = logging.getLogger(__name__)


def take_over(sub, init_file: str) -> None:
    """Replace idem-aws's modules on a pop sub by those beside ``init_file``.

    Functions that a user's own plugin adds to a module stay; where it has a function of the same name
    as this plugin, this plugin's is used.

    If this plugin can't be imported, its modules are left out as well: idem-aws's must not run. Idem
    then reports a missing function for each state, where a module that does not load ends the whole run.

    Args:
        sub(pop.hub.Sub): The sub that holds the resource, for example ``hub.states.aws.apigatewayv2``.
        init_file(str): The path of the ``init.py`` that calls this; pop runs it before it loads
            the sub's other modules.
    """
    beside = [str(pathlib.Path(init_file).with_name(module)) for module in MODULES]
    scanned = sub._scan["python"]
    ours = {path: scanned[path] for path in beside if path in scanned}
    # A checkout and an installed copy may both be on sys.path: the first to get here stays.
    if not ours:
        return
    dropped = {REPLACED, _package(beside[0])}
    kept = {
        path: entry
        for path, entry in scanned.items()
        if pathlib.Path(path).name not in MODULES or _package(path) not in dropped
    }
    # The last one wins. pop is iterating over the old dictionary, which therefore must not be changed.
    sub._scan["python"] = collections.OrderedDict(kept | (ours if _usable() else {}))


def _usable() -> bool:
    error = availability.import_error()
    if error:
        _log.error(
            "aws.apigatewayv2.integration can't be used: %s. Install idem-apigwv2-integration again "
            "with its dependencies.",
            error,
        )
    return error is None


def _package(path: str) -> str:
    """Return the plugin of a module: the folder above ``states/aws/apigatewayv2/``, for example."""
    return pathlib.Path(path).parents[3].name
