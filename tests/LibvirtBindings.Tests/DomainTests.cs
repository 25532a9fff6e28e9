namespace Libvirt.Tests;

public sealed class DomainTests : IDisposable
{
    private readonly Host host = new();

    private Connection C => host.Connection;

    public void Dispose() => host.Dispose();

    [Fact]
    public void Lists_by_filter()
    {
        Assert.Equal(["guest", "stopped"], Names(ListAllDomainsFlags.None));
        Assert.Equal(["guest"], Names(ListAllDomainsFlags.Active));
        Assert.Equal(["stopped"], Names(ListAllDomainsFlags.Inactive));
        Assert.Equal(["guest"], Names(ListAllDomainsFlags.Running | ListAllDomainsFlags.Persistent));
        Assert.Empty(Names(ListAllDomainsFlags.Paused));
        Assert.Equal(2, C.CountDomains());
    }

    [Fact]
    public void Finds_by_name_uuid_and_id()
    {
        using var byName = C.LookupDomain("guest");
        using var byUuid = C.LookupDomain(Guid.Parse(Host.GuestUuid));
        using var byId = C.LookupDomain(byName.Id!.Value);
        Assert.Equal(Guid.Parse(Host.GuestUuid), byName.Uuid);
        Assert.Equal("guest", byUuid.Name);
        Assert.Equal("guest", byId.Name);
        using var stopped = C.LookupDomain(Guid.Parse(Host.StoppedUuid));
        Assert.Null(stopped.Id);
    }

    [Fact]
    public void Missing_domain_is_no_domain()
    {
        foreach (var lookup in new Action[] { () => C.LookupDomain("nobody"), () => C.LookupDomain(Guid.Empty), () => C.LookupDomain(4711) })
        {
            Assert.Equal(ErrorCode.NoDomain, Assert.Throws<LibvirtException>(lookup).Code);
        }
    }

    [Fact]
    public void Tells_what_its_definition_says()
    {
        using var d = C.LookupDomain("guest");
        // The driver says so of every guest.
        Assert.Equal("linux", d.OSType);
        Assert.True(d.IsActive);
        Assert.True(d.IsPersistent);
        Assert.False(d.IsUpdated);
        var info = d.GetInfo();
        Assert.Equal(DomainState.Running, info.State);
        Assert.Equal(1048576ul, info.MaxMemory);
        Assert.Equal(524288ul, info.Memory);
        Assert.Equal(2, info.VirtualCpus);
        Assert.Equal(1048576ul, d.GetMaxMemory());
        Assert.Contains(Host.GuestUuid, d.GetXml(), StringComparison.Ordinal);
        Assert.Contains("00:16:3e:00:00:01", d.GetXml(DomainXmlFlags.Inactive | DomainXmlFlags.Secure), StringComparison.Ordinal);
    }

    [Fact]
    public void Goes_through_its_states_with_reasons()
    {
        using var d = C.LookupDomain("stopped");
        Assert.Equal(DomainState.Shutoff, d.GetState().State);
        d.Create();
        Assert.Equal(new DomainStatus(DomainState.Running, (int)DomainRunningReason.Booted), d.GetState());
        d.Suspend();
        Assert.Equal(new DomainStatus(DomainState.Paused, (int)DomainPausedReason.User), d.GetState());
        Assert.Equal("Paused (User)", d.GetState().ToString());
        d.Resume();
        Assert.Equal(new DomainStatus(DomainState.Running, (int)DomainRunningReason.Unpaused), d.GetState());
        d.Reset();
        d.Reboot();
        Assert.Equal(DomainState.Running, d.GetState().State);
        d.Shutdown();
        Assert.Equal(new DomainStatus(DomainState.Shutoff, (int)DomainShutoffReason.Shutdown), d.GetState());
        d.Create();
        d.Destroy();
        Assert.Equal(new DomainStatus(DomainState.Shutoff, (int)DomainShutoffReason.Destroyed), d.GetState());
        Assert.Equal(ErrorCode.OperationInvalid, Assert.Throws<LibvirtException>(() => d.Destroy()).Code);
    }

    [Fact]
    public void Is_defined_renamed_and_undefined()
    {
        var uuid = Guid.NewGuid();
        using var d = C.DefineDomain($"<domain type='test'><name>grün</name><uuid>{uuid}</uuid><memory unit='MiB'>64</memory><os><type>hvm</type></os></domain>");
        Assert.Equal("grün", d.Name);
        Assert.Equal(uuid, d.Uuid);
        Assert.Equal(65536ul, d.GetMaxMemory());
        d.Rename("blau");
        using var renamed = C.LookupDomain("blau");
        Assert.Equal(uuid, renamed.Uuid);
        renamed.Undefine();
        var e = Assert.Throws<LibvirtException>(() => renamed.GetState());
        Assert.Equal(ErrorCode.NoDomain, e.Code);
        Assert.Contains(uuid.ToString(), e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Bad_definitions_are_refused_with_their_code()
    {
        Assert.Equal(ErrorCode.XmlDetail, Assert.Throws<LibvirtException>(() => C.DefineDomain("<domain>")).Code);
        Assert.Equal(ErrorCode.NoName, Assert.Throws<LibvirtException>(() => C.DefineDomain("<domain type='test'/>")).Code);
        var duplicate = $"<domain type='test'><name>guest</name><uuid>{Guid.NewGuid()}</uuid><memory>1024</memory><os><type>hvm</type></os></domain>";
        Assert.Equal(ErrorCode.OperationFailed, Assert.Throws<LibvirtException>(() => C.DefineDomain(duplicate)).Code);
    }

    [Fact]
    public void Transient_domain_is_gone_when_it_stops()
    {
        using var d = C.CreateDomain("<domain type='test'><name>brief</name><memory>1024</memory><os><type>hvm</type></os></domain>");
        Assert.False(d.IsPersistent);
        d.Destroy();
        Assert.Equal(["guest", "stopped"], Names(ListAllDomainsFlags.None));
    }

    [Fact]
    public void Saves_and_restores()
    {
        using var d = C.LookupDomain("guest");
        var file = host.Temporary("saved");
        d.Save(file);
        Assert.Equal(new DomainStatus(DomainState.Shutoff, (int)DomainShutoffReason.Saved), d.GetState());
        Assert.Contains(Host.GuestUuid, C.GetSaveImageXml(file), StringComparison.Ordinal);
        C.RestoreDomain(file);
        Assert.Equal(DomainState.Running, d.GetState().State);
        d.CoreDump(host.Temporary("core"));
        Assert.True(File.Exists(host.Temporary("core")));
    }

    [Fact]
    public void Keeps_a_managed_save_image()
    {
        using var d = C.LookupDomain("guest");
        Assert.False(d.HasManagedSave);
        d.ManagedSave();
        Assert.True(d.HasManagedSave);
        Assert.Equal(["guest"], Names(ListAllDomainsFlags.ManagedSave));
        Assert.Equal(ErrorCode.OperationInvalid, Assert.Throws<LibvirtException>(() => d.Undefine()).Code);
        d.RemoveManagedSave();
        Assert.False(d.HasManagedSave);
        d.Undefine(DomainUndefineFlags.ManagedSave);
        Assert.Equal(["stopped"], Names(ListAllDomainsFlags.None));
    }

    [Fact]
    public void Autostart_is_kept()
    {
        using var d = C.LookupDomain("stopped");
        Assert.False(d.Autostart);
        d.Autostart = true;
        Assert.True(d.Autostart);
        Assert.Equal(["stopped"], Names(ListAllDomainsFlags.Autostart));
        d.Autostart = false;
        Assert.False(d.Autostart);
    }

    [Fact]
    public void Metadata_comes_and_goes()
    {
        using var d = C.LookupDomain("guest");
        Assert.Null(d.GetMetadata(DomainMetadataType.Title));
        d.SetMetadata(DomainMetadataType.Title, "Größe & <Gewicht>");
        Assert.Equal("Größe & <Gewicht>", d.GetMetadata(DomainMetadataType.Title));
        d.SetMetadata(DomainMetadataType.Element, "<cap limit='50'/>", "xc", "urn:example:cap");
        Assert.Contains("limit=\"50\"", d.GetMetadata(DomainMetadataType.Element, "urn:example:cap"), StringComparison.Ordinal);
        Assert.Null(d.GetMetadata(DomainMetadataType.Element, "urn:example:other"));
        d.SetMetadata(DomainMetadataType.Element, null, "xc", "urn:example:cap");
        Assert.Null(d.GetMetadata(DomainMetadataType.Element, "urn:example:cap"));
    }

    [Fact]
    public void Memory_and_processors_change()
    {
        using var d = C.LookupDomain("guest");
        d.SetMemory(262144);
        Assert.Equal(262144ul, d.GetInfo().Memory);
        Assert.Equal(ErrorCode.InvalidArg, Assert.Throws<LibvirtException>(() => d.SetMemory(99999999)).Code);
        d.SetVcpuCount(3, DomainVcpuFlags.Live);
        Assert.Equal(3, d.GetVcpuCount(DomainVcpuFlags.Live));
        Assert.Equal(4, d.GetVcpuCount(DomainVcpuFlags.Maximum));
        using var stopped = C.LookupDomain("stopped");
        stopped.SetMaxMemory(524288);
        Assert.Equal(524288ul, stopped.GetMaxMemory());
    }

    [Fact]
    public void Virtual_processors_are_pinned()
    {
        using var d = C.LookupDomain("guest");
        d.PinVcpu(1, CpuMap.Of(0, 2, 3));
        var vcpus = d.GetVcpus();
        Assert.Equal(2, vcpus.Length);
        Assert.Equal([0, 1], vcpus.Select(v => v.Number));
        Assert.Equal("0,2-3", vcpus[1].Affinity.ToString());
        Assert.All(vcpus, v => Assert.Equal(VcpuState.Running, v.State));
        var pins = d.GetVcpuPins();
        Assert.Equal(CpuMap.Of(0, 2, 3), pins[1]);
        Assert.Equal([0, 1, 2, 3, 4, 5, 6, 7], pins[0].Cpus);
    }

    [Fact]
    public void Scheduler_has_a_weight()
    {
        using var d = C.LookupDomain("guest");
        Assert.NotEmpty(d.GetSchedulerType());
        Assert.NotNull(d.GetSchedulerParameters().GetUInt64(SchedulerParameterNames.Weight));
        d.SetSchedulerParameters([TypedParameter.UInt(SchedulerParameterNames.Weight, 300)]);
        // The driver checks names, so a parameter that it does not know shows that names arrive.
        var e = Assert.Throws<LibvirtException>(() => d.SetSchedulerParameters([TypedParameter.UInt("nosuch", 1)]));
        Assert.Contains("nosuch", e.Message, StringComparison.Ordinal);
        var type = Assert.Throws<LibvirtException>(() => d.SetSchedulerParameters([TypedParameter.String(SchedulerParameterNames.Weight, "heavy")]));
        Assert.Equal(ErrorCode.InvalidArg, type.Code);
    }

    [Fact]
    public void Counters_do_not_go_back()
    {
        using var d = C.LookupDomain("guest");
        var first = d.GetBlockStats("xvda");
        var second = d.GetBlockStats("xvda");
        Assert.InRange(second.ReadBytes, first.ReadBytes, long.MaxValue);
        Assert.InRange(d.GetInterfaceStats("vif1.0").RxBytes, 0, long.MaxValue);
        Assert.Equal(ErrorCode.InvalidArg, Assert.Throws<LibvirtException>(() => d.GetBlockStats("sdz")).Code);
        Assert.Equal(524288ul, d.GetMemoryStatistics()[DomainMemoryStatTag.ActualBalloon]);
        Assert.NotNull(d.GetTotalCpuStats().GetUInt64("cpu_time"));
        Assert.NotEmpty(d.GetCpuStatsPerCpu());
    }

    [Fact]
    public void Bulk_statistics_name_their_domains()
    {
        var all = C.GetAllDomainStats(DomainStatsTypes.State);
        Assert.Equal(["guest", "stopped"], all.Select(r => r.Domain.Name).Order());
        var guest = all.Single(r => r.Domain.Uuid == Guid.Parse(Host.GuestUuid));
        Assert.Equal((long)DomainState.Running, guest.Parameters.GetInt64("state.state"));
        using var d = C.LookupDomain("stopped");
        Assert.Equal((long)DomainState.Shutoff, d.GetStats(DomainStatsTypes.State)!.Parameters.GetInt64("state.state"));
    }

    [Fact]
    public void Screenshot_is_a_picture()
    {
        using var d = C.LookupDomain("guest");
        using var picture = new MemoryStream();
        Assert.StartsWith("image/", d.TakeScreenshot(picture), StringComparison.Ordinal);
        Assert.True(picture.Length > 100);
    }

    [Fact]
    public void Snapshots_form_a_tree()
    {
        using var d = C.LookupDomain("guest");
        Assert.Null(d.GetCurrentSnapshot());
        using var root = d.CreateSnapshot("<domainsnapshot><name>root</name></domainsnapshot>");
        using var child = d.CreateSnapshot("<domainsnapshot><name>child</name></domainsnapshot>");
        Assert.Null(root.GetParent());
        using (var parent = child.GetParent())
        {
            Assert.Equal("root", parent!.Name);
        }
        using (var current = d.GetCurrentSnapshot())
        {
            Assert.Equal("child", current!.Name);
            Assert.True(current.IsCurrent);
        }
        Assert.True(root.HasMetadata);
        Assert.Contains("<name>root</name>", root.GetXml(), StringComparison.Ordinal);
        Assert.Equal(["child"], Names(root.ListAllChildren()));
        Assert.Equal(["child", "root"], Names(d.ListAllSnapshots()));
        d.Destroy();
        root.Revert();
        Assert.Equal(new DomainStatus(DomainState.Running, (int)DomainRunningReason.FromSnapshot), d.GetState());
        Assert.True(root.IsCurrent);
        child.Delete();
        Assert.Equal(ErrorCode.NoDomainSnapshot, Assert.Throws<LibvirtException>(() => d.LookupSnapshot("child")).Code);
        using var found = d.LookupSnapshot("root");
        found.Delete(DomainSnapshotDeleteFlags.Children);
        Assert.Empty(d.ListAllSnapshots());
    }

    private static string[] Names(DomainSnapshot[] snapshots) => [.. snapshots.Select(s =>
    {
        using (s)
        {
            return s.Name;
        }
    }).Order()];

    private string[] Names(ListAllDomainsFlags flags) => [.. C.ListAllDomains(flags).Select(d =>
    {
        using (d)
        {
            return d.Name;
        }
    }).Order()];
}
