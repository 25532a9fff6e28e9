using System.Runtime.InteropServices;
using Xen.Cim.Cmpi.Abi;
using Xen.Cim.Model;
using Xen.Cim.Server.Cmpi.Objects;

namespace Xen.Cim.Server.Cmpi.Broker;

/// <summary>CMPIBrokerEncFT: making encapsulated objects, and what is known about them; messages, log and trace.</summary>
internal static unsafe class EncapsulationFunctions
{
    private static readonly CMPIBrokerEncFT* s_table = MakeTable();

    public static CMPIBrokerEncFT* Table => s_table;

    private static CMPIBrokerEncFT* MakeTable()
    {
        var table = FunctionTable.Allocate<CMPIBrokerEncFT>();
        *table = new()
        {
            FtVersion = FunctionTable.Version,
            NewInstance = &NewInstance,
            NewObjectPath = &NewObjectPath,
            NewArgs = &NewArgs,
            NewString = &NewString,
            NewArray = &NewArray,
            NewDateTime = &NewDateTime,
            NewDateTimeFromBinary = &NewDateTimeFromBinary,
            NewDateTimeFromChars = &NewDateTimeFromChars,
            NewSelectExp = &NewSelectExp,
            ClassPathIsA = &ClassPathIsA,
            ToString = &ToText,
            IsOfType = &IsOfType,
            GetType = &GetObjectType,
            LogMessage = &LogMessage,
            Trace = &Trace,
            NewError = &NewError,
            OpenMessageFile = &OpenMessageFile,
            CloseMessageFile = &CloseMessageFile,
            NewPropertyList = &NewPropertyList,
            NewStringCP = &NewStringCP,
            NewEnumerationFilter = &NewEnumerationFilter,
        };
        MessageFunctions.Fill(table);
        return table;
    }

    [UnmanagedCallersOnly]
    private static CMPIInstance* NewInstance(CMPIBroker* broker, CMPIObjectPath* path, CMPIStatus* rc)
    {
        try
        {
            Status.Set(rc, CMPIrc.Ok);
            if (CmpiObject.From<ObjectPathObject>(path) is not { } given)
                throw CmpiException.InvalidParameter("The object path is NULL or not live.");
            if (CmpiBroker.From(broker).Shapes.Find(given.Namespace, given.ClassName) is not { } shape)
                throw new CimException(CimStatus.NotFound, $"Namespace {given.Namespace} has no class {given.ClassName}.");
            return InstanceObject.New(Arena.Current, shape, given.ToPath());
        }
        catch (Exception e)
        {
            Status.Set(rc, e);
            return null;
        }
    }

    [UnmanagedCallersOnly]
    private static CMPIObjectPath* NewObjectPath(CMPIBroker* broker, byte* @namespace, byte* className, CMPIStatus* rc)
    {
        try
        {
            Status.Set(rc, CMPIrc.Ok);
            return ObjectPathObject.New(Arena.Current, @namespace, className);
        }
        catch (Exception e)
        {
            Status.Set(rc, e);
            return null;
        }
    }

    [UnmanagedCallersOnly]
    private static CMPIArgs* NewArgs(CMPIBroker* broker, CMPIStatus* rc)
    {
        try
        {
            Status.Set(rc, CMPIrc.Ok);
            return (CMPIArgs*)Arena.Current.New<ArgsObject>().Block;
        }
        catch (Exception e)
        {
            Status.Set(rc, e);
            return null;
        }
    }

    [UnmanagedCallersOnly]
    private static CMPIString* NewString(CMPIBroker* broker, byte* text, CMPIStatus* rc)
    {
        try
        {
            if (text is null)
            {
                Status.Set(rc, CMPIrc.InvalidParameter);
                return null;
            }
            Status.Set(rc, CMPIrc.Ok);
            return StringObject.New(Arena.Current, text);
        }
        catch (Exception e)
        {
            Status.Set(rc, e);
            return null;
        }
    }

    [UnmanagedCallersOnly]
    private static CMPIArray* NewArray(CMPIBroker* broker, uint size, CMPIType type, CMPIStatus* rc)
    {
        try
        {
            Status.Set(rc, CMPIrc.Ok);
            return ArrayObject.New(Arena.Current, type & ~CMPIType.Array, size);
        }
        catch (Exception e)
        {
            Status.Set(rc, e);
            return null;
        }
    }

    [UnmanagedCallersOnly]
    private static CMPIDateTime* NewDateTime(CMPIBroker* broker, CMPIStatus* rc)
    {
        try
        {
            Status.Set(rc, CMPIrc.Ok);
            return DateTimeObject.New(Arena.Current, CimDateTime.FromDateTimeOffset(DateTimeOffset.Now));
        }
        catch (Exception e)
        {
            Status.Set(rc, e);
            return null;
        }
    }

    [UnmanagedCallersOnly]
    private static CMPIDateTime* NewDateTimeFromBinary(CMPIBroker* broker, ulong microseconds, byte interval, CMPIStatus* rc)
    {
        try
        {
            Status.Set(rc, CMPIrc.Ok);
            // Beyond year 9999, or more days than eight digits hold.
            if (microseconds > (interval != 0 ? 8_639_999_999_999_999_999UL / 1000 * 1000 : 253_402_300_799_999_999UL))
                throw CmpiException.InvalidParameter($"{microseconds} microseconds do not fit a CIM datetime.");
            return DateTimeObject.New(Arena.Current, CimDateTime.FromMicroseconds(microseconds, interval != 0));
        }
        catch (Exception e)
        {
            Status.Set(rc, e is OverflowException ? CmpiException.InvalidParameter($"{microseconds} microseconds do not fit a CIM datetime.") : e);
            return null;
        }
    }

    [UnmanagedCallersOnly]
    private static CMPIDateTime* NewDateTimeFromChars(CMPIBroker* broker, byte* text, CMPIStatus* rc)
    {
        try
        {
            Status.Set(rc, CMPIrc.Ok);
            var given = Utf8Text.Required(text, "The datetime");
            return CimDateTime.TryParse(given, out var value)
                ? DateTimeObject.New(Arena.Current, value)
                : throw CmpiException.InvalidParameter($"\"{given}\" is not a CIM datetime (yyyymmddhhmmss.mmmmmm+utc or ddddddddhhmmss.mmmmmm:000).");
        }
        catch (Exception e)
        {
            Status.Set(rc, e);
            return null;
        }
    }

    [UnmanagedCallersOnly]
    private static CMPISelectExp* NewSelectExp(CMPIBroker* broker, byte* query, byte* language, CMPIArray** projection, CMPIStatus* rc)
    {
        try
        {
            Status.Set(rc, CMPIrc.Ok);
            if (projection is not null)
                *projection = null;
            var expression = SelectExpObject.New(Arena.Current, Utf8Text.Required(query, "The query"), Utf8Text.Required(language, "The query language"));
            expression.Parsed = CmpiBroker.From(broker).Services.ParseQuery(expression.Language, expression.Query);
            if (projection is not null && expression.Parsed?.Columns is { } columns)
                *projection = ArrayObject.New(Arena.Current, CMPIType.String, columns.ToArray());
            return (CMPISelectExp*)expression.Block;
        }
        catch (Exception e)
        {
            Status.Set(rc, e);
            return null;
        }
    }

    [UnmanagedCallersOnly]
    private static byte ClassPathIsA(CMPIBroker* broker, CMPIObjectPath* path, byte* className, CMPIStatus* rc)
    {
        try
        {
            Status.Set(rc, CMPIrc.Ok);
            if (CmpiObject.From<ObjectPathObject>(path) is not { } given)
                throw CmpiException.InvalidParameter("The object path is NULL or not live.");
            var wanted = Utf8Text.Required(className, "The class name");
            return given.ClassName.Equals(wanted, StringComparison.OrdinalIgnoreCase)
                || CmpiBroker.From(broker).Services.IsA(given.Namespace, given.ClassName, wanted) ? (byte)1 : (byte)0;
        }
        catch (Exception e)
        {
            Status.Set(rc, e);
            return 0;
        }
    }

    [UnmanagedCallersOnly]
    private static CMPIString* ToText(CMPIBroker* broker, void* pointer, CMPIStatus* rc)
    {
        try
        {
            if (ObjectKinds.Find(pointer) is not { } found)
            {
                Status.Set(rc, CMPIrc.InvalidHandle);
                return null;
            }
            Status.Set(rc, CMPIrc.Ok);
            return StringObject.New(Arena.Current, ObjectKinds.Describe(found));
        }
        catch (Exception e)
        {
            Status.Set(rc, e);
            return null;
        }
    }

    [UnmanagedCallersOnly]
    private static byte IsOfType(CMPIBroker* broker, void* pointer, byte* type, CMPIStatus* rc)
    {
        try
        {
            var found = ObjectKinds.Find(pointer);
            Status.Set(rc, found is null ? CMPIrc.InvalidHandle : CMPIrc.Ok);
            return found is not null && ObjectKinds.TypeName(found) == Utf8Text.Read(type) ? (byte)1 : (byte)0;
        }
        catch (Exception e)
        {
            Status.Set(rc, e);
            return 0;
        }
    }

    [UnmanagedCallersOnly]
    private static CMPIString* GetObjectType(CMPIBroker* broker, void* pointer, CMPIStatus* rc)
    {
        try
        {
            var found = ObjectKinds.Find(pointer);
            Status.Set(rc, found is null ? CMPIrc.InvalidHandle : CMPIrc.Ok);
            return found is null ? null : StringObject.New(Arena.Current, ObjectKinds.TypeName(found));
        }
        catch (Exception e)
        {
            Status.Set(rc, e);
            return null;
        }
    }

    [UnmanagedCallersOnly]
    private static CMPIStatus LogMessage(CMPIBroker* broker, CMPISeverity severity, byte* id, byte* text, CMPIString* message)
    {
        try
        {
            var level = severity switch
            {
                CMPISeverity.Error => LogLevel.Error,
                CMPISeverity.Warning => LogLevel.Warning,
                CMPISeverity.Debug => LogLevel.Debug,
                _ => LogLevel.Information,
            };
            var from = CmpiBroker.From(broker);
            from.Logger.Log(level, "{Provider} {Id}: {Message}", from.ProviderName, Utf8Text.Read(id), Message(text, message));
            return Status.Ok;
        }
        catch (Exception e)
        {
            return Status.Of(e);
        }
    }

    [UnmanagedCallersOnly]
    private static CMPIStatus Trace(CMPIBroker* broker, CMPILevel level, byte* component, byte* text, CMPIString* message)
    {
        try
        {
            var from = CmpiBroker.From(broker);
            from.Logger.Log(level == CMPILevel.Warning ? LogLevel.Debug : LogLevel.Trace, "{Provider} {Component}: {Message}", from.ProviderName, Utf8Text.Read(component), Message(text, message));
            return Status.Ok;
        }
        catch (Exception e)
        {
            return Status.Of(e);
        }
    }

    [UnmanagedCallersOnly]
    private static CMPIError* NewError(
        CMPIBroker* broker, byte* owner, byte* messageId, byte* message, CMPIErrorSeverity severity, int cause, CMPIrc status, CMPIStatus* rc)
    {
        try
        {
            Status.Set(rc, CMPIrc.Ok);
            return ErrorObject.New(Arena.Current, Utf8Text.Read(owner), Utf8Text.Read(messageId), Utf8Text.Read(message), severity, cause, status);
        }
        catch (Exception e)
        {
            Status.Set(rc, e);
            return null;
        }
    }

    // There are no message catalogues: every message is the provider's default one. The handle only has to be there.
    [UnmanagedCallersOnly]
    private static CMPIStatus OpenMessageFile(CMPIBroker* broker, byte* file, void** handle)
    {
        if (handle is null)
            return Status.Of(CMPIrc.InvalidParameter);
        *handle = s_table;
        return Status.Ok;
    }

    [UnmanagedCallersOnly]
    private static CMPIStatus CloseMessageFile(CMPIBroker* broker, void* handle) =>
        Status.Of(handle == s_table ? CMPIrc.Ok : CMPIrc.InvalidHandle);

    [UnmanagedCallersOnly]
    private static CMPIPropertyList* NewPropertyList(CMPIBroker* broker, byte** names, CMPIStatus* rc)
    {
        try
        {
            Status.Set(rc, CMPIrc.Ok);
            return PropertyListObject.New(Arena.Current, names);
        }
        catch (Exception e)
        {
            Status.Set(rc, e);
            return null;
        }
    }

    [UnmanagedCallersOnly]
    private static CMPIString* NewStringCP(CMPIBroker* broker, byte* chars, CMPICodepage codepage, CMPIStatus* rc)
    {
        try
        {
            Status.Set(rc, CMPIrc.Ok);
            return StringObject.New(Arena.Current, Codepages.Read(chars, codepage));
        }
        catch (Exception e)
        {
            Status.Set(rc, e);
            return null;
        }
    }

    [UnmanagedCallersOnly]
    private static CMPIEnumerationFilter* NewEnumerationFilter(CMPIBroker* broker, byte* language, byte* query, CMPIStatus* rc)
    {
        try
        {
            Status.Set(rc, CMPIrc.Ok);
            return EnumerationFilterObject.New(Arena.Current, CmpiBroker.From(broker).ParseFilter(language, query));
        }
        catch (Exception e)
        {
            Status.Set(rc, e);
            return null;
        }
    }

    private static string? Message(byte* text, CMPIString* message) =>
        text is not null ? Utf8Text.Read(text) : CmpiObject.From<StringObject>(message)?.Text;
}
