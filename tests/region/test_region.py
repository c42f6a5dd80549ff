"""What is saved is what is read, and the derived tables keep the order of the study."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from skolnat.region.region import Region
from skolnat.sources.regions import build_region


def test_saved_and_loaded_tables_are_the_same(tmp_path: Path) -> None:
    region = build_region(["231", "545"])
    region.save(tmp_path / "region")
    loaded = Region.load(tmp_path / "region")
    for name, table in region.tables().items():
        pd.testing.assert_frame_equal(table, loaded.tables()[name])


def test_codes_and_home_boundaries_follow_the_order_of_the_study(region: Region) -> None:
    assert region.codes == ("016", "398")
    other = build_region(["545", "231"])
    assert other.codes == ("545", "231")
    assert other.home_boundaries["municipality"].tolist() == ["545", "231"]
    assert len(other.boundaries) == 308
