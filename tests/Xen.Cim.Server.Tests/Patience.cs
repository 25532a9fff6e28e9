namespace Xen.Cim.Server.Tests;

/// <summary>How long tests wait for what has to come. Only a test that fails waits so long, so it is enough for a machine that is busy with other things.</summary>
internal static class Patience
{
    public static readonly TimeSpan Longest = TimeSpan.FromMinutes(2);

    /// <summary>Waits for a condition rather than for a time.</summary>
    public static async Task UntilAsync(Func<bool> condition, string what)
    {
        for (var until = DateTime.UtcNow + Longest; !condition();)
        {
            Assert.True(DateTime.UtcNow < until, what);
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }
}
