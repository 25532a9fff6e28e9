using Xen.Cim.EndToEnd.Tests.Running;
using Xunit.Sdk;
using Xunit.v3;

[assembly: TestCollectionOrderer(typeof(LongestFirst))]

namespace Xen.Cim.EndToEnd.Tests.Running;

/// <summary>
/// Begins with the tests on the Xen labs, which take as long as all the others together, so that the others run beside
/// them and not before.
/// </summary>
public sealed class LongestFirst : ITestCollectionOrderer
{
    public IReadOnlyCollection<TTestCollection> OrderTestCollections<TTestCollection>(IReadOnlyCollection<TTestCollection> testCollections)
        where TTestCollection : ITestCollection =>
        [.. testCollections.OrderBy(c => c.TestCollectionDisplayName is not (XenLabTests.Name or SecondXenLabTests.Name))];
}
