using System.Diagnostics;
using Xen.Cim.Server.Cmpi.Objects;
using Xunit;

namespace Xen.Cim.Server.Cmpi.Tests;

public sealed class MemoryTests(NativeLibraries libraries) : IDisposable
{
    private readonly BrokerFixture _broker = new(libraries);

    [Fact]
    public void A_hundred_thousand_calls_leave_memory_flat()
    {
        // The garbage collector's budget settles first.
        Call("Strings", 20_000);
        Call("Leak", 10_000);
        var (live, managed, before) = (HandlePool.Shared.Live, GC.GetTotalMemory(forceFullCollection: true), Resident());

        Call("Strings", 60_000);
        Call("Leak", 10_000);

        Assert.Equal(live, HandlePool.Shared.Live);
        var kept = GC.GetTotalMemory(forceFullCollection: true) - managed;
        Assert.True(kept < 1024 * 1024, $"{kept} bytes more are in use");
        // How much the garbage collector keeps for itself changes with the load of the machine.
        var grown = Resident() - before;
        Assert.True(grown < 32 * 1024 * 1024, $"{grown / 1024} KiB more are resident");
    }

    public void Dispose() => _broker.Dispose();

    private void Call(string method, int times)
    {
        for (var i = 0; i < times; i++)
        {
            Assert.Equal("", _broker.Invoke(method));
            // The mock remembers every call, which is not the broker's memory.
            if (i % 1000 == 0)
                _broker.Services.Invocations.Clear();
        }
    }

    private static long Resident()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        using var process = Process.GetCurrentProcess();
        return process.WorkingSet64;
    }
}
