# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""What is to be done with a step: pure verdicts on made-up histories."""

from dataclasses import replace
from pathlib import Path

import pytest
from coos_build.commands import step_commands
from coos_build.config import Config, load_config
from coos_build.history import History
from coos_build.model import Attempt, State, Verdict
from coos_build.plan import Scene, World, decide, fingerprints
from coos_build.probe import Tools, probe
from coos_build.profiles import Value
from coos_build.steps import BY_NAME, STEPS

ABSENT = Path("/nonexistent/checkout")
SKIPPED = (Verdict.SKIP, "done")


def config(**options: Value) -> Config:
    return load_config(ABSENT, None, options)


def attempts(
    marks: dict[str, str], *names: str, state: State = State.DONE
) -> tuple[Attempt, ...]:
    return tuple(
        Attempt(
            run="1",
            step=name,
            number=1,
            fingerprint=marks[name],
            state=state,
            started="",
            log="",
            facts={"revision": "r1"},
            order=order,
        )
        for order, name in enumerate(names, 1)
    )


def verdict(
    step: str,
    history: tuple[Attempt, ...],
    *,
    told: Config | None = None,
    world: World | None = None,
    forced: bool = False,
) -> tuple[Verdict, str]:
    given = told or config()
    seen = world or World(revision="r1")
    tools: Tools = probe(ABSENT, given.era)
    scene = Scene(config=given, tools=tools, history=History((), history), world=seen)
    mark = fingerprints(given, seen.revision)[step]
    one = decide(BY_NAME[step], scene, mark, forced=forced)
    return one.verdict, one.reason


MARKS = fingerprints(config(), "r1")
ALL = tuple(step.name for step in STEPS if step.name != "preflight")


@pytest.mark.parametrize("step", ALL)
def test_a_step_that_is_done_is_skipped(step: str) -> None:
    assert verdict(step, attempts(MARKS, *ALL)) == SKIPPED


@pytest.mark.parametrize("step", ALL)
def test_a_step_without_an_attempt_runs(step: str) -> None:
    assert verdict(step, ()) == (Verdict.RUN, "not done yet")


@pytest.mark.parametrize(
    ("state", "reason"),
    [
        (State.FAILED, "it failed the last time"),
        (State.INTERRUPTED, "it was interrupted"),
        (State.RUNNING, "it was cut off"),
    ],
)
def test_a_later_attempt_that_did_not_end_well_undoes_a_success(
    state: State, reason: str
) -> None:
    history = (
        *attempts(MARKS, "chroot"),
        *attempts(MARKS, "chroot", state=state),
    )
    assert verdict("chroot", history) == (Verdict.RUN, reason)


def test_a_missing_artifact_undoes_a_success() -> None:
    world = World(revision="r1", missing={"chroot": "x is missing"})
    history = attempts(MARKS, *ALL)
    assert verdict("chroot", history, world=world) == (Verdict.RUN, "x is missing")
    assert verdict("setup-board", history, world=world) == SKIPPED


def test_force_runs_what_is_done() -> None:
    found = verdict("chroot", attempts(MARKS, *ALL), forced=True)
    assert found == (Verdict.RUN, "forced")


@pytest.mark.parametrize(
    ("options", "stale"),
    [
        ({"groups": "all"}, set(ALL)),
        (
            {"package_options": ()},
            {"build-packages", "build-image", "attribution", "sources", "vm-image"}
            | {"trim", "prune", "boot"},
        ),
        (
            {"install": True},
            {"build-image", "attribution", "sources", "vm-image", "prune", "boot"},
        ),
        ({"fail_on": "warning"}, {"attribution", "boot"}),
        ({"min_coverage": 90}, {"attribution", "boot"}),
        ({"sources_fail_on": "error"}, {"sources"}),
        ({"keep_images": 3}, {"prune"}),
        ({"jobs": 7}, set()),
        ({"sync_jobs": 9}, set()),
        ({"memory_mib": 4096}, set()),
        ({"deadlines": ("boot=5",)}, set()),
        ({"skip_checks": ("not-root",)}, set()),
    ],
)
def test_an_option_makes_stale_what_it_is_part_of_and_what_comes_after(
    options: dict[str, Value], stale: set[str]
) -> None:
    history = attempts(MARKS, *ALL)
    told = config(**options)
    found = {step for step in ALL if verdict(step, history, told=told) != SKIPPED}
    assert found == stale


def test_other_sources_make_all_stale_that_was_built_of_them() -> None:
    history = attempts(MARKS, *ALL)
    world = World(revision="r2")
    found = {step for step in ALL if verdict(step, history, world=world) != SKIPPED}
    assert found == set(ALL) - {"repo-init", "sync-network"}


@pytest.mark.parametrize(
    ("again", "stale"),
    [
        ("build-packages", {"build-image", "trim"}),
        ("password", {"build-image"}),
        ("build-image", {"attribution", "sources", "vm-image", "prune"}),
        ("attribution", {"boot"}),
        ("chroot", set()),
    ],
)
def test_a_step_that_ran_again_makes_stale_what_is_made_of_it(
    again: str, stale: set[str]
) -> None:
    history = attempts(MARKS, *ALL, again)
    found = {step for step in ALL if verdict(step, history) != SKIPPED}
    assert found == stale


def test_the_content_of_a_policy_counts_and_not_its_place(tmp_path: Path) -> None:
    marks = []
    for name, text in (("a", "x = 1"), ("b", "x = 1"), ("c", "x = 2")):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        marks.append(fingerprints(config(policy=str(path)), "r")["attribution"])
    assert marks[0] == marks[1] != marks[2]


def test_a_test_image_needs_no_password() -> None:
    told = config(image_types=("test",))
    assert verdict("password", (), told=told)[0] is Verdict.NOT_NEEDED


def test_a_base_image_needs_no_vm_image() -> None:
    told = config(image_types=("base",))
    assert verdict("vm-image", (), told=told)[0] is Verdict.NOT_NEEDED


def test_the_password_is_in_no_fingerprint() -> None:
    assert not {"password", "secret"} & {key for one in STEPS for key in one.identity}


# --- the number of an attempt at an image ---------------------------------------------


@pytest.mark.parametrize(
    ("evidence", "option"),
    [
        ("src/scripts/build_image", "--build_attempt"),
        ("chromite/bin/build_image", "--build-attempt"),
        ("chromite/cli/cros/cros_build_image.py", "--build-attempt"),
    ],
)
@pytest.mark.parametrize(
    ("made", "number"), [((0, 0), 0), ((1, 0), 2), ((0, 1), 2), ((4, 2), 5)]
)
def test_an_attempt_at_an_image_is_numbered_as_its_tool_has_it(
    tmp_path: Path, evidence: str, option: str, made: tuple[int, int], number: int
) -> None:
    """Of journal and directories the higher number counts; the first is the default."""
    (tmp_path / evidence).parent.mkdir(parents=True)
    (tmp_path / evidence).touch()
    told, there = made
    (one,) = attempts(MARKS, "build-image")
    history = tuple(replace(one, number=number) for number in range(1, told + 1))
    scene = Scene(
        config=config(),
        tools=probe(tmp_path, config().era),
        history=History((), history),
        world=World(image_attempt=there),
    )
    (words,) = step_commands(BY_NAME["build-image"], scene)
    given = [word for word in words if "attempt" in word]
    assert given == ([f"{option}={number}"] if number else [])
