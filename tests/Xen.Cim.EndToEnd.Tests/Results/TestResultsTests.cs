using System.Reflection;
using System.Xml.Linq;
using Xen.Cim.EndToEnd.Tests.Running;
using Xen.Cim.EndToEnd.Tests.Suite;
using Xen.Cim.TestResults;

namespace Xen.Cim.EndToEnd.Tests.Results;

/// <summary>docs/test-results.md says what was recorded, and of every test of the suite.</summary>
public sealed class TestResultsTests
{
    private static readonly string s_docs = Path.Combine(
        Stage.SourceTree ?? throw new InvalidOperationException("the tests run without their source tree, which has docs/test-results"), "docs");

    private static readonly IReadOnlyList<Column> s_columns = Column.Load(Path.Combine(s_docs, "test-results"));

    [Fact]
    public void The_page_says_what_the_files_say() =>
        Assert.Equal(Page.Write(s_columns), File.ReadAllText(Path.Combine(s_docs, "test-results.md")));

    [Fact]
    public void Every_test_of_the_suite_was_recorded_on_the_embedded_server_and_no_test_that_is_gone_anywhere()
    {
        var suite = Tests().ToHashSet();
        Assert.NotEmpty(suite);
        var recorded = s_columns.SelectMany(c => c.Results.Keys.Select(t => (Column: c.Name, Test: new SuiteTest(t.Theme, t.Name.Split('(')[0])))).ToHashSet();
        Assert.DoesNotContain(suite, t => !recorded.Contains(($"embedded.{t.Host}", t.Test)));
        Assert.DoesNotContain(recorded, r => !suite.Contains((r.Column.Split('.')[1], r.Test)));
    }

    [Fact]
    public void Nothing_is_skipped_or_fails_without_a_reason() =>
        Assert.All(s_columns.SelectMany(c => c.Results.Values), r => Assert.Equal(r.Outcome != Outcome.Passed, r.Reason.Length > 0));

    [Fact]
    public void Nothing_fails_on_the_embedded_server() =>
        Assert.Empty(s_columns.Where(c => c.Name.StartsWith("embedded.", StringComparison.Ordinal)).SelectMany(c => c.Results.Where(r => r.Value.Outcome == Outcome.Failed)));

    [Fact]
    public void A_run_is_kept_and_read_back()
    {
        var trx = XDocument.Parse("""
            <TestRun xmlns="http://microsoft.com/schemas/VisualStudio/TeamTest/2010">
              <Results>
                <UnitTestResult testName="Xen.Cim.EndToEnd.Tests.Suite.XenPV.Disks.Come_and_go" outcome="Passed" />
                <UnitTestResult testName="Xen.Cim.EndToEnd.Tests.Suite.XenPV.Disks.Are_hot(bus: &quot;a.b&quot;)" outcome="NotExecuted">
                  <Output><ErrorInfo><Message>no
                    such bus</Message></ErrorInfo></Output>
                </UnitTestResult>
                <UnitTestResult testName="Xen.Cim.EndToEnd.Tests.Suite.QemuHVM.Disks.Come_and_go" outcome="Failed">
                  <Output><ErrorInfo><Message>a | b</Message></ErrorInfo></Output>
                </UnitTestResult>
                <UnitTestResult testName="Xen.Cim.EndToEnd.Tests.Qemu.DefinitionTests.Other" outcome="Passed" />
              </Results>
            </TestRun>
            """);
        var folder = Directory.CreateTempSubdirectory("xen-cim-results").FullName;
        try
        {
            foreach (var column in Column.FromTrx(trx, "sfcb"))
                column.Save(folder);
            var columns = Column.Load(folder);
            Assert.Equal(["sfcb.QemuHVM", "sfcb.XenPV"], columns.Select(c => c.Name));
            Assert.Equal(new Result(Outcome.Failed, "a | b"), Assert.Single(columns[0].Results).Value);
            Assert.Equal(new Result(Outcome.Skipped, "no such bus"), columns[1].Results[new SuiteTest("Disks", "Are_hot(bus: \"a.b\")")]);
            Assert.Equal(new Result(Outcome.Passed, ""), columns[1].Results[new SuiteTest("Disks", "Come_and_go")]);
            var page = Page.Write(columns);
            Assert.Contains("| sfcb XenPV | 1 | 1 | 0 |", page, StringComparison.Ordinal);
            Assert.Contains("| Are hot(bus: \"a.b\") | – | skipped (1) |", page, StringComparison.Ordinal);
            Assert.Contains("| Come and go | failed (2) | passed |", page, StringComparison.Ordinal);
            Assert.Contains("2. a \\| b\n", page, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void The_classes_that_took_the_longest_come_first_with_all_their_tests()
    {
        XDocument[] runs =
        [
            XDocument.Parse("""
                <TestRun xmlns="http://microsoft.com/schemas/VisualStudio/TeamTest/2010">
                  <Results>
                    <UnitTestResult testName="A.Quick.Is_done" duration="00:00:02.5000000" />
                    <UnitTestResult testName="A.Slow.Takes_its_time(of: &quot;1.5 (or so)&quot;)" duration="00:01:00.0000000" />
                    <UnitTestResult testName="A.Slow.Was_skipped" />
                  </Results>
                </TestRun>
                """),
            XDocument.Parse("""<TestRun><Results><UnitTestResult testName="A.Slow.Goes_on" duration="00:00:01.2500000" /></Results></TestRun>"""),
        ];
        Assert.Equal([new ClassTime("A.Slow", 3, TimeSpan.FromSeconds(61.25)), new ClassTime("A.Quick", 1, TimeSpan.FromSeconds(2.5))], Longest.Classes(runs));
        Assert.Equal("   61.2 s  A.Slow (3 tests)", new ClassTime("A.Slow", 3, TimeSpan.FromSeconds(61.24)).ToString());
    }

    private static IEnumerable<(string Host, SuiteTest Test)> Tests()
    {
        foreach (var type in typeof(GuestTests).Assembly.GetTypes().Where(t => !t.IsAbstract && t.IsPublic))
        {
            foreach (var method in type.GetMethods().Where(m => m.GetCustomAttributes<FactAttribute>().Any()))
            {
                if (SuiteTest.TryParse($"{type.FullName}.{method.Name}", out var host, out var test))
                    yield return (host, test);
            }
        }
    }
}
