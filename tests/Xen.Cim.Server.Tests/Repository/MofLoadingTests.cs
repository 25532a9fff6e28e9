using Xen.Cim.Model;
using Xen.Cim.Model.Mof.Syntax;
using Xen.Cim.Server.Repository;

namespace Xen.Cim.Server.Tests.Repository;

/// <summary>The repository filled from MOF, as at start.</summary>
public sealed class MofLoadingTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("xen-cim-mof");
    private readonly CimRepository _repository = new();
    private readonly ProviderRegistry _registry = new();

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void TheSchemaAndTheXenClassesLoadWithARegistration()
    {
        RepositoryLoader.ReadMof(_repository, _registry, [Tree("schema"), Tree("mof"), Write("reg.mof", """
            #pragma namespace("root/PG_InterOp")
            instance of PG_ProviderModule { Name = "M"; Location = "XenCim"; Vendor = "v"; Version = "1"; InterfaceType = "CMPI"; InterfaceVersion = "2.0.0"; };
            instance of PG_Provider { ProviderModuleName = "M"; Name = "P"; };
            instance of PG_ProviderCapabilities { ProviderModuleName = "M"; ProviderName = "P"; CapabilityID = "1"; ClassName = "Xen_ComputerSystem";
                Namespaces = { "root/virt" }; ProviderType = { 2, 5 }; SupportedProperties = NULL; SupportedMethods = NULL; };
            """)]);

        var virt = _repository.Get("root/virt");
        Assert.True(virt.IsA("Xen_ComputerSystem", "CIM_ManagedElement"));
        Assert.Null(_repository.Get("root/interop").FindClass("Xen_ComputerSystem"));
        Assert.NotNull(_repository.Get("root/interop").FindClass("CIM_RegisteredProfile"));
        Assert.Equal(["CreationClassName", "Name"], virt.GetClass("Xen_ComputerSystem").Properties.Where(p => p.IsKey).Select(p => p.Name).Order());
        Assert.NotNull(virt.GetClass("Xen_ComputerSystem").Method("RequestStateChange")!.Parameter("TimeoutPeriod"));
        Assert.NotNull(virt.FindQualifier("EmbeddedInstance"));
        Assert.Single(_repository.Get("root/interop").Instances("PG_ProviderCapabilities"));
        Assert.Equal("XenCim", _registry.Find("root/virt", "Xen_ComputerSystem", ProviderKinds.Method)!.Location);
    }

    [Fact]
    public void AClassIsInTheNamespacesThatItIsRegisteredInWithThoseAboveIt()
    {
        string[] namespaces = ["root/virt", "root/interop", "root/nowhere"];
        static string Capabilities(string @class, string namespaces) => $$"""
            instance of PG_ProviderCapabilities { ProviderModuleName = "M"; ProviderName = "P"; CapabilityID = "{{@class}}"; ClassName = "{{@class}}";
                Namespaces = { {{namespaces}} }; ProviderType = { 2 }; };
            """;
        RepositoryLoader.ReadMof(_repository, _registry, [Tree("schema"), Write("own.mof", """
            class Own_Top { [Key] string Id; };
            class Own_Both : Own_Top { };
            class Own_Profile : Own_Top { };
            class Own_Else : Own_Top { };
            class Own_Free { [Key] string Id; };
            instance of Own_Free { Id = "1"; };
            """), Write("reg.mof", $$"""
            instance of PG_ProviderModule { Name = "M"; Location = "XenCim"; Vendor = "v"; Version = "1"; InterfaceType = "CMPI"; InterfaceVersion = "2.0.0"; };
            instance of PG_Provider { ProviderModuleName = "M"; Name = "P"; };
            {{Capabilities("Own_Both", "\"root/virt\", \"root/interop\"")}}
            {{Capabilities("Own_Profile", "\"root/interop\"")}}
            {{Capabilities("Own_Else", "\"root/nowhere\"")}}
            """)]);

        string[] In(string @class) => [.. namespaces.Where(n => _repository.Get(n).FindClass(@class) is not null)];
        Assert.Equal(["root/virt", "root/interop"], In("Own_Both"));
        Assert.Equal(["root/interop"], In("Own_Profile"));
        Assert.Equal(namespaces, In("Own_Top"));
        Assert.Equal(["root/nowhere"], In("Own_Else"));
        Assert.Equal(["root/virt"], In("Own_Free"));
        Assert.Single(_repository.Get("root/virt").Instances("Own_Free"));
    }

    [Fact]
    public void WhatAFileOfAFolderIncludesIsWhereThatFilePutsIt()
    {
        // In the order of their names what is included would be read first, and for itself.
        Write("a.mof", "class Own_Thing {};");
        Write("b.mof", "#pragma namespace(\"root/own\")\n#pragma include(\"./a.mof\")\nclass Own_Other : Own_Thing {};");

        RepositoryLoader.ReadMof(_repository, _registry, [_folder.FullName]);

        Assert.NotNull(_repository.Get("root/own").FindClass("Own_Thing"));
        Assert.NotNull(_repository.Get("root/own").FindClass("Own_Other"));
        Assert.Null(_repository.Get("root/virt").FindClass("Own_Thing"));
    }

    [Fact]
    public void AMistakeIsReportedWithItsPlace()
    {
        var file = Write("bad.mof", "class A {\n  uint16 B\n};");

        var mistake = Assert.Throws<MofException>(() => RepositoryLoader.ReadMof(_repository, _registry, [file]));

        Assert.Contains("bad.mof", mistake.Message, StringComparison.Ordinal);
        Assert.True(mistake.Location.Line is 2 or 3);
    }

    private string Write(string name, string text)
    {
        var path = Path.Combine(_folder.FullName, name);
        File.WriteAllText(path, text);
        return path;
    }

    private static string Tree(string folder)
    {
        var root = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(root, "Xen.Cim.sln")))
            root = Path.GetDirectoryName(root) ?? throw new InvalidOperationException("The tests run outside of the source tree.");
        return Path.Combine(root, folder);
    }
}
