"""Whether the plugin can be used, and whether its contracts for all resources are turned on."""

import importlib
import os

# It imports everything that the functions on the hub need.
NEEDED = "idem_apigwv2_integration.run.present"
VARIABLE = "IDEM_APIGWV2_CONTRACTS"


def import_error() -> ImportError | None:
    """Return why the plugin can't be imported, for example because a dependency is missing."""
    try:
        importlib.import_module(NEEDED)
    except ImportError as error:
        return error
    return None


def contracts() -> bool:
    """Return whether the contracts that reach beyond integrations take effect.

    They ask with each call: pop does not start if ``__virtual__`` of a contract refuses to load it.
    """
    return os.environ.get(VARIABLE) != "off" and import_error() is None
