using System.Collections.Concurrent;
using System.Diagnostics;
using Moq;
using Xen.Cim.Hypervisor;
using Xen.Cim.Model;

namespace Xen.Cim.Providers.Tests.Indications;

/// <summary>A CIM server that subscribes to the provider's indications, and a host on which things happen.</summary>
internal sealed class Subscriber(XenCimProvider provider, PretendedHost host) : IDisposable
{
    private readonly ConcurrentQueue<CimInstance> _received = new();

    public IReadOnlyCollection<CimInstance> Received => _received;

    /// <summary>Activates filters, then turns indications on.</summary>
    public Subscriber To(params string[] classes)
    {
        foreach (var name in classes)
            provider.ActivateFilter(ProviderTest.Request, $"SELECT * FROM {name}", name, null, true);
        provider.EnableIndications(_received.Enqueue);
        return this;
    }

    public void Raise(HostEvent news) => host.Mock.Raise(h => h.HostChanged += null, news);

    public void Raise(Guid guest, GuestEventKind kind, int detail = 0, string name = "guest") => Raise(new GuestEvent(guest, name, kind, detail));

    /// <summary>The next indications in their order; gives up after a long silence, however many there are.</summary>
    public List<CimInstance> Next(int count = 1)
    {
        var next = new List<CimInstance>();
        for (var heard = Stopwatch.StartNew(); next.Count < count;)
        {
            if (_received.TryDequeue(out var one))
            {
                next.Add(one);
                heard.Restart();
                continue;
            }
            Assert.True(heard.Elapsed < TimeSpan.FromSeconds(60), $"{next.Count} of {count} indications came: {string.Join(", ", next.Select(i => i.ClassName).Take(10))}");
            Thread.Sleep(5);
        }
        return next;
    }

    /// <summary>Something that is told at once, so that what should not be told before it would have been.</summary>
    public void NothingBeforeAnAlert()
    {
        Raise(new ConnectionEvent(false, "gone"));
        Assert.Equal("ConnectionLost", Next()[0]["MessageID"]);
        Raise(new ConnectionEvent(true, "there"));
        Assert.Equal("ConnectionBack", Next()[0]["MessageID"]);
    }

    public void Dispose() => provider.DisableIndications();

    /// <summary>One indication of each class, and one alert of each kind.</summary>
    public static List<CimInstance> OneOfEach(XenCimProvider provider, PretendedHost host)
    {
        using var subscriber = new Subscriber(provider, host).To("CIM_Indication");
        var guest = new Guid("11111111-0000-4000-8000-000000000001");
        host.Add(new Guest { Uuid = guest, Name = "guest", State = GuestState.Off }, Samples.SmallXml("guest", guest), null);
        subscriber.Raise(guest, GuestEventKind.Defined);
        host.SetState(guest, GuestState.Running);
        subscriber.Raise(guest, GuestEventKind.Started);
        subscriber.Raise(guest, GuestEventKind.Stopped, (int)Libvirt.DomainEventStoppedDetail.Crashed);
        subscriber.Raise(guest, GuestEventKind.Stopped, (int)Libvirt.DomainEventStoppedDetail.Failed);
        subscriber.Raise(new DiskErrorEvent(guest, "guest", "virtio-disk0", "/srv/guest.img", "enospc"));
        foreach (var available in (ulong[])[0, 1000])
        {
            host.Mock.Setup(h => h.ListStoragePools()).Returns([.. Samples.Pools.Select(p => p with { Available = Math.Min(available, p.Capacity) })]);
            subscriber.Raise(new PoolsEvent("images"));
            // Pools are looked at when a burst is over.
            SpinWait.SpinUntil(() => subscriber._received.Any(i => i.ClassName == "Xen_AlertIndication" && ((string)i["MessageID"]!).StartsWith(available == 0 ? "PoolAbove" : "PoolBelow", StringComparison.Ordinal)),
                TimeSpan.FromSeconds(20));
        }
        host.Forget(guest);
        subscriber.Raise(guest, GuestEventKind.Undefined);
        subscriber.Raise(new EventsLost(5));
        subscriber.Raise(new ConnectionEvent(false, "gone"));
        subscriber.Raise(new ConnectionEvent(true, "there"));
        var all = new List<CimInstance>();
        var alerts = new HashSet<object?>();
        for (var until = DateTime.UtcNow.AddSeconds(20); alerts.Count < 8;)
        {
            Assert.True(DateTime.UtcNow < until, string.Join(", ", all.Select(i => $"{i.ClassName} {i["MessageID"]}")));
            if (!subscriber._received.TryDequeue(out var one))
            {
                Thread.Sleep(5);
                continue;
            }
            all.Add(one);
            if (one["MessageID"] is { } id)
                alerts.Add(id);
        }
        all.AddRange(subscriber._received);
        return all;
    }
}
