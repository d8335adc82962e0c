"""Sphinx's settings for the documentation."""

import pathlib
import runpy
import sys

DOCS = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(DOCS / "_ext"), str(DOCS.parent)]

project = "idem-apigwv2-integration"
author = "the contributors"
copyright = "the contributors"
release = runpy.run_path(str(DOCS.parent / "idem_apigwv2_integration" / "version.py"))["version"]

extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "sphinx_copybutton",
    "site_directives",
]
exclude_patterns = ["_build", "_ext", "_recorded"]
# The syntax in docstrings is idem's notation, 'A'|'B' for example, and no YAML.
suppress_warnings = ["misc.highlighting_failure"]

myst_enable_extensions = ["colon_fence", "deflist", "attrs_inline"]
myst_heading_anchors = 3

html_theme = "furo"
html_title = "Integrations of API Gateway v2 for Idem"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_theme_options = {"navigation_with_keys": True}

# The prompt and the output of a command are no part of what is copied.
copybutton_exclude = ".linenos, .gp, .go"

autodoc_typehints = "none"
autodoc_member_order = "bysource"
napoleon_custom_sections = [("Request Syntax", "notes_style")]
