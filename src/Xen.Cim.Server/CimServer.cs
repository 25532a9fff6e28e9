using System.Net;
using System.Runtime.InteropServices;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Xen.Cim.Model;
using Xen.Cim.Model.Mof.Syntax;
using Xen.Cim.Server.CimXml;
using Xen.Cim.Server.Cmpi;
using Xen.Cim.Server.Dispatch;
using Xen.Cim.Server.Http;
using Xen.Cim.Server.Repository;
using Xen.Cim.Server.Security;

namespace Xen.Cim.Server;

/// <summary>A whole server: repository, providers and the HTTP endpoint, from its options to its end.</summary>
public sealed partial class CimServer : IAsyncDisposable
{
    // Together less than the two seconds in which a server ends.
    private static readonly TimeSpan s_shutdown = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_cleanup = TimeSpan.FromSeconds(0.7);

    private readonly WebApplication _app;
    private readonly WorkerPool _pool;
    private readonly CmpiProviderLoader? _loader;
    private readonly ILogger _logger;

    private CimServer(WebApplication app, WorkerPool pool, CmpiProviderLoader? loader, CimRepository repository, ProviderDirectory providers, PasswordGate? gate, ILogger logger)
    {
        _app = app;
        _logger = logger;
        _loader = loader;
        _pool = pool;
        Repository = repository;
        Providers = providers;
        Gate = gate;
    }

    public CimRepository Repository { get; }

    public ProviderDirectory Providers { get; }

    /// <summary>The user and the password that clients need; null when everyone is let in.</summary>
    public PasswordGate? Gate { get; }

    /// <summary>Where the server really listens (a port of 0 becomes a free one).</summary>
    public IPEndPoint EndPoint { get; private set; } = new(IPAddress.None, 0);

    /// <summary>Loads everything and starts to listen.</summary>
    /// <exception cref="MofException">A MOF file is wrong.</exception>
    /// <exception cref="CimException">A class or a registration does not go with the others.</exception>
    /// <exception cref="IOException">The address is in use.</exception>
    public static async Task<CimServer> StartAsync(ServerOptions options, CancellationToken cancellation = default)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders().SetMinimumLevel(options.LogLevel);
        // The journal adds the time itself, and takes the level from the line (sd-daemon(3)).
        if (Environment.GetEnvironmentVariable("JOURNAL_STREAM") is { Length: > 0 })
            builder.Logging.AddSystemdConsole();
        else
            builder.Logging.AddSimpleConsole(o => (o.SingleLine, o.TimestampFormat) = (true, "yyyy-MM-dd HH:mm:ss "));
        builder.Logging.AddFilter("Microsoft", options.LogLevel < LogLevel.Debug ? options.LogLevel : LogLevel.Warning);
        builder.Services.Configure<HostOptions>(o => o.ShutdownTimeout = s_shutdown);
        builder.WebHost.ConfigureKestrel(k => Configure(k, options));
        var app = builder.Build();
        var logger = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger("Xen.Cim.Server");

        Export(ConfigurationFile.ConnectVariable, options.Connect);
        // Whom this server lets in may change things, unless somebody says otherwise.
        if (string.IsNullOrEmpty(Environment.GetEnvironmentVariable(ConfigurationFile.OperatorsVariable)))
            Export(ConfigurationFile.OperatorsVariable, "*");
        if (options.ConfigurationFile is { } configuration)
            Export(ConfigurationFile.Variable, configuration);
        // What is simulated in the process ends with it.
        if (options.StateDirectory is { } state && !options.IsSimulated)
            Export(ConfigurationFile.StateVariable, state);
        var repository = new CimRepository();
        var registry = new ProviderRegistry();
        var providers = new ProviderDirectory(registry);
        Load(repository, registry, providers, options);
        var operations = new ServerOperations(repository, providers);
        var broker = new BrokerServices(repository, operations, logger);
        var loader = options.Providers is { } directory ? new CmpiProviderLoader(directory, broker, logger) : null;
        if (loader is not null)
            providers.Use(loader);

        var pool = new WorkerPool();
        var gate = !options.NeedsPassword ? null
            : (options.Password ?? (options.PasswordFile is { } file ? PasswordFile.ReadOrMake(file) : null)) is { } password ? new PasswordGate(options.User, password)
            : PasswordGate.Generate(options.User);
        var dispatcher = new CimDispatcher(repository, operations, pool, options.Deadline, logger);
        var endpoint = new CimEndpoint(dispatcher, gate, new CimXmlLimits { Characters = options.MaxRequestSize }, logger);
        app.Run(endpoint.HandleAsync);
        var server = new CimServer(app, pool, loader, repository, providers, gate, logger);
        try
        {
            await app.StartAsync(cancellation).ConfigureAwait(false);
        }
        catch
        {
            await server.DisposeAsync().ConfigureAwait(false);
            throw;
        }
        server.EndPoint = new(options.Listen.Address, new Uri(app.Urls.First()).Port);
        logger.LogInformation("Listening on http://{EndPoint}/cimom; {Classes} classes in {Namespace}, {Registrations} registered",
            server.EndPoint, repository.Get(CimRepository.Implementation).Subclasses(null, deep: true).Count(), CimRepository.Implementation, registry.All.Count());
        logger.LogInformation("Managing {Connection}", options.Connect);
        if (options.NoAuth)
            logger.LogWarning("--no-auth: everyone on this machine may manage the host");
        return server;
    }

    /// <summary>Returns when the process is told to end.</summary>
    public Task WaitAsync() => _app.WaitForShutdownAsync();

    public async ValueTask DisposeAsync()
    {
        if (EndPoint.Port != 0)
            _logger.LogInformation("Stopped");
        await _app.DisposeAsync().ConfigureAwait(false);
        _pool.Dispose();
        if (_loader is not null)
        {
            try
            {
                await Task.Run(_loader.Dispose).WaitAsync(s_cleanup).ConfigureAwait(false);
            }
            catch (TimeoutException)
            {
                // A provider that does not end does not keep the server from ending.
            }
        }
    }

    private static void Configure(KestrelServerOptions kestrel, ServerOptions options)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = options.MaxRequestSize;
        kestrel.Limits.MaxConcurrentConnections = 1024;
        kestrel.Limits.KeepAliveTimeout = TimeSpan.FromMinutes(2);
        kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
        // Paths with reference keys make long CIMObject headers.
        kestrel.Limits.MaxRequestHeadersTotalSize = 64 * 1024;
        kestrel.Listen(options.Listen, listen => listen.Protocols = HttpProtocols.Http1);
    }

    private static void Load(CimRepository repository, ProviderRegistry registry, ProviderDirectory providers, ServerOptions options)
    {
        RepositoryLoader.ReadMof(repository, registry, options.Schema.Concat(options.Registration));
        if (options.Canned is { } count)
            RepositoryLoader.AddCanned(repository, registry, providers, count);
    }

    // A provider library may read its environment through the C library, which does not see .NET's copy of it.
    private static void Export(string name, string value)
    {
        Environment.SetEnvironmentVariable(name, value);
        _ = SetEnv(name, value, 1);
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetEnv(string name, string value, int overwrite);
}
