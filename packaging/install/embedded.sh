# shellcheck shell=bash disable=SC2154
# The provider's own CIM server as a system service. Sourced by install.sh; common.sh tells what a part defines.

embedded_unit=/etc/systemd/system/xen-cim-server.service
embedded_helper=/etc/systemd/system/xen-cim-auth
embedded_pam=/etc/pam.d/xen-cim
embedded_state=/var/lib/xen-cim-server
embedded_user=xencim

# Whether a service can be started: not in a tree that is only being made, and not without systemd.
embedded_systemd() { [ -z "$destination" ] && [ -d /run/systemd/system ] && type -P systemctl >/dev/null; }

embedded_find() {
    local file
    for file in /lib/systemd/system /usr/lib/systemd/system; do
        [ ! -e "$destination$file/xen-cim-server.service" ] ||
            die "the package xen-cim-server is installed ($file/xen-cim-server.service); use it, or remove it first"
    done
    [ "$packaged" = no ] || die "the server is in the package xen-cim-server; install that"
    [ "$namespace" = root/virt ] || die "--namespace $namespace: this server has the classes in root/virt"
    [ -z "$interop" ] || [ "$interop" = root/interop ] || die "--interop $interop: this server's Interop namespace is root/interop"
    case $prefix/ in
        /home/* | /root/* | /run/user/*) die "--prefix $prefix: the service sees no home folders; take /usr/local or a folder below /opt" ;;
    esac
}

embedded_conflicts() {
    [ -n "$(find "$(dirname "$runtime")/shared/Microsoft.AspNetCore.App" -maxdepth 1 -name '10.*' 2>/dev/null)" ] ||
        die "$(dirname "$runtime") has no ASP.NET Core 10, which the server needs: install aspnetcore-runtime-10.0"
    [ -f "$here/packaging/systemd/xen-cim-server.service" ] || die "this way of installing needs the source tree; $here/packaging/systemd is missing"
    local address
    address=$(embedded_address)
    if embedded_systemd && ! systemctl is-active --quiet xen-cim-server && (exec 3<>"/dev/tcp/${address%:*}/${address##*:}") 2>/dev/null; then
        die "something else answers on $address already, perhaps another CIM server. Stop it, or say listen = ADDRESS:PORT in $config, and run this again."
    fi
}

# Where the server listens.
embedded_address() {
    local address
    address=$(sed -n 's/^ *listen *= *"\{0,1\}\([^" ]*\).*/\1/p' "$destination$config" 2>/dev/null | tail -1)
    address=${address:-127.0.0.1:5988}
    printf '%s' "${address/#0.0.0.0:/127.0.0.1:}"
}

embedded_install() {
    local page
    step "Service xen-cim-server"
    link "$libdir/server/Xen.Cim.Server" "$prefix/sbin/xen-cim-server"
    for page in "$here"/packaging/man/*.[1-9]; do
        put "$page" "$prefix/share/man/man${page##*.}/$(basename "$page")"
    done
    sed -e "s|^ExecStart=.*|ExecStart=$prefix/sbin/xen-cim-server|" -e "s|^Environment=.*|& DOTNET_ROOT=$(dirname "$runtime")|" \
        "$here/packaging/systemd/xen-cim-server.service" >"$work/unit"
    put "$work/unit" "$embedded_unit"
    sed -e "s|^ExecStart=[^ ]*|ExecStart=$prefix/sbin/xen-cim-server|" -e "s|^Environment=.*|& DOTNET_ROOT=$(dirname "$runtime")|" \
        "$here/packaging/systemd/xen-cim-auth.service" >"$work/helper"
    put "$work/helper" "$embedded_helper.service"
    put "$here/packaging/systemd/xen-cim-auth.socket" "$embedded_helper.socket"
    put "$here/packaging/pam/xen-cim.$(embedded_pam_family)" "$embedded_pam"
    if [ -n "$destination" ]; then
        note "below $destination no user is made and no service is started"
        return
    fi
    embedded_make_user
    if ! embedded_systemd; then
        note "systemd does not run here; start the server with: setpriv --reuid $embedded_user --regid $embedded_user --init-groups $prefix/sbin/xen-cim-server"
        return
    fi
    if ! is_recorded service xen-cim-server; then
        on_failure embedded_forget_service
        record service xen-cim-server
    fi
    run systemctl daemon-reload
    run systemctl --quiet enable --now xen-cim-auth.socket
    run systemctl --quiet enable xen-cim-server
    run systemctl restart xen-cim-server || die "the service does not start; its reason: $(journalctl --no-pager -q -n 5 -o cat -u xen-cim-server 2>/dev/null | tr '\n' ' ')"
}

# How PAM's files look here.
embedded_pam_family() {
    if [ -e "$destination/etc/pam.d/password-auth" ]; then echo redhat
    elif [ -e "$destination/etc/debian_version" ]; then echo debian
    else echo suse
    fi
}

# The user of the service, whom libvirt lets manage the host for being in its group.
embedded_make_user() {
    if ! getent group libvirt >/dev/null; then
        record group libvirt
        run groupadd --system libvirt
        on_failure groupdel libvirt
    fi
    local group
    for group in xen-cim xen-cim-read; do
        if ! getent group $group >/dev/null; then
            record group $group
            run groupadd --system $group
            on_failure groupdel $group
        fi
    done
    if ! getent passwd $embedded_user >/dev/null; then
        record user $embedded_user
        run useradd --system --user-group --no-create-home --home-dir $embedded_state --shell /usr/sbin/nologin --comment "Xen.Cim CIM server" $embedded_user
        on_failure userdel $embedded_user
    fi
    id -nG $embedded_user 2>/dev/null | tr ' ' '\n' | grep -qx libvirt || run usermod --append --groups libvirt $embedded_user
}

embedded_forget_service() {
    systemctl --quiet disable --now xen-cim-server xen-cim-auth.socket xen-cim-auth.service 2>/dev/null || true
    systemctl reset-failed xen-cim-server xen-cim-auth.socket xen-cim-auth.service 2>/dev/null || true
}

embedded_verify() {
    local address password='' query i
    if ! embedded_systemd; then
        note "left out: the server does not run"
        return
    fi
    address=$(embedded_address)
    # A simulated host has no password.
    [ ! -s $embedded_state/password ] || password=$embedded_user:$(head -1 $embedded_state/password)@
    query="http://$address/root/virt:Xen_ComputerSystem"
    note "user $embedded_user, password in $embedded_state/password"
    note "\$ wbemcli ein ${query/\/\//\/\/$embedded_user:PASSWORD@}"
    if ! type -P wbemcli >/dev/null; then
        warn "wbemcli is not here (package sblim-wbemcli); the server was not asked"
        return
    fi
    for ((i = 0; i < 50; i++)); do
        # It starts listening before it reports itself ready; what it answers is shown, be it libvirt's error.
        if wbemcli -nl gc "${query/\/\//\/\/$password}" >/dev/null 2>&1; then
            wbemcli ein "${query/\/\//\/\/$password}" || warn "the server works, but what it manages does not answer yet"
            return
        fi
        sleep 0.2
    done
    warn "the server does not answer on $address: see journalctl -u xen-cim-server"
    return 1
}

embedded_uninstall() {
    if [ -n "$(recorded service)" ] && embedded_systemd; then
        step "Service xen-cim-server"
        run embedded_forget_service
    fi
    run rm -f "$destination$embedded_unit" "$destination$embedded_helper.service" "$destination$embedded_helper.socket" "$destination$embedded_pam"
    ! embedded_systemd || run systemctl daemon-reload
    [ -n "$destination" ] || embedded_remove_user
    run rm -rf "$destination$embedded_state"
}

embedded_remove_user() {
    local name
    for name in $(recorded user); do
        ! getent passwd "$name" >/dev/null || run userdel "$name" || warn "the user $name could not be removed"
        forget user "$name"
    done
    for name in $(recorded group); do
        # Libvirt may have come since, and others with it.
        if [ -z "$(getent group "$name" | cut -d: -f4)" ] && { [ "$name" != libvirt ] || ! type -P libvirtd virtqemud virtxend >/dev/null; }; then
            run groupdel "$name" || warn "the group $name could not be removed"
        fi
        forget group "$name"
    done
}
