using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;
using Xen.Cim.Hypervisor;
using Xen.Cim.Model;
using Xen.Cim.Providers;

namespace Xen.Cim.Cmpi;

/// <summary>The provider, made once for the process from its configuration.</summary>
internal sealed unsafe class ProviderRuntime : IDisposable
{
    public const int CmpiVersion = 200;

    private readonly Lock _starting = new();
    private ICimProvider? _provider;
    private ILoggerFactory? _logging;
    private ILogger? _logger;
    private TimeSpan _deadline = TimeSpan.FromSeconds(60);

    /// <summary>The name in every function table; a literal, so that it outlives everything.</summary>
    public static byte* MiName => (byte*)System.Runtime.CompilerServices.Unsafe.AsPointer(ref MemoryMarshal.GetReference("XenCim\0"u8));

    public ICimProvider Provider => _provider ?? throw new CimException(CimStatus.Failed, "The provider was stopped.");

    public void Start()
    {
        lock (_starting)
        {
            if (_provider is not null)
                return;
            var configuration = ProviderConfiguration.Load();
            _logging = LoggerFactory.Create(builder => builder.SetMinimumLevel(configuration.LogLevel).AddProvider(new SyslogLoggerProvider()));
            _logger = _logging.CreateLogger("Xen.Cim");
            foreach (var complaint in configuration.Complaints)
                _logger.LogWarning("{Complaint}", complaint);
            _deadline = configuration.Deadline;
            _provider = new XenCimProvider(LibvirtHypervisor.Create(configuration.Hypervisor, _logging), configuration.Provider, _logging);
            _logger.LogInformation("Managing {Uri}", configuration.Hypervisor.Uri);
        }
    }

    public void Dispose()
    {
        lock (_starting)
        {
            _provider?.Dispose();
            _provider = null;
            _logging?.Dispose();
        }
    }

    /// <summary>A request's time; dispose it with the request.</summary>
    public CancellationTokenSource Deadline() => new(_deadline);

    public void Failed(CimStatus status, Exception error)
    {
        if (error is CimException)
            _logger?.LogDebug("A request failed with {Status}: {Message}", status, error.Message);
        else
            _logger?.LogError(error, "A request failed unexpectedly");
    }
}
