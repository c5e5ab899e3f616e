# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""What stops the miniature, told in one line."""


class MiniatureError(Exception):
    """What went wrong, where, and what to do about it."""


class CannotRunError(MiniatureError):
    """This machine lacks what the miniature needs; nothing is broken."""
