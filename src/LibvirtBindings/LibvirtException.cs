using Libvirt.Native;

namespace Libvirt;

/// <summary>A call that libvirt refused or could not do, with libvirt's own error record (<c>virError</c>).</summary>
public sealed class LibvirtException : Exception
{
    /// <summary>Makes an exception that looks like one of libvirt's, for tests and for layers that stand in for libvirt.</summary>
    public LibvirtException(ErrorCode code, string message, ErrorDomain domain = ErrorDomain.None, Exception? innerException = null)
        : base(message, innerException)
    {
        Code = code;
        Domain = domain;
        Level = ErrorLevel.Error;
    }

    public LibvirtException() : this(ErrorCode.InternalError, "libvirt failed without saying why.") { }

    public LibvirtException(string message) : this(ErrorCode.InternalError, message) { }

    public LibvirtException(string message, Exception innerException) : this(ErrorCode.InternalError, message, ErrorDomain.None, innerException) { }

    /// <summary>The part of libvirt that raised the error.</summary>
    public ErrorDomain Domain { get; }

    /// <summary>What went wrong; a number without a name when libvirt is newer than this library.</summary>
    public ErrorCode Code { get; }

    public ErrorLevel Level { get; private init; }

    /// <summary>Extra information; most often the part of the message that varies.</summary>
    public string? Str1 { get; private init; }

    public string? Str2 { get; private init; }

    public string? Str3 { get; private init; }

    public int Int1 { get; private init; }

    public int Int2 { get; private init; }

    /// <summary>The error of this thread's latest libvirt call (<c>virGetLastError</c>), copied.</summary>
    internal static unsafe LibvirtException TakeLast(Exception? inner = null)
    {
        var error = NativeMethods.virGetLastError();
        if (error is null)
            return new LibvirtException(ErrorCode.InternalError, "libvirt failed without leaving an error record.", ErrorDomain.None, inner);

        return new LibvirtException((ErrorCode)error->Code, Answers.Text(error->Message) ?? $"libvirt error {error->Code}", (ErrorDomain)error->Domain, inner)
        {
            Level = (ErrorLevel)error->Level,
            Str1 = Answers.Text(error->Str1),
            Str2 = Answers.Text(error->Str2),
            Str3 = Answers.Text(error->Str3),
            Int1 = error->Int1,
            Int2 = error->Int2,
        };
    }
}

/// <summary>The libvirt client library is not on this machine or cannot be loaded.</summary>
public sealed class LibvirtNotFoundException : Exception
{
    public LibvirtNotFoundException() { }

    public LibvirtNotFoundException(string message) : base(message) { }

    public LibvirtNotFoundException(string message, Exception? innerException) : base(message, innerException) { }
}
