using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;

namespace Xen.Cim.Cmpi;

/// <summary>Logs to the system's log, which is where a library in somebody else's process belongs.</summary>
internal sealed partial class SyslogLoggerProvider : ILoggerProvider
{
    public ILogger CreateLogger(string categoryName) => new SyslogLogger(categoryName);

    public void Dispose()
    {
    }

    private sealed partial class SyslogLogger(string category) : ILogger
    {
        private const int Daemon = 3 << 3;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            // syslog's severities: 2 critical, 3 error, 4 warning, 6 informational, 7 debug.
            var severity = logLevel switch
            {
                LogLevel.Critical => 2,
                LogLevel.Error => 3,
                LogLevel.Warning => 4,
                LogLevel.Information => 6,
                _ => 7,
            };
            var text = $"{category}: {formatter(state, exception)}";
            Syslog(Daemon | severity, "%s", exception is null ? text : $"{text}: {exception}");
        }

        [LibraryImport("libc", EntryPoint = "syslog", StringMarshalling = StringMarshalling.Utf8)]
        private static partial void Syslog(int priority, string format, string text);
    }
}
