using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;
using Xen.Cim.Cmpi.Abi;
using Xen.Cim.Hypervisor;
using Xen.Cim.Model;
using Xen.Cim.Providers;

namespace Xen.Cim.Cmpi;

/// <summary>The provider, made once for the process from its configuration.</summary>
internal sealed unsafe class ProviderRuntime : IDisposable
{
    public const int CmpiVersion = 200;

    private const string Libvirt = "libvirt.so.0";

    private readonly Lock _starting = new();
    private readonly UnusedMemory _memory = new();
    private ICimProvider? _provider;
    private ILoggerFactory? _logging;
    private ILogger? _logger;
    private TimeSpan _deadline = TimeSpan.FromSeconds(60);
    private IndicationDelivery? _delivery;
    private Changes? _changes;
    private int _users;

    public ProviderRuntime() => QuietTime = new(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(15), _memory.GiveBack, TimeProvider.System);

    /// <summary>Every request tells it, so that memory goes back when there are none.</summary>
    public QuietTime QuietTime { get; }

    /// <summary>The name in every function table; a literal, so that it outlives everything.</summary>
    public static byte* MiName => (byte*)System.Runtime.CompilerServices.Unsafe.AsPointer(ref MemoryMarshal.GetReference("XenCim\0"u8));

    public ICimProvider Provider => _provider ?? throw new CimException(CimStatus.Failed, "The provider was stopped.");

    /// <summary>The way of everything that changes something.</summary>
    public Changes Changes => _changes ?? throw new CimException(CimStatus.Failed, "The provider was stopped.");

    /// <summary>Starts the provider if it does not run, for one more function table.</summary>
    public void Start()
    {
        lock (_starting)
        {
            if (_provider is not null)
            {
                _users++;
                return;
            }
            var configuration = ProviderConfiguration.Load();
            _logging = new SystemLog(configuration.LogLevel);
            _logger = _logging.CreateLogger("Xen.Cim");
            foreach (var complaint in configuration.Complaints)
                _logger.LogWarning("{Complaint}", complaint);
            _deadline = configuration.Deadline;
            _changes = new Changes(new Operators(configuration.Operators, configuration.OperatorsSource, new SystemAccounts(TimeSpan.FromSeconds(2)), TimeProvider.System), SystemLog.Audit);
            _memory.Bring(Libvirt);
            _provider = new AnyNamespace(new XenCimProvider(LibvirtHypervisor.Create(configuration.Hypervisor, _logging), configuration.Provider, _logging), configuration.Namespace, configuration.Interop);
            _logger.LogInformation("Managing {Uri}", configuration.Hypervisor.Uri);
            _users = 1;
        }
    }

    /// <summary>Uses a provider that somebody else made.</summary>
    internal void Start(ICimProvider provider, TimeSpan deadline, Changes changes)
    {
        lock (_starting)
        {
            (_provider, _deadline, _changes, _users) = (provider, deadline, changes, 1);
        }
    }

    /// <summary>One function table is not used any more; the provider, and with it its connections, ends with the last one.</summary>
    /// <param name="must">Whether the server ends; otherwise it only thinks that the provider has nothing to do.</param>
    /// <returns>Whether the table is free; false when ending the provider now would lose something.</returns>
    public bool Release(bool must)
    {
        lock (_starting)
        {
            if (!must && (_delivery is not null || _provider is { IsIdle: false }))
                return false;
            if (_users > 0 && --_users == 0)
                Dispose();
            return true;
        }
    }

    /// <summary>Sends the provider's indications to the broker that asked last.</summary>
    public void EnableIndications(Broker broker, CMPIContext* context)
    {
        lock (_starting)
        {
            _delivery?.Stop();
            _delivery = new IndicationDelivery(broker, context, error => Failed(CimStatus.Failed, error));
            Provider.EnableIndications(_delivery.Deliver);
        }
    }

    public void DisableIndications()
    {
        lock (_starting)
        {
            Provider.DisableIndications();
            _delivery?.Stop();
            _delivery = null;
        }
    }

    public void Dispose()
    {
        lock (_starting)
        {
            _delivery?.Stop();
            _delivery = null;
            QuietTime.Dispose();
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
