using System.CommandLine;
using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using Xen.Cim.Hypervisor;
using Xen.Cim.Model;

// xen-cim-guests: what the unit of that name runs when the host starts and stops.
var connect = new Option<string>("--connect")
{
    Description = $"libvirt connection; without it that of {ConfigurationFile.ConnectVariable}, of the configuration file, or xen:///system.",
    HelpName = "URI",
};
var patience = new Option<double>("--timeout")
{
    Description = "Seconds that guests may take to shut down, all together [default: 300].",
    DefaultValueFactory = _ => 300,
};
var withHost = new Option<bool>("--with-host") { Description = "Do nothing unless the whole system is stopping." };

var start = new Command("start", "Starts the guests that have a place in the order or a delay, one after the other.") { connect };
start.SetAction(arguments => Run(arguments.GetValue(connect), startup => startup.Start()));
var stop = new Command("stop", "Turns off, saves or shuts down the guests whose settings say so, the last started first.") { connect, patience, withHost };
stop.SetAction(arguments => arguments.GetValue(withHost) && !HostStops() ? 0
    : Run(arguments.GetValue(connect), startup => startup.Stop(TimeSpan.FromSeconds(Math.Clamp(arguments.GetValue(patience), 0, 86400)))));
var command = new RootCommand("Starts and stops guests with the host, in the order, after the delay and in the way that their settings name "
    + "(CIM_VirtualSystemSettingData.AutomaticStartupAction, AutomaticShutdownAction).") { start, stop };
return command.Parse(args).Invoke();

static int Run(string? uri, Func<GuestStartup, int> act)
{
    try
    {
        using var hypervisor = LibvirtHypervisor.Create(new HypervisorOptions { Uri = uri ?? Connection() }, NullLoggerFactory.Instance);
        WaitFor(hypervisor);
        return act(new GuestStartup(hypervisor, Console.Error.WriteLine)) == 0 ? 0 : 1;
    }
    catch (HypervisorException error)
    {
        Console.Error.WriteLine($"error: {error.Message}");
        return 1;
    }
}

// At boot libvirt may need a while.
static void WaitFor(LibvirtHypervisor hypervisor)
{
    var until = DateTime.UtcNow.AddSeconds(60);
    while (true)
    {
        try
        {
            hypervisor.ListGuests();
            return;
        }
        catch (HypervisorException error) when (error.Error is HypervisorError.Disconnected or HypervisorError.Timeout && DateTime.UtcNow < until)
        {
            Thread.Sleep(TimeSpan.FromSeconds(2));
        }
    }
}

static string Connection()
{
    if (Environment.GetEnvironmentVariable(ConfigurationFile.ConnectVariable) is { Length: > 0 } named)
        return named;
    var file = Environment.GetEnvironmentVariable(ConfigurationFile.Variable) is { Length: > 0 } other ? other : ConfigurationFile.Default;
    var lines = File.Exists(file) ? File.ReadAllLines(file) : [];
    return ConfigurationFile.Parse(lines, file).LastOrDefault(l => l.Key == "connection" && l.Value.Length > 0)?.Value ?? "xen:///system";
}

// A package that is removed or upgraded stops its units too; the guests stay.
static bool HostStops()
{
    try
    {
        using var systemctl = Process.Start(new ProcessStartInfo("systemctl", "is-system-running") { RedirectStandardOutput = true })!;
        var state = systemctl.StandardOutput.ReadToEnd().Trim();
        systemctl.WaitForExit();
        return state == "stopping";
    }
    catch (System.ComponentModel.Win32Exception)
    {
        return false;
    }
}
