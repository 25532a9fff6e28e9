using System.Diagnostics;
using System.Text;
using Libvirt;
using Xunit;

namespace Xen.Cim.Hypervisor.Tests;

/// <summary>A thousand guests, and guests that come, go and fail while others are listed.</summary>
public sealed class ListingAtScaleTests
{
    private const int Thousand = 1000;

    private static string WriteHost(string folder, int guests)
    {
        var xml = new StringBuilder("<node><cpu><mhz>2000</mhz><model>x86_64</model><active>8</active></cpu><memory>16777216</memory>");
        for (var i = 0; i < guests; i++)
        {
            xml.Append(System.Globalization.CultureInfo.InvariantCulture, $"""
                <domain type='test' xmlns:test='http://libvirt.org/schemas/domain/test/1.0'><name>guest{i}</name>
                <uuid>55555555-0000-4000-8000-{i:x12}</uuid><memory>65536</memory><vcpu>1</vcpu><os><type>hvm</type></os><devices>
                <disk type='file' device='disk'><source file='/images/{i}.img'/><target dev='xvda' bus='xen'/></disk>
                <interface type='bridge'><mac address='00:16:3e:01:{i / 256:x2}:{i % 256:x2}'/><source bridge='xenbr0'/></interface>
                </devices>{(i % 2 == 0 ? "" : "<test:runstate>5</test:runstate>")}</domain>
                """);
        }
        var file = Path.Combine(folder, "host.xml");
        File.WriteAllText(file, xml.Append("</node>").ToString());
        return "test://" + file;
    }

    [Fact]
    public void A_thousand_guests_are_listed_in_about_the_time_that_libvirt_needs()
    {
        var folder = Directory.CreateTempSubdirectory("xen-cim-test").FullName;
        try
        {
            var uri = WriteHost(folder, Thousand);
            using var hypervisor = LibvirtHypervisor.Create(new HypervisorOptions { Uri = uri }, new LogLines());
            using var bare = Connection.Open(uri);
            Assert.Equal(Thousand, hypervisor.ListGuests().Count);
            for (var i = 0; i < 20; i++)
            {
                Bare(bare);
                hypervisor.ListGuests();
            }

            var (ours, theirs) = (Best(() => hypervisor.ListGuests()), Best(() => Bare(bare)));
            var (cold, warm) = (Best(() => Read(hypervisor), 1), Best(() => Read(hypervisor), 3));

            TestContext.Current.TestOutputHelper!.WriteLine(
                $"listing {ours.TotalMilliseconds:0.00} ms, the bare calls {theirs.TotalMilliseconds:0.00} ms; definitions {cold.TotalMilliseconds:0} ms cold, {warm.TotalMilliseconds:0} ms warm");
            Assert.Equal(Thousand, hypervisor.ListGuests().DistinctBy(g => g.Uuid).Count());
            Assert.Equal(Thousand / 2, hypervisor.ListGuests().Count(g => g.State == GuestState.Off));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        static void Read(LibvirtHypervisor hypervisor)
        {
            foreach (var guest in hypervisor.ListGuests())
                Assert.NotNull(hypervisor.GetDefinition(guest.Uuid, ConfigurationKind.State));
        }
    }

    /// <summary>What no listing can do without: the filtered lists, and state, name, UUID and id of each guest.</summary>
    private static int Bare(Connection connection)
    {
        foreach (var flag in (ListAllDomainsFlags[])[ListAllDomainsFlags.Autostart, ListAllDomainsFlags.Transient, ListAllDomainsFlags.ManagedSave])
        {
            foreach (var domain in connection.ListAllDomains(flag))
                domain.Dispose();
        }
        var sum = 0;
        foreach (var domain in connection.ListAllDomains())
        {
            using (domain)
                sum += (int)domain.GetState().State + domain.Name.Length + domain.Uuid.GetHashCode() + (domain.Id ?? 0);
        }
        return sum;
    }

    private static TimeSpan Best(Action action, int rounds = 30) =>
        Enumerable.Range(0, rounds).Select(_ =>
        {
            var began = Stopwatch.GetTimestamp();
            action();
            return Stopwatch.GetElapsedTime(began);
        }).Min();

    [Fact]
    public void One_guest_that_cannot_be_read_does_not_spoil_the_others()
    {
        using var hypervisor = SmallHost.Open();
        hypervisor.ReadState = domain => domain.Uuid switch
        {
            var uuid when uuid == SmallHost.Web => throw new LibvirtException(ErrorCode.InternalError, "internal error: the guest is broken"),
            var uuid when uuid == SmallHost.Off => throw new LibvirtException(ErrorCode.NoDomain, "Domain not found"),
            _ => domain.GetState(),
        };

        var guests = hypervisor.ListGuests().ToDictionary(g => g.Name);

        Assert.Equal(["Domain-0", "passing", "saved", "web"], guests.Keys.Order(StringComparer.Ordinal));
        Assert.Equal((GuestState.Unknown, "internal error: the guest is broken"), (guests["web"].State, guests["web"].Fault));
        Assert.All(guests.Values.Where(g => g.Name != "web"), guest => Assert.Null(guest.Fault));
        Assert.Equal("internal error: the guest is broken", hypervisor.FindGuest("web")!.Fault);
        Assert.Null(hypervisor.FindGuest(SmallHost.Off));
    }

    [Fact]
    public void Guests_that_come_and_go_do_not_disturb_a_listing()
    {
        using var daemon = Daemon.StartOrSkip();
        using var hypervisor = LibvirtHypervisor.Create(new HypervisorOptions { Uri = daemon.Uri }, new LogLines());
        hypervisor.ListGuests();
        var done = 0;
        var changing = new Thread(() =>
        {
            var random = new Random(7);
            for (var i = 0; i < 150; i++)
            {
                var uuid = Guid.NewGuid();
                hypervisor.Define(DomainDefinition.Parse($"<domain type='test'><name>passer{i}</name><uuid>{uuid}</uuid><memory>65536</memory><os><type>hvm</type></os></domain>"));
                if (random.Next(2) == 0)
                    hypervisor.Start(uuid);
                hypervisor.Remove(uuid);
                done++;
            }
        });
        changing.Start();
        var listings = 0;
        while (changing.IsAlive)
        {
            var guests = hypervisor.ListGuests();
            Assert.Contains(guests, g => g.Name == "test");
            Assert.All(guests, g => Assert.Null(g.Fault));
            listings++;
        }
        changing.Join();

        Assert.Equal(150, done);
        Assert.True(listings > 1);
        Assert.Equal("test", Assert.Single(hypervisor.ListGuests()).Name);
        Eventually.True(() => hypervisor.States.Count == 1, "nothing is remembered of those that went");
    }
}
