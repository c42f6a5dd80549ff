"""The page is public: it must stand by itself, be accessible, and hide what must be hidden."""

from __future__ import annotations

import dataclasses
import re
import time
from collections import Counter
from collections.abc import Callable
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pandas as pd
import pytest

from skolnat.common.languages import LANGUAGES, Language
from skolnat.report.build import SECTIONS, document, write_reports
from skolnat.report.page import render
from skolnat.report.results import Results

VOID = {"meta", "br", "img", "input", "link", "hr"}


class Outline(HTMLParser):
    """Reads a page: elements with their attributes, whether all close, and the text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.words: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if not self.open or self.open[-1] != "style":
            self.words.append(data)

    def all(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.elements if name == tag]


@pytest.fixture(scope="module")
def pages(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    out = tmp_path_factory.mktemp("report")
    write_reports(folder, out, LANGUAGES)
    return {
        language: (out / language / "index.html").read_text(encoding="utf-8")
        for language in LANGUAGES
    }


@pytest.fixture(params=LANGUAGES)
def page(request: pytest.FixtureRequest, pages: dict[str, str]) -> str:
    return pages[request.param]


def test_every_element_closes_and_ids_are_unique(page: str) -> None:
    outline = Outline(page)
    assert outline.open == []
    ids = Counter(attributes["id"] for _, attributes in outline.elements if "id" in attributes)
    assert not [name for name, count in ids.items() if count > 1]


def test_what_is_pointed_at_is_there(page: str) -> None:
    outline = Outline(page)
    ids = {attributes.get("id") for _, attributes in outline.elements}
    for tag, attributes in outline.elements:
        for name in ("aria-labelledby", "href"):
            if name in attributes:
                assert attributes[name].removeprefix("#") in ids, (tag, attributes)


def test_the_page_needs_nothing_else(page: str) -> None:
    outline = Outline(page)
    assert not {"script", "link", "img", "iframe"} & {tag for tag, _ in outline.elements}
    assert not re.search(r"url\((?!#)", page.replace('url("#', "url(#"))
    assert "@import" not in page
    assert all(
        not value.startswith(("http", "//"))
        for _, attributes in outline.elements
        for name, value in attributes.items()
        if name in ("href", "src", "xlink:href")
    )


def test_headings_and_landmarks(page: str) -> None:
    outline = Outline(page)
    tags = Counter(tag for tag, _ in outline.elements)
    assert tags["h1"] == tags["main"] == tags["nav"] == tags["header"] == tags["footer"] == 1
    assert tags["section"] == len(SECTIONS) == 14
    levels = [int(tag[1]) for tag, _ in outline.elements if re.fullmatch(r"h[1-6]", tag)]
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_tables_are_captioned_with_heads_that_say_of_what(page: str) -> None:
    outline = Outline(page)
    tags = Counter(tag for tag, _ in outline.elements)
    assert tags["table"] == tags["caption"] > 10
    assert all(
        head.get("scope") in ("row", "col", "rowgroup", "colgroup") for head in outline.all("th")
    )


def test_every_drawing_is_described_or_decoration(page: str) -> None:
    for svg in Outline(page).all("svg"):
        assert svg.get("aria-hidden") == "true" or (svg["role"] == "img" and svg["aria-label"])


def test_languages_are_marked(pages: dict[str, str]) -> None:
    for language, page in pages.items():
        assert Outline(page).all("html")[0]["lang"] == language
        assert page.count(" lang=") == 1  # nothing on it is in another language


def test_sources_of_rules_are_told_in_the_language_of_the_page(pages: dict[str, str]) -> None:
    for language, text in (
        ("sv", "Lag om grundläggande utbildning (628/1998) 32 §"),
        ("fi", "Perusopetuslaki (628/1998) 32 §"),
        ("en", "Basic Education Act (628/1998) § 32"),
    ):
        found = {key for key, page in pages.items() if text in " ".join(Outline(page).words)}
        assert found == {language}


def test_results_with_swedish_sources_alone_are_marked_so(
    results: Results, swap: Callable[..., Results]
) -> None:
    rules = results.tables["rules"].drop(columns=["source_sv", "source_fi", "source_en"])
    older = swap(rules=rules)
    assert ' lang="sv">Antagande' in render(document(older, "fi"), "fi")
    assert ' lang="sv">' not in render(document(older, "sv"), "sv").partition("<body")[2]


def test_estimates_are_marked_wherever_they_are(pages: dict[str, str]) -> None:
    for language, estimated, indicative in (
        ("sv", "uppskattad", "riktgivande"),
        ("fi", "arvioitu", "suuntaa-antava"),
        ("en", "estimated", "indicative"),
    ):
        header = pages[language].split("</header>")[0]
        assert f'estimated">{estimated}</span>' in header
        assert f'indicative">{indicative}</span>' in header
        for key in ("scenario-table", "maps-fi", "flows", "schools-081", "journeys-region",
                    "cost-items", "gains-table", "impact-table", "winners"):  # fmt: skip
            caption = pages[language].split(f'id="{key}-caption"')[1][:1500]
            assert 'class="badge estimated"' in caption, key
            assert 'class="badge indicative"' in caption, key


def test_the_answer_says_the_gain(pages: dict[str, str]) -> None:
    assert "120\u00a0000–150\u00a0000 euro om året: ett bevisat intervall" in pages["sv"]
    assert "€120,000–150,000 a year: a proven interval" in pages["en"]


def test_no_square_and_no_small_count_is_told(page: str, results: Results) -> None:
    words = " ".join(Outline(page).words)
    assert not [cell for cell in results.tables["cells"]["cell"] if cell in page]
    assert ".." in words


def say(results: Results, language: Language = "en") -> str:
    return " ".join(Outline(render(document(results, language), language)).words)


def test_no_proven_gain_shares_nothing(make: Callable[..., Results]) -> None:
    text = say(make(gain=(-20_000.0, 30_000.0), withheld=True))
    assert "No proven gain" in text
    assert "there is no proven gain to share" in text
    assert "withheld" in text
    assert "proven interval, shared" not in text


def test_shares_too_unsure_are_withheld_with_the_reason(make: Callable[..., Results]) -> None:
    text = say(make(withheld=True))
    assert "standard error exceeds 10% of the gain" in text


def test_what_is_robust_and_what_is_not(make: Callable[..., Results], results: Results) -> None:
    assert "not robust" in say(results)
    steady = say(make(turns=False))
    assert "No closing of a school and no sign of a gain turns" in steady


def test_children_that_grow_or_are_uncertain(make: Callable[..., Results]) -> None:
    assert "It is not certain whether" in say(make(rising=True))


def test_texts_from_outside_are_escaped(results: Results, swap: Callable[..., Results]) -> None:
    schools = results.tables["schools"].assign(name="<script>alert(1)</script> & co")
    page = render(document(swap(schools=schools), "sv"), "sv")
    assert "<script" not in page
    assert "&lt;script&gt;" in page


def test_a_small_school_has_no_figures(swap: Callable[..., Results], results: Results) -> None:
    units = results.tables["units"].copy()
    units["pupils"] = 2.0
    text = say(swap(units=units))
    assert "2 pupils" not in text


def test_empty_flows_and_breaches_are_said_in_words(
    swap: Callable[..., Results], results: Results
) -> None:
    nothing = {name: results.tables[name].iloc[:0] for name in ("flows", "breaches")}
    text = say(swap(**nothing))
    assert "Nobody crosses a border" in text
    assert "No breach was found" in text


def test_a_results_folder_that_is_not_whole_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"manifest\.json"):
        write_reports(tmp_path, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_an_unknown_language_is_refused(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="de"):
        write_reports(folder, tmp_path, ["de"])


def test_the_same_results_give_the_same_page(folder: Path, tmp_path: Path) -> None:
    write_reports(folder, tmp_path / "a", ["sv"])
    write_reports(folder, tmp_path / "b", ["sv"])
    one, other = ((tmp_path / k / "sv" / "index.html").read_bytes() for k in "ab")
    assert one == other


def test_three_languages_are_quick(folder: Path, tmp_path: Path) -> None:
    """A bound against slips by orders of magnitude; the benchmark measures."""
    before = time.process_time()
    write_reports(folder, tmp_path, LANGUAGES)
    assert time.process_time() - before < 10.0


def test_rules_with_yes_or_no_and_overrides(results: Results, swap: Callable[..., Results]) -> None:
    text = say(results, "sv")
    assert "Ministeriets beslut för 2026" in text
    rules = results.tables["rules"].assign(
        value=lambda frame: frame["value"].astype(str), overridden=False
    )
    rules.loc[rules["rule"] == "provision.duty", "value"] = "True"
    assert "Studien har inte ersatt något värde." in say(swap(rules=pd.DataFrame(rules)), "sv")


def test_pupils_outside_the_region_are_told_and_few_are_not_counted(results: Results) -> None:
    page = render(document(results, "sv"), "sv")
    assert "Helsingfors (12)" in page
    assert "Helsingfors (färre än 3)" in page


@pytest.mark.parametrize(
    ("language", "told", "weak"),
    [
        ("sv", "Skolvägarna följer verkliga vägar: coast.osm.pbf", "Skolvägarna mäts utan vägar"),
        ("fi", "todellisia teitä pitkin: coast.osm.pbf", "Koulumatkat mitataan ilman"),
        ("en", "The journeys follow real roads: coast.osm.pbf", "measured without roads"),
    ],
)
def test_with_roads_the_page_names_them_and_says_indicative_nowhere(
    results: Results, language: Language, told: str, weak: str
) -> None:
    roads = {"source": "coast.osm.pbf", "date": "2026-11-01", "licence": "ODbL 1.0"}
    plain = render(document(results, language), language)
    assert told not in plain
    assert weak in plain
    assert "badge indicative" in plain
    summary = {**results.summary, "indicative": [], "roads": roads}
    page = render(document(dataclasses.replace(results, summary=summary), language), language)
    assert told in page
    assert "2026-11-01" in page
    assert weak not in page
    assert "badge indicative" not in page
