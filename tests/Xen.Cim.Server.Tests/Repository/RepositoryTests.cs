using Xen.Cim.Model;
using Xen.Cim.Server.Repository;

namespace Xen.Cim.Server.Tests.Repository;

public class RepositoryTests
{
    private readonly CimRepository _repository = new();

    [Fact]
    public void ClassesComeInAnyOrderAndGoToTheirNamespaces()
    {
        RepositoryLoader.AddClasses(_repository,
        [
            new("Xen_Guest", "CIM_System"), new("CIM_System", "CIM_Element"), new("CIM_Element", null), new("PG_Provider", null),
        ]);

        Assert.NotNull(_repository.Get("root/virt").FindClass("xen_guest"));
        Assert.Null(_repository.Get("root/interop").FindClass("Xen_Guest"));
        Assert.All(_repository.Namespaces, n => Assert.NotNull(n.FindClass("CIM_System")));
        Assert.NotNull(_repository.Get("/ROOT/Interop/").FindClass("PG_Provider"));
        Assert.True(_repository.Get("root/virt").IsA("XEN_Guest", "cim_element"));
        Assert.False(_repository.Get("root/virt").IsA("CIM_Element", "CIM_System"));
    }

    [Fact]
    public void SubclassesComeInAStableOrder()
    {
        var ns = _repository.Get("root/virt");
        foreach (var (name, super) in ((string, string?)[])[("Top", null), ("B", "Top"), ("A", "Top"), ("BB", "B"), ("BA", "B"), ("Another", null)])
            ns.AddClass(new(name, super));

        Assert.Equal(["A", "B"], ns.Subclasses("top", deep: false).Select(c => c.Name));
        Assert.Equal(["Top", "A", "B", "BA", "BB"], ns.SelfAndSubclasses("Top").Select(c => c.Name));
        Assert.Equal(["Another", "Top"], ns.Subclasses(null, deep: false).Select(c => c.Name));
    }

    [Fact]
    public void WhatIsWrongIsRefused()
    {
        var ns = _repository.Get("root/virt");
        ns.AddClass(new("C", null) { Properties = [new("K", CimType.String) { Qualifiers = [new("Key", CimType.Boolean, false, true)] }] });

        Assert.Equal(CimStatus.AlreadyExists, Assert.Throws<CimException>(() => ns.AddClass(new("c", null))).Status);
        Assert.Equal(CimStatus.InvalidSuperclass, Assert.Throws<CimException>(() => ns.AddClass(new("D", "Missing"))).Status);
        Assert.Equal(CimStatus.InvalidParameter, Assert.Throws<CimException>(() => ns.AddInstance(new("C"))).Status);
        Assert.Equal(CimStatus.InvalidClass, Assert.Throws<CimException>(() => ns.AddInstance(new("E"))).Status);
        Assert.Equal(CimStatus.InvalidNamespace, Assert.Throws<CimException>(() => _repository.Get("root/none")).Status);
        Assert.Equal(CimStatus.AlreadyExists, Assert.Throws<CimException>(() => RepositoryLoader.AddClasses(_repository, [new("X", null), new("x", null)])).Status);
    }

    [Fact]
    public void RegistrationsAreReadAsOpenPegasusReadsThem()
    {
        var registry = new ProviderRegistry();
        registry.Load([Module("CMPI"), Provider(), Capabilities("root/virt", 2, 5), Capabilities("root/interop", 3)]);

        Assert.Equal(new ProviderRegistration("XenCim", "XenCimProvider", "root/virt", "Xen_Guest", ProviderKinds.Instance | ProviderKinds.Method),
            registry.Find("ROOT/virt", "xen_guest", ProviderKinds.Method));
        Assert.Null(registry.Find("root/virt", "Xen_Guest", ProviderKinds.Association));
        Assert.NotNull(registry.Find("root/interop", "Xen_Guest", ProviderKinds.Association));
        Assert.Null(registry.Find("root/virt", "Other", ProviderKinds.Instance));
    }

    [Fact]
    public void ARegistrationThatNamesWhatIsNotThereIsRefused()
    {
        Assert.Contains("module M", Assert.Throws<CimException>(() => new ProviderRegistry().Load([Provider(), Capabilities("root/virt", 2)])).Message, StringComparison.Ordinal);
        Assert.Contains("provider XenCimProvider", Assert.Throws<CimException>(() => new ProviderRegistry().Load([Module("CMPI"), Capabilities("root/virt", 2)])).Message, StringComparison.Ordinal);
        Assert.Contains("CMPI", Assert.Throws<CimException>(() => new ProviderRegistry().Load([Module("C++Default"), Provider(), Capabilities("root/virt", 2)])).Message, StringComparison.Ordinal);
    }

    private static CimInstance Module(string type) => Instance("PG_ProviderModule", ("Name", "M"), ("Location", "XenCim"), ("InterfaceType", type));

    private static CimInstance Provider() => Instance("PG_Provider", ("ProviderModuleName", "M"), ("Name", "XenCimProvider"));

    private static CimInstance Capabilities(string ns, params ushort[] types)
    {
        var instance = Instance("PG_ProviderCapabilities", ("ProviderModuleName", "M"), ("ProviderName", "XenCimProvider"), ("CapabilityID", "1"), ("ClassName", "Xen_Guest"));
        instance.Set("Namespaces", CimType.String, isArray: true, new[] { ns });
        instance.Set("ProviderType", CimType.UInt16, isArray: true, types);
        return instance;
    }

    private static CimInstance Instance(string className, params (string Name, string Value)[] values)
    {
        var instance = new CimInstance(className);
        foreach (var (name, value) in values)
            instance.Set(name, CimType.String, isArray: false, value);
        return instance;
    }
}
