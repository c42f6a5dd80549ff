"""What the validation of a study file finds, put into our own words and places."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from skolnat.common.faults import Fault
from skolnat.region.names import nearest
from skolnat.study.toml_lines import line_of

_CODES: Final[Mapping[str, str]] = {
    "missing": "study.missing_key",
    "int_type": "study.not_whole_number",
    "int_from_float": "study.not_whole_number",
    "float_type": "study.not_number",
    "finite_number": "study.not_number",
    "string_type": "study.not_text",
    "date_type": "study.not_date",
    "date_from_datetime_inexact": "study.not_date",
    "tuple_type": "study.not_list",
    "model_type": "study.not_table",
    "model_attributes_type": "study.not_table",
    "dict_type": "study.not_table",
    "string_too_short": "study.empty_text",
    "too_short": "study.empty_list",
    "too_long": "study.too_many",
    "greater_than": "study.not_above",
    "greater_than_equal": "study.below",
    "less_than_equal": "study.above",
    "literal_error": "study.unknown_choice",
    "string_pattern_mismatch": "study.unknown_choice",
}
"""Type of a validation error to the code of our text; anything else is ``study.invalid``."""


def faults_of_validation(
    error: ValidationError, model: type[BaseModel], text: str, file: str
) -> list[Fault]:
    """Return each fault once, in the order of the file.

    Parameters
    ----------
    error
        What the validation found.
    model
        The model that was validated: it tells which keys would have been right.
    text
        The study file, in which lines are looked up.
    file
        Its name, as the user wrote it.
    """
    found = dict.fromkeys(_faults(error, model, text, file))
    return sorted(found, key=lambda fault: (fault.row or 0, fault.column))


def _faults(
    error: ValidationError, model: type[BaseModel], text: str, file: str
) -> Iterator[Fault]:
    for detail in error.errors(include_url=False):
        place = _place(detail)
        row = line_of(text, place)
        column = ".".join(str(part) for part in place)
        if detail["type"] == "extra_forbidden":
            code, values = _unknown_key(place, model)
        elif place[0] == "rules" and place[-1] == "value" and detail["type"] != "missing":
            code, values = "study.bad_rule_value", {"value": _shown(detail["input"])}
        else:
            code, values = _CODES.get(detail["type"], "study.invalid"), _values(detail)
        yield Fault(code, file=file, row=row, column=column, values=values)


def _place(detail: ErrorDetails) -> tuple[str | int, ...]:
    """Return the keys that lead to the fault, without the names of the types tried."""
    place = detail["loc"]
    if place[0] == "rules" and "value" in place:
        return place[: place.index("value") + 1]
    return place


def _unknown_key(
    place: tuple[str | int, ...], model: type[BaseModel]
) -> tuple[str, dict[str, str | int | float]]:
    known = list(_model_at(model, place[:-1]).model_fields)
    wrong = str(place[-1])
    like = nearest(wrong, known)
    if like is not None:
        return "study.misspelt_key", {"key": wrong, "nearest": like}
    return "study.unknown_key", {"key": wrong, "known": ", ".join(known)}


def _model_at(model: type[BaseModel], place: tuple[str | int, ...]) -> type[BaseModel]:
    """Return the model of the table at a place: fields by name, items and dict values by type."""
    for part in place:
        field = model.model_fields.get(str(part))
        if field is not None:
            model = _first_model(field.annotation) or model
    return model


def _first_model(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for argument in get_args(annotation):
        found = _first_model(argument)
        if found is not None:
            return found
    return None


def _values(detail: ErrorDetails) -> dict[str, str | int | float]:
    context = detail.get("ctx", {})
    values: dict[str, str | int | float] = {
        "value": _shown(detail["input"]),
        "key": str(detail["loc"][-1]),
        "message": detail["msg"],
    }
    for name, key in (("ge", "limit"), ("gt", "limit"), ("le", "limit"), ("max_length", "limit")):
        if name in context:
            values[key] = context[name]
    if "expected" in context:
        values["choices"] = str(context["expected"]).replace("'", "").replace(" or ", ", ")
    if "pattern" in context:
        values["choices"] = str(context["pattern"]).strip("^()$").replace("|", ", ")
    return values


def _shown(value: object) -> str:
    """Return a value as it might stand in the file, cut where it is long."""
    if isinstance(value, bool):
        return str(value).lower()
    text = str(value)
    return text if len(text) <= 40 else f"{text[:39]}…"
