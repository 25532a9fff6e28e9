#!/usr/bin/env bash
# Builds Xen.Cim, starts its CIM server and shows a first query. Ctrl-C ends it.
. "$(dirname "${BASH_SOURCE[0]}")/.ci/common.sh"

usage() {
    cat <<'U'
usage: ./run.sh [--connect URI | --xen-lab] [--listen ADDRESS:PORT] [--no-auth] [--no-build]

Installs what is missing, builds, starts the CIM server and shows a first query.

  --connect URI     what to manage: xen:///system, qemu:///system, xen+tcp://host/system,
                    test+unix:///default?socket=/path, ...   Default: xen:///system on a Xen
                    host, else a simulated Xen host.
  --xen-lab         make a real Xen host in software emulation and manage that one. The first time
                    takes some minutes; see tests/xen-lab/README.md
  --listen A:P      where to serve CIM-XML over HTTP (default 127.0.0.1:5988)
  --no-auth         no password, on loopback only. The simulated host needs none anyway.
  --no-build        run what was built last
U
}

connect= lab= listen=127.0.0.1:5988 auth=() build=yes
while [ $# -gt 0 ]; do
    case $1 in
        --connect) connect=${2:?--connect needs a libvirt URI}; shift 2 ;;
        --connect=*) connect=${1#*=}; shift ;;
        --xen-lab) lab=run-$$; shift ;;
        --listen) listen=${2:?--listen needs ADDRESS:PORT}; shift 2 ;;
        --listen=*) listen=${1#*=}; shift ;;
        --no-auth) auth=(--no-auth); shift ;;
        --no-build) build=no; shift ;;
        -h|--help) usage; exit 0 ;;
        *) usage >&2; die "unknown option $1" ;;
    esac
done

[ -z "$lab" ] || [ -z "$connect" ] || die "--xen-lab is a connection of its own; leave --connect out"

install base ${lab:+lab}
need_dotnet
[ $build = yes ] && build
[ -f "$stage/server/Xen.Cim.Server.dll" ] || die "nothing is built yet; run ./run.sh without --no-build"

server=
finish() {
    trap - EXIT INT TERM
    [ -z "$server" ] || { kill -TERM "$server" && wait "$server"; } 2>/dev/null || true
    [ -z "$lab" ] || "$root/tests/xen-lab/lab" stop "$lab"
}
trap finish EXIT
trap 'finish; exit 0' INT TERM

if [ -n "$lab" ]; then
    say "Starting a Xen host"
    connect=$("$root/tests/xen-lab/lab" start "$lab" --for $$) || exit 1
elif [ -z "$connect" ]; then
    if [ -e /proc/xen/capabilities ] && grep -q control_d /proc/xen/capabilities; then
        connect=xen:///system
    else
        connect=test://$stage/server/SimulatedHost/host.xml
    fi
fi
simulated=no
[[ $connect == test:///* ]] && simulated=yes

password=
if [ $simulated = no ] && [ ${#auth[@]} = 0 ]; then
    password=$(od -An -N12 -tx1 /dev/urandom | tr -d ' \n')
    export XEN_CIM_PASSWORD=$password
fi

dotnet "$stage/server/Xen.Cim.Server.dll" --listen "$listen" --connect "$connect" --user xencim --schema "$stage/schema" --schema "$stage/mof" \
    --registration "$stage/registration/XenCim.pegasus.mof" --providers "$stage/providers" "${auth[@]}" &
server=$!

credentials=${password:+xencim:$password@}
base=http://$credentials$listen/root/virt
ready=no
for _ in $(seq 150); do
    kill -0 $server 2>/dev/null || { wait $server || true; die "the server ended; see its message above"; }
    if wbemcli -nl gc "$base:Xen_ComputerSystem" >/dev/null 2>&1; then ready=yes; break; fi
    sleep 0.2
done
[ $ready = yes ] || die "the server did not answer on $listen within 30 s"

query="wbemcli ein $base:Xen_ComputerSystem"
say ""
say "\$ $query"
$query || true
if [ -n "$lab" ]; then
    demo="$base:Xen_ComputerSystem.CreationClassName=\"Xen_ComputerSystem\",Name=\"demo\""
    service=$(wbemcli ein "$base:Xen_VirtualSystemManagementService")
    cat <<U

The CIM server answers on http://$listen.${password:+ User xencim, password $password.} There is no guest yet. Five things to try in another terminal:

  wbemcli cm 'http://$credentials$service' 'DefineSystem.SystemSettings="instance of Xen_VirtualSystemSettingData { ElementName = \"demo\"; VirtualSystemType = \"DMTF:XEN:PV\"; Kernel = \"/srv/lab/vmlinux\"; RAMDisk = \"/srv/lab/initrd\"; CommandLine = \"console=hvc0 quiet\"; };",ResourceSettings="instance of Xen_MemoryRASD { VirtualQuantity = 131072; Limit = 262144; }; instance of Xen_NetworkRASD { Connection = {\"lab\"}; };"'
  wbemcli cm '$demo' RequestStateChange.RequestedState=2
  wbemcli -nl ei $base:Xen_ComputerSystem ElementName,EnabledState,StatusDescriptions
  $root/tests/xen-lab/lab run $lab 'tail -f /var/log/xen/console/guest-demo.log'
  wbemcli cm '$demo' RequestStateChange.RequestedState=4

libvirt is at $connect, and '$root/tests/xen-lab/lab run $lab bash' leads into Domain-0.
Ctrl-C ends the server and the Xen host.
U
    wait $server
    exit
fi
# A running guest to try things on, if there is one.
guest=
while read -r path; do
    path=${path#*root/virt:}
    guest=${guest:-$path}
    if wbemcli -nl gi "$base:$path" EnabledState,IsControlDomain 2>/dev/null | grep -qx -e '-IsControlDomain=FALSE'; then
        guest=$path
        wbemcli -nl gi "$base:$path" EnabledState 2>/dev/null | grep -qx -e '-EnabledState=2' && break
    fi
done < <(wbemcli ein "$base:Xen_ComputerSystem" 2>/dev/null)
cat <<U

The CIM server answers on http://$listen.${password:+ User xencim, password $password.} Five things to try in another terminal:

  wbemcli -nl ei $base:Xen_ComputerSystem
  wbemcli -nl gi '$base:$guest'
  wbemcli cm '$base:$guest' RequestStateChange.RequestedState=9
  wbemcli -nl ai '$base:$guest' -ac Xen_SettingsDefineState
  wbemcli ein $base:CIM_ResourcePool

Ctrl-C ends the server.
U
wait $server
