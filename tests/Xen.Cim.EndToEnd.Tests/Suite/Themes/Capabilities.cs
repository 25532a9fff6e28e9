using System.Globalization;
using Xen.Cim.EndToEnd.Tests.Running;
using Xen.Cim.EndToEnd.Tests.Suite.Hosts;

namespace Xen.Cim.EndToEnd.Tests.Suite.Themes;

/// <summary>
/// No capability claims more than the connection does, nor less: every claim is tried, and what is not claimed is refused
/// with the code that the specification has for it.
/// </summary>
public abstract class Capabilities(HostUnderTest host, GuestKind kind) : GuestTests(host, kind)
{
    // CIM_ComputerSystem.RequestStateChange: all that DSP1057 has a transition for.
    private static readonly int[] s_states = [2, 3, 4, 6, 9, 10, 11];

    // How a guest gets into each state, from off.
    private static readonly (string State, int[] Way)[] s_ways = [("off", []), ("running", [2]), ("paused", [2, 9]), ("suspended", [2, 6])];

    public static TheoryData<string> States => new(s_ways.Select(w => w.State));

    [Theory]
    [MemberData(nameof(States))]
    public void The_states_that_can_be_requested_of_a_guest_are_those_that_it_takes(string state)
    {
        var way = s_ways.Single(w => w.State == state).Way;
        using var guest = Define("states");
        var there = false;
        foreach (var requested in s_states)
        {
            // What is refused leaves the guest where it is; otherwise it walks the way again.
            foreach (var step in there ? [] : way)
            {
                if (step == 2)
                {
                    On(guest);
                    continue;
                }
                if (step == 6)
                    Settle(guest);
                Wbemcli.Reach(guest.Uuid, step);
            }
            if (requested == 6 && state == "running")
                Settle(guest);
            var available = Numbers(guest.Read().Optional("AvailableRequestedStates"));
            Assert.NotEmpty(available);
            var before = guest.Read()["EnabledState"];
            var answer = Wbemcli.Request(guest.Uuid, requested);
            if (available.Contains(requested))
            {
                Assert.True(answer.Return is Guests.Completed or Guests.JobStarted, $"{requested} is claimed of a guest that is {state}, and answered with {answer.Return}");
                Off(guest);
            }
            else
            {
                Assert.True(answer.Return is Guests.NotSupported or Guests.InvalidTransition, $"{requested} is not claimed of a guest that is {state}, but answered with {answer.Return}");
                Assert.Equal(before, guest.Read()["EnabledState"]);
            }
            there = !available.Contains(requested);
        }
    }

    [GuestFact]
    public void The_states_supported_are_those_that_some_guest_takes()
    {
        var supported = Numbers(Wbemcli.Get(Guests.SettingPath("Xen_EnabledLogicalElementCapabilities", "Xen:EnabledLogicalElementCapabilities/guest")).Optional("RequestedStatesSupported"));
        Assert.NotEmpty(supported);
        using var guest = Define("supported");
        var runs = false;
        foreach (var requested in s_states)
        {
            if (requested != 2 && !runs)
                On(guest);
            if (requested == 6)
                Settle(guest);
            var answer = Wbemcli.Request(guest.Uuid, requested);
            if (supported.Contains(requested))
            {
                Assert.True(answer.Return is Guests.Completed or Guests.JobStarted, $"{requested} is claimed, and answered with {answer.Return}");
                Off(guest);
            }
            else
            {
                Assert.Equal(Guests.NotSupported, answer.Return);
            }
            runs = requested != 2 && !supported.Contains(requested);
        }
        // In no profile's table, but in the method's value map.
        foreach (var requested in (int[])[7, 8])
            Assert.Equal(Guests.NotSupported, Wbemcli.Request(guest.Uuid, requested).Return);
    }

    [GuestFact]
    public void Nothing_can_be_requested_of_the_control_domain()
    {
        var kind = Wbemcli.Get(Guests.SettingPath("Xen_EnabledLogicalElementCapabilities", "Xen:EnabledLogicalElementCapabilities/control-domain"));
        Assert.Equal(("", "FALSE"), (kind.Optional("RequestedStatesSupported"), kind["ElementNameEditSupported"].ToUpperInvariant()));
    }

    [GuestFact]
    public void Every_type_of_guest_that_is_offered_can_be_defined()
    {
        var types = Service()["VirtualSystemTypesSupported"].Split(',').Select(t => t.Trim('"')).ToList();
        Assert.Contains(TypeOf(Kind), types);
        foreach (var type in types)
        {
            var uuid = Wbemcli.Define($$"""instance of Xen_VirtualSystemSettingData { VirtualSystemType = "{{type}}"; Kernel = "{{Host.Boot.Kernel}}"; };""", "instance of Xen_MemoryRASD { VirtualQuantity = 65536; };");
            using var guest = new SuiteGuest(Host, uuid, type);
            Assert.Equal(type, guest.Setting("Xen_VirtualSystemSettingData", "defined")["VirtualSystemType"]);
        }
        foreach (var type in ((string[])["DMTF:XEN:PV", "DMTF:XEN:PVH", "DMTF:XEN:HVM"]).Except(types))
        {
            var error = Wbemcli.Refused("cm", Wbemcli.Url(Wbemcli.Service()), "DefineSystem.SystemSettings=" + Wbemcli.Mof($$"""instance of Xen_VirtualSystemSettingData { VirtualSystemType = "{{type}}"; };"""));
            Assert.Equal(4, error.Status);
        }
    }

    [GuestFact]
    public void The_methods_that_are_claimed_are_there_and_no_others()
    {
        // CIM_VirtualSystemManagementCapabilities.SynchronousMethodsSupported.
        (int Value, string Method)[] claimable = [(2, "DefineSystem"), (3, "DestroySystem"), (5, "ModifyResourceSettings"), (6, "ModifySystemSettings"), (7, "RemoveResourceSettings"), (10, "AddResourceSettings")];
        var claimed = Numbers(Service().Optional("SynchronousMethodsSupported")).Concat(Numbers(Service().Optional("AsynchronousMethodsSupported"))).ToList();
        Assert.Equal(claimable.Select(c => c.Value), claimed.Distinct().Order());
        using var guest = Define("methods");
        var disk = Host.MakeDisk("methods.img");
        guest.Add("Xen_DiskRASD", "defined", $$"""VirtualDevice = "{{Disk('a')}}"; Address = "{{disk}}";""");
        guest.Modify("Xen_MemoryRASD", "defined/memory", "VirtualQuantity = 65536;");
        Assert.Equal(Guests.Completed, Wbemcli.Call(Wbemcli.Service(), "ModifySystemSettings", "SystemSettings=" + Wbemcli.Mof(
            $$"""instance of Xen_VirtualSystemSettingData { InstanceID = "{{guest.Id("defined")}}"; Notes = {"changed"}; };""")).Return);
        Assert.Equal(Guests.Completed, Wbemcli.Remove("Xen_DiskRASD", guest.Id($"defined/{Disk('a')}")).Return);
        Wbemcli.Done(Wbemcli.Destroy(guest.Uuid));
        // The standard's service has more methods than these. The CIM status is that of a method or a call that is not there.
        foreach (var method in (string[])["AddFeatureSettings", "ModifyFeatureSettings", "RemoveFeatureSettings"])
            Assert.Contains(Wbemcli.Refused("cm", Wbemcli.Url(Wbemcli.Service()), method).Status, (int[])[7, 16, 17]);
    }

    [GuestFact]
    public void A_guest_can_be_renamed_where_that_is_claimed()
    {
        var kind = Wbemcli.Get(Guests.SettingPath("Xen_EnabledLogicalElementCapabilities", "Xen:EnabledLogicalElementCapabilities/guest"));
        var claims = (string[])[kind["ElementNameEditSupported"].ToUpperInvariant(), Service()["ElementNameEditSupported"].ToUpperInvariant()];
        using var guest = Define("rename");
        string[] call = ["cm", Wbemcli.Url(Wbemcli.Service()), "ModifySystemSettings.SystemSettings=" + Wbemcli.Mof(
            $$"""instance of Xen_VirtualSystemSettingData { InstanceID = "{{guest.Id("defined")}}"; ElementName = "{{guest.Name}}-new"; };""")];
        if (Host.Has("Rename"))
        {
            Assert.All(claims, claim => Assert.Equal("TRUE", claim));
            Assert.Equal(0, Wbemcli.Run(call).ExitCode);
            Assert.Equal(guest.Name + "-new", guest.Read()["ElementName"]);
        }
        else
        {
            Assert.All(claims, claim => Assert.Equal("FALSE", claim));
            Assert.Equal(7, Wbemcli.Refused(call).Status);
            Assert.Equal(guest.Name, guest.Read()["ElementName"]);
        }
    }

    [GuestFact]
    public void Devices_can_be_plugged_in_the_states_that_are_claimed()
    {
        foreach (var pool in Wbemcli.Instances("Xen_AllocationCapabilities"))
        {
            var (type, add, remove) = (pool["ResourceType"], Numbers(pool.Optional("SupportedAddStates")), Numbers(pool.Optional("SupportedRemoveStates")));
            // Of processors and memory there is one setting each, neither added nor removed.
            if (type is "3" or "4")
                Assert.Empty(add.Concat(remove));
            // Disks and adapters.
            if (type is "17" or "10")
                Assert.Equal((true, true, Host.Has("AttachDevice"), Host.Has("DetachDevice")), (add.Contains(3), remove.Contains(3), add.Contains(2), remove.Contains(2)));
            Assert.True(add.Contains(3) || !add.Contains(2), $"{pool.Path} can be plugged into a guest that runs and not into one that is off");
        }
        using var guest = Run("plug");
        var (disk, adapter) = ($$"""VirtualDevice = "{{Disk('b')}}"; Address = "{{Host.MakeDisk("claims.img")}}";""", Host.Plug);
        foreach (var (@class, properties) in (ReadOnlySpan<(string, string)>)[("Xen_DiskRASD", disk), ("Xen_NetworkRASD", adapter)])
        {
            var answer = Wbemcli.Add(guest.Id("state"), $$"""instance of {{@class}} { {{properties}} };""");
            Assert.Equal(Host.Has("AttachDevice") ? Guests.Completed : Guests.NotSupported, answer.Return);
            if (answer.Return == Guests.Completed)
                Assert.Equal(Guests.Completed, Wbemcli.Remove(@class, Guests.UuidOf(answer.Output["ResultingResourceSettings"])).Return);
            // Nothing stays of what was refused or taken back.
            Assert.Empty(guest.Settings(@class, "state"));
        }
    }

    [GuestFact]
    public void Other_devices_can_be_plugged_where_that_is_claimed()
    {
        using var guest = Run("plug-others");
        foreach (var (pool, @class, properties) in (ReadOnlySpan<(string, string, string)>)
        [
            ("graphics", "Xen_GraphicsRASD", """ResourceSubType = "spice"; """),
            ("input", "Xen_InputRASD", """ResourceSubType = "tablet"; BusType = "virtio"; """),
            ("idecontroller", "Xen_StorageControllerRASD", """ControllerType = "ide"; """),
            ("scsicontroller", "Xen_StorageControllerRASD", """ControllerType = "scsi"; """),
            ("storagecontroller", "Xen_StorageControllerRASD", """ControllerType = "sata"; """),
            ("controller", "Xen_ControllerRASD", """ControllerType = "ccid"; """),
            ("otherdevice", "Xen_OtherDeviceRASD", """OtherResourceType = "rng"; """),
        ])
        {
            var claims = Wbemcli.Get(Guests.SettingPath("Xen_AllocationCapabilities", $"Xen:AllocationCapabilities/GenericDevicePool/{pool}"));
            var before = guest.Settings(@class, "state").Select(s => s["InstanceID"]).Order(StringComparer.Ordinal).ToList();
            string[] call = ["cm", Wbemcli.Url(Wbemcli.Service()), $"AddResourceSettings.AffectedConfiguration={Guests.Argument(Guests.SettingPath("Xen_VirtualSystemSettingData", guest.Id("state")))},ResourceSettings="
                + Wbemcli.Mof($$"""instance of {{@class}} { {{properties}} };""")];
            var answer = Wbemcli.Run(call);
            var added = guest.Settings(@class, "state").Select(s => s["InstanceID"]).Except(before).ToList();
            Assert.True(Numbers(claims.Optional("SupportedAddStates")).Contains(2) == (added.Count > 0), $"{pool}: {answer}");
            foreach (var id in added)
            {
                Assert.Contains(2, Numbers(claims.Optional("SupportedRemoveStates")));
                Assert.Equal(Guests.Completed, Wbemcli.Remove(@class, id).Return);
            }
            Assert.Equal(before, guest.Settings(@class, "state").Select(s => s["InstanceID"]).Order(StringComparer.Ordinal));
        }
    }

    [GuestFact]
    public void As_little_and_as_much_as_is_claimed_can_be_had()
    {
        using var guest = Define("range");
        foreach (var (pool, @class, device) in (ReadOnlySpan<(string, string, string)>)[("MemoryPool", "Xen_MemoryRASD", "memory"), ("ProcessorPool", "Xen_ProcessorRASD", "processor")])
        {
            var (least, most) = (Quantity(pool, "minimum"), Quantity(pool, "maximum"));
            foreach (var quantity in (ReadOnlySpan<ulong>)[most, least])
            {
                guest.Modify(@class, $"defined/{device}", $"VirtualQuantity = {quantity};");
                Assert.Equal(quantity.ToString(CultureInfo.InvariantCulture), guest.Setting(@class, $"defined/{device}")["VirtualQuantity"]);
            }
            foreach (var quantity in (ReadOnlySpan<ulong>)[most + 1, least - 1])
            {
                var error = Wbemcli.Refused("cm", Wbemcli.Url(Wbemcli.Service()), "ModifyResourceSettings.ResourceSettings=" + Wbemcli.Mof(
                    $$"""instance of {{@class}} { InstanceID = "{{guest.Id($"defined/{device}")}}"; VirtualQuantity = {{quantity}}; };"""));
                Assert.Equal(4, error.Status);
            }
        }

        ulong Quantity(string pool, string role) => ulong.Parse(Wbemcli.Get(Guests.SettingPath("Xen_CapabilityRASD", $"Xen:Capability/{pool}/primordial/{role}"))["VirtualQuantity"], CultureInfo.InvariantCulture);
    }

    private PrintedInstance Service() => Assert.Single(Wbemcli.Instances("Xen_VirtualSystemManagementCapabilities"));

    // Where a guest takes part in being suspended to disk, its kernel has to run.
    private void Settle(SuiteGuest guest)
    {
        if (Host.GuestsAreMute is null && !Host.SuspendsWhateverRuns)
            guest.Console.Next();
    }

    private void On(SuiteGuest guest) => Still(guest, 2);

    private void Off(SuiteGuest guest) => Still(guest, 3);

    /// <summary>Asks until the guest is there to stay: a job may still be about to stop or to restart it.</summary>
    private void Still(SuiteGuest guest, int state) =>
        Eventually.True(() =>
        {
            if (Enabled() != state)
                Wbemcli.Request(guest.Uuid, state);
            return Enabled() == state && guest.Read()["TransitioningToState"] is "5" or "19";

            int Enabled() => int.Parse(guest.Read()["EnabledState"], CultureInfo.InvariantCulture);
        }, $"the guest is in state {state} and nothing goes on with it", 60);

    private static List<int> Numbers(string printed) => [.. printed.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(n => int.Parse(n, CultureInfo.InvariantCulture))];
}
