using System.Text;
using Microsoft.Extensions.Logging;
using Xen.Cim.Cmpi.Abi;

namespace Xen.Cim.Cmpi;

/// <summary>
/// The CIM server's own log and trace (CMPI's LogMessage and Trace), where its administrator looks. A broker may be called
/// only on threads that it knows, so what our own threads have to say goes to the system's log alone.
/// </summary>
internal static unsafe class ServerLog
{
    [ThreadStatic]
    private static CMPIBroker* t_broker;

    /// <summary>Tells the broker of the request that this thread works on from now on, null for none.</summary>
    /// <returns>The one before.</returns>
    public static CMPIBroker* Attend(CMPIBroker* broker)
    {
        var before = t_broker;
        t_broker = broker;
        return before;
    }

    public static void Write(LogLevel level, string text)
    {
        var broker = t_broker;
        if (broker is null || broker->Encapsulation is null)
            return;
        var bytes = new byte[Encoding.UTF8.GetByteCount(text) + 1];
        Encoding.UTF8.GetBytes(text, bytes);
        fixed (byte* id = "XenCim\0"u8, message = bytes)
        {
            if (level >= LogLevel.Information)
            {
                if (broker->Encapsulation->LogMessage is not null)
                    broker->Encapsulation->LogMessage(broker, Severity(level), id, message, null);
            }
            else if (broker->Encapsulation->Trace is not null)
            {
                broker->Encapsulation->Trace(broker, CMPILevel.Verbose, id, message, null);
            }
        }
    }

    private static CMPISeverity Severity(LogLevel level) => level switch
    {
        LogLevel.Information => CMPISeverity.Info,
        LogLevel.Warning => CMPISeverity.Warning,
        _ => CMPISeverity.Error,
    };
}
