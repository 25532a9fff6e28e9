using System.Buffers;
using System.Globalization;
using System.Text;

namespace Xen.Cim.Server.Http;

/// <summary>
/// A body in chunks with trailers behind them (RFC 9112 7.1), in which a status can come after the first results. Kestrel
/// has trailers in HTTP/2 alone; what says of itself that it is chunked it passes on as it is.
/// </summary>
internal sealed class TrailedBody(HttpResponse response, params IReadOnlyList<string> trailers)
{
    /// <summary>Whether a client wants that, and can have it.</summary>
    public static bool IsWanted(HttpRequest request) =>
        HttpProtocol.IsHttp11(request.Protocol) && request.Headers.TE.ToString().Contains("trailers", StringComparison.OrdinalIgnoreCase);

    public async Task WriteAsync(ReadOnlyMemory<byte> part, CancellationToken cancellation)
    {
        if (!response.HasStarted)
        {
            response.Headers.TransferEncoding = "chunked";
            response.Headers.Trailer = string.Join(", ", trailers);
        }
        // A chunk of no length is the last one.
        if (part.Length == 0)
            return;
        var writer = response.BodyWriter;
        writer.Write(Encoding.ASCII.GetBytes(part.Length.ToString("X", CultureInfo.InvariantCulture) + "\r\n"));
        writer.Write(part.Span);
        writer.Write("\r\n"u8);
        await writer.FlushAsync(cancellation).ConfigureAwait(false);
    }

    /// <param name="values">Name and value of each trailer; the values are of ASCII.</param>
    public async Task EndAsync(IEnumerable<(string Name, string Value)> values, CancellationToken cancellation)
    {
        var end = $"0\r\n{string.Concat(values.Select(v => $"{v.Name}: {v.Value}\r\n"))}\r\n";
        await response.BodyWriter.WriteAsync(Encoding.ASCII.GetBytes(end), cancellation).ConfigureAwait(false);
    }
}
