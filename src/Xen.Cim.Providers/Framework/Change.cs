using Xen.Cim.Hypervisor;

namespace Xen.Cim.Providers;

/// <summary>
/// Steps that happen all or not at all: when one fails, those before it are taken back, last first, and the failure is
/// what the caller sees.
/// </summary>
internal sealed class Change
{
    private readonly List<(Action Do, Action Undo)> _steps = [];

    public Change Then(Action @do, Action undo)
    {
        _steps.Add((@do, undo));
        return this;
    }

    public Change Then(Change next)
    {
        _steps.AddRange(next._steps);
        return this;
    }

    /// <summary>A change that can be worked out only when the steps before it are done.</summary>
    public static Change Later(Func<Change> workOut)
    {
        Change? change = null;
        return new Change().Then(
            () =>
            {
                var next = workOut();
                next.Do();
                change = next;
            },
            () =>
            {
                if (change is not null && change.TakeBack(change._steps.Count) is { Count: > 0 } stuck)
                    throw new HypervisorException(HypervisorError.Failed, string.Join("; ", stuck));
            });
    }

    /// <summary>A change of what a guest's next start uses.</summary>
    public static Change OfDefinition(IHypervisor hypervisor, Guest guest, Action<DomainDefinition> edit)
    {
        DomainDefinition? before = null;
        DomainDefinition? after = null;
        return new Change().Then(
            () =>
            {
                var written = hypervisor.ChangeDefinition(guest.Uuid, definition =>
                {
                    before = definition.Clone();
                    edit(definition);
                    if (!definition.ContentEquals(before))
                        ComputerSystem.RefuseControlDomain(guest, "configured for its next start: the boot options of the hypervisor do that");
                });
                // Read again: the hypervisor completes what it takes in (addresses, defaults).
                if (written)
                    hypervisor.ChangeDefinition(guest.Uuid, definition => after = definition.Clone());
            },
            () =>
            {
                if (before is null || after is null)
                    return;
                hypervisor.ChangeDefinition(guest.Uuid, definition =>
                {
                    if (!definition.ContentEquals(after))
                        throw new HypervisorException(HypervisorError.Failed, $"The definition of {guest.Name} was changed by somebody else meanwhile and stays as it is.");
                    definition.CopyFrom(before);
                });
            });
    }

    public void Do()
    {
        for (var i = 0; i < _steps.Count; i++)
        {
            try
            {
                _steps[i].Do();
            }
            catch (Exception error)
            {
                var stuck = TakeBack(i);
                if (stuck.Count == 0)
                    throw;
                throw new HypervisorException(HypervisorError.Failed,
                    $"{error.Message} What had been done before could not all be taken back: {string.Join("; ", stuck)}", error);
            }
        }
    }

    /// <summary>Takes back the first so many steps, last first, and answers what could not be.</summary>
    private List<string> TakeBack(int steps)
    {
        var stuck = new List<string>();
        while (--steps >= 0)
        {
            try
            {
                _steps[steps].Undo();
            }
            catch (HypervisorException undo)
            {
                stuck.Add(undo.Message);
            }
        }
        return stuck;
    }
}
