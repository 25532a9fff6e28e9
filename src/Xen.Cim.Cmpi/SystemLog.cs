using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;

namespace Xen.Cim.Cmpi;

/// <summary>
/// Logs to the system's log, which is where a library in somebody else's process belongs. It is the whole logging there
/// is: the usual factory brings a container, options and configuration into the process that nothing here needs.
/// </summary>
internal sealed partial class SystemLog(LogLevel least) : ILoggerFactory
{
    public ILogger CreateLogger(string categoryName) => new Category(categoryName, least);

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException("There is one log, the system's.");

    public void Dispose()
    {
    }

    private sealed partial class Category(string name, LogLevel least) : ILogger
    {
        private const int Daemon = 3 << 3;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= least && logLevel != LogLevel.None;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (!IsEnabled(logLevel))
                return;
            // syslog's severities: 2 critical, 3 error, 4 warning, 6 informational, 7 debug.
            var severity = logLevel switch
            {
                LogLevel.Critical => 2,
                LogLevel.Error => 3,
                LogLevel.Warning => 4,
                LogLevel.Information => 6,
                _ => 7,
            };
            var text = $"{name}: {formatter(state, exception)}";
            Syslog(Daemon | severity, "%s", exception is null ? text : $"{text}: {exception}");
        }

        [LibraryImport("libc", EntryPoint = "syslog", StringMarshalling = StringMarshalling.Utf8)]
        private static partial void Syslog(int priority, string format, string text);
    }
}
