# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""The content of the git projects: what is committed here, completed.

An ebuild whose version apt decides lies here as `NAME.ebuild.in`; it gets its version
and its file names. Manifests, the license texts and the metadata cache are made.
"""

import grp
import os
import pwd
import re
import shutil
import sys
import tarfile
import zipfile
from pathlib import Path

from mini.distfiles import Distfiles, ebuild_version
from mini.errors import MiniatureError
from mini.keys import drop_others, key_of, key_of_tree, made_whole
from mini.manifest import manifest
from mini.programs import output
from mini.recipe import Recipe, SourceText
from mini.work import PROJECT, SOURCE, Work

PROJECTS = SOURCE / "projects"
PORTAGE_STABLE = Path("src/third_party/portage-stable")
REPOSITORIES = {
    "portage-stable": PORTAGE_STABLE,
    "chromiumos": Path("src/third_party/chromiumos-overlay"),
    "lakitu": Path("src/overlays/overlay-lakitu"),
}
ATTRIBUTIONS = REPOSITORIES["chromiumos"] / "licenses/copyright-attribution"
SPDX_TEXTS = PROJECT / "coos_license" / "licenses" / "spdx-texts.zip"


def obtain(work: Work, recipe: Recipe, distfiles: Distfiles) -> Path:
    """The completed projects, from the cache or made anew."""
    code = (Path(__file__), SPDX_TEXTS, SOURCE / "sources.toml")
    key = key_of(
        [
            key_of_tree(PROJECTS),
            manifest(distfiles.directory / n for n in _all_names(distfiles)),
            *(path.read_bytes() for path in code),
        ]
    )
    target = work.cache / f"projects-{key}"
    if not target.is_dir():
        with made_whole(target) as place:
            shutil.copytree(PROJECTS, place, symlinks=True)
            _complete(place, recipe, distfiles)
        drop_others(target, "projects-*")
    return target


def _all_names(distfiles: Distfiles) -> list[str]:
    return sorted({name for names in distfiles.names.values() for name in names})


def _complete(projects: Path, recipe: Recipe, distfiles: Distfiles) -> None:
    for package in distfiles.names:
        _write_ebuild(projects, package, distfiles)
    licenses = projects / PORTAGE_STABLE / "licenses"
    for name, members in recipe.licenses.items():
        (licenses / name).write_text(spdx_text(members), encoding="utf-8")
    for name, place in recipe.source_licenses.items():
        (licenses / name).write_text(source_text(distfiles, place), encoding="utf-8")
    for package, member in recipe.attributions.items():
        path = projects / ATTRIBUTIONS / package
        path.parent.mkdir(parents=True, exist_ok=True)
        text = source_text(distfiles, SourceText(package, member))
        path.write_text(notice_in(text), encoding="utf-8")
    _write_metadata_cache(projects)


def _write_ebuild(projects: Path, package: str, distfiles: Distfiles) -> None:
    """Give a template its version and its files, and the package its Manifest."""
    found = [projects / place / package for place in REPOSITORIES.values()]
    directory = next(path for path in found if path.is_dir())
    files = distfiles.of(package)
    for template in directory.glob("*.ebuild.in"):
        name = template.name.removesuffix(".ebuild.in")
        ebuild = directory / f"{name}-{ebuild_version(files[0].name)}.ebuild"
        text = template.read_text(encoding="utf-8")
        uris = " ".join(path.name for path in files)
        ebuild.write_text(text.replace("@FILES@", uris), encoding="utf-8")
        template.unlink()
    (directory / "Manifest").write_text(manifest(files), encoding="utf-8")


def spdx_text(members: tuple[str, ...]) -> str:
    """Texts of the packaged SPDX list, one after the other."""
    with zipfile.ZipFile(SPDX_TEXTS) as archive:
        texts = [archive.read(f"{member}.txt").decode() for member in members]
    return "\n".join(text.strip("\n") + "\n" for text in texts)


def source_text(distfiles: Distfiles, place: SourceText) -> str:
    """A file out of the sources of a package.

    Raises:
        MiniatureError: They have no such file.
    """
    for path in distfiles.of(place.package):
        with tarfile.open(path) as archive:
            for member in archive:
                stream = archive.extractfile(member)
                if stream and f"/{member.name}".endswith(f"/{place.member}"):
                    return stream.read().decode("utf-8")
    raise MiniatureError(f"{place.package}: its sources hold no {place.member}")


def notice_in(text: str) -> str:
    """The copyright notice that stands in a comment of its own in C source.

    Raises:
        MiniatureError: There is none.
    """
    for comment in re.findall(r"/\*+\n(.*?)\n\*+/", text, re.DOTALL):
        if comment.startswith("* Copyright"):
            return re.sub(r"^\* ?", "", comment, flags=re.MULTILINE) + "\n"
    raise MiniatureError("no copyright notice in a comment of its own")


def _write_metadata_cache(projects: Path) -> None:
    """Fill `metadata/md5-cache` with the portage of this environment.

    It wants a configuration of its own: a prefix, with the global one of its package.
    """
    root = projects / ".portage"
    (root / "etc/portage").mkdir(parents=True)
    (root / "share").symlink_to(Path(sys.prefix) / "share")
    profile = projects / REPOSITORIES["lakitu"] / "profiles/base"
    (root / "etc/portage/make.profile").symlink_to(profile)
    locations = "".join(
        f"[{name}]\nlocation = {projects / place}\n"
        for name, place in REPOSITORIES.items()
    )
    (root / "etc/portage/repos.conf").write_text(
        f"[DEFAULT]\nmain-repo = portage-stable\n{locations}", encoding="utf-8"
    )
    environment = {
        "PORTAGE_OVERRIDE_EPREFIX": str(root),
        "PORTAGE_REPOSITORIES": (root / "etc/portage/repos.conf").read_text("utf-8"),
        "FEATURES": "-sandbox -usersandbox -userpriv",
        "PORTAGE_USERNAME": pwd.getpwuid(os.geteuid()).pw_name,
        "PORTAGE_GRPNAME": grp.getgrgid(os.getegid()).gr_name,
    }
    for name in REPOSITORIES:
        command = [f"{sys.prefix}/bin/egencache", f"--config-root={root}", "--update"]
        output([*command, "--repo", name], environment)
    shutil.rmtree(root)
