#!/usr/bin/env bash
# Installs what the tests need, builds and runs all of them. The last line is "N passed, N failed".
. "$(dirname "${BASH_SOURCE[0]}")/.ci/common.sh"

install base
(install tests) || say "Not all that the tests need can be installed; those that lack something are skipped."
need_dotnet
build
cd "$root"
export XEN_CIM_STAGE=$stage

say "Building the tests"
dotnet build -c Release --tl:off -v q -warnaserror
say "Checking the format"
format=0
# In the configuration that was just built: the generator is an assembly of it.
Configuration=Release dotnet format --no-restore --verify-no-changes >"$root/artifacts/format.log" 2>&1 || format=1

(install packages) || say "Not all that the packages' tests need can be installed."

# A lab that cannot be had is one line here, and the reason of the tests that are skipped.
if [ "${XEN_CIM_XEN_LAB:-}" != skip ]; then
    say "Preparing the Xen lab"
    (install lab) || say "Not all that the Xen lab needs can be installed."
    lab=0
    tests/xen-lab/lab build || lab=$?
    [ $lab = 0 ] || [ $lab = 3 ] || say "The Xen lab does not come up; its tests will fail."
fi

say "Testing"
results=$root/artifacts/test-results
rm -rf "$results"
passed=0 failed=0 skipped=0
# Tests of kind "child" are processes that other tests start.
for project in tests/*.Tests/*.csproj; do
    name=$(basename "$project" .csproj)
    status=0
    timeout 900 dotnet test "$project" -c Release --no-build --tl:off --logger "trx;LogFileName=$name.trx" --results-directory "$results" --filter "Kind!=child" \
        --blame-hang-timeout 5m >"$root/artifacts/$name.log" 2>&1 || status=$?
    counts=$(grep -o '<Counters [^>]*' "$results/$name.trx" 2>/dev/null | head -1 || true)
    count() { echo "$counts" | sed -n "s/.* $1=\"\([0-9]*\)\".*/\1/p"; }
    p=$(count passed); f=$(count failed); t=$(count total); e=$(count executed)
    if [ -z "$counts" ] || { [ $status != 0 ] && [ "${f:-0}" = 0 ]; }; then
        # A project that did not come to an end is a failure, whatever it counted.
        f=$((${f:-0} + 1))
    fi
    s=$((${t:-0} - ${e:-0}))
    printf '%-36s %4s passed %4s failed %4s skipped\n' "$name" "${p:-0}" "$f" "$s"
    [ "$f" = 0 ] || grep -E '^\s+(Failed|Error Message|Stack Trace|\s+at )|^\s{3,}|error|Exception' "$root/artifacts/$name.log" | head -60
    grep -E '^\s+Skipped ' "$root/artifacts/$name.log" || true
    passed=$((passed + ${p:-0})); failed=$((failed + f)); skipped=$((skipped + s))
done
if [ $format != 0 ]; then
    head -20 "$root/artifacts/format.log" | cut -c1-200
    echo "dotnet format finds something to change"
    failed=$((failed + 1))
else
    passed=$((passed + 1))
fi
[ $skipped = 0 ] || echo "$skipped tests were skipped; the lines above say which"
echo "$passed passed, $failed failed"
[ $failed = 0 ]
