using Xen.Cim.Model;
using Xen.Cim.Server.Providers;

namespace Xen.Cim.Server.Cmpi.Tests;

/// <summary>SELECT Id, Text … WHERE Id = 1 AND (Text = 'a' OR Text IS NULL), without a parser.</summary>
internal sealed class TestQuery : ICimQuery
{
    private static readonly QueryCondition s_condition = new QueryCondition.All(
    [
        new QueryCondition.Comparison("Id", QueryOperator.Equals, "1", CimType.UInt64, p => p("Id") is 1u),
        new QueryCondition.Any(
        [
            new QueryCondition.Comparison("Text", QueryOperator.Equals, "a", CimType.String, p => p("Text") is "a"),
            new QueryCondition.Comparison("Text", QueryOperator.Null, null, null, p => p("Text") is null),
        ]),
    ]);

    public IReadOnlyList<string>? Columns => ["Id", "Text"];

    public QueryCondition? Condition => s_condition;

    public bool Matches(CimInstance instance) => instance["Id"] is 1u && instance["Text"] is null or "a";
}
