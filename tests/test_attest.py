# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""``attest`` and ``verify --key``: signatures by keys made in the test."""

import base64
import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from command import COVERAGE, ENVIRONMENT, ROOT, one_line, run

pytest.importorskip("securesystemslib", reason="needs the extra 'attest'")
from cryptography.hazmat.primitives.asymmetric import (
    dsa,
    ec,
    ed448,
    ed25519,
    rsa,
)
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

PASSPHRASE = "correct horse"  # noqa: S105 (of a key that lives as long as a test)
KINDS: dict[str, Callable[[], Any]] = {
    "ed25519": ed25519.Ed25519PrivateKey.generate,
    "ecdsa-p256": lambda: ec.generate_private_key(ec.SECP256R1()),
    "ecdsa-p384": lambda: ec.generate_private_key(ec.SECP384R1()),
    "rsa": lambda: rsa.generate_private_key(65537, 2048),
}
REFUSED: dict[str, Callable[[], Any]] = {
    "ed448": ed448.Ed448PrivateKey.generate,
    "dsa": lambda: dsa.generate_private_key(2048),
    "secp256k1": lambda: ec.generate_private_key(ec.SECP256K1()),
    "rsa-1024": lambda: rsa.generate_private_key(65537, 1024),  # noqa: S505 (refused)
}


def write_keys(directory: Path, key: Any, passphrase: str = "") -> tuple[str, str]:
    """Write both halves of a key; return the paths of the private and public one."""
    hidden = (
        BestAvailableEncryption(passphrase.encode()) if passphrase else NoEncryption()
    )
    private, public = directory / "key.pem", directory / "key.pub"
    private.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, hidden))
    public.write_bytes(
        key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    )
    return str(private), str(public)


@pytest.fixture
def bundle(generated: Path, tmp_path: Path) -> Path:
    """A copy of the miniature's outputs."""
    return Path(shutil.copytree(generated, tmp_path / "bundle"))


@pytest.fixture
def keys(tmp_path: Path) -> tuple[str, str]:
    """An ed25519 key."""
    return write_keys(tmp_path, ed25519.Ed25519PrivateKey.generate())


def attested(bundle: Path, private: str) -> Path:
    """Sign a bundle; return the attestation in it."""
    target = bundle / "attestation.intoto.json"
    result = run("attest", str(bundle), "--key", private, "-o", str(target))
    assert result.returncode == 0, result.stderr
    return target


def payload(attestation: Path) -> bytes:
    """Return the statement in an envelope."""
    return base64.b64decode(json.loads(attestation.read_bytes())["payload"])


@pytest.mark.parametrize("kind", list(KINDS))
def test_what_a_key_signed_its_public_half_verifies(
    kind: str, bundle: Path, tmp_path: Path
) -> None:
    private, public = write_keys(tmp_path, KINDS[kind]())
    attested(bundle, private)
    result = run("verify", str(bundle), "--key", public)
    assert (result.returncode, result.stdout) == (0, b"")


def test_the_statement_is_that_of_the_in_toto_library(
    bundle: Path, keys: tuple[str, str]
) -> None:
    statement_of = pytest.importorskip(
        "in_toto_attestation.v1.statement", reason="an oracle of the dev environment"
    )
    message = pytest.importorskip("in_toto_attestation.v1.statement_pb2")
    reader = pytest.importorskip("google.protobuf.json_format")
    found = reader.Parse(payload(attested(bundle, keys[0])), message.Statement())
    statement_of.Statement.copy_from_pb(found).validate()
    assert [one.name for one in found.subject] == sorted(
        file.name for file in bundle.iterdir() if file.name[:11] != "attestation"
    )


def test_the_statement_is_the_same_in_every_run(
    bundle: Path, keys: tuple[str, str]
) -> None:
    first = attested(bundle, keys[0]).read_bytes()
    assert attested(bundle, keys[0]).read_bytes() == first


def test_the_statement_says_how_the_bundle_was_made(
    bundle: Path, keys: tuple[str, str]
) -> None:
    predicate = json.loads(payload(attested(bundle, keys[0])))["predicate"]
    assert predicate["tool"][0].startswith("coos-license-")
    assert predicate["context"] == "during build"
    assert predicate["image"]["name"] == "Miniature"
    assert predicate["findings"]["error"] == 0
    assert str(bundle) not in json.dumps(predicate)


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (
            lambda one: (one / "more").write_text("", "utf-8"),
            b"more: attestation: extra",
        ),
        (lambda one: (one / "sbom.spdx").unlink(), b"sbom.spdx: attestation: missing"),
        (
            lambda one: (one / "sbom.spdx").write_text("x: y\n", "utf-8"),
            b"sbom.spdx: attestation: changed since it was attested",
        ),
    ],
)
def test_a_file_that_is_not_what_was_signed_is_named(
    spoil: Any, said: bytes, bundle: Path, keys: tuple[str, str]
) -> None:
    attested(bundle, keys[0])
    spoil(bundle)
    result = run("verify", str(bundle), "--key", keys[1])
    assert result.returncode == 1
    assert said in result.stdout


def spoilt(attestation: Path, change: Any) -> None:
    """Change the envelope of an attestation."""
    value = json.loads(attestation.read_bytes())
    change(value)
    attestation.write_text(json.dumps(value), encoding="utf-8")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda one: one.update(payload="e30="), "no valid signature of this key"),
        (lambda one: one.update(payloadType="x"), "no valid signature of this key"),
        (lambda one: one.update(signatures=[]), "no valid signature of this key"),
        (lambda one: one["signatures"][0].update(sig="AAAA"), "no valid signature"),
        (lambda one: one["signatures"][0].update(sig="?"), "is no DSSE envelope"),
        (lambda one: one["signatures"][0].update(keyid=7), "no valid signature"),
        (lambda one: one.update(payloadType=None), "no valid signature"),
        (
            lambda one: one["signatures"].append(one["signatures"][0]),
            "no DSSE envelope",
        ),
        (lambda one: one.update(signatures=7), "is no DSSE envelope"),
        (lambda one: one.pop("payload"), "is no DSSE envelope"),
    ],
)
def test_an_envelope_that_was_changed_is_not_believed(
    change: Any, said: str, bundle: Path, keys: tuple[str, str]
) -> None:
    spoilt(attested(bundle, keys[0]), change)
    result = run("verify", str(bundle), "--key", keys[1])
    assert result.returncode == 1
    assert said in result.stdout.decode()


def test_another_key_is_not_believed(
    bundle: Path, keys: tuple[str, str], tmp_path: Path
) -> None:
    attested(bundle, keys[0])
    (tmp_path / "other").mkdir()
    key = ed25519.Ed25519PrivateKey.generate()
    _, other = write_keys(tmp_path / "other", key)
    result = run("verify", str(bundle), "--key", other)
    assert result.returncode == 1
    assert b"no valid signature of this key" in result.stdout


def test_an_attestation_may_lie_elsewhere(
    bundle: Path, keys: tuple[str, str], tmp_path: Path
) -> None:
    moved = attested(bundle, keys[0]).rename(tmp_path / "signed.json")
    result = run("verify", str(bundle), "--key", keys[1], "--attestation", str(moved))
    assert (result.returncode, result.stdout) == (0, b"")
    assert "sign it with" in one_line(run("verify", str(bundle), "--key", keys[1]))


def test_an_encrypted_key_takes_its_passphrase_from_the_environment(
    bundle: Path, tmp_path: Path
) -> None:
    key = ed25519.Ed25519PrivateKey.generate()
    private, public = write_keys(tmp_path, key, PASSPHRASE)
    command = ["attest", str(bundle), "--key", private]
    command += ["-o", str(bundle / "attestation.intoto.json")]
    assert run(*command, COOS_LICENSE_KEY_PASSPHRASE=PASSPHRASE).returncode == 0
    assert run("verify", str(bundle), "--key", public).returncode == 0
    wrong = "wrong"
    line = one_line(run(*command, COOS_LICENSE_KEY_PASSPHRASE=wrong))
    assert "cannot be opened with this passphrase" in line
    assert wrong not in line
    result = subprocess.run(
        [sys.executable, "-m", "coos_license", *command],
        cwd=ROOT,
        env={**ENVIRONMENT, **COVERAGE},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )
    assert "no passphrase is given" in one_line(result)


@pytest.mark.parametrize("kind", list(REFUSED))
def test_a_key_of_another_kind_is_one_line(
    kind: str, bundle: Path, tmp_path: Path
) -> None:
    private, public = write_keys(tmp_path, REFUSED[kind]())
    out = str(tmp_path / "out")
    line = one_line(run("attest", str(bundle), "--key", private, "-o", out))
    assert "no private key of a kind that signs: ed25519" in line
    (bundle / "attestation.intoto.json").write_text("{}", encoding="utf-8")
    line = one_line(run("verify", str(bundle), "--key", public))
    assert "no public key of a kind that verifies: ed25519" in line


def test_the_wrong_half_of_a_key_is_one_line(
    bundle: Path, keys: tuple[str, str], tmp_path: Path
) -> None:
    private, public = keys
    out = str(tmp_path / "out")
    line = one_line(run("attest", str(bundle), "--key", public, "-o", out))
    assert "is no private key in PEM, but a PUBLIC KEY" in line
    line = one_line(run("verify", str(bundle), "--key", private))
    assert "is no public key in PEM, but a PRIVATE KEY" in line
    secret = Path(private).read_text("utf-8").splitlines()[1]
    assert secret not in line


def test_a_damaged_key_is_one_line(bundle: Path, tmp_path: Path) -> None:
    key = tmp_path / "key"
    key.write_text(
        "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", "utf-8"
    )
    line = one_line(run("attest", str(bundle), "--key", str(key), "-o", str(key) + "o"))
    assert "no private key of a kind that signs" in line


def test_what_is_not_whole_is_not_signed(
    bundle: Path, keys: tuple[str, str], tmp_path: Path
) -> None:
    (bundle / "NOTICE").write_text("thanks\n", encoding="utf-8")
    out = tmp_path / "out"
    line = one_line(run("attest", str(bundle), "--key", keys[0], "-o", str(out)))
    assert "is not whole: NOTICE: changed" in line
    assert not out.exists()


def test_without_the_extra_it_is_one_line(
    bundle: Path, keys: tuple[str, str], tmp_path: Path
) -> None:
    (tmp_path / "hidden").mkdir()
    hidden = tmp_path / "hidden" / "securesystemslib.py"
    hidden.write_text("raise ImportError('not here')\n", encoding="utf-8")
    path = f"{hidden.parent}:{ROOT}"
    out = str(tmp_path / "out")
    for command in (
        ("attest", str(bundle), "--key", keys[0], "-o", out),
        ("verify", str(bundle), "--key", keys[1]),
    ):
        line = one_line(run(*command, PYTHONPATH=path))
        assert "pip install 'coos-license[attest]'" in line


def test_an_attestation_needs_a_key_to_believe(bundle: Path) -> None:
    line = one_line(run("verify", str(bundle), "--attestation", "x"))
    assert "--attestation needs --key" in line
