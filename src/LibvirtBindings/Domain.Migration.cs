using Libvirt.Native;

namespace Libvirt;

/// <summary>The names of migration parameters (VIR_MIGRATE_PARAM_*) that drivers share.</summary>
public static class MigrationParameterNames
{
    /// <summary>Where the data goes, such as <c>tcp://host:49152</c>. String.</summary>
    public const string Uri = "migrate_uri";

    /// <summary>The domain's name on the destination. String.</summary>
    public const string DestinationName = "destination_name";

    /// <summary>A changed configuration for the destination. String.</summary>
    public const string DestinationXml = "destination_xml";

    /// <summary>A changed definition for the destination. String.</summary>
    public const string PersistentXml = "persistent_xml";

    /// <summary>MiB/s at most; 0 leaves it to the hypervisor. Unsigned 64 bit.</summary>
    public const string Bandwidth = "bandwidth";
}

public sealed partial class Domain
{
    /// <summary>
    /// Migrates it to another host; this client talks to the source only (<c>virDomainMigrateToURI3</c>).
    /// </summary>
    /// <param name="destination">With <see cref="DomainMigrateFlags.PeerToPeer"/> the destination's connection URI as the source sees it;
    /// without it null, where the driver can.</param>
    /// <param name="flags">How.</param>
    /// <param name="parameters">See <see cref="MigrationParameterNames"/>.</param>
    public unsafe void MigrateToUri(string? destination, DomainMigrateFlags flags, params IReadOnlyCollection<TypedParameter> parameters) =>
        Parameters.Set(parameters, (array, count) => NativeMethods.virDomainMigrateToURI3(Handle, destination, array, (uint)count, (uint)flags));

    /// <summary>
    /// Migrates it to another host that this client is connected to as well (<c>virDomainMigrate3</c>).
    /// </summary>
    /// <returns>The domain on the destination.</returns>
    public unsafe Domain Migrate(Connection destination, DomainMigrateFlags flags, params IReadOnlyCollection<TypedParameter> parameters)
    {
        ArgumentNullException.ThrowIfNull(destination);
        DomainHandle? arrived = null;
        Parameters.Set(parameters, (array, count) =>
        {
            arrived = NativeMethods.virDomainMigrate3(Handle, destination.Handle, array, (uint)count, (uint)flags);
            return arrived.IsInvalid ? -1 : 0;
        });
        return new Domain(destination, arrived!);
    }

    /// <summary>How long the guest may stand still at the end of a live migration, in milliseconds (<c>virDomainMigrateGetMaxDowntime</c>).</summary>
    public unsafe ulong GetMigrationMaxDowntime()
    {
        ulong milliseconds;
        Answers.Checked(NativeMethods.virDomainMigrateGetMaxDowntime(Handle, &milliseconds, 0));
        return milliseconds;
    }

    /// <summary>See <see cref="GetMigrationMaxDowntime"/> (<c>virDomainMigrateSetMaxDowntime</c>).</summary>
    public void SetMigrationMaxDowntime(ulong milliseconds) => Answers.Checked(NativeMethods.virDomainMigrateSetMaxDowntime(Handle, milliseconds, 0));

    /// <summary>MiB/s that a migration may use (<c>virDomainMigrateGetMaxSpeed</c>).</summary>
    public unsafe ulong GetMigrationMaxSpeed()
    {
        nuint bandwidth;
        Answers.Checked(NativeMethods.virDomainMigrateGetMaxSpeed(Handle, &bandwidth, 0));
        return bandwidth;
    }

    /// <summary>See <see cref="GetMigrationMaxSpeed"/> (<c>virDomainMigrateSetMaxSpeed</c>).</summary>
    public void SetMigrationMaxSpeed(ulong mebibytesPerSecond) =>
        Answers.Checked(NativeMethods.virDomainMigrateSetMaxSpeed(Handle, checked((nuint)mebibytesPerSecond), 0));
}
