# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""The programs of the pipeline for tests of coos-build: fast, and bad on request.

Run as ``wrapper_tools.py TOOL ARGUMENT...``. They make the files that the real ones
make, print what the real ones print, and resume as the real ones do. ``$FAKE_DIR/TOOL``
holds a mode: ``hang``, ``die``, ``empty`` (exit 0 without the artifact), ``full``,
``refuse`` or ``slow``; every call is noted in ``$FAKE_DIR/calls.jsonl``.
"""

import hashlib
import io
import json
import os
import shutil
import subprocess
import sys
import tarfile
import time
from pathlib import Path

MINI = Path(__file__).parent / "fixtures/mini"
FAKE = Path(os.environ.get("FAKE_DIR", "."))
SOURCE = "/mnt/host/source"
SCRIPTS = (
    *("setup_board", "build_packages", "build_image", "image_to_vm.sh"),
    "set_shared_user_password.sh",
)
MESSAGES = {
    "full": "tar: ./usr/lib/libc.so: Cannot write: No space left on device",
    "hook": "ERROR: Failed Generating Licensing for sys-libs/zlib-1.2.13-r1",
}


def mode(tool: str) -> str:
    """Return how a tool is to behave; ``NAME once`` holds for one call."""
    path = FAKE / tool
    if not path.is_file():
        return ""
    words = path.read_text(encoding="utf-8").split()
    if words[1:] == ["once"]:
        path.unlink()
    return words[0] if words else ""


def behave(tool: str) -> str:
    """Behave badly if asked to; return the mode for what only the tool can do."""
    wanted = mode(tool)
    match wanted:
        case "hang":
            print("hanging", file=sys.stderr, flush=True)
            subprocess.run(["sleep", "300"], check=False)
        case "die":
            print(f"{tool}: it broke", file=sys.stderr)
            sys.exit(7)
        case "slow":
            time.sleep(0.6)
        case "full" | "hook":
            print(MESSAGES[wanted], file=sys.stderr)
            sys.exit(1)
        case _:
            pass
    return wanted


def note(tool: str, words: list[str]) -> None:
    with (FAKE / "calls.jsonl").open("a", encoding="utf-8") as file:
        file.write(json.dumps([tool, *words]) + "\n")


def git(words: list[str]) -> None:
    """Hang if asked to, in preflight; else be the real one."""
    behave("preflight")
    ours = str(FAKE.parent / "home/bin")
    places = [one for one in os.environ["PATH"].split(os.pathsep) if one != ours]
    real = shutil.which("git", path=os.pathsep.join(places)) or "git"
    os.execv(real, ["git", *words])  # noqa: S606 (no shell is wanted)


# --- repo -----------------------------------------------------------------------------


def repo(words: list[str]) -> None:
    if "--repo-ref" in words:
        print("Usage: repo init\n\nrepo: error: no such option: --repo-ref")
        sys.exit(2)
    if words[0] == "init":
        if behave("repo-init") == "unsigned":
            print("error: tag 'v2.64' was not signed by a trusted key")
            sys.exit(1)
        write(Path(".repo/manifest.xml"), " ".join(words))
    elif words[0] == "manifest":
        print(
            f"<manifest>{Path('.repo/manifest.xml').read_text(encoding='utf-8')}</manifest>"
        )
        print(
            (FAKE / "revision").read_text(encoding="utf-8")
            if (FAKE / "revision").exists()
            else "1"
        )
    elif "--network-only" in words:
        print("Fetching projects:  50% (1/2)\rFetching projects: 100% (2/2)")
        if behave("sync-network") != "empty":
            write(Path(".repo/project-objects/x"), "objects")
    elif behave("sync-local") != "empty":
        check_out()


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def check_out() -> None:
    for name in SCRIPTS:
        write(Path("src/scripts", name), "#!/bin/sh\n")
    write(Path("chromite/licensing/licenses"), "#!/bin/sh\nexit 1\n")
    for place, name in (
        ("src/third_party", "portage-stable"),
        ("src/third_party", "chromiumos-overlay"),
        ("src/overlays", "overlay-lakitu"),
    ):
        shutil.copytree(MINI / "repos" / name, Path(place, name), dirs_exist_ok=True)


# --- the chroot -----------------------------------------------------------------------


def inside(path: str) -> Path:
    """Return where a path of the chroot is: a directory, or hidden as in chroot.img."""
    if path.startswith(SOURCE):
        return Path(path.replace(SOURCE, str(Path.cwd()), 1))
    root = Path(".hidden") if (FAKE / "hidden").exists() else Path("chroot")
    return root / path.removeprefix("/")


def cros_sdk(words: list[str]) -> None:
    command = words[words.index("--") + 1 :] if "--" in words else []
    if command != ["true"] or behave("chroot") != "empty":
        write(inside("/etc/cros_chroot_version"), "1\n")
        if (FAKE / "hidden").exists():
            write(Path("chroot.img"), "an image")
    if command[:1] == ["sh"] and command[1].endswith("/enter.sh"):
        command = command[2:]
    name = Path(command[0]).name if command else "true"
    if name == "sh":
        for path in command[4:]:
            if inside(path).exists():
                print(f"coos-build-has:{path}")
    elif name in INSIDE:
        INSIDE[name](command[1:])


def setup_board(words: list[str]) -> None:
    board = words[words.index("--board") + 1]
    if behave("setup-board") != "empty":
        write(inside(f"/build/{board}/etc/make.conf"), "PORTDIR=/x\n")


def set_password(_words: list[str]) -> None:
    text = sys.stdin.readline()
    if behave("password") != "empty" and text.strip():
        digest = hashlib.sha256(text.strip().encode()).hexdigest()
        write(inside("/etc/shared_user_passwd.txt"), digest)


def build_packages(words: list[str]) -> None:
    board = next(word for word in words if word.startswith("--board="))[8:]
    source = MINI / "sysroot/var/db/pkg"
    target = inside(f"/build/{board}/var/db/pkg")
    entries = sorted(one for one in source.glob("*/*") if one.is_dir())
    for number, entry in enumerate(entries, 1):
        name = entry.relative_to(source)
        print(f">>> Emerging ({number} of {len(entries)}) {name}::stable", flush=True)
        if number == len(entries) // 2 and behave("build-packages") == "empty":
            sys.exit(0)
        if not (target / name).exists():
            part = target / f".part-{number}"
            shutil.rmtree(part, ignore_errors=True)
            shutil.copytree(entry, part)
            (target / name).parent.mkdir(exist_ok=True)
            part.rename(target / name)
    write(inside(f"/build/{board}/packages/Packages"), "PACKAGES: 15\n")


# --- images ---------------------------------------------------------------------------


def build_image(words: list[str]) -> None:
    board = next(word for word in words if word.startswith("--board="))[8:]
    kind = next((word for word in words if word in {"base", "dev", "test"}), "dev")
    images = Path("src/build/images", board)
    folder = images / image_name(words)
    if folder.exists() and "--replace" in words:
        shutil.rmtree(folder)
    if folder.exists():
        sys.exit(
            f"Directory {folder} already exists. Use --build_attempt for another one"
        )
    folder.mkdir(parents=True)
    try:
        fill_image(folder, board, kind)
    except BaseException:
        shutil.rmtree(folder)  # without a terminal the real one does the same
        raise
    latest = images / "latest"
    latest.unlink(missing_ok=True)
    latest.symlink_to(folder.name)
    if mode("build-image-words") != "silent":
        print(f"Done. Image(s) created in {SOURCE}/{folder}")


def image_name(words: list[str]) -> str:
    """Return how a build is named; a flag that the real one does not know ends it."""
    flags = {"board": "", "build_attempt": "1", "version": "", "output_suffix": ""}
    for word in words:
        name, found, value = word.removeprefix("--").partition("=")
        if found and name not in flags:
            sys.exit(f"FATAL: unknown option '{name}'")
        flags |= {name: value} if found else {}
    version = flags["version"] or f"13274.0.0-a{flags['build_attempt']}"
    suffix = flags["output_suffix"]
    return f"R85-{version}{'-' if suffix else ''}{suffix}"


def fill_image(folder: Path, board: str, kind: str) -> None:
    root = folder / "rootfs"
    shutil.copytree(inside(f"/build/{board}/var/db/pkg"), root / "var/db/pkg")
    page = root / "opt/google/chrome/resources/about_os_credits.html"
    page.parent.mkdir(parents=True)
    box = Path(".coos-build/install/licensing/licenses")
    if box.is_file():
        script = box.read_text(encoding="utf-8").replace(SOURCE, str(Path.cwd()))
        words = ["sh", "-c", script, "licenses", "--output", str(page.absolute())]
        subprocess.run(words, check=True)
    else:
        page.write_text("<html>the build's own</html>", encoding="utf-8")
    shutil.copyfile(page, folder / "license_credits.html")
    if mode("page") == "other":
        (folder / "license_credits.html").write_text("<html>", encoding="utf-8")
    write(root / "etc/os-release", 'NAME="Mini"\nID=cos\nBUILD_ID=13274.0.0\n')
    how = behave("build-image")
    name = {"base": "base_", "dev": "", "test": "test_"}[kind]
    if how != "empty":
        pack(root, folder / f"chromiumos_{name}image.bin")
    shutil.rmtree(root)


def pack(root: Path, target: Path) -> None:
    """Write a tar where the real one has a disk: coos-license reads both.

    On request a file system, with a file that is nobody's: they can be accounted for.
    """
    if mode("image-format") == "ext4":
        write(root / "etc/stray", "who wrote this?")
        mke2fs = ("mke2fs", "-q", "-F", "-t", "ext4", "-d", str(root), str(target))
        places = f"{os.environ['PATH']}{os.pathsep}/usr/sbin{os.pathsep}/sbin"
        subprocess.run([*mke2fs, "8M"], check=True, env={**os.environ, "PATH": places})
        return
    with tarfile.open(target, "w") as archive:
        for path in sorted(root.rglob("*")):
            archive.add(path, str(path.relative_to(root)), recursive=False)


def image_to_vm(words: list[str]) -> None:
    place = next(word for word in words if word.startswith("--from="))[7:]
    folder = Path("src/scripts", place)
    if behave("vm-image") != "empty":
        image = next(
            folder.glob("chromiumos_*image.bin"), folder / "chromiumos_image.bin"
        )
        shutil.copy(image, folder / "chromiumos_qemu_image.bin")


def tar(words: list[str]) -> None:
    behave("tar")
    root = inside(words[words.index("--directory") + 1])
    target = inside(words[words.index("--file") + 1])
    names = words[words.index("var/db/pkg") :]
    with tarfile.open(target, "w") as archive:
        for path in [one for name in names for one in chosen(root, name)]:
            archive.add(path, str(path.relative_to(root)))


def chosen(root: Path, name: str) -> list[Path]:
    """Return what is packed of a name: of boot, what ``--exclude`` leaves."""
    path = root / name
    if name == "boot":
        return sorted(path.glob("c*"))
    return [path] if path.is_symlink() or path.exists() else []


def portageq(_words: list[str]) -> None:
    behave("portageq")
    print(f"{SOURCE}/src/third_party/portage-stable")
    print(
        f"{SOURCE}/src/third_party/chromiumos-overlay"
        f" {SOURCE}/src/overlays/overlay-lakitu /usr/local/portage"
    )


INSIDE = {
    "setup_board": setup_board,
    "set_shared_user_password.sh": set_password,
    "build_packages": build_packages,
    "build_image": build_image,
    "image_to_vm.sh": image_to_vm,
    "tar": tar,
    "portageq-lakitu": portageq,
}
TOOLS = {"repo": repo, "cros_sdk": cros_sdk, "git": git}

if __name__ == "__main__":
    sys.stdout = io.TextIOWrapper(sys.stdout.buffer, write_through=True)
    note(sys.argv[1], sys.argv[2:])
    TOOLS[sys.argv[1]](sys.argv[2:])
