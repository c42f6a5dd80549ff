"""The report as one HTML page that needs nothing but itself: no script, font or picture outside.

The page is written by templates from the blocks of :mod:`skolnat.report.blocks`; drawings are
SVG that we made and stand in the page as they are, all other text is escaped.
"""

from __future__ import annotations

from functools import cache
from importlib import metadata, resources

from jinja2 import Environment, PackageLoader, StrictUndefined

from skolnat.common.languages import Language
from skolnat.report import blocks
from skolnat.report.colours import DARK, LIGHT
from skolnat.report.figures import anchor
from skolnat.report.sections.figures import PAGE
from skolnat.report.texts import Texts


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("skolnat.report", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["figure_at"] = lambda cost_id: f"{PAGE}#{anchor(cost_id)}"
    environment.tests["table"] = lambda block: isinstance(block, blocks.Table)
    environment.tests["figure"] = lambda block: isinstance(block, blocks.Figure)
    environment.tests["paragraph"] = lambda block: isinstance(block, blocks.Paragraph)
    environment.tests["items"] = lambda block: isinstance(block, blocks.Items)
    environment.tests["heading"] = lambda block: isinstance(block, blocks.Heading)
    environment.tests["link"] = lambda block: isinstance(block, blocks.Link)
    environment.tests["terms"] = lambda block: isinstance(block, blocks.Terms)
    return environment


def style() -> str:
    """Return the style sheet, the palette of the map included."""
    sheet = resources.files("skolnat.report").joinpath("templates", "style.css")
    light = "".join(f"--m{k}:{colour};" for k, colour in enumerate(LIGHT))
    dark = "".join(f"--m{k}:{colour};" for k, colour in enumerate(DARK))
    classes = "".join(f".c{k}{{fill:var(--m{k})}}" for k in range(len(LIGHT)))
    return (
        sheet.read_text(encoding="utf-8")
        + f":root{{{light}}}@media screen and (prefers-color-scheme:dark){{:root{{{dark}}}}}"
        + classes
    )


def render(document: blocks.Document, language: Language) -> str:
    """Return the page.

    Parameters
    ----------
    document
        The report.
    language
        Its language.
    """
    template = _environment().get_template("page.html")
    return template.render(
        document=document,
        language=language,
        t=Texts(language),
        style=style(),
        version=metadata.version("skolnat"),
    )
