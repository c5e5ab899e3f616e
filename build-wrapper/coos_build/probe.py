# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""From the forms of a step to the words that run: which tools the checkout has."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from coos_build.config import Config
from coos_build.model import Each, Era, Form, If, Step, Word
from coos_build.profiles import Value
from coos_build.steps import STEPS

OVERLAYS: Final = ("src/overlays", "src/private-overlays")


@dataclass(frozen=True, slots=True)
class Tools:
    """The form that each step takes, and whether a checkout was there to ask."""

    forms: Mapping[str, Form]
    probed: bool

    def sentences(self) -> tuple[str, ...]:
        """Say what was taken, and by what evidence."""
        if not self.probed:
            eras = sorted({form.era for form in self.forms.values() if form.evidence})
            told = ", ".join(eras)
            return (f"no checkout yet: commands of the profile's era ({told})",)
        return tuple(
            f"{name}: {form.era} ({form.evidence})"
            for name, form in self.forms.items()
            if form.evidence
        )


def is_checked_out(checkout: Path) -> bool:
    """Return whether sources lie there, so that they can be asked."""
    return (checkout / "src/scripts").is_dir() or (checkout / "chromite").is_dir()


def probe(checkout: Path, era: Era) -> Tools:
    """Return the tools that the checkout has; the profile's era is asked first.

    Before a checkout exists the profile's era is believed.
    """
    probed = is_checked_out(checkout)
    forms = {}
    for step in STEPS:
        there = [form for form in step.forms if _is_there(checkout, form, probed)]
        there.sort(key=lambda form: form.era is not era)
        if there:
            forms[step.name] = there[0]
    return Tools(forms, probed)


def _is_there(checkout: Path, form: Form, probed: bool) -> bool:  # noqa: FBT001 (private)
    """Return whether the form can be used."""
    return not probed or not form.evidence or (checkout / form.evidence).is_file()


def missing_tool(step: Step) -> str:
    """Say which files would have been the tool of a step."""
    looked = ", ".join(form.evidence for form in step.forms)
    return f"this checkout has no tool for {step.name} (looked for {looked})"


def boards(checkout: Path) -> tuple[str, ...]:
    """Return the boards that a checkout has overlays for, sorted."""
    names = set()
    for place in OVERLAYS:
        folder = checkout / place
        if folder.is_dir():
            names |= {one.name for one in folder.iterdir() if one.is_dir()}
    found = {name.removeprefix("overlay-") for name in names if name[:8] == "overlay-"}
    return tuple(sorted(name.removesuffix("-private") for name in found))


def argv(
    command: Iterable[Word], config: Config, more: Mapping[str, Value]
) -> tuple[str, ...]:
    """Return the words of a command; ``more`` are values that are no keys."""
    values = {**config.values, **more}
    words: list[str] = []
    for word in command:
        match word:
            case If(key, then):
                if values.get(key) not in (None, False, "", ()):
                    words += [one.format_map(values) for one in then]
            case Each(key):
                listed = values.get(key)
                words += listed if isinstance(listed, tuple) else ()
            case _:
                words.append(word.format_map(values))
    return tuple(words)
