# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""The values of the build: steps, what was decided of them, and what became of them.

All frozen. Names of steps are fixed; scripts and journals hold them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Era(StrEnum):
    """Whose tools a checkout has: where its commands live and how they spell options.

    SCRIPTS: crosutils in ``src/scripts``, 2020. CHROMITE: wrappers on the chroot's
    PATH, since 2022. CROS: the ``cros`` command outside the chroot, upstream today.
    """

    SCRIPTS = "scripts"
    CHROMITE = "chromite"
    CROS = "cros"


@dataclass(frozen=True, slots=True)
class If:
    """Words that are there only when the key of the configuration is set."""

    key: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Each:
    """The words of a list in the configuration."""

    key: str


#: One piece of a command; ``{key}`` in a string stands for a value.
Word = str | If | Each


@dataclass(frozen=True, slots=True)
class Form:
    """One way to run a step: taken when ``evidence`` lies in the checkout.

    Without evidence it is there in every checkout, and before one.
    """

    era: Era
    evidence: str
    command: tuple[Word, ...]


class Place(StrEnum):
    """Where the path of a proof begins."""

    CHECKOUT = "checkout"
    CHROOT = "chroot"
    IMAGE = "image"


@dataclass(frozen=True, slots=True)
class Proof:
    """A thing that is there when a step has done its work: any of these paths."""

    place: Place
    any_of: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """One step of the pipeline, as data.

    ``identity`` are the keys whose values make the step another one; ``after`` the
    steps whose fingerprints go into its own; ``redo_after`` those which make it stale
    by having run again. A step has ``forms`` (a program) or an ``action`` (ours).
    """

    name: str
    summary: str
    forms: tuple[Form, ...] = ()
    action: str = ""
    identity: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    redo_after: tuple[str, ...] = ()
    proofs: tuple[Proof, ...] = ()
    #: A key of the configuration that must be true, else the step is not needed.
    wanted: str = ""
    needs_password: bool = False
    #: The revision of the sources is part of what the step works on.
    follows_revision: bool = False
    #: The fact that later steps want: ``revision`` or ``image_dir``.
    records: str = ""
    #: Runs whenever another step does, and never alone on a finished build.
    accompanies: bool = False
    #: A checkout without a tool for it does not need it.
    optional: bool = False
    deadline_s: int = 3600
    disk_gib: int = 1


class State(StrEnum):
    """What became of a step, as the journal says it."""

    PENDING = "pending"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    INTERRUPTED = "interrupted"
    NOT_NEEDED = "not-needed"


@dataclass(frozen=True, slots=True)
class DiskUse:
    """Free bytes of the checkout's file system around a step, and the least seen."""

    free_before: int
    free_after: int
    free_least: int

    @property
    def used(self) -> int:
        """Bytes that the step took (negative: it gave some back)."""
        return self.free_before - self.free_after


@dataclass(frozen=True, kw_only=True, slots=True)
class Attempt:
    """One attempt at a step; ``facts`` are what later steps want to know of it."""

    run: str
    step: str
    number: int
    fingerprint: str
    state: State
    started: str
    log: str
    commands: tuple[tuple[str, ...], ...] = ()
    seconds: float = 0.0
    exit_status: int | None = None
    disk: DiskUse | None = None
    sizes: Mapping[str, int] = field(default_factory=dict)
    facts: Mapping[str, str] = field(default_factory=dict)
    what: str = ""
    cure: str = ""
    #: Place in the journal, to tell which of two attempts ended later.
    order: int = 0


class Verdict(StrEnum):
    """What is to be done with a step."""

    RUN = "run"
    SKIP = "skip"
    NOT_NEEDED = "not-needed"


@dataclass(frozen=True, kw_only=True, slots=True)
class Decision:
    """A verdict on one step, the reason, and the commands it would run."""

    step: Step
    verdict: Verdict
    reason: str
    fingerprint: str = ""
