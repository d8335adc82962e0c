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
    "sphinx_copybutton",
    "site_directives",
]
exclude_patterns = ["_build", "_ext", "_recorded"]
# The syntax of requests is Idem's notation, 'A'|'B' for example, which is not YAML.
suppress_warnings = ["misc.highlighting_failure"]

myst_enable_extensions = ["colon_fence"]
myst_heading_anchors = 3

html_theme = "furo"
html_title = "API Gateway v2 integrations for Idem"
html_favicon = "_static/favicon.svg"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_use_index = False
html_theme_options = {"navigation_with_keys": True}

# Neither the prompt nor the output of a command is copied. The first setting is for the pages' own
# terminals, the others are for the examples in docstrings.
copybutton_exclude = ".linenos, .gp, .go"
copybutton_prompt_text = r"\$ "
copybutton_prompt_is_regexp = True
copybutton_line_continuation_character = "\\"
