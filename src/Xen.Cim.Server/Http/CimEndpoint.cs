using System.Buffers;
using Microsoft.AspNetCore.Connections;
using Xen.Cim.Model;
using Xen.Cim.Server.CimXml;
using Xen.Cim.Server.Dispatch;
using Xen.Cim.Server.Security;

namespace Xen.Cim.Server.Http;

/// <summary>CIM operations over HTTP (DSP0200 6 and 7): one request in, one response out.</summary>
/// <param name="authenticator">Tells who asks, and whether he is let in.</param>
public sealed class CimEndpoint(CimDispatcher dispatcher, Authenticator authenticator, RequestLimits limits, ILogger logger)
{
    /// <summary>Bytes that are collected before a part of a response goes out.</summary>
    private const int SendThreshold = 256 * 1024;

    internal RequestLimits Limits => limits;

    private const string StatusTrailer = "CIMStatusCode";

    // The name that OpenPegasus, SFCB and their clients use, and the one that wbemcli reads.
    private static readonly string[] s_descriptionTrailers = ["CIMStatusCodeDescription", "CIMStatusDescription"];

    // The header that it stands in may have 64 KiB, percent signs and all.
    private const int LongestReason = 1000;

    private const string ContentType = "application/xml; charset=\"utf-8\"";

    public async Task HandleAsync(HttpContext http)
    {
        var started = TimeProvider.System.GetTimestamp();
        var what = http.Request.Method;
        try
        {
            if (await AdmitAsync(http).ConfigureAwait(false) is not { } admitted || !IsOurs(http))
                return;
            if (HttpMethods.IsOptions(http.Request.Method))
            {
                Options(http);
                return;
            }
            using var place = limits.Enter();
            var (message, headers) = await ReadAsync(http, place).ConfigureAwait(false);
            var caller = admitted with { AcceptLanguage = http.Request.Headers.AcceptLanguage.ToString() };
            what = message.Call.Name;
            await AnswerAsync(http, message, headers, caller).ConfigureAwait(false);
        }
        catch (CimXmlException e)
        {
            Refuse(http, e.HttpStatus, e.Message, e.CimError);
        }
        catch (RequestLimitException e)
        {
            if (e.HttpStatus == StatusCodes.Status503ServiceUnavailable)
                http.Response.Headers.RetryAfter = "1";
            Refuse(http, e.HttpStatus, e.Message);
        }
        catch (BadHttpRequestException e)
        {
            Refuse(http, e.StatusCode, e.Message);
        }
        catch (Exception e) when (http.RequestAborted.IsCancellationRequested || e is OperationCanceledException or ConnectionAbortedException)
        {
            http.Abort();
        }
        catch (Exception e)
        {
            logger.LogError(e, "{Operation} failed", what);
            if (http.Response.HasStarted)
                http.Abort();
            else
                Refuse(http, 500, "The server failed: " + e.Message);
        }
        finally
        {
            if (logger.IsEnabled(LogLevel.Debug))
            {
                logger.LogDebug("{Remote} {Operation} {Status} {Milliseconds:0.0} ms", http.Connection.RemoteIpAddress, what,
                    http.Response.StatusCode, TimeProvider.System.GetElapsedTime(started).TotalMilliseconds);
            }
        }
    }

    // Answers who is not let in.
    private async ValueTask<Caller?> AdmitAsync(HttpContext http)
    {
        var admission = await authenticator.AdmitAsync(http).ConfigureAwait(false);
        if (admission.Caller is null)
        {
            if (admission.Status == StatusCodes.Status401Unauthorized)
                http.Response.Headers.WWWAuthenticate = "Basic realm=\"Xen.Cim\"";
            else if (admission.Status is StatusCodes.Status429TooManyRequests or StatusCodes.Status503ServiceUnavailable)
                http.Response.Headers.RetryAfter = "10";
            Refuse(http, admission.Status, admission.Reason);
        }
        return admission.Caller;
    }

    // Answers what is no CIM request.
    private static bool IsOurs(HttpContext http)
    {
        var request = http.Request;
        if (!HttpMethods.IsPost(request.Method) && request.Method != "M-POST" && !HttpMethods.IsOptions(request.Method))
        {
            http.Response.Headers.Allow = "POST, M-POST, OPTIONS";
            Refuse(http, 405, "CIM operations are sent with POST or M-POST.");
            return false;
        }
        if (HttpMethods.IsOptions(request.Method))
            return true;
        if (request.Path.Value is not ("/cimom" or "/" or "" or null))
        {
            Refuse(http, 404, "CIM operations are served at /cimom.");
            return false;
        }
        var type = request.ContentType ?? "";
        if (!type.StartsWith("application/xml", StringComparison.OrdinalIgnoreCase) && !type.StartsWith("text/xml", StringComparison.OrdinalIgnoreCase))
        {
            Refuse(http, 415, "The content type has to be application/xml.");
            return false;
        }
        // What could be unpacked has lost this header.
        if (request.Headers.ContentEncoding.ToString() is { Length: > 0 } coding && !coding.Equals("identity", StringComparison.OrdinalIgnoreCase))
        {
            http.Response.Headers.AcceptEncoding = "gzip, deflate, br";
            Refuse(http, 415, $"The content encoding {CimXmlText.Shorten(coding)} is not one that this server unpacks.");
            return false;
        }
        return true;
    }

    private async Task<(CimXmlMessage Message, CimHeaders Headers)> ReadAsync(HttpContext http, RequestLimits.Place place)
    {
        var headers = CimHeaders.Read(http.Request.Method, http.Request.Headers);
        var buffer = ArrayPool<byte>.Shared.Rent((int)Math.Clamp(http.Request.ContentLength ?? 4096, 1024, 1024 * 1024));
        using var end = place.LimitSending(http.RequestAborted);
        try
        {
            var length = 0;
            while (true)
            {
                var read = await http.Request.Body.ReadAsync(buffer.AsMemory(length), end.Token).ConfigureAwait(false);
                if (read == 0)
                    break;
                length += read;
                place.Take(read);
                if (length < buffer.Length)
                    continue;
                var larger = ArrayPool<byte>.Shared.Rent(buffer.Length * 2);
                buffer.AsSpan(0, length).CopyTo(larger);
                ArrayPool<byte>.Shared.Return(buffer);
                buffer = larger;
            }
            using var body = new MemoryStream(buffer, 0, length, writable: false);
            var message = CimXmlReader.ReadRequest(body, limits.Xml);
            headers.Check(message);
            return (message, headers);
        }
        catch (Exception e) when (e is InvalidDataException or IOException { InnerException: InvalidDataException })
        {
            throw CimXmlException.NotWellFormed($"The message is not packed as its Content-Encoding says: {e.Message}", e);
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested && !http.RequestAborted.IsCancellationRequested)
        {
            throw new RequestLimitException(StatusCodes.Status408RequestTimeout, $"The request was not sent within {limits.SendTimeout.TotalSeconds:0.#} s.");
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private async Task AnswerAsync(HttpContext http, CimXmlMessage message, CimHeaders headers, Caller caller)
    {
        var response = http.Response;
        var trailed = TrailedBody.IsWanted(http.Request) ? new TrailedBody(response, [StatusTrailer, .. s_descriptionTrailers]) : null;
        // Chunks cannot be compressed any more.
        if (trailed is not null)
            http.Request.Headers.Remove("Accept-Encoding");
        response.ContentType = ContentType;
        if (headers.Prefix.Length > 0)
        {
            response.Headers["Ext"] = "";
            response.Headers["Man"] = $"\"{CimHeaders.Extension}\"; ns={headers.Prefix.TrimEnd('-')}";
        }
        response.Headers[headers.Prefix + "CIMOperation"] = "MethodResponse";
        response.Headers.CacheControl = "no-cache";

        if (headers.IsBatch)
        {
            await AnswerBatchAsync(http, message, headers, caller).ConfigureAwait(false);
            return;
        }
        var returns = CimDispatcher.Find(message.Call)?.Returns ?? true;
        using var answer = new CimResponse(message, returns, DialectOf(http.Request, message), HostOf(http.Request), SendThreshold, part =>
        {
            // The provider's thread waits here: a slow client slows its own request down, and nobody else's.
            (trailed?.WriteAsync(part, http.RequestAborted) ?? response.BodyWriter.WriteAsync(part, http.RequestAborted).AsTask()).GetAwaiter().GetResult();
        });
        await dispatcher.ExecuteAsync(message, answer, caller, http.RequestAborted).ConfigureAwait(false);
        if (answer.IsCommitted && trailed is not null)
        {
            var failed = answer.Status != CimStatus.Ok;
            if (!failed)
                await trailed.WriteAsync(answer.Pending, http.RequestAborted).ConfigureAwait(false);
            await trailed.EndAsync(failed ? Trailers(answer) : [], http.RequestAborted).ConfigureAwait(false);
            return;
        }
        if (answer.IsCommitted && answer.Status != CimStatus.Ok)
        {
            // A whole document would look like success.
            http.Abort();
            return;
        }
        if (!answer.IsCommitted)
            response.ContentLength = answer.Pending.Length;
        await response.BodyWriter.WriteAsync(answer.Pending, http.RequestAborted).ConfigureAwait(false);
    }

    private static IEnumerable<(string Name, string Value)> Trailers(CimResponse answer) => s_descriptionTrailers
        .Select(name => (name, Uri.EscapeDataString(answer.Reason)))
        .Prepend((StatusTrailer, ((int)answer.Status).ToString(System.Globalization.CultureInfo.InvariantCulture)));

    // One operation after the other, each answer sent when it is whole.
    private async Task AnswerBatchAsync(HttpContext http, CimXmlMessage message, CimHeaders headers, Caller caller)
    {
        http.Response.Headers[headers.Prefix + "CIMBatch"] = "";
        using var around = new Utf8Buffer();
        CimResponse.Begin(around, message);
        around.Raw("<MULTIRSP>\n"u8);
        await http.Response.BodyWriter.WriteAsync(around.Written, http.RequestAborted).ConfigureAwait(false);
        foreach (var call in message.Batch)
        {
            var part = message with { Call = call };
            using var answer = new CimResponse(part, CimDispatcher.Find(call)?.Returns ?? true, DialectOf(http.Request, message), HostOf(http.Request)) { IsPart = true };
            await dispatcher.ExecuteAsync(part, answer, caller, http.RequestAborted).ConfigureAwait(false);
            await http.Response.BodyWriter.WriteAsync(answer.Pending, http.RequestAborted).ConfigureAwait(false);
        }
        around.Truncate(0);
        around.Raw("</MULTIRSP>\n"u8);
        CimResponse.End(around);
        await http.Response.BodyWriter.WriteAsync(around.Written, http.RequestAborted).ConfigureAwait(false);
    }

    // wbemcli and its kin name themselves by their constant message ID and the lack of a User-Agent.
    private static CimXmlDialect DialectOf(HttpRequest request, CimXmlMessage message) =>
        message.Id == "4711" && message.DtdVersion == "2.0" && request.Headers.UserAgent.Count == 0 ? CimXmlDialect.Dtd20 : CimXmlDialect.Full;

    // What the client called the server makes paths that it can use again.
    private static string HostOf(HttpRequest request) => request.Host.Value is { Length: > 0 } host ? host : Environment.MachineName;

    private static void Options(HttpContext http)
    {
        var headers = http.Response.Headers;
        headers.Allow = "POST, M-POST, OPTIONS";
        headers["Opt"] = $"\"{CimHeaders.Extension}\"; ns=77";
        headers["77-CIMProtocolVersion"] = "1.0";
        headers["77-CIMSupportedFunctionalGroups"] = "basic-read,basic-write,schema-manipulation,instance-manipulation,association-traversal,query-execution,qualifier-declaration,indications";
        headers["77-CIMValidation"] = "loosely-validating";
        headers["77-CIMSupportedQueryLanguages"] = "WQL,DMTF:CQL";
        headers["77-CIMSupportsMultipleOperations"] = "";
        http.Response.ContentLength = 0;
    }

    private static void Refuse(HttpContext http, int status, string message, string? cimError = null)
    {
        var response = http.Response;
        if (response.HasStarted)
        {
            http.Abort();
            return;
        }
        response.StatusCode = status;
        response.ContentType = null;
        response.ContentLength = 0;
        if (cimError is not null)
            response.Headers["CIMError"] = cimError;
        response.Headers["PGErrorDetail"] = Uri.EscapeDataString(CimXmlText.OneLine(message.ReplaceLineEndings(" "), LongestReason));
    }
}
