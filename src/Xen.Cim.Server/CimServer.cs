using System.Net;
using System.Runtime.InteropServices;
using Microsoft.AspNetCore.ResponseCompression;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Xen.Cim.Model;
using Xen.Cim.Model.Mof.Syntax;
using Xen.Cim.Server.Agents;
using Xen.Cim.Server.CimXml;
using Xen.Cim.Server.Dispatch;
using Xen.Cim.Server.Enumerations;
using Xen.Cim.Server.Http;
using Xen.Cim.Server.Indications;
using Xen.Cim.Server.ObjectManager;
using Xen.Cim.Server.ProfileRegistration;
using Xen.Cim.Server.Repository;
using Xen.Cim.Server.Security;

namespace Xen.Cim.Server;

/// <summary>A whole server: repository, providers and the HTTP endpoint, from its options to its end.</summary>
public sealed partial class CimServer : IAsyncDisposable
{
    // Together less than the longest end, and that less than the service manager's patience. A provider writes down what
    // it was doing, which on a busy machine takes a while.
    private static readonly TimeSpan s_shutdown = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_unsubscribing = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_cleanup = TimeSpan.FromSeconds(4);

    private readonly WebApplication _app;
    private readonly WorkerPool _pool;
    private readonly EnumerationContexts _enumerations;
    private readonly ProviderPlacement? _loader;
    private readonly IndicationService? _indications;
    private readonly ILogger _logger;

    private CimServer(WebApplication app, WorkerPool pool, EnumerationContexts enumerations, ProviderPlacement? loader, IndicationService? indications, CimRepository repository, ProviderDirectory providers, PasswordGate? gate, TlsEndpoint? tls, ILogger logger)
    {
        _app = app;
        _logger = logger;
        _loader = loader;
        _indications = indications;
        _pool = pool;
        _enumerations = enumerations;
        Repository = repository;
        Providers = providers;
        Gate = gate;
        Tls = tls;
    }

    /// <summary>How long after it was told to end a server's process is still there, at most.</summary>
    public static TimeSpan LongestEnd { get; } = TimeSpan.FromSeconds(10);

    public CimRepository Repository { get; }

    public ProviderDirectory Providers { get; }

    /// <summary>The user and the password that clients need; null when everyone is let in.</summary>
    public PasswordGate? Gate { get; }

    /// <summary>What answers the requests that come over HTTP.</summary>
    internal CimEndpoint Handler { get; private init; } = null!;

    /// <summary>Threads of providers that work on an operation beside others.</summary>
    private WorkerPool Besides { get; init; } = null!;

    /// <summary>How connections are encrypted; null when none are.</summary>
    public TlsEndpoint? Tls { get; }

    /// <summary>Where the server really listens for encrypted connections; null for nowhere.</summary>
    public IPEndPoint? TlsEndPoint { get; private set; }

    /// <summary>Where the server really listens (a port of 0 becomes a free one).</summary>
    public IPEndPoint EndPoint { get; private set; } = new(IPAddress.None, 0);

    /// <summary>Loads everything and starts to listen.</summary>
    /// <exception cref="MofException">A MOF file is wrong.</exception>
    /// <exception cref="CimException">A class or a registration does not go with the others.</exception>
    /// <exception cref="IOException">The address is in use.</exception>
    public static Task<CimServer> StartAsync(ServerOptions options, CancellationToken cancellation = default) => StartAsync(options, null, cancellation);

    /// <param name="options">What the command line and the configuration file say.</param>
    /// <param name="logging">Where else the log goes.</param>
    internal static async Task<CimServer> StartAsync(ServerOptions options, Action<ILoggingBuilder>? logging, CancellationToken cancellation = default)
    {
        // What is in the current folder is neither read as configuration nor watched: that takes an inotify watch for each folder
        // below, of which a user has so many, and where a service runs the current folder is the root.
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory, Args = ["--hostBuilder:reloadConfigOnChange=false"] });
        builder.Logging.ClearProviders().SetMinimumLevel(options.LogLevel);
        // The journal adds the time itself, and takes the level from the line (sd-daemon(3)).
        if (Environment.GetEnvironmentVariable("JOURNAL_STREAM") is { Length: > 0 })
            builder.Logging.AddSystemdConsole();
        else
            builder.Logging.AddSimpleConsole(o => (o.SingleLine, o.TimestampFormat) = (true, "yyyy-MM-dd HH:mm:ss "));
        builder.Logging.AddFilter("Microsoft", options.LogLevel < LogLevel.Debug ? options.LogLevel : LogLevel.Warning);
        logging?.Invoke(builder.Logging);
        builder.Services.Configure<HostOptions>(o => o.ShutdownTimeout = s_shutdown);
        // What was changed is told whatever else is.
        if (options.LogLevel != LogLevel.None)
            builder.Logging.AddFilter(ChangeGuard.Category, LogLevel.Information);
        TlsEndpoint? tls = null;
        builder.WebHost.UseKestrelHttpsConfiguration().ConfigureKestrel(k => Configure(k, options, () => tls!));
        builder.Services.AddRequestDecompression();
        builder.Services.AddResponseCompression(o =>
        {
            o.Providers.Add<GzipCompressionProvider>();
            o.MimeTypes = ["application/xml"];
        });
        var app = builder.Build();
        app.UseRequestDecompression();
        app.UseResponseCompression();
        var loggers = app.Services.GetRequiredService<ILoggerFactory>();
        var logger = loggers.CreateLogger("Xen.Cim.Server");
        tls = options.ListenTls is null ? null : MakeTls(options, options.ListenTls, logger);

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
        var changes = new RepositoryChanges(repository, registry, new RepositoryStore(options.StateDirectory is { } folder ? Path.Combine(folder, "repository") : null, logger), logger);
        changes.Load();
        if (ObjectManagerProvider.IsPossible(repository))
            _ = new ObjectManagerProvider(repository, providers, changes, options);
        var besides = new WorkerPool(places: 32);
        var operations = new ServerOperations(repository, providers, changes, threads: besides);
        var indications = IndicationService.IsPossible(repository)
            ? new IndicationService(repository, providers, options.StateDirectory is { } kept ? Path.Combine(kept, "indications") : null, options.Indications, logger) : null;
        if (indications is not null && ServerProfiles.IsPossible(repository))
            _ = new ServerProfiles(repository, providers, operations, indications);
        var broker = new BrokerServices(repository, operations, (ns, indication) => indications?.Deliver(ns, indication));
        var loader = options.Providers is { } directory ? new ProviderPlacement(options, directory, broker, logger) : null;
        if (loader is not null)
            providers.Use(loader);

        var pool = new WorkerPool();
        var gate = !options.NeedsPassword ? null
            : (options.Password ?? (options.PasswordFile is { } file ? PasswordFile.ReadOrMake(file) : null)) is { } password ? new PasswordGate(options.User, password)
            : PasswordGate.Generate(options.User);
        var accounts = new SystemAccounts(TimeSpan.FromSeconds(5));
        var operators = new Operators(options.Operators, $"the line \"operators = ...\" of {options.ConfigurationFile ?? ConfigurationFile.Default}", accounts, TimeProvider.System);
        var enumerations = new EnumerationContexts(options.Enumerations, TimeProvider.System);
        var dispatcher = new CimDispatcher(repository, operations, enumerations, changes, pool, options.Deadline, new ChangeGuard(operators, loggers.CreateLogger(ChangeGuard.Category)), logger);
        IPasswordCheck[] checks = gate is null ? [] : options.PasswordSocket is { } socket ? [gate, new SystemPasswords(socket)] : [gate];
        var authenticator = new Authenticator(checks, new Operators(options.Readers, "", accounts, TimeProvider.System), operators, new LoginThrottle(TimeProvider.System), TimeProvider.System, logger);
        var endpoint = new CimEndpoint(dispatcher, authenticator, new RequestLimits(options), logger);
        app.Run(endpoint.HandleAsync);
        var server = new CimServer(app, pool, enumerations, loader, indications, repository, providers, gate, tls, logger) { Handler = endpoint, Besides = besides };
        try
        {
            await app.StartAsync(cancellation).ConfigureAwait(false);
        }
        catch
        {
            await server.DisposeAsync().ConfigureAwait(false);
            throw;
        }
        server.EndPoint = new(options.Listen.Address, PortOf(app, 0));
        if (tls is not null)
        {
            server.TlsEndPoint = new(options.ListenTls!.Address, PortOf(app, 1));
            logger.LogInformation("Listening on https://{EndPoint}/cimom; the certificate's SHA-256 is {Fingerprint}", server.TlsEndPoint, tls.Certificate.Fingerprint);
        }
        if (!IPAddress.IsLoopback(options.Listen.Address))
            logger.LogWarning("http://{EndPoint} is reachable from elsewhere and not encrypted: passwords can be read on their way", server.EndPoint);
        logger.LogInformation("Listening on http://{EndPoint}/cimom; {Classes} classes in {Namespace}, {Registrations} registered",
            server.EndPoint, repository.Get(CimRepository.Implementation).Subclasses(null, deep: true).Count(), CimRepository.Implementation, registry.All.Count());
        indications?.Start();
        logger.LogInformation("Managing {Connection}", options.Connect);
        if (options.NoAuth)
            logger.LogWarning("--no-auth: everyone on this machine may manage the host");
        return server;
    }

    /// <summary>Cancelled when the process is told to end.</summary>
    public CancellationToken Stopping => _app.Lifetime.ApplicationStopping;

    /// <summary>Returns when the process was told to end and no more requests are taken.</summary>
    public Task WaitAsync() => _app.WaitForShutdownAsync();

    public async ValueTask DisposeAsync()
    {
        _enumerations.Dispose();
        await _app.DisposeAsync().ConfigureAwait(false);
        _pool.Dispose();
        Besides.Dispose();
        var isWhole = await EndAsync(_indications, s_unsubscribing).ConfigureAwait(false) & await EndAsync(_loader, s_cleanup).ConfigureAwait(false);
        if (EndPoint.Port != 0)
            _logger.LogInformation("Stopped{How}", isWhole ? "" : "; a provider that does not end is left");
    }

    // A provider that does not end keeps neither the server nor the others from ending.
    private static async Task<bool> EndAsync(IDisposable? part, TimeSpan within)
    {
        try
        {
            // On a thread of its own: those of the pool may be busy.
            await Task.Factory.StartNew(() => part?.Dispose(), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).WaitAsync(within).ConfigureAwait(false);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    // In the order of Configure. The scheme does not tell which is which: Kestrel calls both http.
    private static int PortOf(WebApplication app, int endpoint) => new Uri(app.Urls.ElementAt(endpoint)).Port;

    private static TlsEndpoint MakeTls(ServerOptions options, IPEndPoint listen, ILogger logger)
    {
        var now = TimeProvider.System.GetUtcNow();
        if ((options.Certificate ?? (options.StateDirectory is { } state ? CertificateFiles.In(state) : null)) is not { } files)
            return new(new ServerCertificate(SelfSigned.Make(listen, now)), options.ClientAuthorities, logger);
        SelfSigned.MakeWhereMissing(files, listen, now);
        return new(new ServerCertificate(files, TimeProvider.System, logger), options.ClientAuthorities, logger);
    }

    private static void Configure(KestrelServerOptions kestrel, ServerOptions options, Func<TlsEndpoint> tls)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = options.MaxRequestSize;
        kestrel.Limits.MaxConcurrentConnections = options.MaxConnections;
        kestrel.Limits.KeepAliveTimeout = TimeSpan.FromMinutes(2);
        kestrel.Limits.RequestHeadersTimeout = options.SendTimeout;
        // How long the rest may take CimEndpoint sees to; a slow client that is done in time is welcome.
        kestrel.Limits.MinRequestBodyDataRate = null;
        // Paths with reference keys make long CIMObject headers.
        kestrel.Limits.MaxRequestHeadersTotalSize = 64 * 1024;
        kestrel.Listen(options.Listen, listen => listen.Protocols = HttpProtocols.Http1);
        if (options.ListenTls is not null)
        {
            kestrel.Listen(options.ListenTls, listen =>
            {
                listen.Protocols = HttpProtocols.Http1;
                listen.Use(TlsEndpoint.Tolerant);
                listen.UseHttps(TlsEndpoint.Options(tls));
            });
        }
    }

    private static void Load(CimRepository repository, ProviderRegistry registry, ProviderDirectory providers, ServerOptions options)
    {
        RepositoryLoader.ReadMof(repository, registry, options.Schema.Concat(options.Registration),
            Directory.Exists(options.OtherProviders) ? options.OtherProviders : null);
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
