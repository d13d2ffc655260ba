"""How Sphinx makes the pages; `make docs`, which is scripts/site.py, calls it."""

import os

from pygments.lexers.special import TextLexer

import coalsim

project = "coalsim"
author = "The coalsim developers"
version = release = coalsim.__version__
copyright = author

extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "sphinx.ext.viewcode", "sphinx_copybutton"]
exclude_patterns = ["docs/conf.py", "experiments/*/[!aR]*.py", "examples", "README.md", "data/*/LICENSE*"]
templates_path: list[str] = []

html_theme = "furo"
html_title = f"coalsim {version}"
html_show_sourcelink = False
html_copy_source = False
html_theme_options = {"navigation_with_keys": True}
copybutton_exclude = ".linenos, .gp"

default_role = "py:obj"
add_module_names = False
autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_default_options = {"members": True, "show-inheritance": False}
napoleon_google_docstring = False
napoleon_use_ivar = True
napoleon_use_param = True
napoleon_preprocess_types = False

source_suffix = {".rst": "restructuredtext", ".md": "myst-nb", ".py": "myst-nb"}
nb_custom_formats = {".py": ["jupytext.reads", {"fmt": "py:percent"}]}
nb_execution_mode = os.environ.get("COALSIM_DOCS_EXECUTE", "force")  # outputs kept from before could be those of other code
nb_execution_timeout = 1800  # of one cell, on a machine that has much else to do
nb_execution_raise_on_error = True
nb_execution_show_tb = True
nb_merge_streams = True
myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 4
suppress_warnings = [
    "myst.header",
    "mystnb.unknown_mime_type",
    "ref.python",
]  # a name in backticks that several classes have is shown, not linked


def setup(app):
    """Show tables as they are."""
    app.add_lexer("csv", TextLexer)
