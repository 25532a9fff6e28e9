using System.Diagnostics;

namespace Xen.Cim.EndToEnd.Tests.Running;

internal static class Eventually
{
    /// <summary>
    /// Waits for something that the far side does in its own time. What takes long is asked for less often: on an emulated
    /// host the asking takes from what is waited for.
    /// </summary>
    public static void True(Func<bool> condition, string what, double seconds = 30)
    {
        var clock = Stopwatch.StartNew();
        while (!condition())
        {
            Assert.True(clock.Elapsed < TimeSpan.FromSeconds(seconds), $"did not happen in {seconds} s: {what}");
            Thread.Sleep((int)Math.Clamp(clock.ElapsedMilliseconds / 10, 50, 500));
        }
    }
}
