# shellcheck shell=bash disable=SC2034,SC2154
# Installing into OpenPegasus (also known as tog-pegasus). Sourced by install.sh; common.sh says what calls what.

pegasus_commands=(cimcli cimmof cimprovider cimconfig)
pegasus_module=XenCim
pegasus_library=libXenCim.so

pegasus_find() {
    local command folder server='' folders=()
    for command in "${pegasus_commands[@]}"; do
        command -v "$command" >/dev/null || break
    done
    if ! command -v "$command" >/dev/null; then
        # Not in PATH: where a running server is, and where it is usually installed.
        # (With DESTDIR, a server that runs is not the one that is meant.)
        [ -n "$destination" ] || server=$(pegasus_process)
        if [ -n "$server" ]; then
            folder=$(readlink "/proc/$server/exe")
            folders+=("${folder% (deleted)}")
            folders=("$(dirname "${folders[0]}")")
        fi
        [ -z "${PEGASUS_HOME:-}" ] || folders+=("$PEGASUS_HOME/bin")
        folders+=(/usr/sbin /usr/bin /opt/tog-pegasus/bin /opt/openpegasus/bin /usr/local/pegasus/bin /opt/pegasus/bin)
        for folder in "${folders[@]}"; do
            [ -x "$folder/cimmof" ] || [ -x "$folder/cimcli" ] || continue
            PATH=$PATH:$folder
            pegasus_borrow_environment "$server"
        done
        for command in "${pegasus_commands[@]}"; do
            command -v "$command" >/dev/null || die "OpenPegasus was not found: there is no command $command. Looked in PATH, PEGASUS_HOME, for a running cimserver, and in ${folders[*]}. Install it (Fedora: dnf install tog-pegasus), or set PEGASUS_HOME."
        done
    fi
    local answer
    if ! answer=$(pegasus_setting providerDir); then
        die "OpenPegasus does not answer: $answer Start the server (systemctl start tog-pegasus, or cimserver), and run this again."
    fi
    pegasus_find_provider_folder "$answer"
    pegasus_find_interop
    step "OpenPegasus $(cimcli --version 2>/dev/null | tr -dc '0-9.\n' | head -1) at $(dirname "$(command -v cimmof)")"
    note "providers are in $pegasus_folder, Interop is $interop"
}

# The process of a running server.
pegasus_process() {
    local process
    for process in /proc/[0-9]*; do
        [ "$(cat "$process/comm" 2>/dev/null)" = cimserver ] || continue
        echo "${process#/proc/}"
        return
    done
}

# A server outside of the usual places needs the environment that it was started with.
pegasus_borrow_environment() {
    local line
    [ -n "$1" ] || return 0
    while IFS= read -r -d '' line; do
        case $line in
            PEGASUS_HOME=* | LD_LIBRARY_PATH=*) export "${line?}" ;;
        esac
    done <"/proc/$1/environ"
}

# pegasus_setting NAME: its current value; otherwise the reason, and status 1.
pegasus_setting() {
    local answer
    answer=$(cimconfig -g "$1" -c 2>&1) || { printf '%s' "$answer"; return 1; }
    [[ $answer == *": "* ]] || { printf '%s' "$answer"; return 1; }
    printf '%s\n' "${answer#*: }"
}

pegasus_find_provider_folder() {
    local folder found=() looked=() all
    IFS=: read -ra all <<<"$1"
    for folder in "${all[@]}"; do
        # Relative ones are below the server's home.
        [[ $folder == /* ]] || folder=${PEGASUS_HOME:-/usr}/$folder
        looked+=("$folder")
        [ ! -d "$destination$folder" ] || found+=("$folder")
    done
    [ ${#found[@]} != 0 ] || die "the server's provider directory does not exist: ${looked[*]} (its setting providerDir is $1${PEGASUS_HOME:+, PEGASUS_HOME is $PEGASUS_HOME})"
    pegasus_folder=${found[0]}
    # Where there is a choice, a place that distributions keep for providers of this kind.
    for folder in "${found[@]}"; do
        [[ $folder != */cmpi ]] || pegasus_folder=$folder
    done
}

# The server's Interop namespace is the one that has the classes of provider registration.
pegasus_find_interop() {
    local name candidates=(root/interop root/PG_InterOp interop) own=''
    for name in "${candidates[@]}"; do
        if cimcli gc -n "$name" PG_ProviderModule >/dev/null 2>&1; then
            own=$name
            break
        fi
    done
    [ -n "$own" ] || die "no Interop namespace was found: none of ${candidates[*]} has the class PG_ProviderModule. Is $(command -v cimcli) the OpenPegasus server's, and may $(id -un) use it?"
    if [ -n "$interop" ] && [ "${interop,,}" != "${own,,}" ]; then
        die "--interop $interop: this server's Interop namespace is $own"
    fi
    interop=$own
}

pegasus_has_module() { cimprovider -l 2>/dev/null | grep -x "$pegasus_module" >/dev/null; }

pegasus_has_namespace() { cimcli ns 2>/dev/null | grep -ixF -- "$1" >/dev/null; }

# pegasus_schema NAMESPACE FILE: its classes and qualifiers as MOF.
pegasus_schema() {
    : >"$2"
    pegasus_has_namespace "$1" || return 0
    # What cimcli prints is not quite MOF: the scopes of qualifier types, where the name is all that counts, and the type
    # of properties that hold an object.
    { cimcli eq -n "$1" | sed -n 's/^Qualifier *\([A-Za-z_0-9]*\).*/Qualifier \1 : boolean, Scope(any);/p' &&
        cimcli ec -n "$1" -di -iq | sed -E 's/^( +)(object|instance) +([A-Za-z_0-9]+)(\[[0-9]*\])?$/\1string \3\4;/'; } >"$2" 2>"$work/schema.err" || [ ! -s "$work/schema.err" ] ||
        die "the schema of $1 cannot be read: $(cat "$work/schema.err")"
}

# pegasus_classes NAMESPACE NAME [--of-interop]: the MOF for the namespace in $work/NAME.base.mof and $work/NAME.mof, what
# they declare in $work/NAME.list.
pegasus_classes() {
    pegasus_schema "$1" "$work/$2.present.mof"
    registrar classes --schema "$stage/schema/CIM_Schema.mof" --mof "$stage/mof/XenCim.mof" --present "$work/$2.present.mof" "${@:3}" \
        --base "$work/$2.base.mof" --to "$work/$2.mof" >"$work/$2.list" || die "the classes could not be made to fit the schema of $1"
}

# pegasus_lacks NAMESPACE LIST: whether the namespace lacks a class of the list.
pegasus_lacks() {
    cimcli nc -n "$1" -di >"$work/names" 2>/dev/null || true
    sed -n 's/^class //p' "$2" | grep -qvixFf "$work/names"
}

# pegasus_names KIND LIST NAMESPACE: the names of a kind, to be written down.
pegasus_names() { sed -n "s/^$1 /${3//\//\\/}:/p" "$2"; }

# Classes of the same names that are not of this installer's making belong to somebody: libvirt-cim, as a rule.
pegasus_conflicts() {
    local name list=() taken
    pegasus_classes "$namespace" virt
    if grep -q "^ *Namespaces = .*\"$interop\"" "$work/registration/XenCim.pegasus.mof"; then
        pegasus_classes "$interop" interop --of-interop
    fi
    while read -r name; do
        is_recorded class "$namespace:$name" || ! grep -qiE "^class $name( |\$)" "$work/virt.present.mof" || list+=("$name")
    done < <(sed -n 's/^class //p' "$work/virt.list")
    [ ${#list[@]} != 0 ] || return 0
    taken=$(cimcli ei PG_ProviderCapabilities -n "$interop" -niq 2>/dev/null | pegasus_modules_with "${list[@]}")
    cat >&2 <<U
error: $namespace has classes of these names already: ${list[*]:0:4}$([ ${#list[@]} -le 4 ] || echo " and $((${#list[@]} - 4)) more")
They were not installed by this${taken:+; registered for them: $taken}. libvirt-cim has classes of the same names.
Either take it out:
    dnf remove libvirt-cim     (zypper remove libvirt-cim; or its provider-register.sh -d)
$([ -z "$taken" ] || for name in $taken; do echo "    cimprovider -r -m $name"; done)
and its classes with it (cimcli dc CLASS -n $namespace), or install beside it, into a namespace of its own:
    ./install.sh --pegasus --namespace root/xen
U
    exit 1
}

# Modules that are registered for one of the classes in the namespace.
pegasus_modules_with() {
    awk -v classes=" ${*,,} " -v namespace="${namespace,,}" '
        function text(line) { sub(/^[^"]*"/, "", line); sub(/".*/, "", line); return line }
        /^instance of /               { module = ""; class = ""; here = 0 }
        /^ *ProviderModuleName *=/    { module = text($0) }
        /^ *ClassName *=/             { class = tolower(text($0)) }
        /^ *Namespaces *=/            { here = index(tolower($0), "\"" namespace "\"") }
        /^};/                         { if (here && module != "" && index(classes, " " class " ") && !seen[module]++) printf "%s ", module }'
}

pegasus_unregister() {
    pegasus_has_module || return 0
    run cimprovider -d -m "$pegasus_module" >/dev/null 2>&1 || true
    run cimprovider -r -m "$pegasus_module" >/dev/null
}

# An agent that runs must not find the files changed below it.
pegasus_pause() {
    pegasus_paused=no
    pegasus_has_module || return 0
    pegasus_paused=yes
    step "Stopping the provider"
    run cimprovider -d -m "$pegasus_module" >/dev/null || true
    on_failure cimprovider -e -m "$pegasus_module"
}

pegasus_install() {
    local kept=$statedir/installed/pegasus.registration.mof
    step "Library into $pegasus_folder"
    link "$libdir/providers/$pegasus_library" "$pegasus_folder/$pegasus_library"

    pegasus_leave
    pegasus_declare "$namespace" virt
    pegasus_declare "$interop" interop

    step "Registration in $interop"
    if pegasus_has_module && cmp -s "$work/registration/XenCim.pegasus.mof" "$destination$kept"; then
        note "as it was"
    else
        record module "$pegasus_module"
        if pegasus_has_module; then
            run cimprovider -r -m "$pegasus_module" >/dev/null
            [ ! -f "$destination$kept" ] || on_failure pegasus_compile "$interop" "$destination$kept"
        fi
        on_failure pegasus_unregister
        pegasus_compile "$interop" "$work/registration/XenCim.pegasus.mof"
        put "$work/registration/XenCim.pegasus.mof" "$kept"
    fi
    run cimprovider -e -m "$pegasus_module" >/dev/null 2>&1 || true
    if [ "$(pegasus_setting forceProviderProcesses || true)" = false ] && [ "$pegasus_paused" = yes ]; then
        note "this server runs providers in its own process: restart it so that the new library is used"
    fi
    if command -v getenforce >/dev/null && [ "$(getenforce)" = Enforcing ]; then
        note "SELinux is enforcing: should the provider not start, look for denials with ausearch -m avc -c cimprovagt"
    fi
}

# pegasus_compile NAMESPACE FILE
pegasus_compile() {
    if [ "$dry_run" = yes ]; then
        note "would run: cimmof -w -aE -n $1 $(basename "$2")"
    elif ! cimmof -w -aE -n "$1" "$2" >"$work/cimmof.log" 2>&1; then
        sed 's/^/    /' "$work/cimmof.log" >&2
        die "the server does not take $(basename "$2") in $1"
    fi
}

# pegasus_declare NAMESPACE NAME: what $work/NAME.list has.
pegasus_declare() {
    local kind names kept=$statedir/installed/pegasus.$2.mof
    [ -s "$work/$2.list" ] || return 0
    step "Classes into $1"
    if ! pegasus_has_namespace "$1"; then
        record namespace "$1"
        on_failure pegasus_remove_namespace "$1"
        note "the namespace is new"
    fi
    if grep -q -e '^base ' -e '^qualifier ' "$work/$2.list"; then
        note "with what its schema lacks: $(grep -c '^base ' "$work/$2.list") classes, $(grep -c '^qualifier ' "$work/$2.list") qualifiers"
        for kind in qualifier base; do
            mapfile -t names < <(pegasus_names $kind "$work/$2.list" "$1")
            record $kind "${names[@]}"
        done
        on_failure pegasus_remove_listed "$1" "$work/$2.list" base
        pegasus_compile "$1" "$work/$2.base.mof"
    fi
    if cmp -s "$work/$2.mof" "$destination$kept" && ! pegasus_lacks "$1" "$work/$2.list"; then
        note "as they were"
        return
    fi
    # What the last run declared is replaced: a class may have another superclass than it had.
    pegasus_remove_classes "$1" class
    [ ! -f "$destination$kept" ] || on_failure pegasus_compile "$1" "$destination$kept"
    mapfile -t names < <(pegasus_names class "$work/$2.list" "$1")
    record class "${names[@]}"
    on_failure pegasus_remove_listed "$1" "$work/$2.list" class
    pegasus_compile "$1" "$work/$2.mof"
    put "$work/$2.mof" "$kept"
}

# pegasus_remove_classes NAMESPACE KIND: those that were written down, subclasses first.
pegasus_remove_classes() {
    local name names
    mapfile -t names < <(recorded "$2" | grep -F "$1:")
    for name in "${names[@]}"; do pegasus_remove "$1" "$2" "${name#*:}"; done
    forget "$2" "${names[@]}"
}

# A qualifier type that this installer brought may be in somebody's class by now, which would break without it.
pegasus_remove_qualifiers() {
    local name names used=''
    used=$(cimcli ec -n "$1" -di -iq 2>/dev/null || true)
    mapfile -t names < <(recorded qualifier | grep -F "$1:")
    for name in "${names[@]}"; do
        if [ "$dry_run" = yes ] || ! grep -qiE "(\[|^ +)${name#*:} *[ ,({\]]" <<<"$used"; then pegasus_remove "$1" qualifier "${name#*:}"; fi
    done
    forget qualifier "${names[@]}"
}

# pegasus_remove_listed NAMESPACE LIST class|base: the classes, or what is below them.
pegasus_remove_listed() {
    local kind name
    while read -r kind name; do
        if [ "$kind" = class ]; then [ "$3" = class ] || continue; else [ "$3" = base ] || continue; fi
        pegasus_remove "$1" "$kind" "$name"
    done < <(tac "$2")
}

# pegasus_remove NAMESPACE KIND NAME
pegasus_remove() {
    local operation=dc answer
    [ "$2" != qualifier ] || operation=dq
    if [ "$dry_run" = yes ]; then
        note "would run: cimcli $operation -n $1 $3"
    elif ! answer=$(cimcli $operation -n "$1" "$3" 2>&1) && [[ $answer != *NOT_FOUND* ]]; then
        # Somebody else's class may stand on one that this installer brought.
        note "$3 stays in $1: $(tail -1 <<<"$answer")"
    fi
}

pegasus_remove_namespace() {
    local answer
    if ! answer=$(run cimcli di -n "$(dirname "$1")" "__Namespace.Name=\"$(basename "$1")\"" 2>&1); then
        note "the namespace $1 stays: $(tail -1 <<<"$answer")"
    fi
}

pegasus_verify() {
    local answer query=(cimcli ni -n "$namespace" Xen_ComputerSystem)
    if ! answer=$(timeout 90 "${query[@]}" 2>&1); then
        warn "installed, but the first query failed: ${query[*]}"
        printf '%s\n' "$answer" | sed 's/^/    /' >&2
        note "the provider's own messages are in syslog (journalctl -t Xen.Cim)"
        return 1
    fi
    note "${query[*]}"
    printf '%s\n' "$answer" | grep . | head -5 | sed 's/^/    /' || note "no guests"
}

pegasus_uninstall() {
    local name
    step "Registration"
    pegasus_unregister
    forget module "$pegasus_module"
    pegasus_remove_namespaces
}

# What an earlier run declared in other namespaces than this one does.
pegasus_leave() { pegasus_remove_namespaces "$namespace" "$interop"; }

# pegasus_remove_namespaces [BUT...]: what was declared, subclasses first, and the namespaces that were made for it.
pegasus_remove_namespaces() {
    local name kind
    for name in $({ recorded class; recorded base; recorded qualifier; } | sed 's/:.*//' | sort -u); do
        [[ " $* " != *" $name "* ]] || continue
        step "Classes out of $name"
        for kind in class base; do pegasus_remove_classes "$name" $kind; done
        pegasus_remove_qualifiers "$name"
        is_recorded namespace "$name" || continue
        pegasus_remove_namespace "$name"
        forget namespace "$name"
    done
}
