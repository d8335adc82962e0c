"""Finds out on a real AWS account what is not documented, and writes a report of it.

The probe is not part of the installed plugin: what it finds is for a maintainer, who edits the field
table and the mock server of this checkout. It can't be started by mistake where the plugin is in use.
"""
