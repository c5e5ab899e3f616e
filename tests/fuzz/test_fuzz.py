# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Every parser takes any bytes: it answers or refuses, soon, and never breaks.

The corpus is replayed in every run, and so are a few mutations of it, the same each
time. ``pytest tests/fuzz --slow`` tries many more; docs/architecture.md says how a
crash is kept.
"""

import gzip
import hashlib
import tempfile
import time
from pathlib import Path
from typing import Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from targets import NO_PARSERS, TARGETS, Target

from coos_license.errors import CoosLicenseError

HERE: Final = Path(__file__).parent
CORPUS: Final = HERE / "corpus"
SOURCE: Final = HERE.parent.parent / "coos_license"
#: Where parsers of what comes from outside live; a module there has a target.
PACKAGES: Final = (
    *("portage", "chromiumos", "components", "sources", "trees", "policy"),
    *("documents", "snapshot", "accounting", "corresponding"),
)
#: Seconds of processor time for one input; the largest of the corpus takes a tenth.
LIMIT_S: Final = 5
#: Inputs of one target in a run of all tests, and with ``--slow``.
FEW, MANY = 12, 3_000
#: Bytes that break things: ends, signs, lengths, nesting, what templates take.
SPIKES: Final = (
    *(b"\0", b"\n", b"\xff", b"\xff\xff\xff\xff", b"\x80", b"\x7f\xff\xff\xff"),
    *(b"-1", b"9" * 30, b"1e999", b"NaN", b"\xef\xbb\xbf", b"\xff\xfe", b"\x1b[31m"),
    *(b"../" * 4, b"/", b"/etc/passwd", b"{{ }}", b"${", b"$(id)", b"`", b'"', b"'"),
    *(b"( " * 50, b" )" * 50, b"[" * 50, b"{" * 50, b"|| ( ", b"&a [*a, *a]"),
    *(b"!!python/object:os.system", b"\xe2\x80\xae", b"\xed\xa0\x80", b" " * 100),
)


def seeds(target: Target) -> dict[str, bytes]:
    """Return the corpus of a target; what is packed there is for its length alone."""
    found = {}
    for path in sorted((CORPUS / target.name).iterdir()):
        content = path.read_bytes()
        packed = path.suffix == ".gz"
        found[path.name] = gzip.decompress(content) if packed else content
    return found


def tried(target: Target, content: bytes) -> None:
    """Give a target bytes: it answers, or refuses as a person can understand."""
    start = time.process_time()
    try:
        target.run(content)
    except CoosLicenseError as error:
        assert str(error).isprintable()  # noqa: PT017 - refusing is one of two answers
    except Exception as error:
        # Written for each smaller one that is found: the smallest is the last.
        kept = Path(tempfile.gettempdir()) / f"fuzz-crash-{target.name}"
        kept.write_bytes(content)
        name = f"crash-{hashlib.sha256(content).hexdigest()[:12]}"
        error.add_note(f"{kept} broke it: keep it as corpus/{target.name}/{name}")
        raise
    assert time.process_time() - start < LIMIT_S


@st.composite
def mutations(draw: st.DrawFn, corpus: tuple[bytes, ...]) -> bytes:
    """Draw a seed with a few bytes changed, cut, doubled or put in."""
    content = bytearray(draw(st.sampled_from(corpus)))
    for _ in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, len(content)))
        end = min(len(content), at + draw(st.integers(0, 64)))
        match draw(st.integers(0, 4)):
            case 0:
                content[at:end] = draw(st.binary(max_size=8))
            case 1:
                content[at:at] = draw(st.sampled_from(SPIKES))
            case 2:
                del content[at:]
            case 3:
                content[at:at] = content[at:end] * draw(st.integers(1, 40))
            case _ if at < len(content):
                content[at] ^= 1 << draw(st.integers(0, 7))
    return bytes(content)


@pytest.mark.parametrize(
    ("target", "name"),
    [
        pytest.param(target, name, id=f"{target.name}-{name}")
        for target in TARGETS
        for name in sorted(path.name for path in (CORPUS / target.name).glob("*"))
    ],
)
def test_corpus_is_answered_or_refused(target: Target, name: str) -> None:
    tried(target, seeds(target)[name])


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.name)
def test_mutations_are_answered_or_refused(
    target: Target, request: pytest.FixtureRequest
) -> None:
    corpus = tuple(seeds(target).values())
    few = FEW if not request.config.getoption("--slow") else MANY

    @settings(max_examples=few, suppress_health_check=list(HealthCheck))
    @given(mutations(corpus) | st.binary(max_size=64))
    def every(content: bytes) -> None:
        tried(target, content)

    every()


def test_every_module_that_may_parse_has_a_target_or_a_reason() -> None:
    modules = {
        f"{package}.{path.stem}"
        for package in PACKAGES
        for path in (SOURCE / package).glob("*.py")
        if path.stem != "__init__"
    }
    with_target = {module for target in TARGETS for module in target.modules}
    assert modules - with_target - NO_PARSERS.keys() == set()
    assert (with_target | NO_PARSERS.keys()) - modules == set()
    assert with_target & NO_PARSERS.keys() == set()


def test_every_target_has_a_corpus_of_small_files_and_no_other_is_there() -> None:
    names = [target.name for target in TARGETS]
    assert sorted(names) == sorted({path.name for path in CORPUS.iterdir()})
    for path in CORPUS.glob("*/*"):
        assert path.stat().st_size <= 1 << 14, path
    assert all(seeds(target) for target in TARGETS)


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.name)
def test_some_of_each_corpus_is_sound(target: Target) -> None:
    def is_sound(content: bytes) -> bool:
        try:
            target.run(content)
        except CoosLicenseError:
            return False
        return True

    assert any(map(is_sound, seeds(target).values()))
