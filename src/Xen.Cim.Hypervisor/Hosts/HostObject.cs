using Libvirt;
using Xen.Cim.Hypervisor.Connections;

namespace Xen.Cim.Hypervisor.Hosts;

/// <summary>What libvirt's storage pools and networks have in common: a definition that can be started, stopped and forgotten.</summary>
internal sealed class HostObject(Action start, Action stop, Action undefine, Func<bool> isActive, Func<bool> isPersistent, Func<bool> autostart, Action<bool> setAutostart)
{
    public static HostObject Of(Libvirt.StoragePool pool) => new(() => pool.Create(), pool.Destroy, pool.Undefine,
        () => pool.IsActive, () => pool.IsPersistent, () => pool.Autostart, on => pool.Autostart = on);

    public static HostObject Of(Libvirt.Network network) => new(network.Create, network.Destroy, network.Undefine,
        () => network.IsActive, () => network.IsPersistent, () => network.Autostart, on => network.Autostart = on);

    /// <summary>Goes on with what was just defined; a failure takes back the definition too.</summary>
    /// <param name="build">Makes what it stands on, and answers how to take that back.</param>
    public void Begin(string what, bool running, bool withHost, Func<Action?> build)
    {
        var undo = new Undo(what);
        undo.Push(undefine);
        undo.Try(() =>
        {
            if (build() is { } unbuild)
                undo.Push(unbuild);
            if (running)
            {
                start();
                undo.Push(stop);
            }
            if (withHost)
                setAutostart(true);
        });
    }

    /// <summary>Stops and forgets it; what cannot be forgotten goes on.</summary>
    public void End(string what)
    {
        var undo = new Undo(what);
        // What is transient goes when it stops.
        var keeps = isPersistent();
        undo.Try(() =>
        {
            if (isActive())
            {
                stop();
                undo.Push(start);
            }
            if (keeps)
                undefine();
        });
    }

    /// <summary>Gives it another definition while it is stopped.</summary>
    /// <param name="define">Takes the new definition.</param>
    /// <param name="restore">Takes the one that was there.</param>
    /// <param name="build">As in <see cref="Begin"/>.</param>
    public void Change(string what, bool? active, bool? withHost, Action define, Action restore, Func<Action?> build)
    {
        if (!isPersistent())
            throw new HypervisorException(HypervisorError.InvalidState, $"Cannot {what}: it is transient, and gone when it stops");
        if (isActive() && active != false)
            throw new HypervisorException(HypervisorError.InvalidState, $"Cannot {what}: it is started; stop it (Active = FALSE), which can be asked for together with the change");
        var undo = new Undo(what);
        undo.Try(() =>
        {
            if (isActive())
            {
                stop();
                undo.Push(start);
            }
            define();
            undo.Push(restore);
            if (build() is { } unbuild)
                undo.Push(unbuild);
            if (active == true)
            {
                start();
                undo.Push(stop);
            }
            if (withHost is { } on && on != autostart())
                setAutostart(on);
        });
    }

    public void Switch(string what, bool? active, bool? withHost)
    {
        var undo = new Undo(what);
        undo.Try(() =>
        {
            if (withHost is { } on && on != autostart())
            {
                setAutostart(on);
                undo.Push(() => setAutostart(!on));
            }
            if (active is { } wanted && wanted != isActive())
            {
                if (wanted)
                    start();
                else
                    stop();
            }
        });
    }
}

/// <summary>Takes back what was done, last first, when a later step fails.</summary>
internal sealed class Undo(string what)
{
    private readonly Stack<Action> _steps = [];

    public void Push(Action step) => _steps.Push(step);

    public void Try(Action work)
    {
        try
        {
            work();
        }
        catch (LibvirtException failure)
        {
            var stuck = new List<string>();
            while (_steps.TryPop(out var step))
            {
                try
                {
                    step();
                }
                catch (LibvirtException e)
                {
                    stuck.Add(e.Message);
                }
            }
            if (stuck.Count == 0)
                throw;
            throw LibvirtErrors.Translate(what, failure, why: $"and what had been done before could not all be taken back: {string.Join("; ", stuck)}");
        }
    }
}
