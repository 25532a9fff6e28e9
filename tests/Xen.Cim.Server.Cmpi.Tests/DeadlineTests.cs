using System.Diagnostics;
using System.Net;
using System.Text;
using Microsoft.Extensions.Logging;
using Xen.Cim.Model;
using Xen.Cim.Server.Repository;
using Xunit;

namespace Xen.Cim.Server.Cmpi.Tests;

/// <summary>A provider in C that never returns, behind a whole server: its callers get an error in time, and nobody else waits.</summary>
public sealed class DeadlineTests(NativeLibraries libraries)
{
    private static readonly TimeSpan s_deadline = TimeSpan.FromSeconds(1);

    [Theory]
    [InlineData("GetInstance", "never")]
    [InlineData("EnumerateInstances", "never")]
    [InlineData("EnumerateInstanceNames", "hangs")]
    public async Task ACallThatNeverReturnsIsAnsweredAndTheServerGoesOn(string operation, string provider)
    {
        libraries.Build("never.c", "Never");
        var server = await CimServer.StartAsync(new()
        {
            Listen = new(IPAddress.Loopback, 0),
            Connect = "test:///default",
            Canned = 3,
            Providers = libraries.Directory,
            Deadline = s_deadline,
            LogLevel = LogLevel.None,
        }, TestContext.Current.CancellationToken);
        server.Repository.Get(CimRepository.Implementation).AddClass(new CimClass("Test_Never", null)
        {
            Properties = [new CimPropertyDeclaration("InstanceID", CimType.String) { Qualifiers = [new("Key", CimType.Boolean, false, true)] }],
        });
        server.Providers.Registry.Add(new("Never", provider, CimRepository.Implementation, "Test_Never", ProviderKinds.Instance));
        using var client = new HttpClient { BaseAddress = new Uri($"http://{server.EndPoint}") };

        var started = Stopwatch.StartNew();
        var calls = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => AskAsync(client, operation, "Test_Never")));
        Assert.All(calls, a => Assert.Contains("was not done within 1 s", a, StringComparison.Ordinal));
        Assert.InRange(started.Elapsed, s_deadline * 0.9, s_deadline + TimeSpan.FromMinutes(1));

        Assert.Contains("Test:00001", await AskAsync(client, "EnumerateInstanceNames", "Test_Canned"), StringComparison.Ordinal);
        // Cleanup hangs too.
        await server.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
    }

    private static async Task<string> AskAsync(HttpClient client, string operation, string className)
    {
        var parameter = operation == "GetInstance"
            ? $"<IPARAMVALUE NAME=\"InstanceName\"><INSTANCENAME CLASSNAME=\"{className}\"><KEYBINDING NAME=\"InstanceID\"><KEYVALUE>x</KEYVALUE></KEYBINDING></INSTANCENAME></IPARAMVALUE>"
            : $"<IPARAMVALUE NAME=\"ClassName\"><CLASSNAME NAME=\"{className}\"/></IPARAMVALUE>";
        using var request = new HttpRequestMessage(HttpMethod.Post, "/cimom")
        {
            Content = new StringContent("<CIM CIMVERSION=\"2.0\" DTDVERSION=\"2.0\"><MESSAGE ID=\"1\" PROTOCOLVERSION=\"1.0\"><SIMPLEREQ>"
                + $"<IMETHODCALL NAME=\"{operation}\"><LOCALNAMESPACEPATH><NAMESPACE NAME=\"root\"/><NAMESPACE NAME=\"virt\"/></LOCALNAMESPACEPATH>{parameter}"
                + "</IMETHODCALL></SIMPLEREQ></MESSAGE></CIM>", Encoding.UTF8, "application/xml"),
        };
        request.Headers.Add("CIMOperation", "MethodCall");
        request.Headers.Add("CIMMethod", operation);
        request.Headers.Add("CIMObject", "root%2Fvirt");
        using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
    }
}
