using Moq;
using Xen.Cim.Hypervisor;
using Xen.Cim.Model;

namespace Xen.Cim.Providers.Tests.Framework;

public sealed class ErrorTests : ProviderTest
{
    [Theory]
    [InlineData(HypervisorError.Failed, CimStatus.Failed)]
    [InlineData(HypervisorError.NotSupported, CimStatus.NotSupported)]
    [InlineData(HypervisorError.NotFound, CimStatus.NotFound)]
    [InlineData(HypervisorError.AlreadyExists, CimStatus.AlreadyExists)]
    [InlineData(HypervisorError.InvalidState, CimStatus.Failed)]
    [InlineData(HypervisorError.InvalidArgument, CimStatus.InvalidParameter)]
    [InlineData(HypervisorError.AccessDenied, CimStatus.AccessDenied)]
    [InlineData(HypervisorError.Busy, CimStatus.Failed)]
    [InlineData(HypervisorError.Timeout, CimStatus.Failed)]
    [InlineData(HypervisorError.Disconnected, CimStatus.Failed)]
    public void The_hypervisors_errors_become_cims_with_its_words(HypervisorError error, CimStatus status)
    {
        Mock.Setup(h => h.ListGuests()).Throws(new HypervisorException(error, "libvirt's own words"));
        Assert.Contains("libvirt's own words", Refused(status, () => All("Xen_ComputerSystem")).Message, StringComparison.Ordinal);
        Assert.Contains("libvirt's own words", Refused(status, () => Provider.Associators(Request, HostPath, AssociationFilter.None).ToList()).Message, StringComparison.Ordinal);
        Mock.Setup(h => h.FindGuest(Samples.Web)).Throws(new HypervisorException(error, "libvirt's own words"));
        Refused(status, () => Get(GuestPath(Samples.Web)));
        Mock.Setup(h => h.Remove(Samples.Mail)).Throws(new HypervisorException(error, "libvirt's own words"));
        Refused(status, () => Call(Service, "DestroySystem", ("AffectedSystem", CimType.Reference, GuestPath(Samples.Mail))));
    }

    [Fact]
    public void A_method_that_no_class_has_is_not_found()
    {
        Refused(CimStatus.MethodNotFound, () => Call(GuestPath(Samples.Web), "Dance"));
        Refused(CimStatus.MethodNotFound, () => Call(Service, "Dance"));
        Refused(CimStatus.MethodNotFound, () => Call(HostPath, "Dance"));
        Refused(CimStatus.MethodNotFound, () => Call(Path("Xen_HostedDependency", ("Antecedent", HostPath), ("Dependent", GuestPath(Samples.Web))), "Dance"));
        Assert.Equal(0u, Call(GuestPath(Samples.Web), "requeststatechange", ("requestedstate", CimType.UInt16, (ushort)9)).Return);
    }

    [Fact]
    public void A_method_that_the_class_declares_without_anything_behind_it_is_not_available() =>
        Refused(CimStatus.MethodNotAvailable, () => Call(GuestPath(Samples.Web), "SetPowerState"));

    [Fact]
    public void Other_classes_and_namespaces_are_not_ours()
    {
        Refused(CimStatus.InvalidClass, () => All("Xen_Nonsense"));
        Refused(CimStatus.InvalidClass, () => Get(Path("Xen_Nonsense", ("InstanceID", "x"))));
        Refused(CimStatus.InvalidClass, () => Call(Path("Xen_Nonsense", ("InstanceID", "x")), "Dance"));
        var elsewhere = new CimRequest { Namespace = "root/other" };
        Refused(CimStatus.InvalidNamespace, () => Provider.EnumerateInstances(elsewhere, Class("Xen_ComputerSystem")).ToList());
        Refused(CimStatus.InvalidNamespace, () => Provider.GetInstance(elsewhere, GuestPath(Samples.Web)));
        Refused(CimStatus.InvalidNamespace, () => Provider.AssociatorNames(elsewhere, GuestPath(Samples.Web), AssociationFilter.None).ToList());
    }

    [Fact]
    public void A_request_that_was_given_up_ends_between_two_instances()
    {
        using var source = new CancellationTokenSource();
        var seen = 0;
        Assert.Throws<OperationCanceledException>(() =>
        {
            foreach (var _ in Provider.EnumerateInstances(new CimRequest { Namespace = "root/virt", Cancellation = source.Token }, Class("Xen_ComputerSystem")))
            {
                if (++seen == 2)
                    source.Cancel();
            }
        });
        Assert.Equal(2, seen);
    }
}
