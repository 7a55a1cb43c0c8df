"""How Sphinx builds the documentation: `./run nox -s docs`."""

import builtins
import sys
from importlib.metadata import version as installed_version

from docutils import nodes  # type: ignore[import-untyped]  # it has no types
from latex2mathml.converter import convert
from sphinx.application import Sphinx
from sphinx.writers.html5 import HTML5Translator

project = "BookingOpt"
author = "The BookingOpt authors"
project_copyright = "2026, The BookingOpt authors"
release = installed_version("optimizer-core")
version = ".".join(release.split(".")[:2])

extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "sphinx.ext.viewcode",
    "sphinx_copybutton",
    "sphinx_design",
]
exclude_patterns = ["_build", "README.md"]
default_role = "code"  # `name` in a docstring
html_theme = "furo"
html_title = "BookingOpt"
html_copy_source = False
html_static_path = ["_static"]
html_css_files = ["page.css"]
html_math_renderer = "mathml"  # drawn by the browser itself: no script, no other server

myst_enable_extensions = ["colon_fence", "deflist", "dollarmath"]
myst_heading_anchors = 3
copybutton_prompt_text = r"\$ |>>> |\.\.\. "
copybutton_prompt_is_regexp = True

autodoc_default_options = {"members": True, "member-order": "bysource"}
autodoc_typehints = "signature"
autodoc_typehints_format = "short"
python_use_unqualified_type_names = True
napoleon_google_docstring = False
napoleon_use_rtype = False

# The build has no network, so a reference to somebody else's type stays plain text.
OTHERS = "annotated_types|highspy|hypothesis|numpy|PIL|pluggy|pydantic|pytest|scipy"
nitpick_ignore_regex = [
    (r"py:.*", rf"({OTHERS})(\..+)?"),
    (r"py:.*", rf"({'|'.join(sorted(sys.stdlib_module_names | set(dir(builtins))))})(\..+)?"),
]


def setup(app: Sphinx) -> None:
    """Add the renderer of formulas, and correct two things between autodoc and its extensions."""
    app.add_html_math_renderer(
        "mathml", inline_renderers=(_write_inline_formula, None), block_renderers=(_write_formula, None)
    )
    app.connect("autodoc-process-signature", _show_factories_as_ellipsis)
    app.connect("autodoc-process-docstring", _keep_colons_of_properties, priority=400)  # before napoleon


def _write_inline_formula(translator: HTML5Translator, node: nodes.math) -> None:
    translator.body.append(convert(node.astext()))
    raise nodes.SkipNode


def _write_formula(translator: HTML5Translator, node: nodes.math_block) -> None:
    translator.body.append(f'<div class="formula">{convert(node.astext(), display="block")}</div>')
    raise nodes.SkipNode


def _show_factories_as_ellipsis(
    _app: Sphinx, _what: str, _name: str, _object: object, _options: object, arguments: str, returned: str
) -> tuple[str, str] | None:
    """Make the default of a dataclass field parseable: ``<factory>`` is no Python."""
    return (arguments.replace("<factory>", "..."), returned) if arguments else None


def _keep_colons_of_properties(
    _app: Sphinx, what: str, _name: str, _object: object, _options: object, lines: list[str]
) -> None:
    """Begin with an empty comment: napoleon takes what stands before a colon in the first line for a type."""
    if what in {"attribute", "data", "property"}:
        lines[:0] = ["..", ""]
