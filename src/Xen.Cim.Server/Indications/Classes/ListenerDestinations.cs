using Xen.Cim.Model;
using Xen.Cim.Server.CimXml;
using Xen.Cim.Server.Indications.Delivery;

namespace Xen.Cim.Server.Indications.Classes;

/// <summary>A destination with the queue of its listener.</summary>
internal sealed record Destination(CimInstance Instance, Listener Listener)
{
    public CimObjectPath Path => Instance.Path!;
}

/// <summary>CIM_ListenerDestinationCIMXML: a listener that takes indications as CIM-XML over HTTP or HTTPS (DSP1054).</summary>
internal sealed class ListenerDestinations(
    Interop interop, ObjectStore store, IndicationOptions options, Lock gate, Func<CimObjectPath, bool> isUsed, Func<string, Uri, Listener> makeListener)
    : KeptClass<Destination>(interop, ClassName, store, options.MaxSubscriptions, gate)
{
    public const string ClassName = "CIM_ListenerDestinationCIMXML";

    private const ushort CimXmlProtocol = 2;
    private const ushort Transient = 3;

    private static readonly string[] s_writable = ["ElementName", "Caption", "Description", "Destination", "PersistenceType", "OtherPersistenceType"];

    public override CimObjectPath Create(CimRequest request, CimInstance instance)
    {
        var kept = Named(instance);
        var url = Check(kept);
        lock (Gate)
        {
            CheckNew(kept.Path!);
            var listener = makeListener((string)kept["Name"]!, url);
            try
            {
                Add(kept, new(kept, listener));
            }
            catch
            {
                listener.Dispose();
                throw;
            }
        }
        return kept.Path!;
    }

    /// <summary>A new URL holds for what still waits, too.</summary>
    public override void Modify(CimRequest request, CimObjectPath path, CimInstance instance)
    {
        lock (Gate)
        {
            var destination = Require(path);
            var changed = Changed(request, destination.Instance, instance, s_writable);
            var url = Check(changed);
            Replace(changed, destination with { Instance = changed });
            destination.Listener.Destination = url;
        }
    }

    public override void Delete(CimRequest request, CimObjectPath path)
    {
        lock (Gate)
        {
            var destination = Require(path);
            if (isUsed(path))
                throw new CimException(CimStatus.Failed, $"{path} has subscriptions; delete them first.");
            Drop(path);
            destination.Listener.Dispose();
        }
    }

    public void Restore(CimInstance kept)
    {
        kept.Path = Interop.Namespace.PathOf(kept);
        Restored(kept.Path, new(kept, makeListener((string)kept["Name"]!, Check(kept))));
    }

    protected override CimInstance InstanceOf(Destination item) => item.Instance;

    private static Uri Check(CimInstance instance)
    {
        if (instance["Protocol"] is not null and not CimXmlProtocol)
            throw CimException.InvalidParameter($"Protocol of a {ClassName} is 2 (CIM-XML).");
        if (instance["PersistenceType"] is ushort and not (>= 1 and <= Transient))
            throw CimException.InvalidParameter("PersistenceType is 1 (Other), 2 (Permanent) or 3 (Transient).");
        var text = instance["Destination"] as string ?? "";
        // A listener without a scheme is one of CIM-XML's own, http.
        if (Uri.TryCreate(text.Contains("://", StringComparison.Ordinal) ? text : "http://" + text, UriKind.Absolute, out var url)
            && (url.Scheme == Uri.UriSchemeHttp || url.Scheme == Uri.UriSchemeHttps) && url.Host.Length > 0)
        {
            return url;
        }
        throw CimException.InvalidParameter($"Destination \"{CimXmlText.Shorten(text)}\" is not the URL of a listener: expected http://HOST:PORT/PATH or https://HOST:PORT/PATH.");
    }
}
