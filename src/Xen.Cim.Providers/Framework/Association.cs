using Xen.Cim.Model;

namespace Xen.Cim.Providers;

/// <summary>
/// One row of the association table: an association class, its two ends, and the two functions that lead from one end to
/// the other.
/// </summary>
public abstract class Association(CimLayout layout, string leftRole, string rightRole)
{
    public CimLayout Layout { get; } = layout;

    public string LeftRole { get; } = leftRole;

    public string RightRole { get; } = rightRole;

    public abstract ClassProvider Left { get; }

    public abstract ClassProvider Right { get; }

    /// <summary>Where the links are: in the namespaces of both ends, so that each is reached from its own.</summary>
    public IReadOnlyList<string> Namespaces => field ??= Left.Namespace == Right.Namespace ? [Left.Namespace] : [Left.Namespace, Right.Namespace];

    /// <summary>The links of one object, which is at the left end or at the right one.</summary>
    public abstract IEnumerable<Link> LinksOf(CimObjectPath source, bool fromLeft);

    public abstract IEnumerable<Link> AllLinks();

    /// <summary>The link between two objects, or null when there is none.</summary>
    public abstract Link? FindLink(CimObjectPath leftPath, CimObjectPath rightPath);
}

/// <summary>Two associated objects; instances are made only when asked for.</summary>
public sealed class Link(
    Association association, CimObjectPath left, CimObjectPath right,
    Func<CimRequest, CimInstance> describeLeft, Func<CimRequest, CimInstance> describeRight, Action<CimInstance>? describe)
{
    public CimObjectPath Left => left;

    public CimObjectPath Right => right;

    public CimInstance LeftInstance(CimRequest request) => describeLeft(request);

    public CimInstance RightInstance(CimRequest request) => describeRight(request);

    /// <param name="namespace">The one asked for, of those that the association is in.</param>
    public CimObjectPath PathIn(string @namespace) => new(association.Layout.ClassName, @namespace,
        new CimKey(association.LeftRole, left), new CimKey(association.RightRole, right));

    /// <inheritdoc cref="PathIn"/>
    public CimInstance InstanceIn(string @namespace)
    {
        var instance = new CimInstance(association.Layout) { Path = PathIn(@namespace) };
        instance.SetAt(association.Layout.OrdinalOf(association.LeftRole), left);
        instance.SetAt(association.Layout.OrdinalOf(association.RightRole), right);
        describe?.Invoke(instance);
        return instance;
    }
}

/// <inheritdoc cref="Association"/>
/// <param name="toRight">The right ends of a left one.</param>
/// <param name="toLeft">The left ends of a right one.</param>
/// <param name="describe">Sets the association's own properties, where it has any.</param>
public sealed class Association<TLeft, TRight>(
    CimLayout layout,
    string leftRole, ClassProvider<TLeft> left,
    string rightRole, ClassProvider<TRight> right,
    Func<TLeft, IEnumerable<TRight>> toRight,
    Func<TRight, IEnumerable<TLeft>> toLeft,
    Action<CimInstance, TLeft, TRight>? describe = null) : Association(layout, leftRole, rightRole)
    where TLeft : class
    where TRight : class
{
    /// <summary>All pairs, where finding them together costs less than finding those of one left end after the other.</summary>
    public Func<IEnumerable<(TLeft Left, TRight Right)>>? All { get; init; }

    public override ClassProvider Left => left;

    public override ClassProvider Right => right;

    public override IEnumerable<Link> LinksOf(CimObjectPath source, bool fromLeft)
    {
        if (fromLeft)
        {
            var entity = left.Require(source);
            return toRight(entity).Select(r => Link(entity, r));
        }
        var rightEntity = right.Require(source);
        return toLeft(rightEntity).Select(l => Link(l, rightEntity));
    }

    public override IEnumerable<Link> AllLinks() =>
        (All?.Invoke() ?? left.Enumerate().SelectMany(l => toRight(l).Select(r => (Left: l, Right: r)))).Select(pair => Link(pair.Left, pair.Right));

    public override Link? FindLink(CimObjectPath leftPath, CimObjectPath rightPath)
    {
        if (!left.IsOurs(leftPath) || !right.IsOurs(rightPath) || left.Find(leftPath) is not { } entity)
            return null;
        var target = rightPath.WithNamespace(right.Namespace);
        foreach (var candidate in toRight(entity))
        {
            if (right.PathOf(candidate).Equals(target))
                return Link(entity, candidate);
        }
        return null;
    }

    private Link Link(TLeft l, TRight r) => new(this, left.PathOf(l), right.PathOf(r),
        request => left.InstanceOf(l, request), request => right.InstanceOf(r, request),
        describe is null ? null : instance => describe(instance, l, r));
}
