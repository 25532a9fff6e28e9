using System.Runtime.InteropServices;

namespace Xen.Cim.Model;

/// <summary>A user of the system, with all groups that he is in.</summary>
public sealed record Account(uint Id, IReadOnlyCollection<uint> Groups);

/// <summary>The users and groups of the system.</summary>
public interface IAccounts
{
    /// <summary>The machine's own name, which some systems use as the domain of its local users.</summary>
    string Machine { get; }

    /// <exception cref="TimeoutException">Nobody answered in time.</exception>
    Account? FindUser(string name);

    /// <exception cref="TimeoutException">Nobody answered in time.</exception>
    uint? FindGroup(string name);
}

/// <summary>
/// The C library's view (<c>getpwnam_r</c>, <c>getgrouplist</c>, <c>getgrnam_r</c>), which includes directories on the
/// network. Those may hang, so the question is asked on a thread of its own and not waited for without end.
/// </summary>
public sealed unsafe partial class SystemAccounts(TimeSpan patience) : IAccounts
{
    private const int TooSmall = 34; // ERANGE
    private const int LargestEntry = 1 << 20;
    private const int MaxAsking = 4;
    private int _asking;

    public string Machine => Environment.MachineName;

    public Account? FindUser(string name) => Ask($"the user {name}", () => ReadUser(name));

    public uint? FindGroup(string name) => Ask($"the group {name}", () => ReadGroup(name));

    internal T Ask<T>(string what, Func<T> question)
    {
        if (Interlocked.Increment(ref _asking) > MaxAsking)
        {
            Interlocked.Decrement(ref _asking);
            throw new TimeoutException($"the system has not answered {MaxAsking} questions for other users and groups yet.");
        }
        T? answer = default;
        var answered = new ManualResetEventSlim();
        new Thread(() =>
        {
            try
            {
                answer = question();
            }
            finally
            {
                Interlocked.Decrement(ref _asking);
                answered.Set();
            }
        }, 256 * 1024)
        {
            IsBackground = true,
            Name = "accounts",
        }.Start();
        return answered.Wait(patience) ? answer! : throw new TimeoutException($"the system did not find {what} within {patience.TotalSeconds:0.#} s.");
    }

    private static Account? ReadUser(string name)
    {
        for (var size = 4096; size <= LargestEntry; size *= 4)
        {
            var buffer = new byte[size];
            fixed (byte* texts = buffer)
            {
                UserEntry entry;
                UserEntry* found;
                var error = getpwnam_r(name, &entry, texts, (nuint)size, &found);
                if (error == TooSmall)
                    continue;
                return error != 0 || found is null ? null : new Account(entry.Id, GroupsOf(name, entry.Group));
            }
        }
        return null;
    }

    private static uint[] GroupsOf(string name, uint first)
    {
        for (var room = 64; room <= LargestEntry; room *= 4)
        {
            var groups = new uint[room];
            var count = room;
            fixed (uint* list = groups)
            {
                if (getgrouplist(name, first, list, &count) >= 0)
                    return groups[..count];
            }
        }
        return [first];
    }

    private static uint? ReadGroup(string name)
    {
        for (var size = 4096; size <= LargestEntry; size *= 4)
        {
            var buffer = new byte[size];
            fixed (byte* texts = buffer)
            {
                GroupEntry entry;
                GroupEntry* found;
                var error = getgrnam_r(name, &entry, texts, (nuint)size, &found);
                if (error == TooSmall)
                    continue;
                return error != 0 || found is null ? null : entry.Id;
            }
        }
        return null;
    }

    // struct passwd and struct group of Linux.
    [StructLayout(LayoutKind.Sequential)]
    private struct UserEntry
    {
        public byte* Name, Password;
        public uint Id, Group;
        public byte* FullName, Home, Shell;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct GroupEntry
    {
        public byte* Name, Password;
        public uint Id;
        public byte** Members;
    }

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int getpwnam_r(string name, UserEntry* entry, byte* texts, nuint size, UserEntry** found);

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int getgrnam_r(string name, GroupEntry* entry, byte* texts, nuint size, GroupEntry** found);

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int getgrouplist(string name, uint first, uint* groups, int* count);
}
