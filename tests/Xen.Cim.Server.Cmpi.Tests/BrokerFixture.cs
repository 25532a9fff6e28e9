using Microsoft.Extensions.Logging;
using Moq;
using Xen.Cim.Model;
using Xen.Cim.Server.Agents;
using Xen.Cim.Server.Cmpi;
using Xen.Cim.Server.Providers;
using Xen.Cim.Server.Queries;

namespace Xen.Cim.Server.Cmpi.Tests;

/// <summary>A loader with a server behind it that knows the test classes.</summary>
public sealed class BrokerFixture : IDisposable
{
    private readonly IDisposable _loader;

    /// <param name="agents">Has providers run in agents; null for this process.</param>
    public BrokerFixture(NativeLibraries libraries, Func<AgentOptions, AgentOptions>? agents = null)
    {
        Services.Setup(s => s.FindClass(It.IsAny<string>(), It.IsAny<string>())).Returns(TestClasses.Find);
        Services.Setup(s => s.IsA(TestClasses.Namespace, "Test_Everything", It.IsIn("Test_Base", "test_base", "Test_Everything"))).Returns(true);
        Services.Setup(s => s.ParseQuery(It.IsAny<string>(), It.IsAny<string>()))
            .Returns((string language, string query) => new ProviderQuery(Query.Parse(language, query), (c, s) => Services.Object.IsA(TestClasses.Namespace, c, s)));
        Services.Setup(s => s.Operations).Returns(Server.Object);
        if (agents is not null)
            Loader = Agents = new AgentProviderLoader(agents(new() { Directories = [libraries.Directory] }), Services.Object, Log);
        else
            Loader = new CmpiProviderLoader([libraries.Directory], Services.Object, Log);
        _loader = (IDisposable)Loader;
    }

    public Mock<IBrokerServices> Services { get; } = new();

    /// <summary>The server as its providers' client sees it.</summary>
    public Mock<IProvider> Server { get; } = new();

    public ListLogger Log { get; } = new();

    public IProviderLoader Loader { get; }

    public AgentProviderLoader? Agents { get; }

    public CimRequest Request { get; } = new() { Namespace = TestClasses.Namespace, Principal = "tester", InvocationFlags = 6, AcceptLanguage = "de, en;q=0.5" };

    public IProvider Exercise => Loader.Load("Exercise", "Exercise");

    public object? Invoke(string method, CimArguments? input = null, CimArguments? output = null) =>
        Exercise.InvokeMethod(Request, TestClasses.Path(1), method, input ?? new(), output ?? new());

    public void Dispose() => _loader.Dispose();
}

public sealed class ListLogger : ILogger
{
    private readonly List<string> _lines = [];

    public IReadOnlyList<string> Lines
    {
        get
        {
            lock (_lines)
                return [.. _lines];
        }
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        lock (_lines)
            _lines.Add($"{logLevel}: {formatter(state, exception)}");
    }
}
