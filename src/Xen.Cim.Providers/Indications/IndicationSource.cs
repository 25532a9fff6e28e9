using Xen.Cim.Hypervisor;
using Xen.Cim.Model;
using Xen.Cim.Schema;

namespace Xen.Cim.Providers;

/// <summary>
/// Makes indications of one kind out of what happens on the host. All calls come on one thread, in the order in which
/// things happened. An event is a hint: what it is about is read again, and what did not change is not told.
/// </summary>
internal abstract class IndicationSource(params CimLayout[] layouts)
{
    protected static CimRequest Everything { get; } = new() { Namespace = ClassProvider.VirtNamespace };

    /// <summary>The indication classes.</summary>
    public IReadOnlyList<CimLayout> Layouts => layouts;

    /// <summary>Takes in what there is without telling anybody: indications begin with the next change.</summary>
    public abstract void Begin();

    /// <summary>Finds out what has changed meanwhile, and tells it.</summary>
    public abstract void Compare(Action<CimInstance> deliver);

    /// <param name="news">What happened.</param>
    /// <param name="more">Whether more news of the same guest waits: then nothing need be read yet.</param>
    public abstract void Take(HostEvent news, bool more, Action<CimInstance> deliver);

    /// <summary>Nothing waits any more; called at least every second.</summary>
    public virtual void Rest(Action<CimInstance> deliver)
    {
    }

    /// <summary>Forgets what it knows; nobody subscribes any more.</summary>
    public abstract void End();

    /// <summary>What every indication has.</summary>
    protected static CimInstance New(CimLayout layout)
    {
        var indication = new CimInstance(layout) { Path = new CimObjectPath(layout.ClassName, ClassProvider.VirtNamespace) };
        Set(indication, CIM_Indication.Names.IndicationIdentifier, $"Xen:{Guid.NewGuid():D}");
        Set(indication, CIM_Indication.Names.IndicationTime, CimDateTime.FromDateTimeOffset(DateTimeOffset.Now));
        return indication;
    }

    protected static void Set(CimInstance instance, string property, object? value) => instance.SetAt(instance.Layout.OrdinalOf(property), value);
}

/// <summary>Creation, deletion and modification of instances.</summary>
internal abstract class LifecycleSource(CimLayout creation, CimLayout deletion, CimLayout modification) : IndicationSource(creation, deletion, modification)
{
    /// <summary>Properties that change all the time by themselves, which is no news.</summary>
    protected virtual IReadOnlyCollection<string> Restless => [];

    /// <summary>Tells the difference, if there is one.</summary>
    /// <param name="before">Null when it was not there.</param>
    /// <param name="after">Null when it is not there any more.</param>
    /// <param name="always">Tells of a modification even when nothing differs.</param>
    protected void Tell(CimInstance? before, CimInstance? after, Action<CimInstance> deliver, bool always = false)
    {
        if (before is null && after is not null)
            deliver(About(creation, after));
        else if (before is not null && after is null)
            deliver(About(deletion, before));
        else if (before is not null && after is not null && (always || Differ(before, after)))
            deliver(Changed(before, after));
    }

    /// <summary>Tells all differences between what was known and what is there, and makes it what is known.</summary>
    protected void Tell(Dictionary<CimObjectPath, CimInstance> known, IEnumerable<CimInstance> there, Action<CimInstance> deliver)
    {
        var now = there.ToDictionary(i => i.Path!);
        foreach (var (path, before) in known.Where(k => !now.ContainsKey(k.Key)).ToList())
        {
            known.Remove(path);
            Tell(before, null, deliver);
        }
        foreach (var (path, after) in now)
        {
            Tell(known.GetValueOrDefault(path), after, deliver);
            known[path] = after;
        }
    }

    private CimInstance Changed(CimInstance before, CimInstance after)
    {
        var indication = About(modification, after);
        Set(indication, CIM_InstModification.Names.PreviousInstance, before);
        return indication;
    }

    private static CimInstance About(CimLayout layout, CimInstance source)
    {
        var indication = New(layout);
        Set(indication, CIM_Indication.Names.PerceivedSeverity, (ushort)CIM_Indication.PerceivedSeverityValue.Information);
        Set(indication, CIM_InstIndication.Names.SourceInstance, source);
        Set(indication, CIM_InstIndication.Names.SourceInstanceModelPath, source.Path!.ToString());
        Set(indication, CIM_InstIndication.Names.SourceInstanceHost, Environment.MachineName);
        return indication;
    }

    private bool Differ(CimInstance before, CimInstance after)
    {
        for (var i = 0; i < after.Layout.Properties.Count; i++)
        {
            if (!CimValue.AreEqual(before.ValueAt(i), after.ValueAt(i)) && !Restless.Contains(after.Layout.Properties[i].Name))
                return true;
        }
        return false;
    }
}
