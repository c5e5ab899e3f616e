# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""The documentation against the code: codes, commands, options and links."""

import json
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from coos_license import findings
from coos_license.cli import COMMANDS, root
from coos_license.findings import KINDS
from coos_license.model import FindingKind, LicenseCategory, Obligation

ROOT = Path(__file__).parent.parent
PAGES = tuple(sorted((*ROOT.glob("*.md"), *(ROOT / "docs").glob("**/*.md"))))

SECTION = re.compile(r"^## (CL\d+) (\S+)\n(.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)
FIELD = re.compile(r"^- ([A-Z][a-z]+): \S", re.MULTILINE)
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
INLINE = re.compile(r"`(coos-license [^`]+)`")
# Neither an image nor a link in code; the target without its title.
LINK = re.compile(r"(?<!!)\[[^\]]+\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)


def prose(page: Path) -> str:
    """Return a page without its code blocks and code spans."""
    return re.sub(r"`[^`]+`", "code", FENCE.sub("", page.read_text(encoding="utf-8")))


def sections() -> dict[str, tuple[str, str]]:
    """Return code -> (name, body) of ``docs/findings.md``."""
    text = (ROOT / "docs" / "findings.md").read_text(encoding="utf-8")
    found = SECTION.findall(text)
    assert len({code for code, _, _ in found}) == len(found)
    return {code: (name, body) for code, name, body in found}


def test_codes_and_names_are_unique() -> None:
    codes = [kind.code for kind in KINDS.values()]
    assert len(set(codes)) == len(codes)
    # KINDS is keyed by name: a second kind of one name would drop the first.
    defined = [
        kind for kind in vars(findings).values() if isinstance(kind, FindingKind)
    ]
    assert len(defined) == len(KINDS)


def test_each_finding_has_its_section_and_no_other_has_one() -> None:
    named = {code: name for code, (name, _) in sections().items()}
    assert named == {kind.code: kind.name for kind in KINDS.values()}
    assert list(named) == sorted(named)


@pytest.mark.parametrize("name", list(KINDS))
def test_section_says_what_must_be_said(name: str) -> None:
    kind = KINDS[name]
    _, body = sections()[kind.code]
    assert FIELD.findall(body) == ["Severity", "Means", "Example", "Fix", "Not"]
    assert f"- Severity: {kind.severity.word}\n" in body


def invocations(page: Path) -> Iterator[list[str]]:
    """Yield the words of every ``coos-license`` call that a page shows."""
    text = page.read_text(encoding="utf-8")
    lines = [
        line
        for language, block in FENCE.findall(text)
        if language in {"sh", "yaml"}
        for line in block.replace("\\\n", " ").splitlines()
    ]
    for line in (*lines, *INLINE.findall(FENCE.sub("", text))):
        _, found, call = line.partition("coos-license ")
        if found and not line.lstrip().startswith("#"):
            yield shlex.split(call, comments=True)


def commands() -> dict[str, set[str]]:
    """Return command -> its options, as click knows them."""
    context = click.Context(root, **root.context_settings)
    options = {}
    for name in COMMANDS:
        command = root.get_command(context, name)
        assert command is not None
        options[name] = flags_of(command, context)
        if isinstance(command, click.Group):
            for below, subcommand in command.commands.items():
                options[f"{name} {below}"] = flags_of(subcommand, context)
    return options


def flags_of(command: click.Command, context: click.Context) -> set[str]:
    return {
        option
        for parameter in command.get_params(click.Context(command, context))
        if isinstance(parameter, click.Option)
        for option in parameter.opts
    }


def leaves() -> dict[str, click.Command]:
    """Return every command that does something by its name."""
    context = click.Context(root, **root.context_settings)
    found = {name: root.get_command(context, name) for name in COMMANDS}
    return {
        f"{name} {below}".strip(): one
        for name, command in found.items()
        for below, one in (
            command.commands.items()
            if isinstance(command, click.Group)
            else [("", command)]
        )
        if one is not None
    }


@pytest.mark.parametrize("name", list(leaves()))
def test_help_says_what_each_option_takes_and_its_default(name: str) -> None:
    options = [one for one in leaves()[name].params if isinstance(one, click.Option)]
    names = [name for one in options for name in one.opts]
    assert len(names) == len(set(names))
    for one in options:
        told = one.help or ""
        assert told.endswith("."), one.opts
        if not (one.is_flag or one.required):
            is_told = re.search("[Dd]efault: ", told) or one.show_default
            assert is_told or one.opts in (
                ["--also"],
                ["--implicit"],
                ["--private-overlay"],
            ), one.opts


def test_lint_of_curations_takes_no_other_decisions() -> None:
    known = commands()
    assert not {"--curations", "--policy"} & known["curations lint"]
    assert {"--curations", "--policy"} <= known["curations suggest"]


#: A row of docs/usage.md: option, commands that take it, meaning.
SINGLE = re.compile(r"^\| (`-.+?) \| (`[a-z].*?) \| ", re.MULTILINE)


def test_usage_names_the_commands_of_each_option() -> None:
    text = (ROOT / "docs" / "usage.md").read_text(encoding="utf-8")
    documented: dict[str, set[str]] = {}
    for row, of in SINGLE.findall(text):
        named = set(re.findall(r"`([a-z ]+)`", of)) & leaves().keys()
        for option in re.findall(r"(?<![\w-])--?[a-z-]+", row):
            documented.setdefault(option, set()).update(named)
    assert len(documented) > 20
    taken = {
        option: {name for name, known in commands().items() if option in known}
        for option in documented
    }
    assert documented == taken


def test_every_command_and_option_shown_exists() -> None:
    known = commands()
    seen = set()
    for page in PAGES:
        for words in invocations(page):
            command, *rest = words
            if command.startswith("-"):
                assert command in {"--help", "-h", "--version"}, (page.name, words)
                continue
            assert command in known, (page.name, words)
            seen.add(command)
            if rest and f"{command} {rest[0]}" in known:
                command = f"{command} {rest[0]}"
                seen.add(command)
            flags = {word.partition("=")[0] for word in rest if word[:1] == "-"}
            assert flags <= known[command], (page.name, words)
    assert seen == set(known)


def test_usage_names_every_option_and_no_other() -> None:
    text = (ROOT / "docs" / "usage.md").read_text(encoding="utf-8")
    known = {option for options in commands().values() for option in options}
    rows = re.findall(r"^\| (`-.+?) \|", text, re.MULTILINE)
    named = {word for row in rows for word in re.findall(r"(?<![\w-])--?[a-z-]+", row)}
    assert named == known


def anchors(page: Path) -> set[str]:
    """Return the ids that GitHub and GitLab give to the headings of a page."""
    text = FENCE.sub("", page.read_text(encoding="utf-8"))
    plain = (re.sub(r"[^\w\- ]", "", title.lower()) for title in HEADING.findall(text))
    return {title.strip().replace(" ", "-") for title in plain}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_resolve(page: Path) -> None:
    for target in LINK.findall(prose(page)):
        if target.startswith(("https://", "mailto:")):
            continue
        path, _, anchor = target.partition("#")
        goal = (page.parent / path).resolve() if path else page
        assert goal.is_relative_to(ROOT), target
        assert goal.exists(), target
        if anchor:
            assert anchor in anchors(goal), target


def test_every_page_is_reachable_from_the_readme() -> None:
    linked = {ROOT / "README.md"}
    todo = [ROOT / "README.md"]
    while todo:
        page = todo.pop()
        for target in LINK.findall(prose(page)):
            goal = (page.parent / target.partition("#")[0]).resolve()
            if goal.suffix == ".md" and goal not in linked and goal.is_file():
                linked.add(goal)
                todo.append(goal)
    assert set(PAGES) - linked == set()


def test_examples_of_the_algebra_are_answers_of_the_tool(
    tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    text = (ROOT / "docs" / "licence-algebra.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(.+)` \| (.*?) ?\| `(.+)` \|$", text, re.MULTILINE)
    assert len(rows) > 20
    expected = {}
    for number, (field, use, answer) in enumerate(rows):
        entry = tmp_path / "var/db/pkg/app-misc" / f"example-{number}"
        entry.mkdir(parents=True)
        (entry / "LICENSE").write_text(field.replace(r"\|", "|"), encoding="utf-8")
        if use != "not recorded":
            (entry / "USE").write_text(use.strip("`"), encoding="utf-8")
        expected[f"app-misc/example-{number}"] = answer
    root.main(["list", str(tmp_path), "-q", "--format", "json"], standalone_mode=False)
    packages = json.loads(capsysbinary.readouterr().out)["packages"]
    assert {one["cpv"]: one["declared"] for one in packages} == expected


def fenced(page: Path, wanted: str) -> list[str]:
    """Return the code blocks of a page that are marked so."""
    found = FENCE.findall(page.read_text(encoding="utf-8"))
    return [block for language, block in found if language == wanted]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_sessions_shown_are_real(
    page: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsysbinary: pytest.CaptureFixture[bytes],
) -> None:
    """A file that a session names is the TOML block of its page."""
    monkeypatch.chdir(ROOT)
    policy = tmp_path / "policy.toml"
    policy.write_text("".join(fenced(page, "toml")), encoding="utf-8")
    for block in fenced(page, "console"):
        call, _, expected = block.replace("\\\n", " ").partition("\n")
        prompt, name, *words = shlex.split(call)
        assert (prompt, name) == ("$", "coos-license")
        arguments = [str(policy) if word == policy.name else word for word in words]
        root.main(arguments, standalone_mode=False)
        assert capsysbinary.readouterr().out.decode() == expected


def test_vocabularies_are_in_the_docs() -> None:
    text = (ROOT / "docs" / "licence-algebra.md").read_text(encoding="utf-8")
    named = re.findall(r"^\| `([a-z-]+)` \| [^`|]+ \|$", text, re.MULTILINE)
    words = [*LicenseCategory, *Obligation]
    assert [name for name in named if name in set(words)] == words
