namespace Xen.Cim.EndToEnd.Tests.Running;

/// <summary>
/// A real Xen host of the tests' own, run by QEMU in software emulation, or two of them joined by a network: what the script
/// tests/xen-lab/lab makes. It ends with this process, whatever becomes of it.
/// </summary>
public sealed class XenLab : IDisposable
{
    private const string Variable = "XEN_CIM_XEN_LAB";
    private const int CannotBeHad = 3;

    // What it may take where the image has to be made first.
    private static readonly TimeSpan s_start = TimeSpan.FromMinutes(10);

    private static readonly string? s_script = Stage.SourceTree is { } tree ? Path.Combine(tree, "tests", "xen-lab", "lab") : null;

    private readonly string _name = $"tests-{Environment.ProcessId}-{Guid.NewGuid():N}"[..24];

    private XenLab()
    {
    }

    /// <summary>The guests' kernel and initrd on this machine: what <see cref="XenLabHost.Kernel"/> is in a Domain-0.</summary>
    public static (string Kernel, string Initrd) GuestFiles()
    {
        var paths = Lab("paths").Lines.Select(line => line.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1]);
        return (paths["kernel"], paths["initrd"]);
    }

    /// <summary>A lab without any host yet; skips the test where there can be none.</summary>
    public static XenLab OrSkip()
    {
        Assert.SkipWhen(Environment.GetEnvironmentVariable(Variable) == "skip", $"{Variable} says to skip the Xen lab");
        Assert.SkipUnless(File.Exists(s_script), "no Xen lab here: its scripts are in the source tree, and the tests run without one");
        return new XenLab();
    }

    /// <summary>Starts a host of the lab; skips the test where that cannot be.</summary>
    /// <param name="number">1, or 2 for the second.</param>
    public XenLabHost Start(int number = 1)
    {
        var name = number == 1 ? _name : $"{_name}:{number}";
        var uri = Lab("start", name, "--for", Environment.ProcessId.ToString(System.Globalization.CultureInfo.InvariantCulture)).Lines[^1];
        return new XenLabHost(s_script!, name, $"xenlab{number}", uri);
    }

    public void Dispose() => Command.Run(s_script!, "stop", _name);

    private static CommandResult Lab(params IEnumerable<string> arguments)
    {
        var result = Command.Run(s_start, s_script!, arguments);
        Assert.SkipWhen(result.ExitCode == CannotBeHad, result.Errors.TrimEnd('\n').Split('\n')[^1]);
        Assert.True(result.ExitCode == 0, $"lab {string.Join(' ', arguments)}: {result}");
        return result;
    }
}

/// <summary>A host of a lab.</summary>
/// <param name="script">tests/xen-lab/lab.</param>
/// <param name="lab">What the script knows it by.</param>
/// <param name="name">Its host name, by which the other host reaches it.</param>
/// <param name="uri">Where its libvirt answers.</param>
public sealed class XenLabHost(string script, string lab, string name, string uri)
{
    /// <summary>In Domain-0: the kernel for guests of every kind.</summary>
    public const string Kernel = "/srv/lab/vmlinux";

    /// <summary>The same as the distribution packs it, which the firmware of a fully virtualized guest wants.</summary>
    public const string PackedKernel = "/srv/lab/vmlinuz";

    /// <summary>In Domain-0: the initrd that says what it sees; see <see cref="GuestReport"/>.</summary>
    public const string Initrd = "/srv/lab/initrd";

    /// <summary>The kernel's command line on Xen: little to say but the guest's own reports, and no time for what emulation does not need.</summary>
    public const string CommandLine = "console=hvc0 quiet mitigations=off random.trust_cpu=on";

    public string Name => name;

    public string Uri => uri;

    /// <summary>Runs virsh, which has to succeed.</summary>
    public string Virsh(params IEnumerable<string> arguments)
    {
        var result = TryVirsh(arguments);
        Assert.True(result.ExitCode == 0, $"virsh {string.Join(' ', arguments)}: {result}");
        return result.Output.TrimEnd('\n');
    }

    public CommandResult TryVirsh(params IEnumerable<string> arguments) => Command.Run("virsh", ["-q", "-c", Uri, .. arguments]);

    /// <summary>Runs a shell command in Domain-0, which has to succeed.</summary>
    public string RunInDomain0(string command)
    {
        var result = TryInDomain0(command);
        Assert.True(result.ExitCode == 0, $"in Domain-0, {command}: {result}");
        return result.Output.TrimEnd('\n');
    }

    public CommandResult TryInDomain0(string command) => Command.Run(script, "run", lab, command);

    /// <summary>How many guests have ended because the emulated processor went astray with them, as Xen's console tells.</summary>
    public int LostGuests()
    {
        var folder = Command.Run(script, "status", lab).Lines.First(line => line.StartsWith("folder=", StringComparison.Ordinal))["folder=".Length..];
        return File.ReadLines(Path.Combine(folder, "serial.log")).Count(line => line.Contains("Triple fault", StringComparison.Ordinal));
    }

    /// <summary>All that a guest has said on its console.</summary>
    /// <param name="guest">Its name.</param>
    public string Console(string guest) => TryInDomain0($"cat /var/log/xen/console/guest-{guest}.log").Output;

    /// <summary>What a guest with the lab's initrd last said of itself; null when it has not said anything yet.</summary>
    public GuestReport? LastReport(string guest) => GuestReport.Last(Console(guest));

    /// <summary>Waits until a guest with the lab's initrd sees what it is to see.</summary>
    /// <param name="seconds">A guest under emulation takes its time to start: 7 s on a machine that has nothing else to do.</param>
    public GuestReport WaitFor(string guest, Func<GuestReport, bool> condition, string what, double seconds = 90)
    {
        GuestReport? last = null;
        Eventually.True(() => (last = LastReport(guest)) is { } report && condition(report), $"{guest} sees {what}", seconds);
        return last!;
    }
}

/// <summary>One lab for the whole run of the tests, with a CIM server on its first host.</summary>
public sealed class XenLabFixture : IDisposable, IEmulatedHost
{
    private readonly Lazy<XenLab> _lab = new(XenLab.OrSkip);
    private readonly Lazy<XenLabHost> _host;
    private readonly Lazy<XenLabHost> _second;
    private readonly Lazy<CimServerProcess> _server;

    public XenLabFixture()
    {
        _host = new(() => _lab.Value.Start());
        _second = new(() => _lab.Value.Start(2));
        // Tests run what the unit would.
        _server = new(() => CimServerProcess.Start(Host.Uri, configuration: $"boot_unit = {Path.Combine(Stage.Folder, "guests", "Xen.Cim.Guests.dll")}\n"));
    }

    public XenLabHost Host => _host.Value;

    /// <summary>The other host, for guests that migrate.</summary>
    public XenLabHost Second => _second.Value;

    public Wbemcli Wbemcli => new(_server.Value.Address);

    public int LostGuests => new[] { _host, _second }.Where(h => h.IsValueCreated).Sum(h => h.Value.LostGuests());

    public void Dispose()
    {
        try
        {
            if (_server.IsValueCreated)
                _server.Value.Dispose();
        }
        finally
        {
            if (_lab.IsValueCreated)
                _lab.Value.Dispose();
        }
    }
}

/// <summary>Tests of this collection share a lab and run one after the other.</summary>
[CollectionDefinition(Name), Trait("Host", "XenLab")]
public sealed class XenLabTests : ICollectionFixture<XenLabFixture>
{
    public const string Name = "Xen lab";
}

/// <summary>These have a lab of their own, beside the other one: guests under emulation mostly wait.</summary>
[CollectionDefinition(Name), Trait("Host", "XenLab")]
public sealed class SecondXenLabTests : ICollectionFixture<XenLabFixture>
{
    public const string Name = "Second Xen lab";
}
