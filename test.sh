#!/usr/bin/env bash
# Installs what the tests need, builds and runs them. The last line is "N passed, N failed".
. "$(dirname "${BASH_SOURCE[0]}")/.ci/common.sh"

usage() {
    cat <<'U'
usage: ./test.sh [--record]
       ./test.sh --server URL [--connect URI] [--namespace NAME] [--record NAME] [--test TEXT]

Without --server: installs what is missing, builds, runs all tests and checks the format.

With --server: runs only the suite of guest life, against a CIM server into which the provider was
installed. Of this tree only the tests are built.

  --server URL      http://[user:password@]host[:port] of the CIM server (port 5988)
  --connect URI     what the provider there is connected to (default xen:///system); virsh confirms
                    there what the server says. On a local socket=PATH/libvirt-sock where nobody
                    listens (qemu+unix:, test+unix:) a libvirtd is started for the time of the suite.
  --namespace NAME  where the classes are registered (default root/virt)
  --record [NAME]   keep the results for docs/test-results.md: as the columns of the server NAME, such
                    as sfcb; without --server of the server "embedded"
  --test TEXT       only tests whose full name contains TEXT

What guests boot comes from the Xen lab (tests/xen-lab/lab build), or from XEN_CIM_GUEST_KERNEL and
XEN_CIM_GUEST_INITRD. On a Xen host these are paths there, and the host has to have what the lab's
Domain-0 has (tests/xen-lab/README.md): two block devices, two media, the network "lab".
U
}

server='' connect='' record='' test=''
while [ $# -gt 0 ]; do
    case $1 in
        --server) server=${2:?--server needs the URL of a CIM server}; shift 2 ;;
        --connect) connect=${2:?--connect needs a libvirt URI}; shift 2 ;;
        --namespace) export XEN_CIM_NAMESPACE=${2:?--namespace needs a name}; shift 2 ;;
        --test) test=${2:?--test needs a part of a name}; shift 2 ;;
        --record) record=embedded; if [ -n "${2:-}" ] && [[ $2 != --* ]]; then record=$2; shift; fi; shift ;;
        -h|--help) usage; exit 0 ;;
        *) usage >&2; die "unknown option $1" ;;
    esac
done
if [ -n "$server" ]; then
    [[ $server =~ ^https?:// ]] || die "--server $server is no URL: expected http://[user:password@]host[:port]"
    [ "$record" != embedded ] || die "--record needs a NAME such as sfcb when --server is given"
elif [ -n "$connect$test" ]; then
    die "--connect and --test go with --server"
fi
[ -z "$record" ] || [ -z "$test" ] || die "--record needs all tests; leave --test out"

cd "$root"
results=$root/artifacts/test-results
passed=0 failed=0 skipped=0

# run_tests NAME PROJECT FILTER [-- SETTING…]: leaves NAME.trx with the results, NAME.log and, in NAME.status, how it ended.
run_tests() {
    local name=$1 status=0
    mkdir -p "$results"
    # What a shell runs beside itself ignores Ctrl-C, and so would all that the tests start.
    XEN_CIM_REPEATS="$results/$name.repeats" timeout 1500 env --default-signal=INT dotnet test "$2" -c Release --no-build --tl:off --logger "trx;LogFileName=$name.trx" --results-directory "$results" --filter "$3" \
        --blame-hang-timeout 10m "${@:4}" >"$root/artifacts/$name.log" 2>&1 || status=$?
    echo $status >"$results/$name.status"
}

# until_fewer_than COUNT PID…: waits until fewer than so many of these jobs go on.
until_fewer_than() {
    local count=$1 pid alive
    shift
    while :; do
        alive=0
        for pid; do ! kill -0 "$pid" 2>/dev/null || alive=$((alive + 1)); done
        [ $alive -ge "$count" ] || return 0
        wait -n || true
    done
}

# tell NAME: adds what run_tests left to the three counts, and says what failed and what was skipped.
tell() {
    local name=$1 status counts p f t e s
    status=$(cat "$results/$name.status" || echo 1)
    counts=$(grep -o '<Counters [^>]*' "$results/$name.trx" 2>/dev/null | head -1 || true)
    count() { echo "$counts" | sed -n "s/.* $1=\"\([0-9]*\)\".*/\1/p"; }
    p=$(count passed); f=$(count failed); t=$(count total); e=$(count executed)
    if [ -z "$counts" ] || { [ "$status" != 0 ] && [ "${f:-0}" = 0 ]; }; then
        # A project that did not come to an end is a failure, whatever it counted.
        f=$((${f:-0} + 1))
    fi
    s=$((${t:-0} - ${e:-0}))
    printf '%-36s %4s passed %4s failed %4s skipped\n' "$name" "${p:-0}" "$f" "$s"
    [ "$f" = 0 ] || grep -E '^\s+(Failed|Error Message|Stack Trace|\s+at )|^\s{3,}|^(Expected|Actual|Not found):|error|Exception' "$root/artifacts/$name.log" | head -60
    [ ! -e "$results/$name.repeats" ] || sed 's/^/  Tried again: /' "$results/$name.repeats"
    grep -E '^\s+Skipped ' "$root/artifacts/$name.log" || true
    passed=$((passed + ${p:-0})); failed=$((failed + f)); skipped=$((skipped + s))
}

# check_format: leaves format.log, and in format.status how it ended.
check_format() {
    local status=0
    # In the configuration that was just built: the generator is an assembly of it. The tests beside it go first.
    Configuration=Release env --default-signal=INT nice dotnet format --no-restore --verify-no-changes >"$root/artifacts/format.log" 2>&1 || status=$?
    echo $status >"$results/format.status"
}

# prepare_lab: a lab that cannot be had is one line here, and the reason of the tests that are skipped.
prepare_lab() {
    local status=0
    tests/xen-lab/lab build || status=$?
    [ $status = 0 ] || [ $status = 3 ] || say "The Xen lab does not come up; its tests will fail."
}

finish() {
    echo "The test classes that took the longest:"
    dotnet artifacts/bin/Xen.Cim.TestResults/release/Xen.Cim.TestResults.dll longest 10 "$results"/*.trx || true
    [ $skipped = 0 ] || echo "$skipped tests were skipped; the lines above say which"
    echo "$passed passed, $failed failed"
    [ $failed = 0 ]
}

# driver_of URI: the part of the suite that is for it, by namespace.
driver_of() {
    case $1 in
        test:*|test+*) echo Simulated ;;
        qemu:*|qemu+*) echo Qemu ;;
        xen:*|xen+*) echo Xen ;;
        *) die "--connect $1: the suite knows hosts of test:, qemu: and xen:" ;;
    esac
}

end_to_end_name=Xen.Cim.EndToEnd.Tests
end_to_end=tests/$end_to_end_name/$end_to_end_name.csproj
on_xen="$end_to_end_name on Xen"
rm -rf "$results"
need_dotnet

if [ -n "$server" ]; then
    driver=$(driver_of "${connect:-xen:///system}")
    install base tests
    export XEN_CIM_SERVER=$server XEN_CIM_CONNECT=$connect
    say "Building the tests"
    dotnet build "$end_to_end" -c Release --tl:off -v q -warnaserror
    say "Testing the suite of $driver hosts on the CIM server ${server##*@}"
    # One host for all of them: nothing beside anything else.
    run_tests "$end_to_end_name" "$end_to_end" "FullyQualifiedName~.Suite.$driver${test:+&FullyQualifiedName~$test}" -- xUnit.MaxParallelThreads=1
    tell "$end_to_end_name"
else
    install base
    (install tests) || say "Not all that the tests need can be installed; those that lack something are skipped."
    (install packages) || say "Not all that the packages' tests need can be installed."
    mkdir -p "$results"
    # The lab is made while the rest is built: where it is made for the first time, most of that is downloads.
    lab=
    if [ "${XEN_CIM_XEN_LAB:-}" != skip ]; then
        say "Preparing the Xen lab"
        (install lab) || say "Not all that the Xen lab needs can be installed."
        prepare_lab &
        lab=$!
    fi
    say "Building"
    dotnet build -c Release --tl:off -v q -warnaserror
    build built
    export XEN_CIM_STAGE=$stage
    say "Testing, and checking the format"
    check_format &
    format=$!
    # Two at a time: half of the time they wait for something. Tests of kind "child" are processes that other tests start.
    names=() running=()
    for project in tests/*.Tests/*.csproj; do
        name=$(basename "$project" .csproj)
        if [ "$name" != $end_to_end_name ]; then
            until_fewer_than 2 "${running[@]}"
            run_tests "$name" "$project" "Kind!=child" &
            names+=("$name") running+=($!)
        fi
    done
    wait "${running[@]}" || true
    for name in "${names[@]}"; do tell "$name"; done
    [ -z "$lab" ] || wait "$lab" || true
    # By themselves: a guest that boots in a lab takes a whole processor, and there are two labs.
    run_tests "$on_xen" "$end_to_end" "Host=XenLab"
    tell "$on_xen"
    run_tests $end_to_end_name "$end_to_end" "Host!=XenLab&Kind!=child"
    tell $end_to_end_name
    wait "$format" || true
    if [ "$(cat "$results/format.status")" != 0 ]; then
        head -20 "$root/artifacts/format.log" | cut -c1-200
        echo "dotnet format finds something to change"
        failed=$((failed + 1))
    else
        passed=$((passed + 1))
    fi
fi

if [ -n "$record" ]; then
    for file in "$results/$end_to_end_name"*.trx; do
        dotnet run --project tests/Xen.Cim.TestResults -c Release --tl:off -- record "$record" "$file" docs
    done
fi
finish
