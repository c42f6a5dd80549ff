"""Plans for several futures as the command tells them: what is asked, found, proven and written."""

from __future__ import annotations

from pathlib import Path

from skolnat.common.faults import Fault, raise_if_any
from skolnat.common.languages import Language, catalogue
from skolnat.sources.tables import write_table
from skolnat.study.optimise_futures import FUTURES, TOLD_QUANTILE, Hedged
from skolnat.study.optimise_told import money, percent
from skolnat.study.prepare import Prepared


def futures_from(
    prepared: Prepared,
    futures: int | None,
    quantile: float | None,
    *,
    with_front: bool = False,
    with_why: bool = False,
) -> tuple[int, float] | None:
    """Return how many futures are planned with and the quantile; None for their mean alone.

    Parameters
    ----------
    prepared
        The study, whose file has its say where an option is left out.
    futures, quantile
        Options; a quantile alone takes :data:`FUTURES` futures.
    with_front, with_why
        Whether a front or reasons are asked for, which have no several futures.

    Raises
    ------
    InvalidInput
        When both several futures and a front are asked for.
    """
    own = prepared.study.optimise
    count = own.futures if futures is None else futures
    beyond = own.quantile if quantile is None else quantile
    if count is None and beyond is None:
        return None
    asked = {"--front": with_front, "--why": with_why}
    raise_if_any(
        [
            Fault("study.not_in_futures", column=name, values={"wish": name})
            for name, on in asked.items()
            if on
        ]
    )
    return count or FUTURES, beyond or 0.0


def told_futures(best: Hedged, language: Language) -> list[str]:
    """Tell of closings for several futures: their cost, its proof, and the worst futures."""
    words = catalogue("skolnat.study", "optimise_futures", language)
    values = {
        "count": len(best.draws),
        "draws": best.all_costs.size,
        "value": money(best.value),
        "bound": money(best.bound),
        "gap": percent(best.gap) if best.keeps_wishes else "",
        "part": f"{100.0 * (1.0 - best.quantile):.4g}",
        "saved": money(max(best.of_mean - best.value, 0.0)),
        "broken": percent(best.broken),
    }
    kind = "expected" if best.quantile == 0.0 else "worst"
    lines = [words["planned"].format(**values), words[kind].format(**values)]
    lines.append(words["bound" if best.keeps_wishes else "broken"].format(**values))
    lines.append(words["of_mean"].format(**values))
    shown = best.quantile or TOLD_QUANTILE
    quantile, beyond = best.tail(shown)
    every = {
        "draws": best.all_costs.size,
        "mean": money(best.mean),
        "share": f"{100.0 * shown:.4g}",
        "quantile": money(quantile),
        "beyond": money(beyond),
    }
    lines.append(words["all"].format(**every))
    cases = best.prepared.cases
    still = sum(
        int((closes >= case.market.periods).sum())
        for case, closes in zip(cases, best.closes, strict=True)
    )
    units = sum(int((~case.market.candidate).sum()) for case in cases)
    words = catalogue("skolnat.study", "optimise", language)
    return [*lines, words["open"].format(open=still, units=units)]


def write_futures(best: Hedged, folder: Path) -> list[Path]:
    """Write closings and the cost in every future as CSV; returns the files."""
    folder.mkdir(parents=True, exist_ok=True)
    files = []
    for name, table in {"closings": best.table(), "futures": best.futures()}.items():
        files.append(folder / f"{name}.csv")
        write_table(table, files[-1])
    return files
