"""Teaching language decides where a child can sit: status first, then share, then what is given."""

from __future__ import annotations

import pandas as pd

from skolnat.forecast.language import swedish_shares


def test_status_share_and_what_the_municipality_knows() -> None:
    known = pd.DataFrame(
        {
            "municipality": ["049", "049", "545", "016"],
            "year": [2015, 2016, 2016, 2016],
            "swedish_share": [0.09, 0.07, 0.80, 0.004],
        }
    )
    status = {"049": "fi_sv", "545": "sv_fi", "016": "fi", "170": "sv"}
    codes = ["049", "545", "016", "170"]
    assert swedish_shares(codes, status, known).tolist() == [0.07, 0.80, 0.0, 1.0]
    assert swedish_shares(codes, status, known, {"016": 0.02}).tolist()[2] == 0.02
