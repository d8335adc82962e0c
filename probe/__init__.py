"""Finds out on a real AWS account what is not documented, and writes it as an evidence file.

The probe is not part of the installed plugin: what it finds is a change of a file of this checkout, and
it can't be started by mistake where the plugin is in use.
"""
