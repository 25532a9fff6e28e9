using Xen.Cim.Server.CimXml;

namespace Xen.Cim.Server.Http;

/// <summary>A request that costs more than the server gives: answered with an HTTP error.</summary>
public sealed class RequestLimitException(int httpStatus, string message) : Exception(message)
{
    /// <summary>408, 413 or 503.</summary>
    public int HttpStatus { get; } = httpStatus;
}

/// <summary>What the requests that are under way may cost together, and each one of them.</summary>
public sealed class RequestLimits
{
    private readonly int _places;
    private readonly long _bytes;
    private int _taken;
    private long _takenBytes;

    public RequestLimits(ServerOptions options)
    {
        Xml = new CimXmlLimits { Depth = options.MaxXmlDepth, Characters = options.MaxRequestSize };
        SendTimeout = options.SendTimeout;
        _places = options.MaxRequests;
        // A few of the largest, or many of the usual ones.
        _bytes = Math.Max(4 * options.MaxRequestSize, 64L * 1024 * 1024);
    }

    public CimXmlLimits Xml { get; }

    /// <summary>From the end of the headers to the end of the request.</summary>
    public TimeSpan SendTimeout { get; }

    /// <summary>Requests under way.</summary>
    public int Taken => Volatile.Read(ref _taken);

    /// <exception cref="RequestLimitException">503: as many requests as there may be are under way.</exception>
    public Place Enter()
    {
        if (Interlocked.Increment(ref _taken) > _places)
        {
            Interlocked.Decrement(ref _taken);
            throw new RequestLimitException(StatusCodes.Status503ServiceUnavailable, $"{_places} requests are under way, and no more are taken.");
        }
        return new Place(this);
    }

    /// <summary>A request under way.</summary>
    public sealed class Place(RequestLimits limits) : IDisposable
    {
        private long _bytes;

        /// <summary>Cancelled when the request takes too long to be sent.</summary>
        public CancellationTokenSource LimitSending(CancellationToken aborted)
        {
            var end = CancellationTokenSource.CreateLinkedTokenSource(aborted);
            end.CancelAfter(limits.SendTimeout);
            return end;
        }

        /// <exception cref="RequestLimitException">503: the requests under way have too many bytes together.</exception>
        public void Take(int bytes)
        {
            _bytes += bytes;
            if (Interlocked.Add(ref limits._takenBytes, bytes) > limits._bytes)
                throw new RequestLimitException(StatusCodes.Status503ServiceUnavailable, "The requests under way are too large together.");
        }

        public void Dispose()
        {
            Interlocked.Add(ref limits._takenBytes, -_bytes);
            Interlocked.Decrement(ref limits._taken);
        }
    }
}
