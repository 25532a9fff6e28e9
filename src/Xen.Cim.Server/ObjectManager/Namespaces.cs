using Xen.Cim.Model;
using Xen.Cim.Server.Indications;
using Xen.Cim.Server.Indications.Classes;
using Xen.Cim.Server.Repository;

namespace Xen.Cim.Server.ObjectManager;

/// <summary>CIM_Namespace: the namespaces of the server. Creating an instance makes a namespace, deleting it deletes that.</summary>
internal sealed class Namespaces(Interop interop, CimRepository repository, RepositoryChanges changes) : InteropClass(interop, ClassName)
{
    public const string ClassName = "CIM_Namespace";

    // ClassInfo: Other, as its values end with CIM 2.8. ClassType: CIM.
    private const int OtherClassInfo = 1, CimClassType = 2;

    public override IEnumerable<CimInstance> All() => repository.Namespaces.Select(n => Make(n.Name));

    public override CimObjectPath Create(CimRequest request, CimInstance instance)
    {
        var name = (instance["Name"] as string)?.Trim('/') ?? throw CimException.InvalidParameter($"{ClassName}.Name is missing: it is the namespace to make, such as root/other.");
        var made = Make(name);
        foreach (var key in made.Path!.Keys)
        {
            if (key.Name != "Name" && instance[key.Name] is string said && said.Length > 0 && !said.Equals((string)key.Value, StringComparison.OrdinalIgnoreCase))
                throw CimException.InvalidParameter($"{ClassName}.{key.Name} is \"{CimXml.CimXmlText.Shorten(said)}\"; of this server it is \"{key.Value}\".");
        }
        changes.CreateNamespace(name);
        return made.Path;
    }

    public override void Delete(CimRequest request, CimObjectPath path)
    {
        Get(path);
        changes.DeleteNamespace(repository.Get((string)path["Name"]!));
    }

    private CimInstance Make(string name) => Interop.New(ClassName,
        ("SystemCreationClassName", Interop.SystemClass), ("SystemName", Interop.SystemName),
        ("ObjectManagerCreationClassName", ObjectManagerClass.ClassName), ("ObjectManagerName", ObjectManagerClass.ManagerName),
        ("CreationClassName", ClassName), ("Name", name), ("ElementName", name), ("Caption", "Namespace"),
        ("ClassInfo", OtherClassInfo), ("DescriptionOfClassInfo", "CIM Schema 2.41"), ("ClassType", CimClassType), ("ClassTypeVersion", "2.41"));
}
