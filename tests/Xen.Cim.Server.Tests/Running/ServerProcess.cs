using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text;
using System.Xml.Linq;
using Xen.Cim.Server.Tests.Indications;

namespace Xen.Cim.Server.Tests.Running;

/// <summary>A server that is a process of its own over the CIM Schema and can be killed; it keeps its state in a folder.</summary>
internal sealed class ServerProcess : IDisposable
{
    private readonly HttpClient _http = new();
    private readonly Process _process;
    private readonly Uri _url;

    private ServerProcess(Process process, Uri url)
    {
        _process = process;
        _url = url;
    }

    public int Id => _process.Id;

    public static async Task<ServerProcess> StartAsync(string folder)
    {
        var configuration = Path.Combine(folder, "xen-cim.conf");
        await File.WriteAllTextAsync(configuration, $"state_directory = {folder}/state\nlisten_tls = none\n", TestContext.Current.CancellationToken);
        var start = new ProcessStartInfo("dotnet",
        [
            Path.Combine(AppContext.BaseDirectory, "Xen.Cim.Server.dll"), "--listen", "127.0.0.1:0", "--connect", "test:///default",
            "--no-auth", "--schema", Path.Combine(IndicationTest.Tree, "schema"),
        ])
        { RedirectStandardOutput = true, WorkingDirectory = folder };
        start.Environment["XEN_CIM_CONF"] = configuration;
        var process = Process.Start(start)!;
        const string listening = "Listening on http://";
        while (await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
        {
            // What could not be read is left out with a complaint.
            Assert.DoesNotContain("left out", line, StringComparison.Ordinal);
            if (line.IndexOf(listening, StringComparison.Ordinal) is >= 0 and var at)
            {
                // Nobody may wait for a log that nobody reads.
                _ = process.StandardOutput.BaseStream.CopyToAsync(Stream.Null, CancellationToken.None);
                return new(process, new($"http://{line[(at + listening.Length)..].Split('/')[0]}/cimom"));
            }
        }
        throw new InvalidOperationException("The server does not start.");
    }

    /// <summary>Sends an intrinsic operation; the answer has to be no error.</summary>
    /// <exception cref="HttpRequestException">The server is no more.</exception>
    public async Task<XElement> CallAsync(string @namespace, string operation, string parameters = "")
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, _url)
        {
            Content = new ByteArrayContent(Encoding.UTF8.GetBytes(Requests.Intrinsic(operation, parameters, @namespace))),
        };
        request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse("application/xml; charset=\"utf-8\"");
        request.Headers.TryAddWithoutValidation("CIMOperation", "MethodCall");
        request.Headers.TryAddWithoutValidation("CIMMethod", operation);
        request.Headers.TryAddWithoutValidation("CIMObject", Uri.EscapeDataString(@namespace));
        using var response = await _http.SendAsync(request, TestContext.Current.CancellationToken);
        var answer = XElement.Parse(await response.EnsureSuccessStatusCode().Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.True(!answer.Descendants("ERROR").Any(), $"{operation}: {answer}");
        return answer;
    }

    /// <summary>As <c>kill -9</c>.</summary>
    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            Kill();
        _process.Dispose();
        _http.Dispose();
    }
}
