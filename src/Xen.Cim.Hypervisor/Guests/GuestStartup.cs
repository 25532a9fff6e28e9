namespace Xen.Cim.Hypervisor;

/// <summary>
/// Starts guests with the host, in their order and after their delays, and stops them with it in the opposite order: what
/// libvirt has no settings for and <see cref="DomainDefinition.StartsInTurn"/> and its neighbours say. One guest that
/// fails does not hold up the others.
/// </summary>
/// <param name="hypervisor">The host.</param>
/// <param name="wait">Waits; by default the thread sleeps.</param>
/// <param name="say">Hears what is done and what failed.</param>
public sealed class GuestStartup(IHypervisor hypervisor, Action<string> say, Action<TimeSpan>? wait = null)
{
    public const string TurnOff = "off";
    public const string SaveState = "save";
    public const string ShutDown = "shutdown";

    private static readonly TimeSpan s_poll = TimeSpan.FromSeconds(1);

    private readonly Action<TimeSpan> _wait = wait ?? Thread.Sleep;

    /// <returns>How many could not be started.</returns>
    /// <exception cref="HypervisorException">The host does not answer.</exception>
    public int Start()
    {
        var failures = 0;
        foreach (var place in InOrder(g => !g.IsActive).Where(g => g.Definition is { StartsInTurn: true } or { StartsIfActive: true, WasActive: true })
            .GroupBy(g => g.Definition.StartSequence).ToList())
        {
            // Nobody of one place waits for another of it: all their delays begin when their turn has come.
            var waited = 0u;
            foreach (var (guest, definition) in place.OrderBy(g => g.Definition.StartDelay ?? 0))
            {
                if (definition.StartDelay is { } delay && delay > waited)
                {
                    say($"Waiting {delay - waited} seconds before {guest.Name} is started.");
                    _wait(TimeSpan.FromSeconds(delay - waited));
                    waited = delay;
                }
                failures += Try($"start {guest.Name}", () => hypervisor.Start(guest.Uuid));
            }
        }
        return failures;
    }

    /// <param name="patience">How long all those that shut down themselves may take together.</param>
    /// <returns>How many could not be stopped as they should.</returns>
    /// <exception cref="HypervisorException">The host does not answer.</exception>
    public int Stop(TimeSpan patience)
    {
        var failures = Remember();
        foreach (var group in InOrder(g => g is { IsActive: true, IsControlDomain: false }).Where(g => g.Definition.ShutdownAction is not null)
            .GroupBy(g => g.Definition.StartSequence).Reverse().ToList())
        {
            var leaving = new List<Guest>();
            foreach (var (guest, definition) in group)
            {
                switch (definition.ShutdownAction)
                {
                    case TurnOff:
                        failures += Try($"turn off {guest.Name}", () => hypervisor.Destroy(guest.Uuid));
                        break;
                    case SaveState:
                        failures += Try($"save {guest.Name}", () => hypervisor.Save(guest.Uuid));
                        break;
                    case ShutDown when Try($"shut down {guest.Name}", () => hypervisor.Shutdown(guest.Uuid)) == 0:
                        leaving.Add(guest);
                        break;
                    case ShutDown:
                        failures++;
                        break;
                }
            }
            while (leaving.RemoveAll(g => hypervisor.FindGuest(g.Uuid) is not { IsActive: true }) >= 0 && leaving.Count > 0 && patience > TimeSpan.Zero)
            {
                _wait(s_poll);
                patience -= s_poll;
            }
            foreach (var guest in leaving)
                say($"{guest.Name} was asked to shut down and still runs.");
            failures += leaving.Count;
        }
        return failures;
    }

    /// <summary>Notes which guests run, of those that are to run again if they did. It is in their definitions, as it has to outlast the host.</summary>
    private int Remember()
    {
        var failures = 0;
        foreach (var (guest, definition) in InOrder(g => !g.IsControlDomain).Where(g => g.Definition.StartsIfActive && g.Definition.WasActive != g.Guest.IsActive).ToList())
            failures += Try($"note whether {guest.Name} runs", () => hypervisor.ChangeDefinition(guest.Uuid, d => d.WasActive = guest.IsActive));
        return failures;
    }

    /// <summary>Guests with a place by it, then the others; those of one place by name.</summary>
    private IEnumerable<(Guest Guest, DomainDefinition Definition)> InOrder(Func<Guest, bool> which)
    {
        var found = new List<(Guest Guest, DomainDefinition Definition)>();
        foreach (var guest in hypervisor.ListGuests().Where(g => g.IsPersistent && which(g)))
        {
            Try($"read the definition of {guest.Name}", () =>
            {
                if (hypervisor.GetDefinition(guest.Uuid, ConfigurationKind.Defined) is { } definition)
                    found.Add((guest, definition));
            });
        }
        return found.OrderBy(g => g.Definition.StartSequence ?? int.MaxValue).ThenBy(g => g.Guest.Name, StringComparer.Ordinal);
    }

    private int Try(string what, Action act)
    {
        try
        {
            act();
            return 0;
        }
        catch (HypervisorException error)
        {
            say($"Could not {what}: {error.Message}");
            return 1;
        }
    }
}
