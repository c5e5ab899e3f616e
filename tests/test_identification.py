# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""What follows from which licence a text is, and what does not."""

from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from builders_inventory import inventory, opened, problems
from builders_vdb import raw, write_repository

from coos_license.expression import Claim, License, any_of
from coos_license.licenses import spdx_list
from coos_license.licenses.identify import Identified
from coos_license.licenses.names import candidates, name_rows
from coos_license.model import Inventory
from coos_license.resolve.identification import label


def listed(spdx_id: str) -> str:
    """Return the list's text of a licence."""
    content = spdx_list.list_text(spdx_id)
    assert content is not None
    return content.decode()


def found(
    directory: Path, texts: Mapping[str, str], field: str, cache: bytes | None = None
) -> Inventory:
    """Return the inventory of one package whose repository has these texts."""
    path = write_repository(directory / "r", "overlay", texts)
    package = raw("app-misc/x-1", license=field, repository="overlay")
    if cache is not None:
        package = replace(package, license_cache=("license.yaml", cache))
    with ExitStack() as trees:
        return inventory(opened([path], trees), package)


def declared(result: Inventory) -> str:
    """Return what the package declares."""
    return str(result.packages[0].declared)


@pytest.mark.parametrize("spdx_id", ["MIT", "X11"])
def test_the_text_decides_between_the_candidates_of_a_name(
    tmp_path: Path, spdx_id: str
) -> None:
    result = found(tmp_path, {"MIT": listed(spdx_id)}, "MIT")
    assert declared(result) == spdx_id


def test_a_text_that_may_be_both_leaves_what_the_table_says(tmp_path: Path) -> None:
    both = (
        listed("MIT")
        + "\n[Except as contained in this notice, the name of <copyright holders>\n"
        "shall not be used in advertising or otherwise to promote the sale, use\n"
        "or other dealings in this Software without prior written authorization\n"
        "from <copyright holders>.]\n"
    )
    assert declared(found(tmp_path, {"MIT": both}, "MIT")) == "MIT"


def test_a_candidate_may_be_declared_for_a_name_without_an_expression(
    tmp_path: Path,
) -> None:
    result = found(tmp_path, {"OPENLDAP": listed("OLDAP-2.8")}, "OPENLDAP")
    assert declared(result) == "OLDAP-2.8"
    assert (
        not {"identified-text", "text-contradicts-name"} & dict(problems(result)).keys()
    )


def test_a_licence_that_is_no_candidate_is_never_declared(tmp_path: Path) -> None:
    result = found(tmp_path, {"MIT": listed("ISC")}, "MIT")
    assert declared(result) == "MIT"
    assert ("text-contradicts-name", "MIT") in problems(result)


def test_a_text_that_contradicts_its_name_is_a_finding_with_evidence(
    tmp_path: Path,
) -> None:
    result = found(tmp_path, {"BSD": listed("GPL-2.0-only")}, "BSD")
    assert declared(result) == "BSD-3-Clause"
    (one,) = (
        defect
        for defect in result.defects
        if defect.kind.name == "text-contradicts-name"
    )
    assert one.message == (
        "overlay/licenses/BSD holds the text of GPL-2.0-only, not of BSD-3-Clause"
    )
    assert [evidence.path for evidence in one.evidence] == [
        "root/var/db/pkg/app-misc/x-1/LICENSE",
        "overlay/licenses/BSD",
    ]


def test_the_right_text_is_the_cure(tmp_path: Path) -> None:
    result = found(tmp_path, {"BSD": listed("BSD-3-Clause")}, "BSD")
    assert "text-contradicts-name" not in dict(problems(result))


def test_a_text_only_near_to_another_licence_contradicts_nothing(
    tmp_path: Path,
) -> None:
    text = listed("ISC").replace("all copies", "all copies, and must be sung aloud")
    result = found(tmp_path, {"BSD": text}, "BSD")
    assert "text-contradicts-name" not in dict(problems(result))


def test_or_later_is_not_contradicted_by_the_plain_text(tmp_path: Path) -> None:
    result = found(tmp_path, {"GPL-2+": listed("GPL-2.0-only")}, "GPL-2+")
    assert "text-contradicts-name" not in dict(problems(result))


def test_an_unknown_name_with_a_known_text_stays_a_reference(tmp_path: Path) -> None:
    result = found(tmp_path, {"house-1": listed("ISC")}, "house-1")
    assert declared(result) == "LicenseRef-gentoo-house-1"
    (one,) = (
        defect for defect in result.defects if defect.kind.name == "identified-text"
    )
    assert one.message == (
        "overlay/licenses/house-1 holds the text of ISC;"
        " it is credited as LicenseRef-gentoo-house-1"
    )
    assert one.evidence[1].path == "overlay/licenses/house-1"


def test_an_unknown_name_with_its_own_text_is_not_identified(tmp_path: Path) -> None:
    result = found(
        tmp_path, {"house-1": "Do as the house rules say.\n" * 20}, "house-1"
    )
    assert "identified-text" not in dict(problems(result))


def cache(text: str) -> bytes:
    """Return a licence cache of the package with one scanned text."""
    fields = {
        "category": "app-misc",
        "name": "x",
        "version": "1",
        "license_names": set(),
        "license_text_scanned": [f"Scanned Source License x-1/COPYING:\n\n{text}"],
    }
    return yaml.dump(list(fields.items())).encode()


def test_a_scanned_text_is_shown_as_what_it_is(tmp_path: Path) -> None:
    texts = {"BSD": listed("BSD-3-Clause"), "ISC": listed("ISC")}
    scanned = "Copyright (c) 2020 Jane Doe\n" + listed("ISC")
    result = found(tmp_path, texts, "BSD ISC", cache(scanned))
    (use,) = (one for one in result.packages[0].texts if one.kind == "cache")
    assert result.texts[use.sha256].spdx == "ISC"


def test_a_scanned_text_nobody_knows_is_shown_as_what_is_declared(
    tmp_path: Path,
) -> None:
    texts = {"BSD": listed("BSD-3-Clause"), "ISC": listed("ISC")}
    result = found(tmp_path, texts, "BSD ISC", cache("Copyright 2020 Jane. Ask me."))
    (use,) = (one for one in result.packages[0].texts if one.kind == "cache")
    assert result.texts[use.sha256].spdx == "BSD-3-Clause AND ISC"


def test_of_ids_a_text_cannot_tell_apart_the_declared_one_is_shown() -> None:
    gpl = Identified(("GPL-2.0-only", "GPL-2.0-or-later"), 1.0, (), "equal")
    later, only = License("GPL-2.0-or-later"), License("GPL-2.0-only")
    assert label(gpl, later) == "GPL-2.0-or-later"
    assert label(gpl, any_of([later, only])) == "GPL-2.0-or-later OR GPL-2.0-only"
    assert label(gpl, Claim.NOASSERTION) == "NOASSERTION"


def test_every_ambiguous_name_is_known_and_its_candidates_are_on_the_list() -> None:
    names = [name for name in name_rows() if candidates(name)]
    assert set(names) == {
        *("Artistic", "BSD-2", "BSD-4", "BSD-with-attribution", "MIT", "OPENLDAP"),
        "libpng",
    }
    current = spdx_list.license_ids() - spdx_list.deprecated_ids()
    for name in names:
        expression = name_rows()[name].expression
        assert set(candidates(name)) <= current
        assert not expression or expression in candidates(name)
