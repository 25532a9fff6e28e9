using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Xen.Cim.Benchmarks;

/// <summary>
/// The embedded CIM server by itself: instances that it holds ready, so that no provider's work is in the figures. What it
/// takes of a processor is measured too, which says the same on a machine that others use.
/// </summary>
internal sealed class EmbeddedServer(Report report, Stage stage, int port)
{
    private const int Canned = 1000;
    private const int Connections = 16;
    private const int Idle = 200;
    private static readonly CimXmlClient.Request s_enumerate = CimXmlClient.Enumerate("Test_Canned", names: false);
    private static readonly CimXmlClient.Request s_get = CimXmlClient.Call("GetInstance",
        "<IPARAMVALUE NAME=\"InstanceName\"><INSTANCENAME CLASSNAME=\"Test_Canned\"><KEYBINDING NAME=\"InstanceID\"><KEYVALUE VALUETYPE=\"string\">Test:00500</KEYVALUE></KEYBINDING></INSTANCENAME></IPARAMVALUE>");

    /// <param name="rounds">How often the start is measured.</param>
    /// <param name="soak">Requests of the soak; 0 for none.</param>
    public void Measure(int rounds, int soak)
    {
        var starts = Enumerable.Range(0, Math.Min(rounds, 5)).Select(_ => Start()).ToList();
        var start = Timing.Median([.. starts.Select(s => s.Milliseconds)]);
        var resident = Timing.Median([.. starts.Select(s => s.MiB)]);
        report.Targets.Add(new("Embedded server with all classes: start to its first answer", $"{start:0} ms", "1000 ms", start <= 1000));
        report.Server.Add(("Processor time from its start to its first answer", $"{Timing.Median([.. starts.Select(s => s.Processor)]):0} ms"));
        report.Targets.Add(new("The same, idle: resident memory", Report.MiB(resident), "120 MiB", resident <= 120));

        // Alone on one processor, where there is another one for the client.
        using var server = stage.StartServer(port, stage.SmallHost, Canned, processor: Environment.ProcessorCount > 1 ? 0 : null);
        try
        {
            MeasureEnumeration(server);
        }
        finally
        {
            Stop(server);
        }
        using var whole = stage.StartServer(port, stage.SmallHost, Canned);
        try
        {
            MeasureGetInstance(whole);
            MeasureIdleConnections(whole);
            if (soak > 0)
                Soak(whole, soak);
        }
        finally
        {
            Stop(whole);
        }
    }

    private (double Milliseconds, double Processor, double MiB) Start()
    {
        var begin = Stopwatch.GetTimestamp();
        using var server = stage.StartServer(port, stage.SmallHost, 1);
        try
        {
            using var client = new CimXmlClient(port);
            client.Send(CimXmlClient.Enumerate("Test_Canned", names: true));
            var took = Stopwatch.GetElapsedTime(begin).TotalMilliseconds;
            server.Refresh();
            var processor = server.TotalProcessorTime.TotalMilliseconds;
            Thread.Sleep(500);
            return (took, processor, Resident(server));
        }
        finally
        {
            Stop(server);
        }
    }

    private void MeasureEnumeration(Process server)
    {
        using var connection = new Connection(port);
        for (var i = 0; i < 100; i++)
            connection.Send(s_enumerate);
        var (rate, processor) = Rate(server, 200, () => connection.Send(s_enumerate));
        report.Targets.Add(new($"EnumerateInstances of {Canned} canned instances of 25 properties, the server on one processor", $"{rate:0}/s", "40/s", rate >= 40));
        report.Server.Add(($"Processor time that it takes for EnumerateInstances of {Canned} instances", $"{processor:0.0} ms"));

        var times = Enumerable.Range(0, 50).Select(_ => connection.Send(s_enumerate)).ToList();
        var first = Timing.Median([.. times.Select(t => t.FirstByte)]);
        var last = Timing.Median([.. times.Select(t => t.Whole)]);
        report.Targets.Add(new("The same: its first byte comes before its last instance", $"{Report.Ms(first)} of {Report.Ms(last)} ms", "< 0.5×", first < last / 2));
    }

    private void MeasureGetInstance(Process server)
    {
        var connections = Enumerable.Range(0, Connections).Select(_ => new Connection(port)).ToList();
        void Round(int each) => Task.WaitAll(connections.Select(c => Task.Factory.StartNew(() =>
        {
            for (var i = 0; i < each; i++)
                c.Send(s_get);
        }, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)));
        Round(each: 1000);
        var (rate, processor) = Rate(server, 1, () => Round(each: 1000));
        connections.ForEach(c => c.Dispose());
        rate *= 1000 * Connections;
        processor /= 1000 * Connections;
        report.Targets.Add(new($"GetInstance of a canned instance over {Connections} connections that are kept", $"{rate:0}/s", "5000/s", rate >= 5000));
        report.Server.Add(("The same for GetInstance", $"{processor:0.000} ms"));
    }

    private void MeasureIdleConnections(Process server)
    {
        var before = Resident(server);
        var idle = Enumerable.Range(0, Idle).Select(_ => new Connection(port)).ToList();
        idle.ForEach(c => c.Send(s_get));
        Thread.Sleep(500);
        var each = (Resident(server) - before) / Idle;
        idle.ForEach(c => c.Dispose());
        report.Targets.Add(new($"Resident memory of each of {Idle} idle connections that are kept", $"{each * 1024:0} KiB", "1024 KiB", each < 1));
    }

    // Memory may rise while the runtime settles: the first fifth is not compared.
    private void Soak(Process server, int requests)
    {
        var (begin, processor) = (Stopwatch.GetTimestamp(), server.TotalProcessorTime);
        using var connection = new Connection(port);
        var missing = CimXmlClient.Call("GetInstance", "<IPARAMVALUE NAME=\"InstanceName\"><INSTANCENAME CLASSNAME=\"Test_Canned\"><KEYBINDING NAME=\"InstanceID\"><KEYVALUE VALUETYPE=\"string\">none</KEYVALUE></KEYBINDING></INSTANCENAME></IPARAMVALUE>");
        var guests = CimXmlClient.Enumerate("Xen_ComputerSystem", names: false);
        var settled = 0.0;
        for (var i = 0; i < requests; i++)
        {
            if (i == requests / 5)
                settled = Resident(server);
            if (i > 0 && i % 100_000 == 0)
                Console.Error.WriteLine($"Soak: {i} requests, {Report.MiB(Resident(server))}");
            connection.Send(i % 500 == 0 ? s_enumerate : i % 50 == 1 ? guests : i % 10 == 2 ? missing : s_get);
        }
        var resident = Resident(server);
        var grown = resident - settled;
        report.Server.Add((string.Create(CultureInfo.InvariantCulture, $"Soak of {requests} requests over one connection (GetInstance, one in 10 of them in vain, one EnumerateInstances of {Canned} instances in 500 and one of guests by way of CMPI in 50)"),
            string.Create(CultureInfo.InvariantCulture, $"{Stopwatch.GetElapsedTime(begin).TotalSeconds:0} s, {(server.TotalProcessorTime - processor).TotalSeconds:0} s of processor time")));
        report.Server.Add(("Resident memory after its first fifth and at its end", $"{Report.MiB(settled)}, {Report.MiB(resident)}"));
        report.Targets.Add(new($"Resident memory that is added by {requests * 4 / 5} requests more, after {requests / 5}", Report.MiB(Math.Max(0, grown)), "16 MiB", grown <= 16));
    }

    /// <returns>Times a second, and milliseconds of the server's processor time for each.</returns>
    private static (double Rate, double Processor) Rate(Process server, int times, Action action)
    {
        server.Refresh();
        var processor = server.TotalProcessorTime;
        var begin = Stopwatch.GetTimestamp();
        for (var i = 0; i < times; i++)
            action();
        var took = Stopwatch.GetElapsedTime(begin);
        server.Refresh();
        return (times / took.TotalSeconds, (server.TotalProcessorTime - processor).TotalMilliseconds / times);
    }

    private static double Resident(Process server)
    {
        server.Refresh();
        return server.WorkingSet64 / 1024.0 / 1024;
    }

    private static void Stop(Process server)
    {
        server.Kill();
        server.WaitForExit();
    }

    /// <summary>A connection with next to no cost of the client's own: headers and length are read, nothing else.</summary>
    private sealed class Connection : IDisposable
    {
        private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        private readonly Dictionary<CimXmlClient.Request, byte[]> _requests = [];
        private readonly byte[] _buffer = new byte[256 * 1024];

        public Connection(int port) => _socket.Connect(IPAddress.Loopback, port);

        /// <returns>Milliseconds to the first byte and to the last one.</returns>
        public (double FirstByte, double Whole) Send(CimXmlClient.Request request)
        {
            if (!_requests.TryGetValue(request, out var bytes))
            {
                _requests[request] = bytes = Encoding.UTF8.GetBytes("POST /cimom HTTP/1.1\r\nHost: localhost\r\nUser-Agent: benchmark\r\nContent-Type: application/xml\r\nCIMOperation: MethodCall\r\n"
                    + string.Create(CultureInfo.InvariantCulture, $"CIMMethod: {request.Method}\r\nCIMObject: root/virt\r\nContent-Length: {Encoding.UTF8.GetByteCount(request.Body)}\r\n\r\n{request.Body}"));
            }
            var begin = Stopwatch.GetTimestamp();
            _socket.Send(bytes);
            var length = Receive(0);
            var first = Stopwatch.GetElapsedTime(begin).TotalMilliseconds;
            int head;
            while ((head = _buffer.AsSpan(0, length).IndexOf("\r\n\r\n"u8)) < 0)
                length += Receive(length);
            var headers = Encoding.ASCII.GetString(_buffer, 0, head);
            if (!headers.StartsWith("HTTP/1.1 200", StringComparison.Ordinal))
                throw new InvalidOperationException(headers);
            if (headers.Split("Content-Length: ") is [_, var announced])
            {
                var left = int.Parse(announced.Split('\r')[0], CultureInfo.InvariantCulture) - (length - head - 4);
                while (left > 0)
                    left -= Receive(0);
            }
            else
            {
                // Chunked: the last one is empty.
                while (!_buffer.AsSpan(0, length).EndsWith("\r\n0\r\n\r\n"u8))
                {
                    var kept = Math.Min(length, 7);
                    _buffer.AsSpan(length - kept, kept).CopyTo(_buffer);
                    length = kept + Receive(kept);
                }
            }
            return (first, Stopwatch.GetElapsedTime(begin).TotalMilliseconds);
        }

        public void Dispose() => _socket.Dispose();

        private int Receive(int at) => _socket.Receive(_buffer.AsSpan(at)) is > 0 and var read ? read : throw new InvalidOperationException("The server closed the connection.");
    }
}
