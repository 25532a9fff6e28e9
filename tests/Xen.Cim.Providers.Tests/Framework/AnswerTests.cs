using Moq;
using Xen.Cim.Hypervisor;
using Xen.Cim.Hypervisor.Inventory;
using Xen.Cim.Model;

namespace Xen.Cim.Providers.Tests.Framework;

/// <summary>Calls of one answer read the host in one moment; those of another in another.</summary>
public sealed class AnswerTests : ProviderTest
{
    private readonly List<Moment?> _entered = [];
    private readonly Dictionary<(Moment, string), object?> _read = [];
    private Moment? _current;

    public AnswerTests()
    {
        var moments = Mock.As<IMoments>();
        moments.Setup(m => m.Enter(It.IsAny<Moment?>())).Returns((Moment? moment) =>
        {
            var outer = _current;
            _current = moment;
            if (moment is not null && !_entered.Contains(moment))
                _entered.Add(moment);
            return outer;
        });
        moments.Setup(m => m.Once(It.IsAny<string>(), It.IsAny<Func<It.IsAnyType>>())).Returns(new InvocationFunc(call =>
        {
            var (what, read) = ((string)call.Arguments[0], (Delegate)call.Arguments[1]);
            if (_current is not { } moment)
                return read.DynamicInvoke()!;
            if (!_read.TryGetValue((moment, what), out var known))
                _read.Add((moment, what), known = read.DynamicInvoke());
            return known!;
        }));
    }

    [Fact]
    public void The_calls_of_one_answer_share_a_moment_and_leave_it()
    {
        foreach (var @class in (string[])["Xen_MemoryRASD", "Xen_DiskRASD"])
            Assert.NotEmpty(Provider.EnumerateInstances(Request with { Answer = 7 }, Class(@class)));
        Assert.Single(_entered);
        Assert.Null(_current);
        Assert.NotEmpty(Provider.EnumerateInstanceNames(Request with { Answer = 8 }, Class("Xen_ComputerSystem")));
        Assert.Equal(2, _entered.Count);
    }

    [Fact]
    public void The_classes_of_one_answer_share_the_guests_configurations()
    {
        foreach (var @class in (string[])["Xen_MemoryRASD", "Xen_DiskRASD"])
            Assert.NotEmpty(Provider.EnumerateInstances(Request with { Answer = 7 }, Class(@class)));
        Mock.Verify(m => m.ListGuests(), Times.Once);
    }

    [Fact]
    public void Calls_that_do_not_say_whose_they_are_have_moments_of_their_own()
    {
        for (var i = 0; i < 2; i++)
            Assert.NotEmpty(Provider.EnumerateInstances(Request, Class("Xen_ComputerSystem")));
        Assert.Equal(2, _entered.Count);
    }

    [Fact]
    public void Between_two_instances_the_thread_is_the_callers_again()
    {
        using var instances = Provider.EnumerateInstances(Request, Class("Xen_ComputerSystem")).GetEnumerator();
        Assert.True(instances.MoveNext());
        Assert.Null(_current);
        Assert.True(instances.MoveNext());
        Assert.Null(_current);
    }

    [Fact]
    public void A_failure_leaves_the_moment_too()
    {
        Assert.Throws<CimException>(() => Provider.GetInstance(Request, GuestPath("nobody")));
        Assert.Null(_current);
        Assert.Single(_entered);
    }

    [Fact]
    public void A_method_reads_what_it_has_changed_itself()
    {
        Assert.Throws<CimException>(() => Provider.InvokeMethod(Request with { Answer = 9 }, GuestPath("nobody"), "RequestStateChange", new(), new()));
        Assert.Empty(_entered);
    }
}
