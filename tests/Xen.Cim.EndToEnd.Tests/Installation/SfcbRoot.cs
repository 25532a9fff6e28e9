using System.Diagnostics;
using Xen.Cim.EndToEnd.Tests.Running;

namespace Xen.Cim.EndToEnd.Tests.Installation;

/// <summary>
/// A root folder in which an SFCB of scripts is installed. Its commands take the options of the real ones, write down how
/// they were called (<see cref="Calls"/>), and keep staging and repository the way the real ones do.
/// </summary>
internal sealed class SfcbRoot : IDisposable
{
    private const string Sfcbrepos = """
        #!/bin/bash
        echo "sfcbrepos $*" >>"$CALLS"
        while getopts hfis:r:c: option; do
            case $option in
                h) printf -- "${BEFORE_HELP:-}\t-%s\n" 's specify staging directory [/var/lib/sfcb/stage]' \
                       'r specify repository directory [/var/lib/sfcb/registration]' \
                       'c specify directory containing CIM Schema MOFs [/usr/share/mof/cim-current]'; exit 0 ;;
                i) ignored=yes ;;
                s) stage=$OPTARG ;;
                r) repository=$OPTARG ;;
                c) [ -f "$OPTARG/CIM_Schema.mof" ] || exit 1 ;;
                *) ;;
            esac
        done
        if [ -n "${UNCOMPILABLE:-}" ] && grep -qsr "$UNCOMPILABLE" "$stage/mofs"; then echo "error in XenCim.mof line 1"; exit 1; fi
        if [ -f "$repository/repository/destinations" ]; then
            rm -rf "$repository/repository"
            [ -n "${ignored:-}" ] || { echo "bad property name SequenceContext"; exit 1; }
        fi
        if [ -n "${FULL_DISK:-}" ] && [[ $repository == "$DESTDIR"/var/* ]]; then rm -rf "$repository"; echo "No space left on device"; exit 1; fi
        rm -rf "$repository"; mkdir -p "$repository/repository"
        cat "$stage/default.reg" "$stage"/regs/*.reg >"$repository/providerRegister" 2>/dev/null
        (cd "$stage/mofs" && find . -name '*.mof' | sort | xargs cat) >"$repository/repository/classes"
        """;

    private const string Sfcbstage = """
        #!/bin/bash
        echo "sfcbstage $*" >>"$CALLS"
        while getopts n:s:r: option; do
            case $option in n) namespace=$OPTARG ;; s) stage=$OPTARG ;; r) registration=$OPTARG ;; *) ;; esac
        done
        shift $((OPTIND - 1))
        mkdir -p "$stage/regs" "$stage/mofs/$namespace"
        cp "$registration" "$stage/regs"
        cp "$@" "$stage/mofs/$namespace"
        """;

    private const string Systemctl = """
        #!/bin/bash
        [ "$1" = is-active ] || echo "systemctl $*" >>"$CALLS"
        case $1 in
            is-active) [ "$3" = "${ACTIVE_UNIT:-none}" ] ;;
            stop) kill "$(cat "$CALLS.pid")" ;;
            start) "$(dirname "$0")/../sbin/sfcbd" 300 >/dev/null 2>&1 & echo $! >"$CALLS.pid" ;;
            *) ;;
        esac
        """;

    private const string Wbemcli = """
        #!/bin/bash
        echo "wbemcli $*" >>"$CALLS"
        echo "an answer of the provider"
        """;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("xen-cim-sfcb-");

    public SfcbRoot()
    {
        Write("var/lib/sfcb/stage/default.reg", "[$ClassProvider$]\n   provider: ClassProvider\n");
        Write("var/lib/sfcb/stage/mofs/root/interop/10_interop.mof", "class SFCB_Thing { };\n");
        Write("var/lib/sfcb/registration/providerRegister", "[$ClassProvider$]\n   provider: ClassProvider\n");
        Write("var/lib/sfcb/registration/repository/classes", "class SFCB_Thing { };\n");
        Write("etc/sfcb/sfcb.cfg", "httpPort: 5988\nenableHttp: true\ndoBasicAuth: false\nproviderDirs: /usr/lib64/sfcb /usr/lib64 /usr/lib64/cmpi\n");
        Write("usr/share/mof/cim-current/CIM_Schema.mof", "");
        Directory.CreateDirectory(At("usr/lib64/cmpi"));
        foreach (var (name, text) in new[] { ("sfcbrepos", Sfcbrepos), ("sfcbstage", Sfcbstage), ("systemctl", Systemctl), ("wbemcli", Wbemcli) })
            Script(name, text);
        // A program under this name that does nothing until it is told to stop.
        Directory.CreateDirectory(Commands("sbin"));
        File.Copy("/bin/sleep", Commands("sbin/sfcbd"));
    }

    public string Folder => _folder.FullName;

    public Dictionary<string, string> Environment { get; } = [];

    public IReadOnlyList<string> Calls => File.Exists(CallsFile) ? File.ReadAllLines(CallsFile) : [];

    /// <summary>Every file of the system with its content or target, and every folder.</summary>
    public IReadOnlyList<string> Everything =>
    [
        .. Directory.EnumerateFileSystemEntries(At(""), "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
            .Select(path => new FileInfo(path).LinkTarget is { } target ? $"{path} -> {target}"
                : Directory.Exists(path) ? $"{path}/" : $"{path} {File.ReadAllText(path)}"),
    ];

    private string CallsFile => Path.Combine(Folder, "calls");

    public string At(string path) => Path.Combine(Folder, "root", path);

    public void Write(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(At(path))!);
        File.WriteAllText(At(path), text);
    }

    public string Read(string path) => File.ReadAllText(At(path));

    /// <summary>Starts the server's process by hand.</summary>
    public void StartServer()
    {
        using var process = Process.Start(Commands("sbin/sfcbd"), "300");
        File.WriteAllText($"{CallsFile}.pid", process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture));
    }

    /// <summary>Command lines of the server's processes.</summary>
    public IReadOnlyList<string> Servers =>
    [
        .. Directory.EnumerateDirectories("/proc").Where(p => char.IsAsciiDigit(Path.GetFileName(p)[0]) && Executable(p) == Commands("sbin/sfcbd"))
            .Select(p => $"{Path.GetFileName(p)}: {File.ReadAllText($"{p}/cmdline").Replace('\0', ' ').Trim()}"),
    ];

    public CommandResult Install(params IEnumerable<string> options)
    {
        List<string> arguments = [.. options, "--sfcb", "--no-build", "--stage", Stage.Folder];
        var environment = Environment.Append(new("DESTDIR", At("").TrimEnd('/'))).Append(new("CALLS", CallsFile))
            .Append(new("PATH", $"{Commands("bin")}:{System.Environment.GetEnvironmentVariable("PATH")}"))
            .Select(variable => $"{variable.Key}={variable.Value}");
        return Command.Run("env", [.. environment, "bash", Path.Combine(Source, "install.sh"), .. arguments]);
    }

    public void Dispose()
    {
        foreach (var server in Servers)
            Command.Run("kill", "-9", server[..server.IndexOf(':')]);
        _folder.Delete(recursive: true);
    }

    private static string Source
    {
        get
        {
            var folder = AppContext.BaseDirectory;
            while (!File.Exists(Path.Combine(folder, "install.sh")))
                folder = Path.GetDirectoryName(folder) ?? throw new DirectoryNotFoundException("The source tree with install.sh is not above the tests.");
            return folder;
        }
    }

    private static string? Executable(string process)
    {
        try
        {
            return File.ResolveLinkTarget($"{process}/exe", returnFinalTarget: false)?.FullName;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private string Commands(string path) => Path.Combine(Folder, "commands", path);

    private void Script(string name, string text)
    {
        var file = Commands($"bin/{name}");
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text + "\n");
        Command.Run("chmod", "755", file);
    }
}
