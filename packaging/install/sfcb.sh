# shellcheck shell=bash disable=SC2154
# Into SFCB (sblim-sfcb). Sourced by install.sh; common.sh tells what a part defines.
#
# SFCB takes classes and registration from a staging folder and compiles them into its repository, in which every
# namespace stands alone, while it is stopped. All classes are registered in one group, so that one process serves them.

sfcbrepos='' sfcbd='' sfcb_config=/etc/sfcb/sfcb.cfg staging='' repository='' server_schema='' provider_folder=''
sfcb_was='' sfcb_command=() sfcb_environment=() sfcb_cwd=/

# ---- the server ------------------------------------------------------------------------------------------------------

sfcb_find() {
    local command root pid
    for command in "$(type -P sfcbrepos)" {/usr,/usr/local,/opt/sfcb,"$prefix"}/bin/sfcbrepos; do
        [ -x "$command" ] && sfcbrepos=$command && break
    done
    if [ -z "$sfcbrepos" ]; then
        [ "$uninstall" = no ] || { warn "SFCB is not here any more; only files are removed"; return 0; }
        die "SFCB is not installed: there is no sfcbrepos in PATH, /usr/bin, /usr/local/bin, /opt/sfcb/bin or $prefix/bin. Install the package sblim-sfcb, or put SFCB's bin folder into PATH."
    fi
    root=$(dirname "$(dirname "$sfcbrepos")")
    export PATH=$root/bin:$root/sbin:$PATH
    sfcbd=$(type -P sfcbd) || die "$sfcbrepos is there, but no sfcbd in PATH or $root/sbin"
    # It tells where its own build has everything.
    staging=$destination$(sfcb_place s /var/lib/sfcb/stage)
    repository=$destination$(sfcb_place r /var/lib/sfcb/registration)
    server_schema=$destination$(sfcb_place c /usr/share/sfcb/CIM)
    [ -f "$staging/default.reg" ] || die "$staging/default.reg is missing: SFCB is not installed whole"
    [ -f "$server_schema/CIM_Schema.mof" ] || die "$server_schema/CIM_Schema.mof is missing: SFCB has no CIM schema. Install the package cim-schema, or unpack the schema of the DMTF (2.21 or newer) there."

    pid=$(sfcb_process)
    [ ! -f "$root/etc/sfcb/sfcb.cfg" ] || sfcb_config=$root/etc/sfcb/sfcb.cfg
    if [ -n "$pid" ]; then
        mapfile -d '' -t sfcb_command <"/proc/$pid/cmdline"
        mapfile -d '' -t sfcb_environment <"/proc/$pid/environ"
        sfcb_cwd=$(readlink "/proc/$pid/cwd")
        sfcb_was=process
        local i
        for ((i = 1; i < ${#sfcb_command[@]}; i++)); do
            case ${sfcb_command[i]} in
                -c) sfcb_config=${sfcb_command[i + 1]} ;;
                --config-file=*) sfcb_config=${sfcb_command[i]#*=} ;;
            esac
        done
        local unit
        for unit in sblim-sfcb sfcb sfcbd; do
            if type -P systemctl >/dev/null && systemctl is-active --quiet "$unit.service" 2>/dev/null; then sfcb_was=$unit.service && break; fi
        done
    fi
    [ -f "$destination$sfcb_config" ] || die "SFCB's configuration $destination$sfcb_config is missing"

    # Where it looks for provider libraries; the folder that is meant for them, if it names one.
    local folders folder
    folders=$(sfcb_setting providerDirs)
    for folder in $folders; do
        provider_folder=$folder
        [[ $folder == */cmpi ]] && break
    done
    [ -n "$provider_folder" ] || die "$destination$sfcb_config names no providerDirs"
    [ -n "$interop" ] || interop=root/interop
}

# sfcb_place OPTION DEFAULT: the folder that sfcbrepos uses when the option is not given, out of its help. Where sh is dash,
# the help has the "-e" of its "echo -e" before every line.
sfcb_place() {
    local place
    place=$("$sfcbrepos" -h 2>&1 | sed -n "s/^\(-e \)\?[[:space:]]*-$1 .*\[\(\/.*\)\].*/\2/p" || true)
    printf '%s\n' "${place:-$2}"
}

# sfcb_setting NAME [DEFAULT]
sfcb_setting() {
    local value
    value=$(sed -n "s/^[[:space:]]*$1[[:space:]]*:[[:space:]]*\(.*[^[:space:]]\)[[:space:]]*$/\1/p" "$destination$sfcb_config" | tail -1)
    printf '%s\n' "${value:-${2:-}}"
}

# The first of SFCB's processes, whose parent is not SFCB.
sfcb_process() {
    local process parent
    for process in /proc/[0-9]*; do
        [ "$process/exe" -ef "$sfcbd" ] || continue
        parent=$(sed -n 's/^PPid:[[:space:]]*//p' "$process/status" 2>/dev/null) || continue
        [ "/proc/$parent/exe" -ef "$sfcbd" ] || { basename "$process"; return 0; }
    done
}

sfcb_stop() {
    case $sfcb_was in
        '') return 0 ;;
        process)
            step "Stopping SFCB (process $(sfcb_process))"
            [ "$dry_run" = no ] || return 0
            kill -TERM "$(sfcb_process)"
            ;;
        *)
            step "Stopping $sfcb_was"
            run systemctl stop "$sfcb_was"
            [ "$dry_run" = no ] || return 0
            ;;
    esac
    on_failure sfcb_start
    local i
    for ((i = 0; i < 300; i++)); do
        [ -n "$(sfcb_process)" ] || return 0
        sleep 0.1
    done
    die "SFCB was told to stop, but its process $(sfcb_process) is still there after 30 seconds"
}

# As it was found: not at all, by systemd, or with the same command line, environment and folder.
sfcb_start() {
    [ -n "$sfcb_was" ] && [ -z "$(sfcb_process)" ] || return 0
    step "Starting SFCB again"
    case $sfcb_was in
        process)
            [ "$dry_run" = no ] || return 0
            (cd "$sfcb_cwd" && exec env -i "${sfcb_environment[@]}" setsid "$sfcbd" "${sfcb_command[@]:1}" </dev/null >/dev/null 2>&1 &)
            ;;
        *) run systemctl start "$sfcb_was" ;;
    esac
}

# ---- what stands in the way ------------------------------------------------------------------------------------------

# libvirt-cim calls its classes Xen_, too, and by default puts them into root/virt.
sfcb_conflicts() {
    local file others=()
    for file in "$staging/mofs/$namespace"/*.mof; do
        [[ $file != */XenCim*.mof && -f $file ]] || continue
        if grep -qiE '^[[:space:]]*class[[:space:]]+Xen_' "$file"; then others+=("$(basename "$file")"); fi
    done
    [ ${#others[@]} = 0 ] && return 0
    die "another provider has Xen_ classes in $namespace: ${others[*]} in $staging/mofs/$namespace. If that is libvirt-cim, remove its package, or install this provider beside it with --namespace root/xen."
}

# ---- classes and registration ----------------------------------------------------------------------------------------

# Writes XenCim.mof, XenCimSchema.mof and XenCim.reg into $work/sfcb.
sfcb_prepare() {
    local file lacking storage=$stage/schema/allocation/CIM_StorageAllocationSettingData.mof
    mkdir "$work/sfcb"
    cp "$work/registration/XenCim.sfcb.reg" "$work/sfcb/XenCim.reg"
    mapfile -t lacking < <(lacking_classes "$server_schema")
    [ ${#lacking[@]} = 0 ] || note "the schema in $server_schema lacks ${#lacking[@]} classes or has them in older versions; $namespace gets newer ones"
    # SFCB crashes the provider's process over a string property that has a default both in a class and in one above it.
    # VirtualQuantityUnits is the only one; here it keeps the topmost, which is what our classes say. The compiler takes the
    # newest version of a class, so the changed one of the standard's has to be newer than the server's.
    {
        for file in "${lacking[@]}"; do
            case $file in
                "$storage") ;;
                */CIM_ResourceAllocationSettingData.mof) cat "$file" ;;
                *) sfcb_without_second_default "$file" ;;
            esac
        done
        sfcb_without_second_default "$storage" | sed 's/\(Version ( "[0-9.]*\)/\1.1/'
    } >"$work/sfcb/XenCimSchema.mof"
    while read -r file; do
        sfcb_without_second_default "$stage/mof/$file"
    done < <(sed -n 's/^#pragma include *("\(.*\)").*/\1/p' "$stage/mof/XenCim.mof") >"$work/sfcb/XenCim.mof"
}

sfcb_without_second_default() { sed -E 's/^( *string VirtualQuantityUnits) = "[^"]*";/\1;/' "$1"; }

# The namespaces that the registration names.
sfcb_namespaces() { sed -n 's/^ *namespace: *//p' "$work/sfcb/XenCim.reg" | tr ' ' '\n' | sort -u; }

# sfcb_rebuild STAGING REPOSITORY: says nothing but what went wrong. What is in the repository comes along.
sfcb_rebuild() {
    local options=(-f -s "$1" -r "$2" -c "$server_schema") before=$work/before-rebuild file
    rm -rf "$before"
    [ ! -d "$2/repository" ] || cp -a "$2/repository" "$before"
    "$sfcbrepos" "${options[@]}" >"$work/sfcbrepos.log" 2>&1 && return 0
    # SFCB 1.4 keeps a destination of indications with properties that no class has, and cannot write that into a new
    # repository itself. The files, one for each class, are good as they are.
    if [ -d "$before" ] && "$sfcbrepos" "${options[@]}" -i >/dev/null 2>&1; then
        while read -r file; do
            [ -e "$2/repository/$file" ] || [ ! -d "$(dirname "$2/repository/$file")" ] || cp -a "$before/$file" "$2/repository/$file"
        done < <(cd "$before" && find . -type f ! -name classSchemas ! -name 'qualifiers*')
        return 0
    fi
    tail -20 "$work/sfcbrepos.log" >&2
    return 1
}

# Whether the classes compile is found out apart, before the server is stopped.
sfcb_try() {
    local name
    cp -a "$staging" "$work/staging"
    chmod -R u+w "$work/staging"
    find "$work/staging" \( -name 'XenCim*.mof' -o -name XenCim.reg \) -delete
    for name in $(sfcb_namespaces); do
        sfcbstage -s "$work/staging" -n "$name" -r "$work/sfcb/XenCim.reg" "$work"/sfcb/XenCim{,Schema}.mof ||
            die "sfcbstage failed"
    done
    # With what is in the repository: that is taken over into the new one.
    [ ! -d "$repository" ] || cp -a "$repository" "$work/repository"
    sfcb_rebuild "$work/staging" "$work/repository" && return 0
    rm -rf "$work/repository"
    find "$work/staging" \( -name 'XenCim*.mof' -o -name XenCim.reg \) -delete
    sfcb_rebuild "$work/staging" "$work/repository" 2>/dev/null ||
        die "SFCB cannot build its repository even without this provider (above): the schema in $server_schema and what is staged in $staging do not fit together"
    die "the classes do not compile into SFCB's repository (above)"
}

sfcb_install() {
    local name file
    step "Classes and registration for SFCB in $namespace"
    sfcb_prepare
    sfcb_try
    link "$libdir/providers/libXenCim.so" "$provider_folder/libXenCim.so"
    sfcb_stop
    sfcb_keep
    local staged=(regs/XenCim.reg)
    for name in $(sfcb_namespaces); do staged+=("mofs/$name/XenCim.mof" "mofs/$name/XenCimSchema.mof"); done
    # What an earlier installation had staged, perhaps in another namespace, and this one has not, goes.
    while read -r file; do
        case $file in
            "${staging#"$destination"}"/*)
                [[ " ${staged[*]} " == *" ${file#"${staging#"$destination"}/"} "* ]] || { run rm -f "$destination$file"; forget file "$file"; }
                ;;
        esac
    done < <(recorded file)
    for file in "${staged[@]}"; do put "$work/staging/$file" "${staging#"$destination"}/$file"; done
    run sfcb_rebuild "$staging" "$repository" || die "SFCB's repository could not be built"
    sfcb_start
}

# Staging and repository as they are, for when something fails.
sfcb_keep() {
    local folder
    [ "$dry_run" = no ] || return 0
    for folder in "$staging" "$repository"; do
        [ -d "$folder" ] || { on_failure rm -rf "$folder"; continue; }
        cp -a "$folder" "$work/kept-$(basename "$folder")"
        on_failure cp -a "$work/kept-$(basename "$folder")" "$folder"
        on_failure rm -rf "$folder"
    done
}

sfcb_uninstall() {
    local file
    [ -n "$sfcbrepos" ] || return 0
    step "Taking classes and registration out of SFCB"
    sfcb_stop
    sfcb_keep
    while read -r file; do
        case $file in "${staging#"$destination"}"/*) run rm -f "$destination$file" ;; esac
    done < <(recorded file)
    run sfcb_rebuild "$staging" "$repository" || die "SFCB's repository could not be built"
    # What sfcbrepos set aside is the state with the provider in it.
    run rm -rf "$repository/repository.previous" "$repository/providerRegister.previous"
    sfcb_start
}

# ---- one query -------------------------------------------------------------------------------------------------------

sfcb_verify() {
    local url i answer class=Xen_VirtualSystemManagementService options=()
    if [ "$(sfcb_setting enableHttp true)" = true ]; then
        url=http://localhost:$(sfcb_setting httpPort 5988)
    else
        url=https://localhost:$(sfcb_setting httpsPort 5989)
        options=(-noverify)
    fi
    local password='' example
    [ "$(sfcb_setting doBasicAuth false)" = false ] || password=root:PASSWORD@
    example="wbemcli ${options[*]:+${options[*]} }ein '${url/:\/\//:\/\/$password}/$namespace:Xen_ComputerSystem'"
    if [ -z "$sfcb_was" ]; then
        note "SFCB does not run. Start it (systemctl enable --now sblim-sfcb) and ask it:"
        note "$example"
    elif ! type -P wbemcli >/dev/null; then
        note "wbemcli is not installed (package sblim-wbemcli), so nothing was asked"
    elif [ -n "$password" ] && [ -z "${XEN_CIM_CHECK:-}" ]; then
        note "SFCB wants a password, so nothing was asked. Ask it:"
        note "$example"
    else
        [ -z "${XEN_CIM_CHECK:-}" ] || url=${url/:\/\//:\/\/$XEN_CIM_CHECK@}
        for ((i = 0; i < 50; i++)); do
            if answer=$(wbemcli "${options[@]}" ein "$url/$namespace:$class" 2>&1); then
                note "$answer"
                return 0
            fi
            [[ $answer == *"Couldn't connect"* ]] || break
            sleep 0.2
        done
        die "SFCB does not answer for $class: $answer"
    fi
}
