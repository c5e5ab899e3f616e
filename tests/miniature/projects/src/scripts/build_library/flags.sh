# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# Options as the shflags library takes them: --name=value, --name value, and --name or
# --noname for a switch. A script declares each by setting FLAGS_name to its default,
# a switch to true or false; what is left over is in ARGS.
ARGS=()

parse_flags() {
    local name
    while (($#)); do
        case $1 in
        --)
            shift
            ARGS+=("$@")
            return
            ;;
        --?*)
            name=${1#--}
            name=${name%%=*}
            name=${name//-/_}
            if is_switch "FLAGS_${name}"; then
                printf -v "FLAGS_${name}" true
            elif is_switch "FLAGS_${name#no}"; then
                printf -v "FLAGS_${name#no}" false
            elif [[ ! -v FLAGS_${name} ]]; then
                die "unknown option: $1"
            elif [[ $1 == *=* ]]; then
                printf -v "FLAGS_${name}" '%s' "${1#*=}"
            else
                (($# > 1)) || die "option $1 needs a value"
                printf -v "FLAGS_${name}" '%s' "$2"
                shift
            fi
            ;;
        *) ARGS+=("$1") ;;
        esac
        shift
    done
}

is_switch() { [[ -v $1 && (${!1} == true || ${!1} == false) ]]; }
