# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""The closed vocabularies of the model; ``model`` hands them on."""

from enum import IntEnum, StrEnum


class Severity(IntEnum):
    """How much a finding weighs; ordered, so that ``--fail-on`` can compare."""

    INFO = 1
    WARNING = 2
    ERROR = 3

    @property
    def word(self) -> str:
        """Return the lower-case word used in every output."""
        return self.name.lower()


class Shipped(StrEnum):
    """Whether a package's files reach the image."""

    YES = "yes"
    LINKED_UNKNOWN = "linked-unknown"
    BUILD_TIME = "build-time"


class Context(StrEnum):
    """When a document was made; the words are those of CISA's minimum elements."""

    BEFORE_BUILD = "before build"
    DURING_BUILD = "during build"
    AFTER_BUILD = "after build"


class TextKind(StrEnum):
    """Where a licence text was found."""

    STOCK = "stock"
    OVERLAY = "overlay"
    ATTRIBUTION = "attribution"
    SOURCE = "source"
    CACHE = "cache"
    COMPONENT = "component"
    SPDX_LIST = "spdx-list"


class LicenseCategory(StrEnum):
    """What a licence asks for, from least to most; meanings in ``categories.toml``."""

    UNENCUMBERED = "unencumbered"
    PERMISSIVE = "permissive"
    NOTICE = "notice"
    RECIPROCAL = "reciprocal"
    RESTRICTED_IF_STATIC = "restricted-if-static"
    RESTRICTED = "restricted"
    NETWORK_RESTRICTED = "network-restricted"
    PROPRIETARY = "proprietary"
    BY_EXCEPTION_ONLY = "by-exception-only"
    NOT_ALLOWED = "not-allowed"
    UNKNOWN = "unknown"


class Obligation(StrEnum):
    """One thing owed by whoever distributes the package."""

    LICENSE_TEXT = "license-text"
    COPYRIGHT_NOTICE = "copyright-notice"
    NOTICE_FILE = "notice-file"
    ACKNOWLEDGEMENT = "acknowledgement"
    SOURCE = "source"
    SOURCE_OFFER = "source-offer"
    MODIFIED_FILES_NOTICE = "modified-files-notice"
    STATE_CHANGES = "state-changes"
    RELINKING = "relinking"
    REVERSE_ENGINEERING_PERMITTED = "reverse-engineering-permitted"
    INSTALLATION_INFORMATION = "installation-information"
    NO_ENDORSEMENT = "no-endorsement"
    PATENT_CLAUSE = "patent-clause"
    REVIEW = "review"
