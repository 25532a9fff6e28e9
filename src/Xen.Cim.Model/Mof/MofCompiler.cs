using Xen.Cim.Model.Mof.Syntax;

namespace Xen.Cim.Model.Mof;

/// <summary>
/// Reads MOF files with all that they include and hands the declarations to a sink. Files are read once, whatever
/// includes them, and their order does not matter: qualifier types are bound first, then classes, then instances.
/// </summary>
public static class MofCompiler
{
    /// <summary>Compiles files, and all *.mof files of folders and of their subfolders, each where another one includes it.</summary>
    /// <param name="known">What is declared already elsewhere.</param>
    /// <exception cref="MofException">The MOF is wrong, or includes a file that does not exist.</exception>
    /// <exception cref="IOException">A file or folder cannot be read.</exception>
    public static void Compile(IEnumerable<string> paths, IMofSink sink, MofDeclarations? known = null)
    {
        var reader = new IncludingReader();
        foreach (var path in paths)
        {
            if (Directory.Exists(path))
                reader.ReadFolder(path);
            else
                reader.Read(path);
        }
        new MofBinder(sink, known).Bind(reader.Productions);
    }

    /// <summary>Compiles one text; it cannot include files.</summary>
    /// <param name="name">The name that error messages have for the text.</param>
    /// <exception cref="MofException">The MOF is wrong.</exception>
    public static void CompileText(string text, string name, IMofSink sink, MofDeclarations? known = null)
    {
        var reader = new IncludingReader();
        reader.Add(MofParser.Parse(text, name), folder: null);
        new MofBinder(sink, known).Bind(reader.Productions);
    }

    /// <summary>Flattens files into one sequence and keeps the namespace of each production.</summary>
    private sealed class IncludingReader
    {
        private readonly HashSet<string> _read = new(StringComparer.Ordinal);
        private readonly Dictionary<string, MofFile> _parsed = new(StringComparer.Ordinal);
        private string? _namespace;
        private int _depth;

        public List<(string? Namespace, MofProduction Production)> Productions { get; } = [];

        // What is included is read there, in the namespace that holds there, and not for itself.
        public void ReadFolder(string path)
        {
            var files = Directory.EnumerateFiles(path, "*.mof", SearchOption.AllDirectories).Order(StringComparer.Ordinal).ToList();
            var included = files.SelectMany(f => Parse(f).Productions.OfType<MofPragma>().Where(IsInclude)
                .Select(p => PathOf(p, Path.GetDirectoryName(f)!)).Where(File.Exists).Select(Path.GetFullPath)).ToHashSet(StringComparer.Ordinal);
            foreach (var file in files.OrderBy(f => included.Contains(Path.GetFullPath(f))))
                Read(file);
        }

        public void Read(string path)
        {
            var full = Path.GetFullPath(path);
            if (_read.Add(full))
                Add(Parse(path), Path.GetDirectoryName(full));
        }

        private MofFile Parse(string path)
        {
            var full = Path.GetFullPath(path);
            if (!_parsed.TryGetValue(full, out var file))
                _parsed[full] = file = MofParser.Parse(File.ReadAllText(full), path);
            return file;
        }

        public void Add(MofFile file, string? folder)
        {
            var outer = _namespace;
            foreach (var production in file.Productions)
            {
                if (production is not MofPragma pragma)
                    Productions.Add((_namespace, production));
                else if (pragma.Name.Equals("namespace", StringComparison.OrdinalIgnoreCase))
                    _namespace = NamespaceOf(pragma);
                else if (IsInclude(pragma))
                    Include(pragma, folder);
                // Other pragmas (locale, instancelocale, nonlocal and those of vendors) change nothing here.
            }
            // A namespace holds to the end of the file that names it.
            _namespace = outer;
        }

        private void Include(MofPragma pragma, string? folder)
        {
            if (folder is null)
                throw new MofException(pragma.Location, $"\"{pragma.Argument}\" cannot be included: this text is not in a folder");
            var path = PathOf(pragma, folder);
            if (!File.Exists(path))
                throw new MofException(pragma.Location, $"the included file \"{pragma.Argument}\" does not exist in {folder}");
            if (++_depth > 64)
                throw new MofException(pragma.Location, "files include each other more than 64 levels deep");
            Read(path);
            _depth--;
        }

        private static bool IsInclude(MofPragma pragma) => pragma.Name.Equals("include", StringComparison.OrdinalIgnoreCase);

        private static string PathOf(MofPragma pragma, string folder) => Path.Combine(folder, pragma.Argument.Replace('\\', '/'));

        // "//host/root/virt" and "root/virt" both name root/virt here.
        private static string? NamespaceOf(MofPragma pragma)
        {
            var name = pragma.Argument.Trim();
            var authority = name.IndexOf("//", StringComparison.Ordinal);
            if (authority >= 0)
            {
                var slash = name.IndexOf('/', authority + 2);
                name = slash < 0 ? "" : name[(slash + 1)..];
            }
            name = name.Trim('/');
            return name.Length > 0 ? name : throw new MofException(pragma.Location, $"\"{pragma.Argument}\" names no namespace");
        }
    }
}
