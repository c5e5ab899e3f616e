# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Signatures: a DSSE envelope around a statement, by a key in PEM.

By securesystemslib, the library of in-toto and TUF, which comes with the extra
``attest``. A private key is held in memory only, and shown nowhere: what the libraries
say of it is not passed on. Source: DSSE 1.0.
"""

import binascii
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from coos_license.documents.spdx import parse_object
from coos_license.errors import InputError, ReadError

if TYPE_CHECKING:
    from securesystemslib.signer import CryptoSigner, SSlibKey

#: An envelope of 10,000 subjects has 2 MB.
LIMIT: Final = 1 << 24
_KINDS: Final = "ed25519, ECDSA on P-256, P-384 or P-521, or RSA of 2048 bits or more"
_LEAST_RSA_BITS: Final = 2048
_MISSING: Final = "the extra 'attest' is not installed"
_INSTALL: Final = "pip install 'coos-license[attest]'"
_MARK: Final = b"-----BEGIN "


class PassphraseError(ReadError):
    """A key is encrypted, and the passphrase is missing or wrong."""


def signer_of(pem: bytes, passphrase: Callable[[], bytes]) -> "CryptoSigner":
    """Return what signs with a private key; ``passphrase`` is asked where it needs one.

    Raises: InputError without the extra; PassphraseError; ReadError where it is no
    private key that is supported.
    """
    _need()
    from cryptography.exceptions import UnsupportedAlgorithm  # noqa: PLC0415 (extra)
    from cryptography.hazmat.primitives.serialization import (  # noqa: PLC0415 (extra)
        load_pem_private_key,
    )
    from securesystemslib.signer import CryptoSigner  # noqa: PLC0415 (extra)

    if b"PRIVATE KEY-----" not in pem:
        raise ReadError(f"is no private key in PEM{_instead(pem)}")
    try:
        try:
            key = load_pem_private_key(pem, None)
        except TypeError:  # it is encrypted
            key = load_pem_private_key(pem, passphrase())
        _check_rsa(key)
        return CryptoSigner(key)
    except (ValueError, UnsupportedAlgorithm) as error:
        if _is_encrypted(pem):
            message = "cannot be opened with this passphrase, or is damaged"
            raise PassphraseError(message) from error
        raise ReadError(f"is no private key of a kind that signs: {_KINDS}") from error


def key_of(pem: bytes) -> "SSlibKey":
    """Return a public key.

    Raises: InputError without the extra; ReadError where it is none.
    """
    _need()
    from cryptography.exceptions import UnsupportedAlgorithm  # noqa: PLC0415 (extra)
    from cryptography.hazmat.primitives.serialization import (  # noqa: PLC0415 (extra)
        load_pem_public_key,
    )
    from securesystemslib.signer import SSlibKey  # noqa: PLC0415 (extra)

    if b"PUBLIC KEY-----" not in pem:
        raise ReadError(f"is no public key in PEM{_instead(pem)}")
    try:
        key = load_pem_public_key(pem)
        _check_rsa(key)
        return SSlibKey.from_crypto(key)
    except (ValueError, UnsupportedAlgorithm) as error:
        raise ReadError(
            f"is no public key of a kind that verifies: {_KINDS}"
        ) from error


def sign(payload: bytes, payload_type: str, signer: "CryptoSigner") -> bytes:
    """Return the envelope as JSON. An ECDSA or RSA signature differs in every run."""
    import orjson  # noqa: PLC0415 (only where JSON is written)
    from securesystemslib.dsse import Envelope  # noqa: PLC0415 (extra)

    envelope = Envelope(payload, payload_type, {})
    envelope.sign(signer)
    options = orjson.OPT_SORT_KEYS | orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE
    return orjson.dumps(envelope.to_dict(), option=options)


def opened(content: bytes, payload_type: str, key: "SSlibKey") -> bytes:
    """Return the payload of an envelope that the key signed.

    Raises: ReadError where it is no envelope, is of another type, or another key, or
    none, signed it.
    """
    from securesystemslib.dsse import Envelope  # noqa: PLC0415 (extra)
    from securesystemslib.exceptions import Error, VerificationError  # noqa: PLC0415 (extra)

    value: dict[str, Any] = parse_object(content)
    try:
        envelope = Envelope.from_dict(value)
    except (
        Error,
        binascii.Error,
        KeyError,
        TypeError,
        ValueError,
        AttributeError,
    ) as error:
        raise ReadError("is no DSSE envelope") from error
    try:
        envelope.verify([key], 1)
    # What stands for the signature may be no text at all.
    except (VerificationError, AttributeError) as error:
        raise ReadError("has no valid signature of this key") from error
    if envelope.payload_type != payload_type:
        raise ReadError(f"is signed, but holds no {payload_type}")
    return envelope.payload


def _need() -> None:
    """Refuse to go on without the extra. Raises: InputError."""
    try:
        import cryptography  # noqa: F401, PLC0415 (extra; only whether it is there)
        import securesystemslib.dsse  # noqa: F401, PLC0415 (the same)
    except ImportError as error:
        raise InputError(_MISSING, where="attest", cure=_INSTALL) from error


def _check_rsa(key: object) -> None:
    """Refuse an RSA key that is too short. Raises: ValueError."""
    bits = getattr(key, "key_size", _LEAST_RSA_BITS)
    if hasattr(key, "curve"):  # an ECDSA key has a size too, of another meaning
        return
    if bits < _LEAST_RSA_BITS:
        raise ValueError("too short")


def _is_encrypted(pem: bytes) -> bool:
    """Return whether a key says that it is encrypted."""
    return b"ENCRYPTED" in pem


def _instead(pem: bytes) -> str:
    """Return what a PEM file holds instead, which its first line says."""
    if not pem.lstrip().startswith(_MARK):
        return ""
    label = pem.lstrip()[len(_MARK) :].partition(b"-----")[0][:40]
    words = label.decode("ascii", "replace")
    return f", but a {words}" if words.replace(" ", "").isalnum() else ""
