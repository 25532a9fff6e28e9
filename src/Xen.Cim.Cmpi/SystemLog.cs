using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;

namespace Xen.Cim.Cmpi;

/// <summary>
/// Logs to the system's log and, while a request runs, to the CIM server's (<see cref="ServerLog"/>), which is where a library in somebody else's process belongs. It is the whole logging there
/// is: the usual factory brings a container, options and configuration into the process that nothing here needs.
/// </summary>
internal sealed partial class SystemLog(LogLevel least) : ILoggerFactory
{
    public ILogger CreateLogger(string categoryName) => new Category(categoryName, least);

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException("There is one log, the system's.");

    public void Dispose()
    {
    }

    /// <summary>Who changed what, whatever level is logged.</summary>
    public static void Audit(string text) => Write(LogLevel.Information, $"Xen.Cim.Audit: {text}");

    // syslog's facility 3 is that of daemons; severities: 2 critical, 3 error, 4 warning, 6 informational, 7 debug.
    private static void Write(LogLevel level, string text)
    {
        var severity = level switch
        {
            LogLevel.Critical => 2,
            LogLevel.Error => 3,
            LogLevel.Warning => 4,
            LogLevel.Information => 6,
            _ => 7,
        };
        Syslog(3 << 3 | severity, "%s", text);
        ServerLog.Write(level, text);
    }

    [LibraryImport("libc", EntryPoint = "syslog", StringMarshalling = StringMarshalling.Utf8)]
    private static partial void Syslog(int priority, string format, string text);

    private sealed class Category(string name, LogLevel least) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= least && logLevel != LogLevel.None;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (!IsEnabled(logLevel))
                return;
            var text = $"{name}: {formatter(state, exception)}";
            Write(logLevel, exception is null ? text : $"{text}: {exception}");
        }
    }
}
