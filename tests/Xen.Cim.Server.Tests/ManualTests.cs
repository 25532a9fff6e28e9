using System.CommandLine;
using System.Text.RegularExpressions;
using Xen.Cim.Server.Security;

namespace Xen.Cim.Server.Tests;

/// <summary>What is packaged says of the command line and of the configuration file what the code says.</summary>
public partial class ManualTests
{
    private static readonly string s_packaging = Path.Combine(Root(), "packaging");

    [Fact]
    public void TheManualHasEachOptionAndNoOther()
    {
        var command = CommandLine.Create((_, _) => Task.FromResult(0), _ => null);
        var options = command.Options.Concat(command.Subcommands.SelectMany(c => c.Options)).Where(o => !o.Hidden).Select(o => o.Name).Distinct().Order(StringComparer.Ordinal);
        var manual = Manual("xen-cim-server.8", "OPTIONS").SelectMany(l => Option().Matches(l)).Select(m => m.Value).Distinct().Order(StringComparer.Ordinal);
        Assert.Equal(options, manual);
    }

    [Fact]
    public void TheManualAndTheShippedFileHaveEachKeyOfTheServer()
    {
        var shipped = File.ReadLines(Path.Combine(s_packaging, "xen-cim.conf")).Select(l => Key().Match(l)).Where(m => m.Success).Select(m => m.Groups[1].Value).ToList();
        Assert.Empty(ServerConfiguration.Keys.Except(shipped));
        Assert.Empty(ServerConfiguration.Keys.Except(ManualKeys()));
    }

    [Fact]
    public void TheServerTakesTheShippedFileWithEveryKeySet()
    {
        var lines = File.ReadLines(Path.Combine(s_packaging, "xen-cim.conf")).Select(l => Key().IsMatch(l) ? l[1..] : l);
        var options = ServerConfiguration.Parse(lines, "xen-cim.conf", new() { Connect = "xen:///system" });
        var defaults = new ServerOptions();
        Assert.Equal((defaults.Listen, "xen:///system", defaults.User, defaults.Deadline, defaults.MaxRequestSize, defaults.LogLevel),
            (options.Listen, options.Connect, options.User, options.Deadline, options.MaxRequestSize, options.LogLevel));
        // Those of an installation below /usr.
        Assert.Equal(ServerConfiguration.WithTls(new() { StateDirectory = "/var/lib/x" }).ListenTls, options.ListenTls);
        Assert.Equal(CertificateFiles.In(ServerConfiguration.DefaultStateDirectory) with { Made = false }, options.Certificate);
        Assert.Equal(options with { StateDirectory = null, Connect = defaults.Connect, PasswordFile = null, ListenTls = null, Certificate = null, ClientAuthorities = null, Indications = options.Indications with { ListenerTrust = null } },
            defaults with
            {
                Schema = options.Schema,
                Registration = options.Registration,
                Providers = options.Providers,
                OtherProviders = ServerConfiguration.DefaultOtherProviders,
                OtherLibraries = options.OtherLibraries,
                InProcess = options.InProcess,
            });
        Assert.Equal(defaults.OtherLibraries, options.OtherLibraries);
        Assert.Equal(defaults.InProcess, options.InProcess);
        Assert.Equal(Path.Combine(ServerConfiguration.DefaultStateDirectory, "password"), options.PasswordFile);
    }

    private static IEnumerable<string> ManualKeys() => File.ReadLines(Path.Combine(s_packaging, "man", "xen-cim.conf.5"))
        .Select(l => ManualKey().Match(l)).Where(m => m.Success).Select(m => m.Groups[1].Value);

    /// <summary>The lines right after .TP in a section.</summary>
    private static IEnumerable<string> Manual(string page, string section)
    {
        var lines = File.ReadAllLines(Path.Combine(s_packaging, "man", page));
        var inside = false;
        for (var i = 0; i < lines.Length; i++)
        {
            if (lines[i].StartsWith(".SH ", StringComparison.Ordinal))
                inside = lines[i] == $".SH {section}";
            else if (inside && lines[i] == ".TP")
                yield return lines[i + 1].Replace("\\-", "-", StringComparison.Ordinal);
        }
    }

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "Xen.Cim.sln")))
            folder = folder.Parent;
        return folder.FullName;
    }

    [GeneratedRegex("--[a-z-]+")]
    private static partial Regex Option();

    [GeneratedRegex("^#([a-z_]+) = ")]
    private static partial Regex Key();

    [GeneratedRegex(@"^\.BI ([a-z_]+) "" = ")]
    private static partial Regex ManualKey();
}
