# shellcheck shell=bash disable=SC2031,SC2034,SC2154
# What the ways of installing share. Sourced by install.sh, which then sources one of pegasus.sh, sfcb.sh and embedded.sh.
#
# Such a part defines, TARGET being its name:
#   TARGET_find         finds the server and sets what the part needs, or dies and says what it looked for.
#                       May set $interop when it is empty. Runs first, when uninstalling too. Changes nothing.
#   TARGET_conflicts    dies when something stands in the way, and says what to do about it. Changes nothing.
#   TARGET_pause        stops the provider before its files are replaced. May be missing.
#   TARGET_install      tells the server about the provider. The files are in place by then. Runs again for an upgrade.
#   TARGET_verify       asks the server one query; its answer is shown.
#   TARGET_uninstall    takes the server's knowledge away again; the files go afterwards.
#
# Every change goes through the functions below, so that --dry-run changes nothing, a failure is undone, and what was
# installed is written down for --uninstall:
#   step TEXT           a line of progress            note TEXT     something to know
#   run COMMAND...      runs it, or says it (--dry-run)
#   on_failure COMMAND  remembers what takes the last change back
#   put FILE TO [MODE]  copies a file, replacing an older one by rename
#   link TO AT          makes the symbolic link AT
#   put_tree FROM... TO the folder TO holds what FROM are, and nothing else
#   record KIND NAME... writes down something that was made besides files, before it is made
#   recorded KIND       the names written down, last first
#   forget KIND NAME... strikes them out
#
# Where things are:
#   $stage              providers/ server/ schema/ mof/ registration/ registrar/ as built
#   $libdir, $datadir   PREFIX/lib/xen-cim (providers/ server/ registrar/) and PREFIX/share/xen-cim (schema/ mof/
#                       registration/ install.sh install/) without DESTDIR
#   $work               a temporary folder
#   $work/registration  the registration for $namespace and $interop

namespace='' interop='' prefix='' stage='' connect='' check=yes build=yes dry_run=no
destination=${DESTDIR:-}
libdir='' datadir='' work='' manifest=''
statedir=/var/lib/xen-cim
config=/etc/xen-cim/xen-cim.conf
packaged=no
undo=() leftovers=() finished=no

# A line of progress, something to know, something to do, the end.
step() { printf '==> %s\n' "$*"; }
note() { printf '    %s\n' "$*"; }
warn() { printf 'warning: %s\n' "$*" >&2; }
die() { printf 'error: %s\n' "$*" >&2; exit 1; }

run() {
    if [ "$dry_run" = yes ]; then note "would run: $*"; else "$@"; fi
}

on_failure() {
    [ "$dry_run" = yes ] || undo+=("$(printf '%q ' "$@")")
}

# ---- what was installed is written down ------------------------------------------------------------------------------

# The lines of the list, so that asking costs nothing.
declare -A written=()

read_manifest() {
    local line
    [ -f "$manifest" ] || return 0
    while read -r line; do written[$line]=yes; done <"$manifest"
}

# record KIND NAME...
record() {
    local name new=()
    [ "$dry_run" = no ] || return 0
    for name in "${@:2}"; do
        [ -z "${written["$1 $name"]:-}" ] || continue
        written["$1 $name"]=yes
        new+=("$1 $name")
    done
    [ ${#new[@]} != 0 ] || return 0
    (umask 077 && mkdir -p "$(dirname "$manifest")")
    printf '%s\n' "${new[@]}" >>"$manifest"
}

recorded() {
    [ -f "$manifest" ] || return 0
    tac "$manifest" | sed -n "s/^$1 //p"
}

is_recorded() { [ -n "${written["$1 $2"]:-}" ]; }

# forget KIND NAME...
forget() {
    local name
    [ "$dry_run" = no ] && [ -f "$manifest" ] || return 0
    [ -n "${2:-}" ] || return 0
    for name in "${@:2}"; do unset "written[$1 $name]"; done
    printf "$1 %s\n" "${@:2}" >"$work/forgotten"
    grep -vxFf "$work/forgotten" "$manifest" >"$manifest.new" || true
    mv "$manifest.new" "$manifest"
}

# (What a way of installing keeps beside these lists has a dot in its name.)
# Whether the provider is in another server of this machine too, with the same files.
others_recorded() {
    local file
    for file in "$(dirname "$manifest")"/*; do
        [ "$file" = "$manifest" ] || [ ! -f "$file" ] || [[ $file == *.* ]] || ! grep -qxF -- "$1 $2" "$file" || return 0
    done
    return 1
}

# ---- files -----------------------------------------------------------------------------------------------------------

# Makes a folder and the missing ones above it, and writes down those that it made.
folder() {
    local path=$1 missing=()
    while [ ! -d "$destination$path" ] || { others_recorded dir "$path" && ! is_recorded dir "$path"; }; do
        missing=("$path" "${missing[@]}")
        path=$(dirname "$path")
    done
    for path in "${missing[@]}"; do
        if [ ! -d "$destination$path" ]; then
            run mkdir "$destination$path"
            on_failure rmdir "$destination$path"
            [ "$path" != "$1" ] || run chmod "${2:-0755}" "$destination$path"
        fi
        record dir "$path"
    done
}

# put FILE TO [MODE]
put() {
    local from=$1 to=$2 mode=${3:-0644}
    folder "$(dirname "$to")"
    record file "$to"
    if [ -e "$destination$to" ]; then
        cmp -s "$from" "$destination$to" && return 0
        run cp -a "$destination$to" "$work/before-$(basename "$to")"
        on_failure cp -a "$work/before-$(basename "$to")" "$destination$to"
    else
        on_failure rm -f "$destination$to"
    fi
    run cp "$from" "$destination$to.new"
    run chmod "$mode" "$destination$to.new"
    run mv "$destination$to.new" "$destination$to"
}

# put_tree FROM... TO: the folder TO holds what is in the folders FROM, each below its name, and nothing else.
put_tree() {
    local to=${*: -1}
    folder "$(dirname "$to")"
    record tree "$to"
    run rm -rf "$destination$to.new" "$destination$to.old"
    run mkdir -m 0755 "$destination$to.new"
    on_failure rm -rf "$destination$to.new"
    run cp -R "${@:1:$#-1}" "$destination$to.new/"
    run chmod -R u=rwX,go=rX "$destination$to.new"
    if [ -d "$destination$to" ]; then
        run mv "$destination$to" "$destination$to.old"
        on_failure mv "$destination$to.old" "$destination$to"
        leftovers+=("$destination$to.old")
    fi
    run mv "$destination$to.new" "$destination$to"
    on_failure rm -rf "$destination$to"
}

# link TO AT
link() {
    folder "$(dirname "$2")"
    if [ -e "$destination$2" ] && [ ! -L "$destination$2" ]; then
        die "$destination$2 is there and is not of this installer's making; move it out of the way"
    fi
    record file "$2"
    [ "$(readlink "$destination$2" || true)" = "$1" ] && return
    local before
    before=$(readlink "$destination$2" || true)
    if [ -n "$before" ]; then on_failure ln -sfn "$before" "$destination$2"; else on_failure rm -f "$destination$2"; fi
    run ln -sfn "$1" "$destination$2"
}

install_files() {
    if [ $packaged = yes ]; then
        note "the files are those of the package in $libdir"
    else
        step "Files into $libdir and $datadir"
        put_tree "$stage/providers" "$stage/server" "$stage/registrar" "$libdir"
        local data=("$stage/schema" "$stage/mof" "$stage/registration" "$here/install.sh" "$parts")
        [ -f "$here/packaging/xen-cim.conf" ] && data+=("$here/packaging/xen-cim.conf")
        put_tree "${data[@]}" "$datadir"
    fi
    # Where an earlier run had put them.
    local path
    for path in $(recorded tree); do
        [[ $path != "$libdir" && $path != "$datadir" ]] || continue
        others_recorded tree "$path" || leftovers+=("$destination$path")
        forget tree "$path"
    done
    folder "$(dirname "$config")"
    if [ -e "$destination$config" ]; then
        note "$config is there and stays as it is"
        [ -z "$connect" ] || grep -qxF "connection = $connect" "$destination$config" || warn "--connect $connect has no effect: $config says what is managed"
    else
        step "Configuration in $config"
        if [ -f "$here/packaging/xen-cim.conf" ]; then cp "$here/packaging/xen-cim.conf" "$work/xen-cim.conf"
        elif [ -f "$here/xen-cim.conf" ]; then cp "$here/xen-cim.conf" "$work/xen-cim.conf"
        else
            printf '%s\n' "# The Xen.Cim provider; see xen-cim.conf(5). What is not set here has its default." "#connection = xen:///system" >"$work/xen-cim.conf"
        fi
        if [ -n "$connect" ]; then
            sed -i '/^#\? *connection *=/d' "$work/xen-cim.conf"
            printf 'connection = %s\n' "$connect" >>"$work/xen-cim.conf"
        fi
        put "$work/xen-cim.conf" "$config"
        record config "$(sha256sum <"$work/xen-cim.conf" | cut -c1-64)"
    fi
    configure_namespaces
}

# The library refers from the classes' namespace to Interop and back, so it has to know how they are called.
configure_namespaces() {
    local key home said wanted ours=no theirs=no changed=no
    [ "$dry_run" = no ] || [ -e "$destination$config" ] || return 0
    cp "$destination$config" "$work/configured"
    [ "$(sha256sum <"$work/configured" | cut -c1-64)" != "$(recorded config)" ] || ours=yes
    is_recorded file "$config" || theirs=yes
    for key in namespace interop; do
        home=root/virt
        [ $key = namespace ] || home=root/interop
        wanted=${!key}
        said=$(sed -n "s/^ *$key *= *\"\{0,1\}\([^\" ]*\).*/\1/p" "$work/configured" | tail -1)
        [ "${said:-$home}" != "$wanted" ] || continue
        changed=yes
        sed -i "/^ *$key *=/d" "$work/configured"
        if [ "$wanted" != $home ]; then
            [ -z "$(tail -c1 "$work/configured")" ] || echo >>"$work/configured"
            printf '%s = %s\n' "$key" "$wanted" >>"$work/configured"
            record setting "$key=$wanted"
        fi
        note "$config says now: $key = $wanted"
    done
    [ $changed = yes ] || return 0
    if [ "$dry_run" = yes ]; then return 0; fi
    put "$work/configured" "$config"
    [ $theirs = no ] || forget file "$config"
    [ $ours = no ] || { forget config "$(recorded config)"; record config "$(sha256sum <"$work/configured" | cut -c1-64)"; }
}

# What the installer wrote into a configuration that stays.
forget_namespaces() {
    local setting
    for setting in $(recorded setting); do
        [ ! -f "$destination$config" ] || others_recorded setting "$setting" || run sed -i "\|^${setting%%=*} = ${setting#*=}\$|d" "$destination$config"
        forget setting "$setting"
    done
}

remove_files() {
    local path
    for path in $(recorded tree); do
        others_recorded tree "$path" || run rm -rf "$destination$path"
        forget tree "$path"
    done
    while read -r path; do
        if others_recorded file "$path"; then :
        elif [ "$path" = $config ] && [ "$(sha256sum <"$destination$path" | cut -c1-64)" != "$(recorded config)" ]; then
            note "$destination$path was edited, so it stays"
        else
            run rm -f "$destination$path"
        fi
        forget file "$path"
    done < <(recorded file)
    forget_namespaces
    # What the provider itself wrote (states, jobs) goes with the last installation.
    if is_recorded dir $statedir && ! others_recorded dir $statedir && [ -d "$destination$statedir" ]; then
        run find "$destination$statedir" -mindepth 1 -maxdepth 1 ! -name installed -exec rm -rf {} +
    fi
    local folders
    mapfile -t folders < <(recorded dir)
    run rm -f "$manifest"
    rmdir "$(dirname "$manifest")" 2>/dev/null || true
    for path in "${folders[@]}"; do
        others_recorded dir "$path" || [ "$dry_run" = yes ] || rmdir "$destination$path" 2>/dev/null ||
            [ ! -d "$destination$path" ] || note "$destination$path is not empty, so it stays"
    done
}

# ---- .NET ------------------------------------------------------------------------------------------------------------

# The command of the runtime that the library would start, looked for where the library looks.
find_runtime() {
    local root
    for root in "$stage/providers/xen-cim/dotnet" "${DOTNET_ROOT:-}" "$(cat /etc/dotnet/install_location 2>/dev/null || true)" \
        /usr/lib/dotnet /usr/share/dotnet /usr/lib64/dotnet "$(dirname "$(readlink -f "$(command -v dotnet || true)")")"; do
        if [ -n "$root" ] && [ -x "$root/dotnet" ] && [ -n "$(find "$root/shared/Microsoft.NETCore.App" -maxdepth 1 -name '10.*' 2>/dev/null)" ]; then
            runtime=$root/dotnet
            return
        fi
    done
    die "there is no .NET 10 runtime. Install it from your distribution (dotnet-runtime-10.0, aspnetcore-runtime-10.0) or from https://dotnet.microsoft.com/download, and run this again. Looked in $stage/providers/xen-cim/dotnet, DOTNET_ROOT, /etc/dotnet/install_location, /usr/lib/dotnet, /usr/share/dotnet, /usr/lib64/dotnet and PATH."
}

registrar() { "$runtime" "$stage/registrar/Xen.Cim.Registrar.dll" "$@"; }

# ---- the CIM schema --------------------------------------------------------------------------------------------------

# class_versions FOLDER: a line "CLASS VERSION FILE" for each class that the MOF files in a folder declare.
class_versions() {
    find -L "$1" -name '*.mof' -exec awk '
        FNR == 1 { version = "0" }
        match($0, /Version *\( *"[0-9.]+/) { version = substr($0, RSTART, RLENGTH); gsub(/[^0-9.]/, "", version) }
        tolower($1) == "class" { sub(/[:{].*/, "", $2); print $2, version, FILENAME; version = "0" }' {} +
}

# lacking_classes FOLDER: those files of the schema that ours stand on whose class the schema in FOLDER lacks, or has in an
# older version. What the final schemas 2.22 to 2.41 have in the same version, they have with the same properties and methods.
lacking_classes() {
    {
        class_versions "$1"
        printf -- '- - -\n'
        class_versions "$stage/schema" | grep '^CIM_'
    } | awk '
        function older(a, b,    x, y, i) {
            split(a, x, "."); split(b, y, ".")
            for (i = 1; i <= 3; i++) if (x[i] + 0 != y[i] + 0) return x[i] + 0 < y[i] + 0
            return 0
        }
        $1 == "-" { ours = 1; next }
        !ours { theirs[tolower($1)] = $2; next }
        !(tolower($1) in theirs) || older(theirs[tolower($1)], $2) { print $3 }'
}

# ---- the course of it ------------------------------------------------------------------------------------------------

prepare() {
    manifest=$destination$statedir/installed/$target
    read_manifest
    as_before prefix /usr/local
    as_before namespace root/virt
    [[ $prefix == /* ]] || die "--prefix $prefix: expected an absolute path"
    libdir=$prefix/lib/xen-cim datadir=$prefix/share/xen-cim
    [ "$(id -u)" = 0 ] || [ -n "$destination" ] || [ "$dry_run" = yes ] || die "this has to be run as root"
    work=$(mktemp -d)
    trap 'ended $?' EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM
    if [ ! -d "$here/src" ] && [ -z "$stage" ] && [ -d "$here/mof" ]; then
        # Beside what a package, or an earlier run, installed.
        prefix=$(dirname "$(dirname "$here")") libdir=$(dirname "$(dirname "$here")")/lib/xen-cim datadir=$here
        is_recorded tree "$libdir" || packaged=yes
    fi
}

# as_before OPTION DEFAULT: what is not said is as it was when the provider was installed.
as_before() {
    local before
    before=$(recorded "option-$1")
    if [ -z "${!1}" ] || [ "$uninstall" = yes ]; then declare -g "$1=${before:-$2}"; fi
}

# Runs at the end, whatever the end is: what a failure left is taken back.
ended() {
    local status=$1 i rest=()
    trap - EXIT
    trap '' INT TERM
    if [ "$status" != 0 ] && [ $finished = no ] && [ ${#undo[@]} != 0 ]; then
        printf '==> Taking back what was done\n' >&2
        for ((i = ${#undo[@]} - 1; i >= 0; i--)); do
            (eval "${undo[i]}") >/dev/null 2>&1 || [[ ${undo[i]} == rmdir* ]] || rest+=("${undo[i]}")
        done
        if [ ${#rest[@]} != 0 ]; then
            printf 'This could not be done and remains to be done by hand:\n' >&2
            printf '    %s\n' "${rest[@]}" >&2
        fi
    fi
    rm -rf "$work"
    exit "$status"
}

build_stage() {
    if [ $packaged = yes ]; then
        # One tree, as it is when built.
        mkdir "$work/stage"
        ln -s "$libdir"/* "$datadir"/* "$work/stage/"
        stage=$work/stage
    elif [ -z "$stage" ]; then
        stage=$here/artifacts/stage
        if [ -d "$here/src" ] && [ $build = yes ]; then
            (. "$here/.ci/common.sh" && need_dotnet && build)
        fi
    fi
    local needed
    for needed in providers/libXenCim.so providers/xen-cim/Xen.Cim.Cmpi.dll registrar/Xen.Cim.Registrar.dll schema/CIM_Schema.mof mof/XenCim.mof; do
        [ -e "$stage/$needed" ] || die "$stage/$needed is missing: nothing is built there. Run this without --stage and --no-build in the source tree, or ./run.sh first."
    done
}

install_into_server() {
    "${target}_find"
    build_stage
    find_runtime
    [ -n "$interop" ] || interop=root/interop
    registrar --output "$work/registration" --namespace "$namespace" --interop "$interop" || die "the registration could not be written"
    "${target}_conflicts"
    local upgrade=no
    [ ! -f "$manifest" ] || upgrade=yes
    [ $upgrade = no ] || cp "$manifest" "$work/manifest"
    folder "$statedir" 0700
    on_failure rmdir "$(dirname "$manifest")"
    if [ $upgrade = yes ]; then on_failure cp "$work/manifest" "$manifest"; else on_failure rm -f "$manifest"; fi
    local option
    for option in prefix namespace; do
        is_recorded "option-$option" "${!option}" || forget "option-$option" "$(recorded "option-$option")"
        record "option-$option" "${!option}"
    done
    ! declare -F "${target}_pause" >/dev/null || "${target}_pause"
    install_files
    "${target}_install"
    finished=yes
    [ "$dry_run" = yes ] || rm -rf "${leftovers[@]}"
    if [ $check = yes ] && [ $dry_run = no ]; then
        step "A first query"
        "${target}_verify"
    fi
    if [ "$dry_run" = yes ]; then step "Nothing was changed"; else step "Installed"; fi
}

uninstall() {
    "${target}_find"
    if [ ! -f "$manifest" ]; then
        note "the provider is not installed there ($manifest is missing); nothing to do"
        finished=yes
        return
    fi
    "${target}_uninstall"
    step "Files"
    remove_files
    finished=yes
    if [ "$dry_run" = yes ]; then step "Nothing was changed"; else step "Uninstalled"; fi
}
