using Libvirt;
using Xen.Cim.Hypervisor.Connections;
using Xen.Cim.Hypervisor.Guests;
using Xen.Cim.Hypervisor.Inventory;

namespace Xen.Cim.Hypervisor;

// Definitions: reading, changing, adding and removing.
public sealed partial class LibvirtHypervisor
{
    // Held while a guest is added, so that two of a name do not pass the check together. No guest has this UUID.
    private static readonly Guid Newcomers = Guid.AllBitsSet;

    // Asked for in turn, as each driver refuses flags that it does not know: QEMU's, the test driver's, Xen's.
    private static readonly DomainUndefineFlags[] UndefineFlags =
    [
        DomainUndefineFlags.ManagedSave | DomainUndefineFlags.SnapshotsMetadata | DomainUndefineFlags.CheckpointsMetadata | DomainUndefineFlags.Nvram,
        DomainUndefineFlags.ManagedSave | DomainUndefineFlags.SnapshotsMetadata | DomainUndefineFlags.CheckpointsMetadata,
        DomainUndefineFlags.ManagedSave | DomainUndefineFlags.SnapshotsMetadata,
        DomainUndefineFlags.ManagedSave,
        DomainUndefineFlags.None,
    ];

    // So many are not worth a listing of all guests.
    private const int FewDefinitions = 16;

    // So many are read in two halves.
    private const int Many = 32;

    // XML that is handed to another thread together: to wake it for each takes about as long as to understand one.
    private const int AtATime = 8;

    private DomainDefinition? ReadDefinition(Guid uuid, ConfigurationKind kind)
    {
        if (IsFollowed && _known.TryGetDefinition(uuid, kind, out var known))
            return known;
        var before = _known.BeforeReading(uuid);
        var xml = Query($"read the definition of the guest {uuid}", connection =>
        {
            using var domain = Lookup(connection, uuid);
            return ReadXml(domain, kind);
        });
        return TakeIn(uuid, kind, xml, before);
    }

    private IReadOnlyList<DefinitionReading> ReadDefinitions(IReadOnlyList<ConfigurationKey> wanted)
    {
        var readings = new DefinitionReading[wanted.Count];
        var missing = IsFollowed ? _known.GetDefinitions(wanted, readings) : [.. wanted.Select((key, i) => new MissingDefinition(key, i, _known.BeforeReading(key.Uuid)))];
        if (missing.Count == 0)
            return readings;
        var moment = _moment.Value;
        var running = moment is not null && moment.Has(nameof(ListGuests), null) ? ListGuests().Count(g => g.Id is not null) : int.MaxValue;
        if (missing.Count < Many || _uri.LivesInProcess || !_uri.IsLocal)
        {
            Await(Query(What(missing), connection => Begin(connection, missing)));
            return readings;
        }
        // Two halves on two connections: the daemon works on one while the other's answer is on its way. A guest is in one of them.
        // (To reach another machine once more may take longer than all the rest.)
        var half = missing.Count / 2;
        while (half < missing.Count && missing[half].Key.Uuid == missing[half - 1].Key.Uuid)
            half++;
        var (mine, others) = (missing[..half], missing[half..]);
        var end = BeginQuery(What(others), connection => Begin(connection, others));
        try
        {
            Await(Query(What(mine), connection => Begin(connection, mine)));
        }
        finally
        {
            Await(end());
        }
        return readings;

        static string What(List<MissingDefinition> some) => $"read {some.Count} definitions";

        static void Await(List<Task> tasks)
        {
            foreach (var task in tasks)
                task.GetAwaiter().GetResult();
        }

        List<Task> Begin(Connection connection, List<MissingDefinition> some)
        {
            // While libvirt makes the next guests' XML another thread understands these ones', a few at a time.
            var tasks = new List<Task>();
            var next = new List<ReadDefinition>(AtATime);
            foreach (var read in ReadXml(connection, moment, running, some))
            {
                // The same XML again is understood once: it stays with the first.
                if (next.Count >= AtATime && !ReferenceEquals(read.Xml, next[^1].Xml))
                    HandOver();
                next.Add(read);
            }
            HandOver();
            return tasks;

            void HandOver()
            {
                var these = next;
                next = new(AtATime);
                // What is as it was is no work.
                if (these.TrueForAll(r => r.Xml is null || _definitions.Has(r.Of.Key.Uuid, r.Of.Key.Kind, r.Xml)))
                    Understand();
                else
                    tasks.Add(Task.Run(Understand));

                void Understand()
                {
                    foreach (var read in these)
                        readings[read.Of.Place] = this.Understand(read);
                }
            }
        }
    }

    public bool ChangeDefinition(Guid uuid, Action<DomainDefinition> change)
    {
        ArgumentNullException.ThrowIfNull(change);
        var what = $"change the definition of the guest {uuid}";
        // The lock outlives this method when libvirt does not answer: nobody else may write between its two calls.
        // Xen's driver takes in a definition that comes while it starts the guest, and loses it when the guest runs.
        if (_starting.ContainsKey(uuid))
            throw new HypervisorException(HypervisorError.Busy, $"Cannot {what}: it is being started; wait until it runs");
        using var held = _locks.Take(uuid, what, new Deadline(_options.CallTimeout));
        var before = DomainDefinition.Parse(Change(what, connection => ReadForChange(connection, uuid, what), held));
        var after = before.Clone();
        change(after);
        if (after.ContentEquals(before))
            return false;
        if (after.Uuid != before.Uuid)
            throw new HypervisorException(HypervisorError.InvalidArgument, $"Cannot {what}: its UUID cannot be changed to {after.Uuid}");
        try
        {
            Change(what, connection => Redefine(connection, uuid, before, after), held);
        }
        finally
        {
            _definitions.Forget(uuid);
        }
        return true;
    }

    public void Describe(Guid uuid, string? title, string? description)
    {
        // libvirt would leave the character out without a word.
        DefinitionXml.Checked(title ?? "", "the title");
        DefinitionXml.Checked(description ?? "", "the description");
        var what = $"describe the guest {uuid}";
        using var held = _locks.Take(uuid, what, new Deadline(_options.CallTimeout));
        Change(what, connection =>
        {
            using var domain = Lookup(connection, uuid);
            domain.SetMetadata(DomainMetadataType.Title, title, impact: DomainModificationImpact.Live);
            domain.SetMetadata(DomainMetadataType.Description, description, impact: DomainModificationImpact.Live);
            return true;
        }, held);
        _definitions.Forget(uuid);
    }

    public Guest Define(DomainDefinition definition)
    {
        ArgumentNullException.ThrowIfNull(definition);
        var what = $"define the guest '{definition.Name}'";
        if (definition.Name.Length == 0)
            throw new HypervisorException(HypervisorError.InvalidArgument, "Cannot define a guest without a name");
        using var held = _locks.Take(Newcomers, what, new Deadline(_options.CallTimeout));
        return Change(what, connection => Define(connection, definition, what), held);
    }

    public void Remove(Guid uuid)
    {
        var what = $"remove the guest {uuid}";
        using (var held = _locks.Take(uuid, what, new Deadline(_options.LongCallTimeout)))
        {
            ChangeSlowly(what, connection =>
            {
                RefuseControlDomain(connection, uuid, "remove");
                using var domain = Lookup(connection, uuid);
                AwaitStart(domain, uuid, what);
                Remove(domain, what);
                return true;
            }, held);
        }
        _definitions.Forget(uuid);
        _states.Forget(uuid);
    }

    private DefinitionReading Understand(ReadDefinition read)
    {
        try
        {
            return new(read.Fault is null ? TakeIn(read.Of.Key.Uuid, read.Of.Key.Kind, read.Xml, read.Of.Before) : null, read.Fault);
        }
        catch (HypervisorException e)
        {
            return new(null, e);
        }
    }

    // In this order nothing is left over when the second call fails.
    private static DomainListing List(Connection connection)
    {
        var transient = Matching(connection, ListAllDomainsFlags.Transient);
        return new(connection, connection.ListAllDomains(), transient);
    }

    /// <summary>Reads one after the other, as they are asked for.</summary>
    /// <param name="running">How many guests run, as far as is known.</param>
    private IEnumerable<ReadDefinition> ReadXml(Connection connection, Moment? moment, int running, List<MissingDefinition> wanted)
    {
        // One listing finds them all, those too that the same answer asks for afterwards; fewer are looked up one by one.
        var listing = moment?.TakeListing(nameof(ReadDefinitions), connection);
        var findsAll = listing is not null || wanted.Count >= FewDefinitions;
        listing ??= findsAll ? List(connection) : IsMostOf(running, wanted) ? new(connection, connection.ListAllDomains(ListAllDomainsFlags.Active), []) : null;
        Domain? domain = null;
        try
        {
            bool? persistent = null;
            string? xml = null;
            HypervisorException? fault = null;
            for (var i = 0; i < wanted.Count; i++)
            {
                var (uuid, kind) = wanted[i].Key;
                try
                {
                    // Both configurations of a guest stand one after the other.
                    var another = i == 0 || domain is null || uuid != wanted[i - 1].Key.Uuid;
                    if (another)
                    {
                        domain?.Dispose();
                        domain = null;
                        (domain, persistent) = listing?.Take(uuid) is { } listed ? listed : (Lookup(connection, uuid), (bool?)null);
                    }
                    // A guest that is off has one that is both.
                    if (another || domain!.Id is not null)
                        (xml, fault) = (ReadXml(domain!, kind, persistent), null);
                }
                catch (LibvirtException e) when (!LibvirtErrors.MeansBroken(connection, e))
                {
                    (xml, fault) = (null, LibvirtErrors.Translate($"read the definition of the guest {uuid}", e));
                }
                yield return new(wanted[i], xml, fault);
            }
            if (findsAll && listing is not null && moment is not null)
            {
                moment.GiveListing(nameof(ReadDefinitions), listing);
                listing = null;
            }
        }
        finally
        {
            domain?.Dispose();
            listing?.Dispose();
        }
    }

    // Where the daemon's files tell of what is defined, only what runs is read again.
    private static bool IsMostOf(int running, List<MissingDefinition> wanted) =>
        wanted.Count > 1 && running <= 2 * wanted.Count && wanted.TrueForAll(w => w.Key.Kind == ConfigurationKind.State);

    /// <returns>Null for what is to be started next of a guest that is gone when it stops.</returns>
    /// <param name="isPersistent">Whether it has a definition, where that is known.</param>
    private static string? ReadXml(Domain domain, ConfigurationKind kind, bool? isPersistent = null)
    {
        if (kind == ConfigurationKind.Defined)
            return isPersistent ?? domain.IsPersistent ? ReadXml(domain, DomainXmlFlags.Inactive) : null;
        return ReadXml(domain, domain.Id is null ? DomainXmlFlags.Inactive : DomainXmlFlags.None);
    }

    private static string ReadXml(Domain domain, DomainXmlFlags flags)
    {
        try
        {
            return domain.GetXml(flags | DomainXmlFlags.Secure);
        }
        catch (LibvirtException e) when (e.Code is ErrorCode.OperationDenied or ErrorCode.AccessDenied)
        {
            // Who may not see secrets sees the rest. Nobody writes it back: a change needs them.
            return domain.GetXml(flags);
        }
    }

    private string ReadForChange(Connection connection, Guid uuid, string what)
    {
        using var domain = Lookup(connection, uuid);
        if (!domain.IsPersistent)
            throw new HypervisorException(HypervisorError.InvalidState, $"Cannot {what}: it is transient, it has no definition for a next start");
        return domain.GetXml(DomainXmlFlags.Inactive | DomainXmlFlags.Secure);
    }

    private bool Redefine(Connection connection, Guid uuid, DomainDefinition before, DomainDefinition after)
    {
        using var domain = Lookup(connection, uuid);
        if (after.Name == before.Name)
        {
            Redefine(connection, domain, after);
            if (DeviceUpdate.FindIgnored(before, after, () => DomainDefinition.Parse(ReadXml(domain, DomainXmlFlags.Inactive))) is { } ignored)
            {
                Redefine(connection, domain, before);
                throw new HypervisorException(HypervisorError.InvalidArgument, $"Cannot change the definition of the guest {uuid}: libvirt takes it and leaves {ignored}");
            }
            return true;
        }
        // Defining a known UUID under another name is an error to libvirt.
        Rename(domain, after.Name);
        try
        {
            using var renamed = Lookup(connection, uuid);
            Redefine(connection, renamed, after);
        }
        catch (LibvirtException)
        {
            using var renamed = Lookup(connection, uuid);
            renamed.Rename(before.Name);
            throw;
        }
        return true;
    }

    private void Rename(Domain domain, string name)
    {
        try
        {
            domain.Rename(name);
        }
        catch (LibvirtException e) when (e.Code == ErrorCode.NoSupport)
        {
            _refused[HypervisorOperation.Rename] = true;
            throw;
        }
    }

    private static void Redefine(Connection connection, Domain domain, DomainDefinition definition)
    {
        // A guest that went away meanwhile would be defined anew.
        if (!domain.IsPersistent)
            throw new LibvirtException(ErrorCode.NoDomain, $"Domain not found: '{domain.Name}' was undefined meanwhile");
        using var defined = connection.DefineDomain(definition.ToXml());
        if (defined.Uuid != domain.Uuid)
            throw new LibvirtException(ErrorCode.InternalError, $"the definition of {domain.Uuid} was written to the guest {defined.Uuid}");
    }

    private Guest Define(Connection connection, DomainDefinition definition, string what)
    {
        RefuseTaken(connection, definition, what);
        try
        {
            using var domain = connection.DefineDomain(definition.ToXml());
            return ReadFacts(connection, domain) is { } facts ? Tell(facts)
                : throw new HypervisorException(HypervisorError.NotFound, $"Cannot {what}: somebody removed it at once");
        }
        catch (LibvirtException e) when (e.Code is ErrorCode.OperationFailed or ErrorCode.DomExist)
        {
            // Drivers say only in words that somebody else was quicker.
            RefuseTaken(connection, definition, what);
            throw;
        }
    }

    /// <summary>libvirt would silently redefine a guest whose name and UUID are both the same.</summary>
    private static void RefuseTaken(Connection connection, DomainDefinition definition, string what)
    {
        using (var namesake = Optional(() => connection.LookupDomain(definition.Name)))
        {
            if (namesake is not null)
                throw new HypervisorException(HypervisorError.AlreadyExists, $"Cannot {what}: there is a guest of this name with the UUID {namesake.Uuid}");
        }
        if (definition.Uuid is not { } uuid)
            return;
        using var twin = Optional(() => connection.LookupDomain(uuid));
        if (twin is not null)
            throw new HypervisorException(HypervisorError.AlreadyExists, $"Cannot {what}: the UUID {uuid} belongs to the guest '{twin.Name}'");
    }

    private static void Remove(Domain domain, string what)
    {
        var persistent = domain.IsPersistent;
        var stopped = Stop(domain);
        // A transient guest is gone when it has stopped.
        if (!persistent)
            return;
        try
        {
            Undefine(domain);
        }
        catch (LibvirtException e) when (e.Code == ErrorCode.NoDomain && stopped)
        {
            return;
        }
        catch (LibvirtException e) when (stopped)
        {
            throw new HypervisorException(LibvirtErrors.Of(e), $"Cannot {what}: it was stopped, but its definition is still there: {e.Message}", e)
            {
                Libvirt = ((int)e.Domain, (int)e.Code),
            };
        }
    }

    private static bool Stop(Domain domain)
    {
        if (!domain.IsActive)
            return false;
        try
        {
            domain.Destroy();
            return true;
        }
        catch (LibvirtException e) when (e.Code == ErrorCode.OperationInvalid && !domain.IsActive)
        {
            // It stopped by itself.
            return false;
        }
    }

    private static void Undefine(Domain domain)
    {
        for (var i = 0; ; i++)
        {
            var flags = UndefineFlags[i];
            try
            {
                if ((flags & DomainUndefineFlags.ManagedSave) == 0 && domain.HasManagedSave)
                    domain.RemoveManagedSave();
                domain.Undefine(flags);
                return;
            }
            catch (LibvirtException e) when (i < UndefineFlags.Length - 1
                && e.Code is ErrorCode.InvalidArg or ErrorCode.ArgumentUnsupported or ErrorCode.NoSupport)
            {
                // Fewer flags, then.
            }
        }
    }
}
