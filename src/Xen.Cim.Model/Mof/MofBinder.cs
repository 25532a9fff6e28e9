using Xen.Cim.Model.Mof.Syntax;

namespace Xen.Cim.Model.Mof;

/// <summary>From syntax to the object model: looks names up, gives values their types and checks what DSP0004 asks for.</summary>
internal sealed class MofBinder(IMofSink sink, MofDeclarations? known)
{
    private readonly Dictionary<string, CimQualifierDeclaration> _qualifiers =
        Index(known?.Qualifiers, q => q.Name);

    private readonly Dictionary<string, CimClass> _known = Index(known?.Classes, c => c.Name);

    public void Bind(IReadOnlyList<(string? Namespace, MofProduction Production)> productions)
    {
        foreach (var (ns, production) in productions)
        {
            if (production is MofQualifierType type)
            {
                var declaration = QualifierBinder.Declaration(type);
                _qualifiers[declaration.Name] = declaration;
                sink.AddQualifier(ns, declaration);
            }
        }

        var qualifiers = new QualifierBinder(_qualifiers);
        var classes = new ClassBinder(qualifiers, _known);
        foreach (var (ns, production) in productions)
        {
            if (production is MofClass declaration)
                classes.Declare(ns, declaration);
        }
        foreach (var (ns, declared) in classes.BindAll())
            sink.AddClass(ns, declared);

        var instances = new InstanceBinder(classes);
        foreach (var (ns, production) in productions)
        {
            if (production is MofInstance { Alias: not null } instance)
                instances.DeclareAlias(ns, instance);
        }
        foreach (var (ns, production) in productions)
        {
            if (production is MofInstance instance)
                sink.AddInstance(ns, instances.Bind(ns, instance));
        }
    }

    private static Dictionary<string, T> Index<T>(IReadOnlyList<T>? items, Func<T, string> name)
    {
        var index = new Dictionary<string, T>(StringComparer.OrdinalIgnoreCase);
        foreach (var item in items ?? [])
            index[name(item)] = item;
        return index;
    }
}
