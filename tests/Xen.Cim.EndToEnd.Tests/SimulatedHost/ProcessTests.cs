using System.Net;
using System.Text;
using Xen.Cim.EndToEnd.Tests.Running;

namespace Xen.Cim.EndToEnd.Tests.SimulatedHost;

/// <summary>The server as a process: who gets in, many at once, and how it ends.</summary>
public sealed class ProcessTests
{
    private static readonly Dictionary<string, string> s_password = new() { ["XEN_CIM_PASSWORD"] = "correct horse" };

    // Nobody listens there: the door is closed before anybody looks.
    private const string NotSimulated = "test+unix:///default?socket=/nonexistent/libvirt-sock";

    [Theory]
    [InlineData(Signals.Terminate)]
    [InlineData(Signals.Interrupt)]
    public void It_ends_cleanly_when_told_to(int signal)
    {
        using var server = CimServerProcess.Start();
        Assert.NotEmpty(new Wbemcli(server.Address).Names("Xen_ComputerSystem"));
        Assert.Equal(0, server.End(signal));
        Assert.Contains("Stopped", server.Log, StringComparison.Ordinal);
        Assert.DoesNotContain(" fail: ", server.Log, StringComparison.Ordinal);
    }

    [Fact]
    public void A_host_that_is_not_simulated_asks_for_a_password()
    {
        using var server = CimServerProcess.Start(NotSimulated, ["--user", "operator"], s_password);
        using var http = new HttpClient();
        using var content = new StringContent("<CIM/>", Encoding.UTF8, "application/xml");
        using var refused = http.Send(new HttpRequestMessage(HttpMethod.Post, $"http://{server.Address}/cimom") { Content = content }, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        Assert.Equal("Basic", Assert.Single(refused.Headers.WwwAuthenticate).Scheme);
        Assert.DoesNotContain("correct horse", server.Log, StringComparison.Ordinal);

        var body = CimXml.Message(new("IMETHODCALL", new System.Xml.Linq.XAttribute("NAME", "EnumerateClassNames"), CimXml.LocalNamespace("root/virt")));
        using var xml = new CimXml(server.Address);
        Assert.Equal(HttpStatusCode.Unauthorized, xml.Post(body, "EnumerateClassNames", authorization: Basic("operator:wrong")).Http);
        Assert.Equal(HttpStatusCode.Unauthorized, xml.Post(body, "EnumerateClassNames", authorization: Basic("xencim:correct horse")).Http);
        Assert.Equal(HttpStatusCode.Unauthorized, xml.Post(body, "EnumerateClassNames", authorization: "Basic !!!").Http);
        Assert.Equal(HttpStatusCode.Unauthorized, xml.Post(body, "EnumerateClassNames", authorization: "Bearer correct").Http);
        var admitted = xml.Post(body, "EnumerateClassNames", authorization: Basic("operator:correct horse"));
        Assert.Equal((HttpStatusCode.OK, 0), (admitted.Http, admitted.Status));
    }

    [Fact]
    public void Wbemcli_gets_in_with_the_right_password_only()
    {
        using var server = CimServerProcess.Start(NotSimulated, [], new Dictionary<string, string> { ["XEN_CIM_PASSWORD"] = "secret" });
        var right = new Wbemcli(server.Address, "xencim:secret@");
        Assert.Equal(0, Wbemcli.Run("gc", right.Url("Xen_ComputerSystem")).ExitCode);
        foreach (var credentials in (string[])["", "xencim:wrong@", "root:secret@"])
        {
            var wrong = new Wbemcli(server.Address, credentials);
            var result = Wbemcli.Run("gc", wrong.Url("Xen_ComputerSystem"));
            Assert.Equal(16, result.ExitCode);
            Assert.Contains("Http Exception", result.Errors, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Sixty_four_clients_are_served_at_once()
    {
        using var server = CimServerProcess.Start();
        var wbemcli = new Wbemcli(server.Address);
        var expected = wbemcli.Names("CIM_ResourceAllocationSettingData").Order(StringComparer.Ordinal).ToList();
        Assert.NotEmpty(expected);
        var failures = new System.Collections.Concurrent.ConcurrentBag<string>();
        var clients = Enumerable.Range(0, 64).Select(n => new Thread(() =>
        {
            try
            {
                using var xml = new CimXml(server.Address);
                for (var i = 0; i < 4; i++)
                {
                    var answer = (n % 2) switch
                    {
                        0 => xml.Call("EnumerateInstances", CimXml.ClassName("CIM_ResourceAllocationSettingData")),
                        _ => xml.Call("GetInstance", CimXml.InstanceParameter(CimXml.Guest(SimulatedGuests.Web))),
                    };
                    var count = answer.Document!.Descendants("INSTANCE").Count();
                    if (answer.Status != 0 || count != (n % 2 == 0 ? expected.Count : 1))
                        failures.Add(answer.ToString());
                }
            }
            catch (Exception e)
            {
                failures.Add(e.ToString());
            }
        })).ToList();
        clients.ForEach(c => c.Start());
        clients.ForEach(c => c.Join());
        Assert.Empty(failures);
        Assert.Equal(expected, wbemcli.Names("CIM_ResourceAllocationSettingData").Order(StringComparer.Ordinal));
    }

    private static string Basic(string credentials) => "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes(credentials));
}
