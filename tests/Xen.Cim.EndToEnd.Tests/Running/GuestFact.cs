using System.Runtime.CompilerServices;
using Xunit.Sdk;
using Xunit.v3;

namespace Xen.Cim.EndToEnd.Tests.Running;

/// <summary>A host of guests, run by an emulator that now and then loses one for no reason of theirs.</summary>
public interface IEmulatedHost
{
    /// <summary>How many guests the emulator has lost so far, by the word of the host's own log.</summary>
    int LostGuests { get; }

    /// <summary>Says that a test is tried again, in a file that test.sh prints.</summary>
    void TellRepeat(string line)
    {
        if (Environment.GetEnvironmentVariable("XEN_CIM_REPEATS") is { Length: > 0 } file)
            File.AppendAllText(file, line + "\n");
    }
}

/// <summary>
/// A [Fact] about guests. When it fails, and the emulator lost a guest meanwhile, it is tried again: in the Xen lab one PVH
/// guest in a hundred finds itself at an address of Xen's, and ends (tests/xen-lab/README.md). Every other failure counts.
/// </summary>
[XunitTestCaseDiscoverer(typeof(GuestFactDiscoverer))]
[AttributeUsage(AttributeTargets.Method)]
public sealed class GuestFactAttribute([CallerFilePath] string? sourceFilePath = null, [CallerLineNumber] int sourceLineNumber = -1)
    : FactAttribute(sourceFilePath, sourceLineNumber);

/// <summary>Finds the tests that <see cref="GuestFactAttribute"/> marks.</summary>
public sealed class GuestFactDiscoverer : FactDiscoverer
{
    protected override IXunitTestCase CreateTestCase(ITestFrameworkDiscoveryOptions discoveryOptions, IXunitTestMethod testMethod, IFactAttribute factAttribute)
    {
        var found = (XunitTestCase)base.CreateTestCase(discoveryOptions, testMethod, factAttribute);
        return new GuestTestCase(found);
    }
}

/// <summary>One of them.</summary>
public sealed class GuestTestCase : XunitTestCase, ISelfExecutingXunitTestCase
{
    private const int Attempts = 3;

    /// <summary>For the deserializer.</summary>
    [Obsolete("xunit makes one to fill it")]
    public GuestTestCase()
    {
    }

    public GuestTestCase(XunitTestCase of)
        : base(of.TestMethod, of.TestCaseDisplayName, of.UniqueID, of.Explicit, of.SkipExceptions, of.SkipReason, of.SkipType, of.SkipUnless, of.SkipWhen,
            of.Traits, of.TestMethodArguments, of.SourceFilePath, of.SourceLineNumber, of.Timeout)
    {
    }

    public async ValueTask<RunSummary> Run(ExplicitOption explicitOption, IMessageBus messageBus, object?[] constructorArguments, ExceptionAggregator aggregator,
        CancellationTokenSource cancellationTokenSource)
    {
        var host = constructorArguments.OfType<IEmulatedHost>().FirstOrDefault();
        for (var attempt = 1; ; attempt++)
        {
            var lost = host?.LostGuests;
            using var held = new HeldMessages();
            var summary = await XunitRunnerHelper.RunXunitTestCase(this, held, cancellationTokenSource, aggregator.Clone(), explicitOption, constructorArguments);
            if (summary.Failed == 0 || attempt == Attempts || host is null || host.LostGuests == lost)
            {
                held.PassOn(messageBus);
                return summary;
            }
            host.TellRepeat($"{TestCaseDisplayName} failed, and the emulator had lost a guest: {string.Join("; ", held.Failures)}");
        }
    }

    /// <summary>What is told of an attempt, until it is known whether it counts.</summary>
    private sealed class HeldMessages : IMessageBus
    {
        private readonly List<IMessageSinkMessage> _messages = [];

        public IEnumerable<string> Failures => _messages.OfType<ITestFailed>().Select(f => string.Join(' ', f.Messages).ReplaceLineEndings(" "));

        public bool QueueMessage(IMessageSinkMessage message)
        {
            lock (_messages)
                _messages.Add(message);
            return true;
        }

        public void PassOn(IMessageBus bus) => _messages.ForEach(message => bus.QueueMessage(message));

        public void Dispose()
        {
        }
    }
}
