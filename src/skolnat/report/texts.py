"""The words of the report in one language, and a fault of ours when one is missing."""

from __future__ import annotations

from dataclasses import dataclass

from skolnat.common.languages import Language, catalogue


@dataclass(frozen=True)
class Texts:
    """Looks up texts by key.

    Parameters
    ----------
    language
        Language of all texts.
    """

    language: Language

    def __call__(self, key: str, **values: object) -> str:
        """Return a text with its placeholders filled.

        Raises
        ------
        KeyError
            When there is no such text: a fault of ours, found by the tests.
        """
        text = catalogue("skolnat.report", "report", self.language)[key]
        return text.format(**values) if values else text

    def coded(self, group: str, code: str) -> str:
        """Return the text of a code that comes from outside, or the code itself if unknown."""
        texts = catalogue("skolnat.report", "report", self.language)
        return texts.get(f"{group}.{code}", code)
