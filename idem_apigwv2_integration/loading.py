"""Whether the plugin's modules and contracts take effect, and beside which of idem-aws's.

idem-aws has modules of the name ``integration``. pop scans the directories of all plugins in the order
of their paths and loads every module of one name into the same place, function by function, and the
last one wins: without `take_over`, idem-aws's functions would run, or a mixture of both.
"""

import collections
import functools
import importlib
import logging
import os
import pathlib

MODULES = ("integration", "integration_response", "route_response")
REPLACED = "idem_aws"
# It imports everything that the functions on the hub need.
NEEDED = "idem_apigwv2_integration.run.present"
# "off" turns off the contracts that reach beyond this plugin's resources. Each corrects a fault of
# another project, and can be removed when that is corrected.
VARIABLE = "IDEM_APIGWV2_CONTRACTS"

_log = logging.getLogger(__name__)


@functools.cache
def import_error() -> ImportError | None:
    """Return why the plugin can't be imported, for example because a dependency is missing."""
    try:
        importlib.import_module(NEEDED)
    except ImportError as error:
        return error
    return None


def contracts() -> bool:
    """Return whether the contracts that reach beyond this plugin's resources take effect.

    They ask with each call: pop does not start if ``__virtual__`` of a contract refuses to load it.
    """
    return os.environ.get(VARIABLE) != "off" and import_error() is None


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
    if error := import_error():
        _log.error(
            "aws.apigatewayv2.integration can't be used: %s. Install idem-apigwv2-integration again "
            "with its dependencies.",
            error,
        )
        ours = {}
    # The last one wins. pop is iterating over the old dictionary, which therefore must not be changed.
    sub._scan["python"] = collections.OrderedDict(kept | ours)


def _package(path: str) -> str:
    """Return the plugin of a module: the folder above ``states/aws/apigatewayv2/``, for example."""
    return pathlib.Path(path).parents[3].name
