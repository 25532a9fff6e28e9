using System.Xml.Linq;

namespace Xen.Cim.Hypervisor;

// A pool that is to be made of something else.
public sealed partial class StoragePoolDefinition
{
    private static readonly string[] s_order = ["name", "uuid", "capacity", "allocation", "available", "features", "source", "target"];
    private static readonly string[] s_source = ["host", "device", "dir", "auth", "adapter", "name", "format"];

    /// <summary>Writes what differs from the wish; what the wish does not know of stays, such as permissions and a host's port.</summary>
    /// <exception cref="HypervisorException">InvalidArgument: a text holds a character that XML cannot carry.</exception>
    public void Change(NewStoragePool wish)
    {
        var wanted = New(wish)._root;
        _root.SetAttribute("type", wish.Type);
        if (wanted.Child("target")?.Text("path") is { } path)
            XmlEdit.Ensure(_root, "target", s_order).SetText("path", path, ["path", "permissions"]);
        foreach (var name in s_source)
        {
            List<XElement> now = [.. _root.Child("source")?.Elements(name) ?? []], next = [.. wanted.Child("source")?.Elements(name) ?? []];
            if (now.Count == next.Count && now.Zip(next).All(pair => Says(pair.First, pair.Second)))
                continue;
            now.ForEach(e => XmlEdit.Remove(e));
            foreach (var element in next)
                XmlEdit.Insert(XmlEdit.Ensure(_root, "source", s_order), new XElement(element), s_source);
        }
    }

    // Whether an element says all that another one does, and perhaps more.
    private static bool Says(XElement now, XElement wanted) =>
        wanted.Attributes().All(a => now.Read(a.Name.LocalName) == a.Value)
        && (wanted.HasElements ? wanted.Elements().All(w => now.Child(w.Name.LocalName) is { } child && Says(child, w)) : now.Value == wanted.Value);
}
