# pop reads this file by path, without importing the package: it must stand alone.
DYNE = {
    "acct": ["acct"],
    "exec": ["exec"],
    "output": ["output"],
    "states": ["states"],
    "tool": ["tool"],
}
