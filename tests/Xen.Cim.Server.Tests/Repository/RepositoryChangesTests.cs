using Microsoft.Extensions.Logging.Abstractions;
using Xen.Cim.Model;
using Xen.Cim.Server.Repository;

namespace Xen.Cim.Server.Tests.Repository;

/// <summary>What is kept of the changes that clients make in the repository.</summary>
public sealed class RepositoryChangesTests : IDisposable
{
    private const string Mof = """
        Qualifier Key : boolean = false, Scope(property, reference), Flavor(DisableOverride, ToSubclass);
        Qualifier Unused : string = null, Scope(any);
        class Mof_Thing { [Key] string Id; };
        class Mof_Other { string Text; };
        instance of Mof_Thing { Id = "given"; };
        """;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("xen-cim-changes");
    private CimRepository _repository = new();
    private RepositoryChanges _changes;

    public RepositoryChangesTests()
    {
        File.WriteAllText(Path.Combine(_folder.FullName, "test.mof"), Mof);
        _changes = Restart();
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private RepositoryNamespace Virt => _repository.Get("root/virt");

    [Fact]
    public void WhatWasMadeAndTakenOutAgainLeavesNothingBehind()
    {
        for (var i = 0; i < 3; i++)
        {
            _changes.CreateNamespace("root/mine");
            _changes.DeleteNamespace(_repository.Get("root/mine"));
            _changes.SetQualifier(Virt, new("Mine", CimType.String, false, "x", CimScope.Any, CimFlavor.Default));
            _changes.CreateClass(Virt, new("Mine_Class", "Mof_Thing"));
            _changes.ModifyClass(Virt, new("Mine_Class", "Mof_Thing") { Properties = [new("Added", CimType.UInt8)] });
            var path = _changes.CreateInstance(Virt, Instance("Mine_Class", $"id {i}"));
            Assert.Equal(3, Kept.Count());
            if (i == 1)
                _changes = Restart();
            _changes.DeleteInstance(Virt, path);
            _changes.DeleteClass(Virt, "mine_class");
            _changes.DeleteQualifier(Virt, "MINE");
        }

        Assert.Empty(Kept);
        _changes = Restart();
        Assert.Null(Virt.FindClass("Mine_Class"));
        Assert.Null(Virt.FindQualifier("Mine"));
        Assert.Null(_repository.Find("root/mine"));
    }

    [Fact]
    public void WhatTheMofHasStaysTakenOutAndComesBackAsItIsMade()
    {
        _changes.DeleteInstance(Virt, Virt.Instances("Mof_Thing").Single().Path!);
        _changes.DeleteClass(Virt, "Mof_Other");
        _changes.DeleteQualifier(Virt, "Unused");
        for (var i = 0; i < 2; i++)
        {
            _changes = Restart();
            Assert.Empty(Virt.Instances("Mof_Thing"));
            Assert.Null(Virt.FindClass("Mof_Other"));
            Assert.Null(Virt.FindQualifier("Unused"));
        }

        // Made again by a client, taken out again: the MOF still has them.
        var path = _changes.CreateInstance(Virt, Instance("Mof_Thing", "given"));
        _changes.CreateClass(Virt, new("Mof_Other", null) { Properties = [new("Number", CimType.UInt16)] });
        _changes = Restart();
        Assert.Equal("Number", Virt.GetClass("Mof_Other").Properties.Single().Name);
        Assert.Single(Virt.Instances("Mof_Thing"));
        _changes.DeleteClass(Virt, "Mof_Other");
        _changes.DeleteInstance(Virt, path);
        _changes = Restart();
        Assert.Null(Virt.FindClass("Mof_Other"));
        Assert.Empty(Virt.Instances("Mof_Thing"));
    }

    private IEnumerable<string> Kept => Directory.EnumerateFiles(Path.Combine(_folder.FullName, "repository"));

    private RepositoryChanges Restart()
    {
        _repository = new();
        var registry = new ProviderRegistry();
        RepositoryLoader.ReadMof(_repository, registry, [Path.Combine(_folder.FullName, "test.mof")]);
        var changes = new RepositoryChanges(_repository, registry, new(Path.Combine(_folder.FullName, "repository"), NullLogger.Instance), NullLogger.Instance);
        changes.Load();
        return changes;
    }

    private static CimInstance Instance(string className, string id)
    {
        var instance = new CimInstance(className);
        instance.Set("Id", CimType.String, isArray: false, id);
        return instance;
    }
}
