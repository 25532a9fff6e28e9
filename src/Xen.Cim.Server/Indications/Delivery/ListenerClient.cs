using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Xml;

namespace Xen.Cim.Server.Indications.Delivery;

/// <summary>Posts messages to listeners, over connections that are kept.</summary>
internal sealed class ListenerClient : IDisposable
{
    // A listener's answer is a few hundred bytes.
    private const int MaxAnswer = 64 * 1024;

    private static readonly MediaTypeHeaderValue s_contentType = MediaTypeHeaderValue.Parse("application/xml; charset=\"utf-8\"");

    private readonly HttpClient _http;
    private readonly X509Certificate2Collection _trusted = [];

    /// <exception cref="IOException">The trusted certificates cannot be read.</exception>
    public ListenerClient(IndicationOptions options)
    {
        if (options.ListenerTrust is { } file)
        {
            try
            {
                _trusted.ImportFromPemFile(file);
            }
            catch (CryptographicException e)
            {
                throw new IOException($"{file} holds no certificates of listeners: {e.Message}", e);
            }
        }
        _http = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            ConnectTimeout = options.Timeout,
            PooledConnectionIdleTimeout = TimeSpan.FromMinutes(1),
            MaxResponseHeadersLength = 16,
            SslOptions = new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = IsTrusted },
        })
        {
            Timeout = options.Timeout,
            MaxResponseContentBufferSize = MaxAnswer,
        };
    }

    /// <summary>Sends one message.</summary>
    /// <returns>What the listener found wrong with it; null when it took it.</returns>
    /// <exception cref="HttpRequestException">It did not arrive, or the answer is not that of a listener.</exception>
    /// <exception cref="OperationCanceledException">The listener took too long, or the server ends.</exception>
    public async Task<string?> SendAsync(Uri listener, ReadOnlyMemory<byte> message, CancellationToken end)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, listener) { Content = new ReadOnlyMemoryContent(message) };
        request.Content.Headers.ContentType = s_contentType;
        request.Headers.TryAddWithoutValidation("CIMExport", "MethodRequest");
        request.Headers.TryAddWithoutValidation("CIMExportMethod", "ExportIndication");
        request.Headers.TryAddWithoutValidation("CIMProtocolVersion", "1.0");
        if (listener.UserInfo.Length > 0)
        {
            var credentials = Encoding.UTF8.GetBytes(Uri.UnescapeDataString(listener.UserInfo));
            request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(credentials));
        }
        using var answer = await _http.SendAsync(request, end).ConfigureAwait(false);
        if (answer.StatusCode != HttpStatusCode.OK)
            throw new HttpRequestException($"it answered {((int)answer.StatusCode).ToString(CultureInfo.InvariantCulture)} {answer.ReasonPhrase}");
        return ErrorIn(await answer.Content.ReadAsByteArrayAsync(end).ConfigureAwait(false));
    }

    public void Dispose() => _http.Dispose();

    // A listener that answers with anything but an ERROR has taken the indication.
    private static string? ErrorIn(byte[] answer)
    {
        if (answer.Length == 0)
            return null;
        try
        {
            using var xml = XmlReader.Create(new MemoryStream(answer), new XmlReaderSettings { DtdProcessing = DtdProcessing.Ignore, XmlResolver = null });
            return xml.ReadToFollowing("ERROR") ? $"{xml.GetAttribute("CODE")} {xml.GetAttribute("DESCRIPTION")}".TrimEnd() : null;
        }
        catch (XmlException)
        {
            return null;
        }
    }

    private bool IsTrusted(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (errors == SslPolicyErrors.None)
            return true;
        if (certificate is not X509Certificate2 presented || errors.HasFlag(SslPolicyErrors.RemoteCertificateNotAvailable) || _trusted.Count == 0)
            return false;
        // One that the administrator named is trusted whatever name it bears.
        if (_trusted.Any(t => t.RawDataMemory.Span.SequenceEqual(presented.RawDataMemory.Span)))
            return true;
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
            return false;
        using var own = new X509Chain();
        own.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        own.ChainPolicy.CustomTrustStore.AddRange(_trusted);
        own.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        if (chain is not null)
            own.ChainPolicy.ExtraStore.AddRange(chain.ChainPolicy.ExtraStore);
        return own.Build(presented);
    }
}
