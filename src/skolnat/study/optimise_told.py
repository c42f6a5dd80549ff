"""The optimiser as the command tells it: wishes from words, a plan and its proof in words."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from skolnat.common.faults import Fault, raise_if_any
from skolnat.common.languages import Language, catalogue
from skolnat.network.wishes import Wishes
from skolnat.region.names import MunicipalityNames, shown_names
from skolnat.sources import reference
from skolnat.sources.tables import write_table
from skolnat.study.optimise import Optimum, Progress
from skolnat.study.optimise_clash import MarketClash
from skolnat.study.optimise_front import front, front_table, mean_pupils
from skolnat.study.optimise_why import told_reasons
from skolnat.study.prepare import Prepared


def wishes_from(
    prepared: Prepared, *, longest_km: Iterable[str] = (), smallest: Iterable[str] = (),
    within_seats: bool = False, keep: Iterable[str] = (), close: Iterable[str] = (),
    agreement: Iterable[str] = (), budget: float | None = None, most_changes: int | None = None,
    contiguous: bool = False, siblings: bool = False,
) -> Wishes:  # fmt: skip
    """Return wishes as the words of a command tell them.

    Parameters
    ----------
    prepared
        The study.
    longest_km, smallest
        ``STAGE=NUMBER`` (``1-6=20``) or a number for both stages.
    within_seats, budget
        See :class:`skolnat.network.wishes.Wishes`.
    keep
        Ids of schools.
    close
        ``SCHOOL=YEAR``.
    most_changes, contiguous, siblings
        See there; what is left out is as the study file has it.
    agreement
        Names or codes of municipalities with commas between them, one agreement each.

    Raises
    ------
    InvalidInput
        With every word that cannot be understood.
    """
    faults: list[Fault] = []
    own = prepared.study.wishes
    known = {unit.rpartition(":")[0] for case in prepared.cases for unit in case.market.units}
    closing: dict[str, int] = {}
    for word in close:
        school, _, year = word.partition("=")
        if not year.isdigit() or school not in known:
            faults.append(_misread("--close", word))
        else:
            closing[school] = int(year)
    kept = tuple(keep)
    faults += [_misread("--keep", school) for school in kept if school not in known]
    found = Wishes(
        longest_km=_by_stage("--longest-km", longest_km, faults),
        smallest=_by_stage("--smallest", smallest, faults),
        within_seats=within_seats,
        keep=kept,
        close=closing,
        agreements=_agreements(prepared, tuple(agreement), faults),
        budget=budget,
        most_changes=own.most_changes if most_changes is None else most_changes,
        contiguous=contiguous or own.contiguous,
        siblings=siblings or own.siblings,
    )
    raise_if_any(faults)
    return found


def _misread(option: str, word: str) -> Fault:
    return Fault("study.wish_misread", column=option, values={"word": word})


def _by_stage(option: str, words: Iterable[str], faults: list[Fault]) -> dict[str, float]:
    found: dict[str, float] = {}
    for word in words:
        stage, _, number = word.rpartition("=")
        try:
            value = float(number)
        except ValueError:
            value = math.nan
        if stage not in ("", "1-6", "7-9") or not 0.0 < value < math.inf:
            faults.append(_misread(option, word))
            continue
        for each in ("1-6", "7-9") if stage == "" else (stage,):
            found[each] = value
    return found


def _agreements(
    prepared: Prepared, words: tuple[str, ...], faults: list[Fault]
) -> tuple[tuple[int, ...], ...] | None:
    names = MunicipalityNames.of(reference.municipalities())
    codes = prepared.region.codes
    groups = []
    for word in words:
        members = [names.find(part.strip()) for part in word.split(",")]
        places = [codes.index(code) for code in members if code in codes]
        if len(places) < max(len(members), 2):
            faults.append(_misread("--agreement", word))
        groups.append(tuple(places))
    return tuple(groups) if groups else None


def listener(
    language: Language, say: Callable[[str], None], seconds: float | None
) -> Callable[[Progress], bool]:
    """Return a listener that tells of better plans, and stops when the time is out.

    Parameters
    ----------
    language
        Of what is told.
    say
        Is given each line.
    seconds
        So long the search goes on; None: to its end.
    """
    words = catalogue("skolnat.study", "optimise", language)
    began, last = time.monotonic(), [""]

    def hears(progress: Progress) -> bool:
        line = words["far"].format(cost=money(progress.cost), gap=percent(progress.gap))
        if line != last[0]:
            last[0] = line
            say(line)
        return seconds is None or time.monotonic() - began < seconds

    return hears


def money(eur: float) -> str:
    """Euros with spaces between thousands, as in Finland."""
    return f"{eur:,.0f}".replace(",", " ")


def percent(share: float) -> str:
    """A share as per cent with two decimals."""
    return f"{100.0 * share:.2f}"


def told(best: Optimum, language: Language, *, with_why: bool = False) -> list[str]:
    """Tell of a plan: its cost, its proof, what it breaks, and why it closes what it closes."""
    words = catalogue("skolnat.study", "optimise", language)
    lines = [words["cost"].format(cost=money(best.cost))]
    if best.keeps_wishes:
        gap = percent(best.gap)
        lines.append(words["bound"].format(bound=money(best.bound), gap=gap))
    else:
        lines.append(words["broken"].format(bound=money(best.bound)))
    lines += _told_of_children(best, words)
    budget = best.wishes.budget
    if budget is not None:
        gross = best.what_if().figures.cost
        least = gross - (best.cost - best.bound) * best.years / best.prepared.years
        if least > budget:
            values = {"bound": money(least), "budget": money(budget)}
            lines.append(words["never_in_budget"].format(**values))
        elif gross > budget:
            values = {"cost": money(gross), "budget": money(budget)}
            lines.append(words["over_budget"].format(**values))
    plans = [one.plan for one in best.solved]
    last = [case.market.periods for case in best.prepared.cases]
    still = sum(int((plan.closes >= end).sum()) for plan, end in zip(plans, last, strict=True))
    units = sum(int((~case.market.candidate).sum()) for case in best.prepared.cases)
    lines.append(words["open"].format(open=still, units=units))
    return lines + (told_reasons(best.reasons(), language) if with_why else [])


def _told_of_children(best: Optimum, words: Mapping[str, str]) -> list[str]:
    """Tell how often children change school, of siblings, and which such wishes are broken."""
    table = best.changes()
    parts = [
        words["changes_some"].format(count=row.changes, share=percent(float(str(row.share))))
        for row in table.itertuples()
        if float(str(row.share)) > 0.0
    ]
    lines = [words["changes"].format(parts="; ".join(parts))]
    if best.wishes.siblings:
        lines.append(words["parted"].format(share=percent(best.parted[1])))
    broken = best.broken
    names = ("changes", "cut_off", "parted")
    return lines + [words[f"broken_{name}"] for name in names if getattr(broken, name) >= 1e-6]


def told_clashes(
    prepared: Prepared, clashes: tuple[MarketClash, ...], language: Language
) -> list[str]:
    """Tell which wishes clash, where, and what would mend it."""
    words = catalogue("skolnat.study", "optimise", language)
    names = prepared.region.schools.set_index("school")["name"]
    shown = shown_names(reference.municipalities())
    planned = [period for period in prepared.periods if not period.frozen]
    lines = []
    for one in clashes:
        years = planned[one.clash.period].years
        lines.append(
            words["clash_head"].format(
                stage=one.stage, language=words[one.language], years=f"{years[0]}–{years[-1]}"
            )
        )
        for wish, relaxed in zip(one.clash.wishes, one.clash.relaxed, strict=True):
            school = wish.unit.rpartition(":")[0]
            text = words[wish.kind].format(
                value=f"{wish.value:g}", school=names.get(school, school)
            )
            text += "" if one.stage != "1-9" or not wish.stage else f" ({wish.stage})"
            mend = "mend_none" if relaxed is None else f"mend_{wish.kind}"
            number = "" if relaxed is None else f"{math.ceil(relaxed * 10.0 - 1e-6) / 10.0:g}"
            lines.append(f"  - {text}: {words[mend].format(value=number)}")
        places = ", ".join(shown[prepared.region.codes[m]] for m in one.clash.places)
        lines.append("  " + words["clash_place"].format(places=places))
    return lines


def write_optimum(best: Optimum, folder: Path, *, with_front: bool) -> list[Path]:
    """Write plan, reasons and front as CSV; returns the files."""
    folder.mkdir(parents=True, exist_ok=True)
    tables = {"plan": best.table(), "reasons": best.reasons(), "changes": best.changes()}
    if with_front:
        plans = front(best.prepared, regime=best.regime, wishes=best.wishes)
        tables["front"] = front_table(plans, mean_pupils(best.prepared))
    files = []
    for name, table in tables.items():
        files.append(folder / f"{name}.csv")
        write_table(table, files[-1])
    return files
