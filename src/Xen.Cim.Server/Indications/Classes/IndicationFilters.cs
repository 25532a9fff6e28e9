using Xen.Cim.Model;
using Xen.Cim.Server.CimXml;
using Xen.Cim.Server.Queries;

namespace Xen.Cim.Server.Indications.Classes;

/// <summary>A filter, ready to be used.</summary>
/// <param name="Namespaces">Where indications come from.</param>
internal sealed record Filter(CimInstance Instance, string Name, Query Query, string Text, string Language, IReadOnlyList<string> Namespaces)
{
    /// <summary>The indication class that the query selects from.</summary>
    public string ClassName => Query.ClassName!;

    public CimObjectPath Path => Instance.Path!;
}

/// <summary>CIM_IndicationFilter: which indications a subscriber wants (DSP1054).</summary>
internal sealed class IndicationFilters(Interop interop, ObjectStore store, IndicationOptions options, Lock gate, Func<CimObjectPath, bool> isUsed)
    : KeptClass<Filter>(interop, ClassName, store, options.MaxSubscriptions, gate)
{
    public const string ClassName = "CIM_IndicationFilter";

    private static readonly string[] s_words = ["ElementName", "Caption", "Description"];
    private static readonly string[] s_writable = [.. s_words, "Query", "QueryLanguage", "SourceNamespace", "SourceNamespaces"];

    public override CimObjectPath Create(CimRequest request, CimInstance instance)
    {
        var kept = Named(instance);
        Add(kept, Read(kept));
        return kept.Path!;
    }

    /// <summary>Words at any time; what the filter lets through only while nobody subscribes to it.</summary>
    public override void Modify(CimRequest request, CimObjectPath path, CimInstance instance)
    {
        lock (Gate)
        {
            var changed = Changed(request, Get(path), instance, isUsed(path) ? s_words : s_writable);
            Replace(changed, Read(changed));
        }
    }

    public override void Delete(CimRequest request, CimObjectPath path)
    {
        lock (Gate)
        {
            Require(path);
            if (isUsed(path))
                throw new CimException(CimStatus.Failed, $"{path} has subscriptions; delete them first.");
            Drop(path);
        }
    }

    public void Restore(CimInstance kept)
    {
        kept.Path = Interop.Namespace.PathOf(kept);
        Restored(kept.Path, Read(kept));
    }

    protected override CimInstance InstanceOf(Filter item) => item.Instance;

    private Filter Read(CimInstance instance)
    {
        var text = Required(instance, "Query");
        var language = Required(instance, "QueryLanguage");
        var query = Parse(language, text);
        string[] namespaces = instance["SourceNamespaces"] is string[] { Length: > 0 } several ? several
            : instance["SourceNamespace"] is string { Length: > 0 } one ? [one] : [Interop.Namespace.Name];
        namespaces = [.. namespaces.Select(n => n.Trim('/')).Distinct(StringComparer.OrdinalIgnoreCase)];
        foreach (var name in namespaces)
        {
            var ns = Interop.Other(name) ?? throw CimException.InvalidParameter($"The source namespace \"{CimXmlText.Shorten(name)}\" is not one of this server's.");
            var cimClass = ns.FindClass(query.ClassName!) ?? throw CimException.InvalidParameter($"There is no class {CimXmlText.Shorten(query.ClassName!)} in {ns.Name}, which the query selects from.");
            if (!cimClass.Is("Indication"))
                throw CimException.InvalidParameter($"{cimClass.Name}, which the query selects from, is not an indication.");
            Understood(() => query.Check(ns, cimClass));
        }
        return new(instance, (string)instance["Name"]!, query, text, language, namespaces);
    }

    private static Query Parse(string language, string text)
    {
        Query? query = null;
        Understood(() => query = Query.Parse(language, text));
        return query?.ClassName is not null ? query
            : throw CimException.InvalidParameter($"QueryLanguage {language} selects from no class; a filter's language is WQL or DMTF:CQL.");
    }

    // CreateInstance has no status of its own for queries (DSP0200 5.3.2.6).
    private static void Understood(Action read)
    {
        try
        {
            read();
        }
        catch (CimException e)
        {
            throw CimException.InvalidParameter(e.Message);
        }
    }

    private static string Required(CimInstance instance, string property) => instance[property] is string { Length: > 0 } text ? text
        : throw CimException.InvalidParameter($"{ClassName}.{property} is missing.");
}
