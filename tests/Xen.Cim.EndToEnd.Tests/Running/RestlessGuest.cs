using System.Buffers.Binary;

namespace Xen.Cim.EndToEnd.Tests.Running;

/// <summary>
/// A CD that a guest boots, and that writes to every page of its memory again and again: what is copied of it while it runs
/// has changed by then, so that a migration with little bandwidth never ends by itself.
/// </summary>
internal static class RestlessGuest
{
    /// <summary>Of the guest's memory 24 MiB above the first are written to.</summary>
    public const int MemoryKiB = 32 * 1024;

    private const int Sector = 2048;
    private const int BootRecord = 17, Catalog = 18, Program = 19;

    // Code of 16 bits, loaded at 0x7c00.
    private static readonly byte[] s_program =
    [
        0xfa,                                           // cli
        0x31, 0xc0, 0x8e, 0xd8,                         // xor ax, ax; mov ds, ax
        0xe4, 0x92, 0x0c, 0x02, 0xe6, 0x92,             // in al, 0x92; or al, 2; out 0x92, al (the line A20)
        0x66, 0x0f, 0x01, 0x16, 0x58, 0x7c,             // lgdt [0x7c58]
        0x0f, 0x20, 0xc0, 0x0c, 0x01, 0x0f, 0x22, 0xc0, // mov eax, cr0; or al, 1; mov cr0, eax (protected mode)
        0xbb, 0x08, 0x00, 0x8e, 0xc3,                   // mov bx, 8; mov es, bx (a segment without an end)
        0x24, 0xfe, 0x0f, 0x22, 0xc0,                   // and al, 0xfe; mov cr0, eax (and back)
        0x66, 0x43,                                     // again: inc ebx
        0x66, 0xbf, 0x00, 0x00, 0x10, 0x00,             // mov edi, 1 MiB
        0x26, 0x67, 0x66, 0x89, 0x1f,                   // page: mov es:[edi], ebx
        0x66, 0x81, 0xc7, 0x00, 0x10, 0x00, 0x00,       // add edi, 4096
        0x66, 0x81, 0xff, 0x00, 0x00, 0x90, 0x01,       // cmp edi, 25 MiB
        0x72, 0xeb, 0xeb, 0xe1,                         // jb page; jmp again
        0, 0, 0, 0, 0, 0,
        0, 0, 0, 0, 0, 0, 0, 0,                         // 0x7c48: the table of segments
        0xff, 0xff, 0x00, 0x00, 0x00, 0x92, 0xcf, 0x00, // all memory, to write to
        15, 0x00, 0x48, 0x7c, 0x00, 0x00,               // 0x7c58: its length and where it is
    ];

    /// <summary>Writes the CD, as "El Torito" (1995) says what can be booted.</summary>
    public static string MakeDisc(string path)
    {
        var disc = new byte[(Program + 1) * Sector];
        var record = disc.AsSpan(BootRecord * Sector);
        "\0CD001\u0001EL TORITO SPECIFICATION"u8.CopyTo(record);
        BinaryPrimitives.WriteInt32LittleEndian(record[0x47..], Catalog);
        var catalog = disc.AsSpan(Catalog * Sector);
        (catalog[0], catalog[0x1e], catalog[0x1f]) = (1, 0x55, 0xaa);
        // All words of the first entry add up to zero.
        BinaryPrimitives.WriteUInt16LittleEndian(catalog[0x1c..], unchecked((ushort)-(1 + 0xaa55)));
        catalog[0x20] = 0x88;
        BinaryPrimitives.WriteUInt16LittleEndian(catalog[0x26..], 4);
        BinaryPrimitives.WriteInt32LittleEndian(catalog[0x28..], Program);
        s_program.CopyTo(disc.AsSpan(Program * Sector));
        File.WriteAllBytes(path, disc);
        return path;
    }

    /// <summary>Defines it and lets it run.</summary>
    public static string StartRestless(this Wbemcli wbemcli, string name, string disc)
    {
        var uuid = wbemcli.Define($$"""instance of Xen_VirtualSystemSettingData { ElementName = "{{name}}"; BootDevices = {"cdrom"}; };""",
            $"instance of Xen_MemoryRASD {{ VirtualQuantity = {MemoryKiB}; }}; instance of Xen_DiskRASD {{ ResourceType = 15; Address = \"{disc}\"; }};");
        wbemcli.Change(uuid, requested: 2, enabled: 2, "Running");
        return uuid;
    }
}
