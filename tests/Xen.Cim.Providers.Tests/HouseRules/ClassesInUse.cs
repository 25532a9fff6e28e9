using Xen.Cim.Model;
using Xen.Cim.Providers.Tests.Indications;
using Xen.Cim.Schema;

namespace Xen.Cim.Providers.Tests.HouseRules;

/// <summary>Our classes, and what of them is set on a host that has something of everything.</summary>
public abstract class ClassesInUse : ProviderTest
{
    internal override ProviderOptions Options => new() { InCallWait = TimeSpan.FromSeconds(10), BootUnit = Tree.PathOf("packaging/systemd/xen-cim-guests.service") };

    private protected static IEnumerable<CimLayout> Ours => CimLayouts.All.Where(l => l.ClassName.StartsWith("Xen_", StringComparison.Ordinal));

    private protected static bool IsIndication(CimLayout layout) => layout.IsA(CIM_Indication.CimName);

    /// <summary>Guests in all states, one that failed and one that waits, jobs of both kinds.</summary>
    private protected void Prepare()
    {
        Ask(GuestPath(Samples.Passing), 4, CimDateTime.Parse("00000000000000.050000:000"));
        Ask(GuestPath(Samples.Web), 4);
        Eventually(() => All("Xen_ConcreteJob").Any(j => j["ErrorDescription"] is not null));
    }

    /// <summary>Class.Property of everything that has a value in some instance.</summary>
    private protected HashSet<string> PropertiesSet()
    {
        Prepare();
        var indications = Subscriber.OneOfEach(Provider, Host).ToLookup(i => i.ClassName);
        return [.. Ours.SelectMany(l => (IsIndication(l) ? indications[Example(l)] : All(l.ClassName)).SelectMany(i => i.Properties.Where(p => p.Value is not null).Select(p => $"{l.ClassName}.{p.Name}")))];
    }

    // The indications of the other three kinds of things are made in the same way as those of guests.
    private static string Example(CimLayout layout) => layout.ClassName.IndexOf("Inst", StringComparison.Ordinal) is > 0 and var at
        ? "Xen_ComputerSystem" + layout.ClassName[at..] : layout.ClassName;
}
