#!/usr/bin/env bash
# Installs the Xen.Cim provider into a CIM server, or takes it out again.
set -euo pipefail
here=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")" && pwd)
# In the source tree the parts lie in packaging/install, where a package put this file beside it.
parts=$here/packaging/install
[ -d "$parts" ] || parts=$here/install
# shellcheck source=packaging/install/common.sh
. "$parts/common.sh"

usage() {
    cat <<'U'
usage: install.sh --pegasus | --sfcb | --embedded  [options]
       install.sh --uninstall --pegasus | --sfcb | --embedded  [options]

Installs the Xen.Cim provider into a CIM server on this machine. Run it again to bring an
installation up to date; --uninstall takes away what was installed, and only that.

  --pegasus          into OpenPegasus (tog-pegasus)
  --sfcb             into SFCB (sblim-sfcb)
  --embedded         the provider's own CIM server, as a system service

  --namespace NAME   namespace of the classes (default root/virt)
  --interop NAME     the server's Interop namespace (default: the one that it has)
  --prefix DIR       where the files go: DIR/lib/xen-cim, DIR/share/xen-cim (default /usr/local)
  --stage DIR        take what is built from DIR instead of building it
  --no-build         take what was built last
  --connect URI      what to manage, when there is no /etc/xen-cim/xen-cim.conf yet (default xen:///system)
  --no-check         do not ask the server a first query at the end
  --dry-run          say what would be done, and change nothing
  --help

DESTDIR in the environment goes before every path that is written.
U
}

# shellcheck disable=SC2034 # used in the parts
target='' uninstall=no
while [ $# -gt 0 ]; do
    case $1 in
        --*=*) set -- "${1%%=*}" "${1#*=}" "${@:2}" ;;
    esac
    case $1 in
        --pegasus | --sfcb | --embedded)
            [ -z "$target" ] || [ "$target" = "${1#--}" ] || die "--$target and $1: one server at a time"
            target=${1#--}
            shift
            ;;
        --namespace | --interop | --prefix | --stage | --connect)
            [ -n "${2:-}" ] || die "$1 needs a value"
            declare "${1#--}=$2"
            shift 2
            ;;
        --uninstall) uninstall=yes; shift ;;
        --no-build) build=no; shift ;;
        --no-check) check=no; shift ;;
        --dry-run) dry_run=yes; shift ;;
        -h | --help) usage; exit 0 ;;
        *) usage >&2; die "unknown option $1" ;;
    esac
done
[ -n "$target" ] || { usage >&2; die "say which server: --pegasus, --sfcb or --embedded"; }
[ -f "$parts/$target.sh" ] || die "$parts/$target.sh is missing"
# shellcheck source=/dev/null
. "$parts/$target.sh"

prepare
if [ $uninstall = yes ]; then uninstall; else install_into_server; fi
