using Libvirt.Native;

namespace Libvirt;

/// <summary>
/// Bytes to or from the hypervisor's host (<c>virStreamPtr</c>), blocking. Call <see cref="Finish"/> at the end: what
/// went wrong on the far side is told then. Disposing without it aborts the transfer.
/// </summary>
public sealed class LibvirtStream : System.IO.Stream
{
    private bool ended;

    /// <summary>A stream that waits to be used by a transfer (<c>virStreamNew</c>).</summary>
    public LibvirtStream(Connection connection)
    {
        ArgumentNullException.ThrowIfNull(connection);
        Handle = Answers.Checked(NativeMethods.virStreamNew(connection.Handle, 0));
    }

    internal StreamHandle Handle { get; }

    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException("A libvirt stream has no length.");

    public override long Position
    {
        get => throw new NotSupportedException("A libvirt stream has no position.");
        set => throw new NotSupportedException("A libvirt stream has no position.");
    }

    /// <summary>Waits for bytes (<c>virStreamRecv</c>); 0 at the end.</summary>
    public override unsafe int Read(Span<byte> buffer)
    {
        fixed (byte* data = buffer)
        {
            return Answers.Checked(NativeMethods.virStreamRecv(Handle, data, (nuint)buffer.Length));
        }
    }

    /// <summary>Sends all bytes (<c>virStreamSend</c>).</summary>
    public override unsafe void Write(ReadOnlySpan<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            fixed (byte* data = buffer)
            {
                buffer = buffer[Answers.Checked(NativeMethods.virStreamSend(Handle, data, (nuint)buffer.Length))..];
            }
        }
    }

    public override int Read(byte[] buffer, int offset, int count)
    {
        ValidateBufferArguments(buffer, offset, count);
        return Read(buffer.AsSpan(offset, count));
    }

    public override void Write(byte[] buffer, int offset, int count)
    {
        ValidateBufferArguments(buffer, offset, count);
        Write(buffer.AsSpan(offset, count));
    }

    /// <summary>Ends the transfer and waits for the far side's word on it (<c>virStreamFinish</c>).</summary>
    public void Finish()
    {
        ended = true;
        Answers.Checked(NativeMethods.virStreamFinish(Handle));
    }

    /// <summary>Gives the transfer up (<c>virStreamAbort</c>).</summary>
    public void Abort()
    {
        ended = true;
        Answers.Checked(NativeMethods.virStreamAbort(Handle));
    }

    public override void Flush() { }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException("A libvirt stream cannot seek.");

    public override void SetLength(long value) => throw new NotSupportedException("A libvirt stream has no length.");

    protected override void Dispose(bool disposing)
    {
        if (disposing && !Handle.IsClosed)
        {
            // The answer of an abort at this point helps nobody; a stream that was never used refuses it.
            if (!ended)
                _ = NativeMethods.virStreamAbort(Handle);
            Handle.Dispose();
        }
        base.Dispose(disposing);
    }
}
