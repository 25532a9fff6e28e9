# What run.sh and test.sh share: installing packages, building, and laying out a tree that runs.
# Sourced, not run.

set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
stage=$root/artifacts/stage
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

say() { if [ -t 2 ]; then printf '\033[1m%s\033[0m\n' "$*" >&2; else printf '%s\n' "$*" >&2; fi; }
die() { printf 'error: %s\n' "$*" >&2; exit 1; }

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"
    elif command -v sudo >/dev/null; then sudo "$@"
    else die "need root to run: $*"
    fi
}

# install WHAT...: packages under the names of the distribution this runs on; only those that are missing.
#   base   what the server and the provider need      tests  what the tests need on top
#   lab    what the Xen lab needs, where it can be made
#   packages  what building and trying the Debian packages needs; elsewhere nothing
install() {
    local wanted=() missing=()
    if command -v apt-get >/dev/null; then
        [[ " $* " == *" base "* ]] && wanted+=(libvirt0 libvirt-clients sblim-wbemcli gcc libc6-dev)
        [[ " $* " == *" tests "* ]] && wanted+=(libvirt-daemon libvirt-daemon-driver-qemu qemu-system-x86 qemu-utils seabios ipxe-qemu procps valgrind dnsmasq-base iptables ovmf swtpm swtpm-tools)
        [[ " $* " == *" packages "* ]] && wanted+=(dpkg-dev debhelper lintian mmdebstrap)
        [[ " $* " == *" lab "* ]] && wanted+=(qemu-system-x86 qemu-utils mmdebstrap e2fsprogs openssh-client)
        [[ " $* " == *" lab "* ]] && [ "$(id -u)" != 0 ] && wanted+=(fakeroot uidmap)
        for p in "${wanted[@]}"; do
            dpkg-query -W -f '${Status}' "$p" 2>/dev/null | grep -q 'install ok installed' || missing+=("$p")
        done
        [ ${#missing[@]} = 0 ] && return
        say "Installing ${missing[*]}"
        as_root apt-get update -qq
        as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
    elif command -v zypper >/dev/null; then
        [[ " $* " == *" base "* ]] && wanted+=(libvirt-libs libvirt-client sblim-wbemcli gcc glibc-devel)
        [[ " $* " == *" tests "* ]] && wanted+=(libvirt-daemon-qemu qemu-x86 qemu-tools procps valgrind)
        for p in "${wanted[@]}"; do rpm -q "$p" >/dev/null 2>&1 || missing+=("$p"); done
        [ ${#missing[@]} = 0 ] && return
        say "Installing ${missing[*]}"
        as_root zypper --non-interactive install --no-recommends "${missing[@]}"
    elif command -v dnf >/dev/null; then
        [[ " $* " == *" base "* ]] && wanted+=(libvirt-libs libvirt-client sblim-wbemcli gcc glibc-devel)
        [[ " $* " == *" tests "* ]] && wanted+=(libvirt-daemon-driver-qemu qemu-system-x86-core qemu-img procps-ng valgrind)
        for p in "${wanted[@]}"; do rpm -q "$p" >/dev/null 2>&1 || missing+=("$p"); done
        [ ${#missing[@]} = 0 ] && return
        say "Installing ${missing[*]}"
        as_root dnf install -y --setopt=install_weak_deps=False "${missing[@]}"
    else
        say "Cannot tell this distribution's package manager; make sure that libvirt's client library, wbemcli and a C compiler are there."
    fi
}

need_dotnet() {
    command -v dotnet >/dev/null || die "the .NET 10 SDK is missing. Install it from your distribution (dotnet-sdk-10.0) or from https://dotnet.microsoft.com/download, and run this again."
    dotnet --list-sdks | grep -q '^10\.' || die "the .NET SDK is $(dotnet --version); this needs version 10."
}

# build [built]: a release tree in artifacts/stage that runs as it is; with "built" of what was compiled just before:
#   server/        the embedded CIM server       providers/   libXenCim.so and, in xen-cim/, its assemblies
#   schema/ mof/   the classes                   registration/ what the servers are told about the provider
#   registrar/     what writes that
build() {
    local log=$root/artifacts/build.log how=(-p:RunAnalyzers=false)
    if [ "${1:-}" = built ]; then how=(--no-build); else say "Building"; fi
    mkdir -p "$root/artifacts"
    (
        cd "$root"
        dotnet publish src/Xen.Cim.Server -c Release -o "$stage/server" --tl:off -v q "${how[@]}"
        dotnet publish src/Xen.Cim.Cmpi -c Release --tl:off -v q "${how[@]}"
        dotnet publish src/Xen.Cim.Registrar -c Release -o "$stage/registrar" --tl:off -v q "${how[@]}"
        dotnet publish src/Xen.Cim.Guests -c Release -o "$stage/guests" --tl:off -v q "${how[@]}"
        dotnet "$stage/registrar/Xen.Cim.Registrar.dll" --output "$stage/registration"
    ) >"$log" 2>&1 || { tail -30 "$log" >&2; die "the build failed; all of its output is in $log"; }
    rm -rf "$stage/providers" "$stage/schema" "$stage/mof"
    cp -a "$root/artifacts/publish/Xen.Cim.Cmpi/release_linux-x64/provider" "$stage/providers"
    cp -a "$root/schema" "$root/mof" "$stage/"
}
