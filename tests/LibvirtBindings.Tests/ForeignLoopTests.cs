using System.Diagnostics;
using Libvirt.Native;

namespace Libvirt.Tests;

/// <summary>A registered event loop cannot be taken back, so each case has a process of its own.</summary>
public class ForeignLoopTests
{
    [Theory]
    [InlineData(nameof(Child_without_a_loop))]
    [InlineData(nameof(Child_with_a_loop_of_somebody_else))]
    public async Task In_a_process_of_its_own(string method)
    {
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "LibvirtBindings.Tests")) { RedirectStandardOutput = true };
        foreach (var argument in new[] { "-explicit", "only", "-noColor", "-method", $"{typeof(ForeignLoopTests).FullName}.{method}" })
        {
            start.ArgumentList.Add(argument);
        }
        start.Environment[Loop.Without] = "1";
        using var child = Process.Start(start)!;
        var output = await child.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await child.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(child.ExitCode == 0 && output.Contains("Total: 1, Errors: 0, Failed: 0", StringComparison.Ordinal), output);
    }

    [Fact(Explicit = true), Trait("Kind", "child")]
    public void Child_without_a_loop()
    {
        using var c = Connection.Open("test:///default");
        Assert.Throws<LibvirtException>(() => c.OnDomainLifecycle(_ => { }));
        Assert.False(EventLoop.Turns(TimeSpan.FromMilliseconds(100)));
        Assert.Equal(0, c.Close());
        for (var i = 0; i < 20; i++)
        {
            using (EventLoop.Start())
            {
                Assert.True(EventLoop.Turns(TimeSpan.FromSeconds(5)));
            }
            Assert.False(EventLoop.Turns(TimeSpan.FromMilliseconds(10)));
        }
    }

    [Fact(Explicit = true), Trait("Kind", "child")]
    public void Child_with_a_loop_of_somebody_else()
    {
        LibvirtLibrary.Initialize();
        Assert.Equal(0, NativeMethods.virEventRegisterDefaultImpl());
        using var loop = EventLoop.Start();
        Assert.False(loop.RunsHere);
        Assert.False(EventLoop.Turns(TimeSpan.FromMilliseconds(100)));
        new Thread(() =>
        {
            while (true)
            {
                _ = NativeMethods.virEventRunDefaultImpl();
            }
        })
        { IsBackground = true }.Start();
        Assert.True(EventLoop.Turns(TimeSpan.FromSeconds(5)));
        using var c = Connection.Open("test:///default");
        var heard = 0;
        using var subscription = c.OnDomainLifecycle(_ => Interlocked.Increment(ref heard));
        using var d = c.LookupDomain("test");
        d.Suspend();
        Eventually.True(() => Volatile.Read(ref heard) == 1, "the event through the other's loop");
    }
}
