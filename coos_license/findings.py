# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
"""Every kind of finding. Codes are stable and never reused: ``docs/findings.md``.

One list, however long: so a code or name that is taken is seen.
"""

from typing import Final

from coos_license.model import FindingKind, Severity

_E, _W, _I = Severity.ERROR, Severity.WARNING, Severity.INFO

MISSING_LICENSE: Final = FindingKind(
    "CL001",
    "missing-license",
    _E,
    "The package states no licence.",
    "Set LICENSE in the ebuild and rebuild the package.",
)
LICENSE_SYNTAX: Final = FindingKind(
    "CL002",
    "license-syntax",
    _E,
    "LICENSE breaks the grammar of PMS 8.2; nothing is declared for the package.",
    "Correct LICENSE in the ebuild at the column given.",
)
MISSING_LICENSE_TEXT: Final = FindingKind(
    "CL003",
    "missing-license-text",
    _E,
    "No text was found for a licence that the package names.",
    "Give the repository that holds it with --overlay, or its directory with"
    " --licenses.",
)
UNKNOWN_LICENSE: Final = FindingKind(
    "CL004",
    "unknown-license",
    _E,
    "LICENSE names something that neither the name table nor any repository knows.",
    "Correct the name in the ebuild, or add the licence to a repository.",
)
POINTER_TEXT_UNRESOLVED: Final = FindingKind(
    "CL005",
    "pointer-text-unresolved",
    _E,
    "A licence text only points at another text, and that one was not found.",
    "Give the repository that holds the text pointed at with --overlay.",
)
TAINTED: Final = FindingKind(
    "CL006",
    "tainted",
    _E,
    "The package is marked TAINTED: its licence is not settled.",
    "Do not distribute it before the licence is settled and the mark is gone.",
)
METAPACKAGE_WITH_FILES: Final = FindingKind(
    "CL007",
    "metapackage-with-files",
    _E,
    "LICENSE says metapackage, but the package installs files.",
    "State the licence of the installed files in the ebuild.",
)
EMPTY_ANY_OF: Final = FindingKind(
    "CL008",
    "empty-any-of",
    _W,
    "A choice in LICENSE has no option left; nothing is declared for the package.",
    "Correct the USE conditions inside the || group of the ebuild.",
)
BARE_EXCEPTION: Final = FindingKind(
    "CL009",
    "bare-exception",
    _W,
    "LICENSE names an exception without the licence that it is an exception from.",
    "Look at the texts: name the licence and its exception in one LICENSE name.",
)
CHOICE_UNSET: Final = FindingKind(
    "CL010",
    "choice-unset",
    _I,
    "LICENSE leaves a choice that nobody has made; all options are credited.",
    "Record the choice in the policy file, if the distributor makes one.",
)
MISSING_ATTRIBUTION: Final = FindingKind(
    "CL011",
    "missing-attribution",
    _W,
    "The licence wants the copyright notice of the work; none is at hand.",
    "Add it as licenses/copyright-attribution/<category>/<name> to a repository.",
)
UNREADABLE_ENTRY: Final = FindingKind(
    "CL012",
    "unreadable-entry",
    _E,
    "A part of the package database cannot be read; what it says is not known.",
    "Repair the entry, or reinstall the package.",
)
UNKNOWN_USE: Final = FindingKind(
    "CL013",
    "unknown-use",
    _W,
    "LICENSE or a dependency depends on USE flags that are not recorded.",
    "Read the installed package instead, which records its USE flags.",
)
MISSING_IDENTITY: Final = FindingKind(
    "CL014",
    "missing-identity",
    _W,
    "The documents cannot say which image they describe.",
    "Give --image-name, --image-version and --supplier.",
)
MISSING_BUILD_TIME: Final = FindingKind(
    "CL015",
    "missing-build-time",
    _I,
    "No build time is known; the documents are dated 1970-01-01.",
    "Set SOURCE_DATE_EPOCH.",
)
DENIED_LICENSE: Final = FindingKind(
    "CL016",
    "denied-license",
    _E,
    "The policy denies a licence of the package.",
    "Take the package out, elect another licence, or change the policy.",
)
EXPIRED_WAIVER: Final = FindingKind(
    "CL017",
    "expired-waiver",
    _E,
    "A waiver of the policy is past its day.",
    "Look at what it waives again; then move the date or remove the waiver.",
)
NO_LICENSE_NEEDED: Final = FindingKind(
    "CL018",
    "no-license-needed",
    _I,
    "The package states no licence and needs none: it only names users or others.",
    "Nothing to do.",
)
MISSING_MASTER: Final = FindingKind(
    "CL019",
    "missing-master",
    _I,
    "A repository names a master that was not given; its texts were not searched.",
    "Give the master with --overlay.",
)
MISSING_REPOSITORY: Final = FindingKind(
    "CL020",
    "missing-repository",
    _I,
    "Packages come from a repository that was not given; its texts were not searched.",
    "Give the repository with --overlay.",
)
SPDX_LIST_TEXT: Final = FindingKind(
    "CL021",
    "spdx-list-text",
    _I,
    "No repository has the text of a licence; that of the SPDX licence list is used.",
    "Give the repository that holds the text with --overlay.",
)
UNCATEGORIZED_LICENSE: Final = FindingKind(
    "CL022",
    "uncategorized-license",
    _W,
    "No category is known for a licence; what it obliges to must be read.",
    "Read the text and add a row to licenses/categories.toml.",
)
DEPENDENCY_SYNTAX: Final = FindingKind(
    "CL023",
    "dependency-syntax",
    _W,
    "A dependency variable breaks the grammar of PMS 8.2; its edges are not known.",
    "Correct the variable in the ebuild and rebuild the package.",
)
UNMATCHED_DEPENDENCY: Final = FindingKind(
    "CL024",
    "unmatched-dependency",
    _I,
    "A shipped package needs another that is not installed.",
    "Check that the sysroot is complete.",
)
STRAY_ENTRY: Final = FindingKind(
    "CL026",
    "stray-entry",
    _I,
    "The package database holds something that is no package entry.",
    "Look at it; portage ignores it.",
)
ELECTION_REJECTED: Final = FindingKind(
    "CL027",
    "election-rejected",
    _E,
    "The policy elects an option that cannot be elected.",
    "Elect another option: one with a known licence that is no bare exception.",
)
ELECTION_UNUSED: Final = FindingKind(
    "CL028",
    "election-unused",
    _W,
    "The policy elects for a package or a choice that is not there.",
    "Remove the election, or correct its package and option.",
)
SUSPICIOUS_VALUE: Final = FindingKind(
    "CL029",
    "suspicious-value",
    _W,
    "A metadata value is not what its variable may hold; it is shown, never followed.",
    "Correct the value in the ebuild.",
)
LICENSE_CACHE_MISMATCH: Final = FindingKind(
    "CL040",
    "license-cache-mismatch",
    _W,
    "The licence cache of a package says something else than the entry it lies in.",
    "Rebuild the package, so that the licence hook runs again.",
)
COMPONENT_LICENSE_UNKNOWN: Final = FindingKind(
    "CL045",
    "component-license-unknown",
    _W,
    "Parts of the package have licences or texts that no file at hand gives.",
    "Give the package's sources with --sources, those of its parts included.",
)
MISSING_NOTICE: Final = FindingKind(
    "CL046",
    "missing-notice",
    _W,
    "A NOTICE file that may be owed was not looked for, or is not to be had.",
    "Give the sources of the packages with --sources, whole.",
)
UNMATCHED_SOURCES: Final = FindingKind(
    "CL047",
    "unmatched-sources",
    _W,
    "The --sources directories lack sources of a package; they were not searched.",
    "Add its distfiles, or its sources as <category>/<name>-<version>/.",
)
UNUSABLE_SOURCE: Final = FindingKind(
    "CL048",
    "unusable-source",
    _E,
    "A source of a package cannot be read, or is not the file that its Manifest names.",
    "Fetch it again; unpack what is not read into <category>/<name>-<version>/.",
)
UNDECLARED_HEADER: Final = FindingKind(
    "CL049",
    "undeclared-header",
    _I,
    "Source files name a licence in their heads that LICENSE does not cover.",
    "Look whether the files end up in the package; correct LICENSE where they do.",
)
TEXT_CONTRADICTS_NAME: Final = FindingKind(
    "CL050",
    "text-contradicts-name",
    _W,
    "The text under a licence name is that of another licence.",
    "Look at the text: correct the file in the repository, or LICENSE in the ebuild.",
)
IDENTIFIED_TEXT: Final = FindingKind(
    "CL051",
    "identified-text",
    _I,
    "The text of a licence name without an SPDX id is one of the SPDX list.",
    "Use the usual name of that licence in the ebuild, or propose a row for this one.",
)
TEXT_NEEDS_REVIEW: Final = FindingKind(
    "CL052",
    "text-needs-review",
    _I,
    "A text is near to a licence of the SPDX list, and is not that licence for sure.",
    "Read where it differs, which 'coos-license explain' shows; record what it is.",
)
SOURCES_CONTRADICT_LICENSE: Final = FindingKind(
    "CL053",
    "sources-contradict-license",
    _W,
    "The project's own licence files are of licences that LICENSE does not name.",
    "Look at the files: correct LICENSE in the ebuild, or record it in a curation.",
)
UNLOCATED_SOURCES: Final = FindingKind(
    "CL054",
    "unlocated-sources",
    _W,
    "Where in a checkout the sources of a package lie cannot be told, or is empty.",
    "Sync the project, or give its directory as <category>/<name>-<version>/.",
)
CURATION_DRIFTED: Final = FindingKind(
    "CL055",
    "curation-drifted",
    _E,
    "A curation was made for another state of the package, and was not applied.",
    "Look at the package again; then correct the curation or remove it.",
)
CURATION_EXPIRED: Final = FindingKind(
    "CL056",
    "curation-expired",
    _E,
    "A curation is past its date; it was still applied.",
    "Look at the package again; then move the date or remove the curation.",
)
CURATION_UNUSED: Final = FindingKind(
    "CL057",
    "curation-unused",
    _W,
    "A curation met no package, or changed nothing.",
    "Remove the curation, or correct its package and versions.",
)
CURATION_OVER_BROAD: Final = FindingKind(
    "CL058",
    "curation-over-broad",
    _W,
    "A curation holds for versions that nobody has looked at.",
    "Bind it: give versions with an upper end, the LICENSE it is about, or files.",
)

NO_EBUILD: Final = FindingKind(
    "CL060",
    "no-ebuild",
    _E,
    "A list names a package whose ebuild no repository has: nothing is known of it.",
    "Give the repositories that the image was built from with --overlay.",
)
AMBIGUOUS_EBUILD: Final = FindingKind(
    "CL061",
    "ambiguous-ebuild",
    _E,
    "Repositories differ in the ebuild of a version, and the list does not say which.",
    "Give only the repositories that the image was built from.",
)

PRIVATE_NOT_CREDITED: Final = FindingKind(
    "CL080",
    "private-not-credited",
    _W,
    "A package of a private overlay ships, and public outputs do not credit it.",
    "Pass on what its licence asks for in another way, or publish it too.",
)

CONTRADICTORY_PACKAGE: Final = FindingKind(
    "CL030",
    "contradictory-package",
    _E,
    "A binary package contradicts itself or its place; what it says may be wrong.",
    "Build the package again, or get it again from where it came.",
)
INDEX_MISMATCH: Final = FindingKind(
    "CL031",
    "index-mismatch",
    _W,
    "The index of a directory of binary packages does not fit the packages in it.",
    "Run 'emaint binhost --fix', or bring back the packages that are missing.",
)
SUPERSEDED_BUILD: Final = FindingKind(
    "CL032",
    "superseded-build",
    _I,
    "There are several builds of one version; the newest one counts.",
    "Remove the builds that do not ship.",
)
MISSING_FILES: Final = FindingKind(
    "CL036",
    "missing-files",
    _I,
    "A package owns files that are not there.",
    "Nothing, where INSTALL_MASK or the image build leaves them out; else rebuild it.",
)
CHANGED_FILE: Final = FindingKind(
    "CL037",
    "changed-file",
    _W,
    "A file is not the one that its package installed.",
    "Find out what changed it; rebuild the package, or say what replaces the file.",
)
UNREAD_FILE: Final = FindingKind(
    "CL038",
    "unread-file",
    _W,
    "A file that a package owns has no digest: it is no file, or cannot be read.",
    "Look at it; repair it, or read SOURCE as a user who may.",
)
UNREADABLE_CONTENTS: Final = FindingKind(
    "CL039",
    "unreadable-contents",
    _W,
    "Lines of CONTENTS do not say which file they are about; those are not listed.",
    "Rebuild the package.",
)

MISSING_SBOM_FIELD: Final = FindingKind(
    "CL033",
    "missing-sbom-field",
    _I,
    "A field that checkers of SBOMs want is not known; they will say so.",
    "Give --sources, repositories with Manifests and ebuilds, or --image-file.",
)
MISSING_CONTACT: Final = FindingKind(
    "CL059",
    "missing-contact",
    _I,
    "The documents give no address of who answers for them; BSI TR-03183-2 wants one.",
    "Give --contact, an e-mail address or a web page.",
)

REVIEW_REQUIRED: Final = FindingKind(
    "CL065",
    "review-required",
    _W,
    "The policy wants somebody to look at a licence of the package.",
    "Look at it; then allow it in the policy, or waive it with a reason.",
)
LINK_CONFLICT: Final = FindingKind(
    "CL066",
    "link-conflict",
    _E,
    "Linked works have licences that one program cannot obey both.",
    "Replace one of them, elect another licence, or get permission of its holders.",
)
LINK_REVIEW: Final = FindingKind(
    "CL067",
    "link-review",
    _W,
    "Licences of linked works may conflict; a name, a choice or a link is not certain.",
    "Look at sources and build; then record a curation or an election, or waive it.",
)
LINKAGE_UNKNOWN: Final = FindingKind(
    "CL068",
    "linkage-unknown",
    _I,
    "Nothing records what programs link; how far copyleft reaches is not known.",
    "Read a package database that has NEEDED.ELF.2, or PROVIDES and REQUIRES.",
)
UNUSED_WAIVER: Final = FindingKind(
    "CL069",
    "unused-waiver",
    _W,
    "A waiver of the policy met no finding.",
    "Remove the waiver, or correct its finding, package and subject.",
)
POLICY_EXCEPTION: Final = FindingKind(
    "CL070",
    "policy-exception",
    _I,
    "A package passes a rule of the policy by an exception that is bound to its files.",
    "Nothing to do; see that the exception is meant.",
)
UNRESOLVED_SONAME: Final = FindingKind(
    "CL071",
    "unresolved-soname",
    _I,
    "A program needs a library that no package of the database has.",
    "See where the library comes from, and under which licence.",
)
COMPONENT_SOURCE_UNKNOWN: Final = FindingKind(
    "CL072",
    "component-source-unknown",
    _E,
    "A component of the image owes source, and nothing says where that is.",
    "Name its package, or its source-files, in its rule of --implicit.",
)
SOURCE_MISSING: Final = FindingKind(
    "CL090",
    "source-missing",
    _E,
    "A part of the corresponding source of a package is not at hand.",
    "Give the directory that has it with --distdir, --overlay or --sources.",
)
SOURCE_DIFFERS: Final = FindingKind(
    "CL091",
    "source-differs",
    _E,
    "A part of the source is there, but is not what the package was built from.",
    "Fetch it again, or give the state that the image was built from.",
)
SOURCE_UNVERIFIED: Final = FindingKind(
    "CL092",
    "source-unverified",
    _E,
    "Nothing records what a part of the source must be, so it cannot be checked.",
    "Give the repository whose Manifest lists it; see that it is the right one.",
)
NO_WRITTEN_OFFER: Final = FindingKind(
    "CL093",
    "no-written-offer",
    _E,
    "Source is owed, and nothing says how people get it.",
    "Say who offers the source, where and until when in the file given with --offer.",
)
DUTY_BESIDE_SOURCE: Final = FindingKind(
    "CL094",
    "duty-beside-source",
    _W,
    "Licences ask for more than source, and not all of it is at hand.",
    "Add what is missing to what is distributed, or waive it with a reason.",
)

#: What only ``sources`` looks for.
OF_SOURCES: Final = frozenset(
    one.code
    for one in (
        *(SOURCE_MISSING, SOURCE_DIFFERS, SOURCE_UNVERIFIED),
        *(NO_WRITTEN_OFFER, DUTY_BESIDE_SOURCE, COMPONENT_SOURCE_UNKNOWN),
    )
)

UNACCOUNTED_FILE: Final = FindingKind(
    "CL095",
    "unaccounted-file",
    _W,
    "No package and no declared component has the file; its licence is not known.",
    "Install it by a package, declare its component with --implicit, or remove it.",
)
SHARED_FILE: Final = FindingKind(
    "CL096",
    "shared-file",
    _W,
    "Several packages own one file; only one of them can have written it.",
    "Let one of the packages install it, and reinstall both.",
)
REPLACED_DIRECTORY: Final = FindingKind(
    "CL097",
    "replaced-directory",
    _W,
    "A directory of a package is a symbolic link that no package owns.",
    "Let a package install the link, or declare it with --implicit.",
)
UNUSED_IMPLICIT: Final = FindingKind(
    "CL098",
    "unused-implicit",
    _W,
    "A rule for an implicit component met no file.",
    "Remove the rule, or correct its paths.",
)
IMPLICIT_NOTICE_UNREAD: Final = FindingKind(
    "CL076",
    "implicit-notice-unread",
    _E,
    "A rule names a notice of an implicit component, and the image lacks it.",
    "Put the file into the image, or beside the rules, or correct the rule.",
)
OVER_BROAD_IMPLICIT: Final = FindingKind(
    "CL077",
    "over-broad-implicit",
    _W,
    "A rule claims so much of the image that its component explains nothing.",
    "Say which files are whose: one rule for each component, with narrow paths.",
)
LICENSES_NOT_SHIPPED: Final = FindingKind(
    "CL099",
    "licenses-not-shipped",
    _E,
    "Neither the image nor what is beside it carries a licence text that is owed.",
    "Put credits.html or NOTICE into the image, or the bundle beside it.",
)

#: All kinds by name, in order of code.
KINDS: Final = {
    kind.name: kind
    for kind in sorted(
        (value for value in globals().values() if isinstance(value, FindingKind)),
        key=lambda kind: kind.code,
    )
}
