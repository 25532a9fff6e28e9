using Xen.Cim.Model;
using Xen.Cim.Server.Repository;
using Xunit;

namespace Xen.Cim.Server.Tests.Repository;

/// <summary>A folder in which an administrator puts what other CMPI providers bring.</summary>
public sealed class OtherProvidersTests : IDisposable
{
    private const string Classes = """
        Qualifier Key : boolean = false, Scope(property, reference), Flavor(DisableOverride, ToSubclass);
        class Test_Above { [Key] string Name; };
        class Test_Disk : Test_Above { uint64 Size; };
        class Test_Tape : Test_Above { uint64 Length; };
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("xen-cim-other-").FullName;
    private readonly CimRepository _repository = new();
    private readonly ProviderRegistry _registry = new();

    [Fact]
    public void RegistrationsOfSfcbAreRead()
    {
        Write("classes.mof", Classes);
        Write("disk.reg", """
            # as SFCB has it
            [Test_Disk]
               provider: DiskProvider
               location: cmpiDisk
               type: instance method
               namespace: root/cimv2 root/virt
               group: Storage
            """);

        Load();

        Assert.Equal(new ProviderRegistration("cmpiDisk", "DiskProvider", "root/cimv2", "Test_Disk", ProviderKinds.Instance | ProviderKinds.Method),
            _registry.Find("root/cimv2", "Test_Disk", ProviderKinds.Method));
        Assert.NotNull(_registry.Find("root/virt", "Test_Disk", ProviderKinds.Instance));
        Assert.Null(_registry.Find("root/virt", "Test_Disk", ProviderKinds.Association));
    }

    [Fact]
    public void ARegisteredClassIsInItsNamespaceWithItsSuperclassesAndQualifiers()
    {
        Write("classes.mof", Classes);
        Write("disk.reg", "[Test_Disk]\nprovider: P\nlocation: L\ntype: instance\nnamespace: root/storage\n");

        Load();

        var ns = _repository.Get("root/storage");
        Assert.Equal(["Name", "Size"], ns.GetClass("Test_Disk").Properties.Select(p => p.Name));
        Assert.True(ns.IsA("Test_Disk", "Test_Above"));
        Assert.NotNull(ns.FindQualifier("Key"));
        Assert.Null(ns.FindClass("Test_Tape"));
    }

    [Fact]
    public void RegistrationsOfOpenPegasusAreRead()
    {
        Write("classes.mof", Classes);
        Write("tape.mof", """
            class PG_ProviderModule { [Key] string Name; string Location; string InterfaceType; };
            class PG_Provider { [Key] string ProviderModuleName; [Key] string Name; };
            class PG_ProviderCapabilities { [Key] string CapabilityID; string ProviderModuleName; string ProviderName; string ClassName; string Namespaces[]; uint16 ProviderType[]; };
            instance of PG_ProviderModule { Name = "M"; Location = "Tape"; InterfaceType = "CMPI"; };
            instance of PG_Provider { ProviderModuleName = "M"; Name = "TapeProvider"; };
            instance of PG_ProviderCapabilities { CapabilityID = "1"; ProviderModuleName = "M"; ProviderName = "TapeProvider";
                ClassName = "Test_Tape"; Namespaces = { "root/tapes" }; ProviderType = { 2 }; };
            """);

        Load();

        Assert.Equal("Tape", _registry.Find("root/tapes", "Test_Tape", ProviderKinds.Instance)!.Location);
        Assert.Equal("Test_Above", _repository.Get("root/tapes").GetClass("Test_Tape").SuperclassName);
    }

    [Theory]
    [InlineData("provider: P\n", "one.reg:1")]
    [InlineData("[Test_Disk]\nrubbish\n", "one.reg:2")]
    [InlineData("[Test_Disk]\nprovider: P\nlocation: L\ntype: instance\n", "no namespace:")]
    [InlineData("[Test_Disk]\nprovider: P\nlocation: L\ntype: everything\nnamespace: root/virt\n", "type: everything")]
    public void AWrongRegistrationIsToldWithItsPlace(string text, string place)
    {
        Write("one.reg", text);

        Assert.Contains(place, Assert.Throws<FormatException>(Load).Message);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private void Load() => RepositoryLoader.ReadMof(_repository, _registry, [], _folder);

    private void Write(string name, string text) => File.WriteAllText(Path.Combine(_folder, name), text);
}
