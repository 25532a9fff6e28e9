using System.Text;
using Xen.Cim.Model;
using Xen.Cim.Server.CimXml;

namespace Xen.Cim.Server.Http;

/// <summary>
/// A response message that grows while results come. Until its first bytes are sent it can still turn into an ERROR;
/// after that only the transport can say that it failed.
/// </summary>
/// <remarks>Results may come from another thread than the one that completes or fails the response.</remarks>
public sealed class CimResponse : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Utf8Buffer _buffer = new();
    private readonly CimXmlWriter _writer;
    private readonly CimXmlMessage _message;
    private readonly bool _returns;
    private readonly int _threshold;
    private readonly Action<ReadOnlyMemory<byte>>? _send;
    private readonly List<(string Name, Action<CimXmlWriter> Write)> _outputs = [];
    private bool _open;
    private bool _closed;
    private Exception? _failure;

    /// <param name="message">The request that is answered.</param>
    /// <param name="returns">Results stand in an IRETURNVALUE.</param>
    /// <param name="host">What paths in the answer name as their host.</param>
    /// <param name="threshold">Bytes that are collected before the first and each further part is sent.</param>
    /// <param name="send">Sends a part and returns when it is out; null keeps everything until the end.</param>
    public CimResponse(CimXmlMessage message, bool returns, CimXmlDialect dialect, string host, int threshold = int.MaxValue, Action<ReadOnlyMemory<byte>>? send = null)
    {
        _message = message;
        _returns = returns;
        _writer = new CimXmlWriter(_buffer, dialect);
        Host = host;
        _threshold = threshold;
        _send = send;
    }

    public string Host { get; }

    /// <summary>One of several answers in a MULTIRSP: a SIMPLERSP alone.</summary>
    public bool IsPart { get; init; }

    /// <summary>Some of the message is sent already.</summary>
    public bool IsCommitted { get; private set; }

    /// <summary>How the operation ended.</summary>
    public CimStatus Status { get; private set; }

    /// <summary>What was wrong; empty when the operation succeeded.</summary>
    public string Reason { get; private set; } = "";

    /// <summary>How the operation ended, in words: the status and what was wrong, or what a method returned.</summary>
    public string Outcome { get; private set; } = "done";

    /// <summary>A method has returned.</summary>
    public void Returned(object? value) => Outcome = value is null ? "answered nothing" : $"answered {CimValue.Format(value)}";

    /// <summary>The message, or what of it is not sent yet.</summary>
    public ReadOnlyMemory<byte> Pending => _buffer.Written;

    /// <summary>Adds an output parameter of an intrinsic operation, which comes after all results.</summary>
    public void AddOutput(string name, Action<CimXmlWriter> write)
    {
        lock (_gate)
            _outputs.Add((name, write));
    }

    /// <summary>Adds a result.</summary>
    /// <exception cref="OperationCanceledException">The response is closed: its deadline has passed or the client is gone.</exception>
    public void Add(Action<CimXmlWriter> write)
    {
        lock (_gate)
        {
            if (_closed || _failure is not null)
                throw new OperationCanceledException("The answer to this request is closed.");
            if (!_open)
                Open();
            var start = _buffer.Length;
            try
            {
                write(_writer);
                if (_send is not null && _buffer.Length >= _threshold)
                {
                    IsCommitted = true;
                    _send(_buffer.Written);
                    _buffer.Truncate(0);
                }
            }
            catch (Exception e)
            {
                // Kept: whoever called back may swallow it, and half a result must not look like the whole.
                if (start <= _buffer.Length)
                    _buffer.Truncate(start);
                _failure = e;
                throw;
            }
        }
    }

    /// <summary>Ends the message.</summary>
    /// <exception cref="CimException">A result could not be written.</exception>
    public void Complete()
    {
        lock (_gate)
        {
            if (_closed)
                return;
            if (_failure is not null)
                throw _failure as CimException ?? new CimException(CimStatus.Failed, $"A result could not be written: {_failure.Message}", _failure);
            if (!_open)
                Open();
            if (_returns)
                _buffer.Raw("</IRETURNVALUE>\n"u8);
            foreach (var (name, write) in _outputs)
            {
                _buffer.Raw("<PARAMVALUE NAME=\""u8);
                _buffer.Name(name);
                _buffer.Raw("\">"u8);
                write(_writer);
                _buffer.Raw("</PARAMVALUE>\n"u8);
            }
            Close();
        }
    }

    /// <summary>Turns the message into an ERROR.</summary>
    /// <returns>False when it is too late for that: a part is sent.</returns>
    public bool Fail(CimStatus status, string description)
    {
        lock (_gate)
        {
            if (_closed)
                return false;
            Status = status;
            Reason = description;
            Outcome = $"{status}: {description.ReplaceLineEndings(" ")}";
            _closed = true;
            if (IsCommitted)
                return false;
            _buffer.Truncate(0);
            Envelope();
            _writer.Error(status, description);
            Close();
            return true;
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _closed = true;
            _buffer.Dispose();
        }
    }

    private bool IsExtrinsic => _message.Call is ExtrinsicCall;

    private void Open()
    {
        _open = true;
        Envelope();
        if (_returns)
            _buffer.Raw("<IRETURNVALUE>\n"u8);
    }

    private void Envelope()
    {
        if (!IsPart)
            Begin(_buffer, _message);
        _buffer.Raw("<SIMPLERSP>\n"u8);
        _buffer.Raw(IsExtrinsic ? "<METHODRESPONSE NAME=\""u8 : "<IMETHODRESPONSE NAME=\""u8);
        _buffer.Attribute(_message.Call.Name);
        _buffer.Raw("\">\n"u8);
    }

    private void Close()
    {
        _closed = true;
        _buffer.Raw(IsExtrinsic ? "</METHODRESPONSE>"u8 : "</IMETHODRESPONSE>"u8);
        _buffer.Raw("\n</SIMPLERSP>\n"u8);
        if (!IsPart)
            End(_buffer);
    }

    /// <summary>What stands before the first SIMPLERSP, or MULTIRSP.</summary>
    public static void Begin(Utf8Buffer buffer, CimXmlMessage message)
    {
        buffer.Raw("<?xml version=\"1.0\" encoding=\"utf-8\" ?>\n<CIM CIMVERSION=\""u8);
        buffer.Attribute(message.CimVersion);
        buffer.Raw("\" DTDVERSION=\""u8);
        buffer.Attribute(message.DtdVersion);
        buffer.Raw("\">\n<MESSAGE ID=\""u8);
        buffer.Attribute(message.Id);
        buffer.Raw("\" PROTOCOLVERSION=\""u8);
        buffer.Attribute(message.ProtocolVersion);
        buffer.Raw("\">\n"u8);
    }

    /// <summary>What stands after the last SIMPLERSP, or MULTIRSP.</summary>
    public static void End(Utf8Buffer buffer) => buffer.Raw("</MESSAGE>\n</CIM>\n"u8);

    public override string ToString() => Encoding.UTF8.GetString(Pending.Span);
}
