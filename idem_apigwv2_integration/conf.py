# pop reads this file by path, without importing the package: it must stand alone.
DYNE = {
    "exec": ["exec"],
    "states": ["states"],
}
