"""Finds out on a real AWS account what nobody has documented, and writes it as an evidence file.

The probe is no part of the installed plugin: what it finds is a change of a file of this checkout, and
nobody starts it by mistake where the plugin is in use.
"""
