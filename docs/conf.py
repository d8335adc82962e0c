"""Sphinx's settings for the documentation."""

import pathlib
import runpy
import sys

DOCS = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(DOCS / "_ext"), str(DOCS.parent)]

import waiting  # noqa: E402

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
# The syntax in docstrings is Idem's notation, 'A'|'B' for example, which is not YAML.
suppress_warnings = ["misc.highlighting_failure"]

myst_enable_extensions = ["colon_fence", "deflist", "attrs_inline", "substitution"]
# The numbers on the page of retries.
myst_substitutions = waiting.NUMBERS
myst_heading_anchors = 3

html_theme = "furo"
html_title = "API Gateway v2 integrations for Idem"
html_favicon = "_static/favicon.svg"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_theme_options = {"navigation_with_keys": True}

# Neither the prompt nor the output of a command is copied. The first setting is for the pages' own
# terminals, the others are for the examples in docstrings.
copybutton_exclude = ".linenos, .gp, .go"
copybutton_prompt_text = r"\$ "
copybutton_prompt_is_regexp = True
copybutton_line_continuation_character = "\\"

autodoc_typehints = "none"
add_module_names = False
autodoc_member_order = "bysource"
napoleon_custom_sections = [("Request Syntax", "notes_style")]
