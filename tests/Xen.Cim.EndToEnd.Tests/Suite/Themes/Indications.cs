using Xen.Cim.EndToEnd.Tests.Running;
using Xen.Cim.EndToEnd.Tests.Suite.Hosts;

namespace Xen.Cim.EndToEnd.Tests.Suite.Themes;

/// <summary>What others do with guests is told to those who subscribed (DSP1054, DSP1057).</summary>
public abstract class Indications(HostUnderTest host, GuestKind kind) : GuestTests(host, kind)
{
    // A server may take its time to deliver.
    private const double Seconds = 60;

    [GuestFact]
    public void Tell_what_virsh_does_with_a_guest()
    {
        Assert.SkipUnless(Host.VirshSeesIt, "virsh does not see the host that the provider sees");
        using var listener = new IndicationListener();
        using var creation = Subscribe(listener, "Xen_ComputerSystemInstCreation");
        using var modification = Subscribe(listener, "Xen_ComputerSystemInstModification");
        using var deletion = Subscribe(listener, "Xen_ComputerSystemInstDeletion");
        using var guest = Define("told");
        var created = Of("Creation");
        Assert.Equal((guest.Name, "3"), (created.Of("SourceInstance", "ElementName"), created.Of("SourceInstance", "EnabledState")));

        Host.Virsh("start", guest.Uuid);
        var started = Of("Modification");
        Assert.Equal("3", started.Of("PreviousInstance", "EnabledState"));
        started = Reaches("2", started);
        Host.Virsh("destroy", guest.Uuid);
        var stopped = Reaches("3", Of("Modification"));
        // OpenPegasus counts only when it was built with PEGASUS_ENABLE_DMTF_INDICATION_PROFILE_SUPPORT.
        Assert.True(stopped.Number > started.Number || (stopped.Number, started.Number) is (null, null), $"{started.Number}, {stopped.Number}");
        Host.Virsh("undefine", guest.Uuid);
        Assert.Equal(guest.Name, Of("Deletion").Of("SourceInstance", "ElementName"));

        // A driver may tell of steps between.
        HeardIndication Reaches(string state, HeardIndication heard)
        {
            while (heard.Of("SourceInstance", "EnabledState") != state)
                heard = Of("Modification");
            return heard;
        }

        // Other tests may have left something that is still on its way.
        HeardIndication Of(string change)
        {
            while (true)
            {
                var heard = listener.Next($"Xen_ComputerSystemInst{change}", Seconds);
                if (heard.Of("SourceInstance", "Name") == guest.Uuid)
                    return heard;
            }
        }
    }

    private Subscription Subscribe(IndicationListener listener, string indicationClass)
    {
        var server = Host.Wbemcli;
        Assert.SkipUnless(server.IsHere, "the CIM server is on another machine, which does not reach a listener here");
        return new Subscription(server, indicationClass, listener.Url);
    }
}
