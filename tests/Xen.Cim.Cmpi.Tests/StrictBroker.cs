using System.Runtime.InteropServices;
using Xen.Cim.Cmpi.Abi;

namespace Xen.Cim.Cmpi.Tests;

/// <summary>A value as the broker keeps it: text for strings and datetimes, its own objects for the rest.</summary>
public sealed record Kept(CMPIType Type, object? Value);

public sealed class KeptPath
{
    public string? Host { get; set; }

    public string Namespace { get; set; } = "";

    public string ClassName { get; set; } = "";

    public List<KeyValuePair<string, Kept>> Keys { get; } = [];
}

public sealed class KeptInstance
{
    public required KeptPath Path { get; init; }

    public List<KeyValuePair<string, Kept>> Properties { get; } = [];

    public Kept? this[string name] => Properties.Find(p => p.Key == name).Value;
}

public sealed class KeptArray(CMPIType type, int size)
{
    public CMPIType Type { get; } = type;

    /// <summary>null is a NULL element.</summary>
    public object?[] Elements { get; } = new object?[size];
}

public sealed class KeptArgs
{
    public List<KeyValuePair<string, Kept>> Arguments { get; } = [];
}

public sealed class KeptContext
{
    public Dictionary<string, Kept> Entries { get; init; } = [];

    public bool Attached { get; set; }

    public bool Freed { get; set; }
}

public sealed class KeptResult
{
    public List<object?> Returned { get; } = [];

    public bool Done { get; set; }
}

/// <summary>
/// A broker that is as strict as OpenPegasus is: types have to be exact, CMPI_chars is no argument, a thread's context
/// is freed when the thread is detached. Objects live as long as the test.
/// </summary>
internal static unsafe class StrictBroker
{
    public static readonly CMPIBroker* Broker = Make();
    public static readonly List<(KeptContext Context, string Namespace, KeptInstance Indication)> Delivered = [];

    /// <summary>The same broker with memory functions: like SFCB it frees only what came since a mark.</summary>
    public static readonly CMPIBroker* WithMarks = MakeWithMarks();

    /// <summary>
    /// Like SFCB, an instance of this class begins with all properties of the class, and the filter takes them out.
    /// </summary>
    public const string FilledClass = "Xen_Filled";

    /// <summary>Instances that were freed at a mark.</summary>
    public static int Freed => s_freed;

    /// <summary>What came into the log, with its severity, or into the trace, without.</summary>
    public static readonly System.Collections.Concurrent.ConcurrentQueue<(CMPISeverity Severity, string Text)> Logged = [];

    /// <summary>Types that the class declares; a property set with another type is refused.</summary>
    public static readonly Dictionary<string, CMPIType> Declared = new() { ["Width16"] = CMPIType.UInt16 };

    private static int s_freed;

    [ThreadStatic]
    private static int t_made;

    private static readonly CMPIStringFT* s_string = Table<CMPIStringFT>(t => ((CMPIStringFT*)t)->GetCharPtr = &StringGet);
    private static readonly CMPIObjectPathFT* s_path = Table<CMPIObjectPathFT>(t => Fill((CMPIObjectPathFT*)t));
    private static readonly CMPIInstanceFT* s_instance = Table<CMPIInstanceFT>(t => Fill((CMPIInstanceFT*)t));
    private static readonly CMPIArrayFT* s_array = Table<CMPIArrayFT>(t => Fill((CMPIArrayFT*)t));
    private static readonly CMPIArgsFT* s_args = Table<CMPIArgsFT>(t => Fill((CMPIArgsFT*)t));
    private static readonly CMPIDateTimeFT* s_dateTime = Table<CMPIDateTimeFT>(t => ((CMPIDateTimeFT*)t)->GetStringFormat = &DateTimeString);
    private static readonly CMPIContextFT* s_context = Table<CMPIContextFT>(t => ((CMPIContextFT*)t)->GetEntry = &ContextEntry);
    private static readonly CMPIResultFT* s_result = Table<CMPIResultFT>(t => Fill((CMPIResultFT*)t));

    public static CMPIObjectPath* Native(KeptPath path) => (CMPIObjectPath*)Native(path, s_path);

    public static CMPIInstance* Native(KeptInstance instance) => (CMPIInstance*)Native(instance, s_instance);

    public static CMPIArgs* Native(KeptArgs args) => (CMPIArgs*)Native(args, s_args);

    public static CMPIContext* Native(KeptContext context) => (CMPIContext*)Native(context, s_context);

    public static CMPIResult* Native(KeptResult result) => (CMPIResult*)Native(result, s_result);

    public static string? Text(CMPIString* text) => text is null ? null : (string)Kept(text);

    public static CMPIData Data(Kept? kept)
    {
        if (kept is null)
            return new CMPIData { State = CMPIValueState.NotFound };
        var data = new CMPIData { Type = kept.Type };
        if (kept.Value is null)
        {
            data.State = CMPIValueState.Null;
            return data;
        }
        switch (kept.Value)
        {
            case bool v: data.Value.Boolean = v ? (byte)1 : (byte)0; break;
            case byte v: data.Value.UInt8 = v; break;
            case sbyte v: data.Value.SInt8 = v; break;
            case ushort v: data.Value.UInt16 = v; break;
            case short v: data.Value.SInt16 = v; break;
            case uint v: data.Value.UInt32 = v; break;
            case int v: data.Value.SInt32 = v; break;
            case ulong v: data.Value.UInt64 = v; break;
            case long v: data.Value.SInt64 = v; break;
            case float v: data.Value.Real32 = v; break;
            case double v: data.Value.Real64 = v; break;
            case char v: data.Value.Char16 = v; break;
            case string v when kept.Type == CMPIType.DateTime: data.Value.DateTime = (CMPIDateTime*)Native(v, s_dateTime); break;
            case string v: data.Value.String = (CMPIString*)Native(v, s_string); break;
            case KeptPath v: data.Value.Ref = Native(v); break;
            case KeptInstance v: data.Value.Instance = Native(v); break;
            case KeptArray v: data.Value.Array = (CMPIArray*)Native(v, s_array); break;
            default: throw new NotSupportedException(kept.Value.GetType().Name);
        }
        return data;
    }

    /// <summary>Takes a value in; null when the type is none that may come in.</summary>
    private static Kept? Take(CMPIValue* value, CMPIType type)
    {
        if (type == CMPIType.Null)
            return null;
        if (value is null)
            return new Kept(type, null);
        object? taken = type switch
        {
            CMPIType.Boolean => value->Boolean != 0,
            CMPIType.UInt8 => value->UInt8,
            CMPIType.SInt8 => value->SInt8,
            CMPIType.UInt16 => value->UInt16,
            CMPIType.SInt16 => value->SInt16,
            CMPIType.UInt32 => value->UInt32,
            CMPIType.SInt32 => value->SInt32,
            CMPIType.UInt64 => value->UInt64,
            CMPIType.SInt64 => value->SInt64,
            CMPIType.Real32 => value->Real32,
            CMPIType.Real64 => value->Real64,
            CMPIType.Char16 => (char)value->Char16,
            CMPIType.Chars => Marshal.PtrToStringUTF8((nint)value),
            CMPIType.String or CMPIType.DateTime or CMPIType.Ref or CMPIType.Instance => Kept(value->String),
            _ when (type & CMPIType.Array) != 0 && ((KeptArray)Kept(value->Array)).Type == (type & ~CMPIType.Array) => Kept(value->Array),
            _ => null,
        };
        return taken is null ? null : new Kept(type == CMPIType.Chars ? CMPIType.String : type, taken);
    }

    private static CMPIBroker* Make()
    {
        var broker = (CMPIBroker*)NativeMemory.AllocZeroed((nuint)sizeof(CMPIBroker));
        broker->Broker = Table<CMPIBrokerFT>(t =>
        {
            var ft = (CMPIBrokerFT*)t;
            ft->PrepareAttachThread = &Prepare;
            ft->AttachThread = &Attach;
            ft->DetachThread = &Detach;
            ft->DeliverIndication = &Deliver;
        });
        broker->Encapsulation = Table<CMPIBrokerEncFT>(t =>
        {
            var ft = (CMPIBrokerEncFT*)t;
            ft->NewInstance = &NewInstance;
            ft->NewObjectPath = &NewPath;
            ft->NewString = &NewString;
            ft->NewArray = &NewArray;
            ft->NewDateTimeFromChars = &NewDateTime;
            ft->LogMessage = &LogMessage;
            ft->Trace = &Trace;
        });
        return broker;
    }

    private static CMPIBroker* MakeWithMarks()
    {
        var broker = (CMPIBroker*)NativeMemory.AllocZeroed((nuint)sizeof(CMPIBroker));
        *broker = *Broker;
        broker->Memory = Table<CMPIBrokerMemFT>(t =>
        {
            var ft = (CMPIBrokerMemFT*)t;
            ft->Mark = &Mark;
            ft->Release = &Release;
        });
        return broker;
    }

    private static T* Table<T>(Action<nint> fill)
        where T : unmanaged
    {
        var table = NativeMemory.AllocZeroed((nuint)sizeof(T));
        *(int*)table = 200;
        fill((nint)table);
        return (T*)table;
    }

    private static void* Native(object kept, void* table)
    {
        var native = (void**)NativeMemory.Alloc(2 * (nuint)sizeof(void*));
        native[0] = (void*)GCHandle.ToIntPtr(GCHandle.Alloc(kept));
        native[1] = table;
        return native;
    }

    private static object Kept(void* native) => GCHandle.FromIntPtr((nint)((void**)native)[0]).Target!;

    private static T Kept<T>(void* native) => (T)Kept(native);

    private static string Chars(byte* text) => Marshal.PtrToStringUTF8((nint)text) ?? "";

    private static CMPIStatus Status(CMPIrc rc) => new() { Rc = rc };

    private static CMPIData At(List<KeyValuePair<string, Kept>> list, uint index, CMPIString** name)
    {
        *name = (CMPIString*)Native(list[(int)index].Key, s_string);
        return Data(list[(int)index].Value);
    }

    private static void Fill(CMPIObjectPathFT* ft)
    {
        ft->SetHostname = &PathSetHost;
        ft->GetHostname = &PathHost;
        ft->GetNameSpace = &PathNamespace;
        ft->GetClassName = &PathClass;
        ft->AddKey = &PathAddKey;
        ft->GetKeyAt = &PathKeyAt;
        ft->GetKeyCount = &PathKeyCount;
    }

    private static void Fill(CMPIInstanceFT* ft)
    {
        ft->SetProperty = &InstanceSet;
        ft->SetPropertyFilter = &InstanceFilter;
        ft->GetPropertyAt = &InstanceAt;
        ft->GetPropertyCount = &InstanceCount;
        ft->GetObjectPath = &InstancePath;
    }

    private static void Fill(CMPIArrayFT* ft)
    {
        ft->GetSize = &ArraySize;
        ft->GetSimpleType = &ArrayType;
        ft->GetElementAt = &ArrayAt;
        ft->SetElementAt = &ArraySet;
    }

    private static void Fill(CMPIArgsFT* ft)
    {
        ft->AddArg = &ArgsAdd;
        ft->GetArgAt = &ArgsAt;
        ft->GetArgCount = &ArgsCount;
    }

    private static void Fill(CMPIResultFT* ft)
    {
        ft->ReturnData = &ReturnData;
        ft->ReturnInstance = &ReturnInstance;
        ft->ReturnObjectPath = &ReturnPath;
        ft->ReturnDone = &ReturnDone;
    }

    [UnmanagedCallersOnly]
    private static byte* StringGet(CMPIString* text, CMPIStatus* status) => (byte*)Marshal.StringToCoTaskMemUTF8((string)Kept(text));

    [UnmanagedCallersOnly]
    private static CMPIString* DateTimeString(CMPIDateTime* value, CMPIStatus* status) => (CMPIString*)Native(Kept(value), s_string);

    [UnmanagedCallersOnly]
    private static CMPIStatus LogMessage(CMPIBroker* broker, CMPISeverity severity, byte* id, byte* text, CMPIString* message)
    {
        Logged.Enqueue((severity, Chars(text)));
        return default;
    }

    [UnmanagedCallersOnly]
    private static CMPIStatus Trace(CMPIBroker* broker, CMPILevel level, byte* component, byte* text, CMPIString* message)
    {
        Logged.Enqueue((default, Chars(text)));
        return default;
    }

    [UnmanagedCallersOnly]
    private static CMPIString* NewString(CMPIBroker* broker, byte* text, CMPIStatus* status) => (CMPIString*)Native(Chars(text), s_string);

    [UnmanagedCallersOnly]
    private static CMPIDateTime* NewDateTime(CMPIBroker* broker, byte* text, CMPIStatus* status) => (CMPIDateTime*)Native(Chars(text), s_dateTime);

    [UnmanagedCallersOnly]
    private static CMPIArray* NewArray(CMPIBroker* broker, uint size, CMPIType type, CMPIStatus* status) =>
        (CMPIArray*)Native(new KeptArray(type, (int)size), s_array);

    [UnmanagedCallersOnly]
    private static CMPIObjectPath* NewPath(CMPIBroker* broker, byte* ns, byte* name, CMPIStatus* status) =>
        Native(new KeptPath { Namespace = Chars(ns), ClassName = Chars(name) });

    [UnmanagedCallersOnly]
    private static CMPIInstance* NewInstance(CMPIBroker* broker, CMPIObjectPath* path, CMPIStatus* status)
    {
        t_made++;
        var instance = new KeptInstance { Path = Kept<KeptPath>(path) };
        if (instance.Path.ClassName == FilledClass)
            instance.Properties.AddRange([new("Caption", new(CMPIType.String, null)), new("EnabledDefault", new(CMPIType.UInt16, (ushort)2))]);
        return Native(instance);
    }

    // A mark is how many there were.
    [UnmanagedCallersOnly]
    private static void* Mark(CMPIBroker* broker, CMPIStatus* status) => (void*)(nint)(t_made + 1);

    [UnmanagedCallersOnly]
    private static CMPIStatus Release(CMPIBroker* broker, void* mark)
    {
        var before = (int)(nint)mark - 1;
        Interlocked.Add(ref s_freed, t_made - before);
        t_made = before;
        return default;
    }

    [UnmanagedCallersOnly]
    private static CMPIContext* Prepare(CMPIBroker* broker, CMPIContext* context)
    {
        var from = Kept<KeptContext>(context);
        ObjectDisposedException.ThrowIf(from.Freed, from);
        return Native(new KeptContext { Entries = from.Entries });
    }

    [UnmanagedCallersOnly]
    private static CMPIStatus Attach(CMPIBroker* broker, CMPIContext* context)
    {
        var kept = Kept<KeptContext>(context);
        if (kept.Freed || kept.Attached)
            return Status(CMPIrc.InvalidHandle);
        kept.Attached = true;
        return default;
    }

    [UnmanagedCallersOnly]
    private static CMPIStatus Detach(CMPIBroker* broker, CMPIContext* context)
    {
        Kept<KeptContext>(context).Attached = false;
        Kept<KeptContext>(context).Freed = true;
        return default;
    }

    [UnmanagedCallersOnly]
    private static CMPIStatus Deliver(CMPIBroker* broker, CMPIContext* context, byte* ns, CMPIInstance* indication)
    {
        var kept = Kept<KeptContext>(context);
        if (!kept.Attached)
            return Status(CMPIrc.Failed);
        lock (Delivered)
            Delivered.Add((kept, Chars(ns), Kept<KeptInstance>(indication)));
        return default;
    }

    [UnmanagedCallersOnly]
    private static CMPIData ContextEntry(CMPIContext* context, byte* name, CMPIStatus* status)
    {
        var entry = Kept<KeptContext>(context).Entries.GetValueOrDefault(Chars(name));
        if (status is not null)
            *status = Status(entry is null ? CMPIrc.NoSuchProperty : CMPIrc.Ok);
        return Data(entry);
    }

    [UnmanagedCallersOnly]
    private static CMPIStatus PathSetHost(CMPIObjectPath* path, byte* host)
    {
        Kept<KeptPath>(path).Host = Chars(host);
        return default;
    }

    [UnmanagedCallersOnly]
    private static CMPIString* PathHost(CMPIObjectPath* path, CMPIStatus* status) =>
        Kept<KeptPath>(path).Host is { } host ? (CMPIString*)Native(host, s_string) : null;

    [UnmanagedCallersOnly]
    private static CMPIString* PathNamespace(CMPIObjectPath* path, CMPIStatus* status) => (CMPIString*)Native(Kept<KeptPath>(path).Namespace, s_string);

    [UnmanagedCallersOnly]
    private static CMPIString* PathClass(CMPIObjectPath* path, CMPIStatus* status) => (CMPIString*)Native(Kept<KeptPath>(path).ClassName, s_string);

    [UnmanagedCallersOnly]
    private static CMPIStatus PathAddKey(CMPIObjectPath* path, byte* name, CMPIValue* value, CMPIType type)
    {
        if (value is null || Take(value, type) is not { } kept)
            return Status(CMPIrc.InvalidDataType);
        Kept<KeptPath>(path).Keys.Add(new(Chars(name), kept));
        return default;
    }

    [UnmanagedCallersOnly]
    private static CMPIData PathKeyAt(CMPIObjectPath* path, uint index, CMPIString** name, CMPIStatus* status)
    {
        var data = At(Kept<KeptPath>(path).Keys, index, name);
        data.State |= CMPIValueState.Key;
        return data;
    }

    [UnmanagedCallersOnly]
    private static uint PathKeyCount(CMPIObjectPath* path, CMPIStatus* status) => (uint)Kept<KeptPath>(path).Keys.Count;

    [UnmanagedCallersOnly]
    private static CMPIStatus InstanceSet(CMPIInstance* instance, byte* name, CMPIValue* value, CMPIType type)
    {
        var property = Chars(name);
        var given = type == CMPIType.Chars ? CMPIType.String : type;
        if (property == "Unknown")
            return default;
        if (Take(value, type) is not { } kept || (value is not null && Declared.TryGetValue(property, out var declared) && declared != given))
            return Status(CMPIrc.InvalidDataType);
        Kept<KeptInstance>(instance).Properties.Add(new(property, kept));
        return default;
    }

    // It takes out what is there, and has no effect on what is set later.
    [UnmanagedCallersOnly]
    private static CMPIStatus InstanceFilter(CMPIInstance* instance, byte** properties, byte** keys)
    {
        var wanted = new List<string>();
        for (; *properties is not null; properties++)
            wanted.Add(Chars(*properties));
        var kept = Kept<KeptInstance>(instance);
        kept.Properties.RemoveAll(p => !wanted.Contains(p.Key, StringComparer.OrdinalIgnoreCase) && !kept.Path.Keys.Exists(k => k.Key == p.Key));
        return default;
    }

    [UnmanagedCallersOnly]
    private static CMPIData InstanceAt(CMPIInstance* instance, uint index, CMPIString** name, CMPIStatus* status) =>
        At(Kept<KeptInstance>(instance).Properties, index, name);

    [UnmanagedCallersOnly]
    private static uint InstanceCount(CMPIInstance* instance, CMPIStatus* status) => (uint)Kept<KeptInstance>(instance).Properties.Count;

    [UnmanagedCallersOnly]
    private static CMPIObjectPath* InstancePath(CMPIInstance* instance, CMPIStatus* status) => Native(Kept<KeptInstance>(instance).Path);

    [UnmanagedCallersOnly]
    private static uint ArraySize(CMPIArray* array, CMPIStatus* status) => (uint)Kept<KeptArray>(array).Elements.Length;

    [UnmanagedCallersOnly]
    private static CMPIType ArrayType(CMPIArray* array, CMPIStatus* status) => Kept<KeptArray>(array).Type;

    [UnmanagedCallersOnly]
    private static CMPIData ArrayAt(CMPIArray* array, uint index, CMPIStatus* status)
    {
        var kept = Kept<KeptArray>(array);
        return Data(new Kept(kept.Type, kept.Elements[index]));
    }

    [UnmanagedCallersOnly]
    private static CMPIStatus ArraySet(CMPIArray* array, uint index, CMPIValue* value, CMPIType type)
    {
        var kept = Kept<KeptArray>(array);
        if (type != kept.Type || Take(value, type) is not { } element)
            return Status(CMPIrc.InvalidDataType);
        kept.Elements[index] = element.Value;
        return default;
    }

    [UnmanagedCallersOnly]
    private static CMPIStatus ArgsAdd(CMPIArgs* args, byte* name, CMPIValue* value, CMPIType type)
    {
        if ((type & ~CMPIType.Array) == CMPIType.Chars || Take(value, type) is not { } kept)
            return Status(CMPIrc.InvalidDataType);
        Kept<KeptArgs>(args).Arguments.Add(new(Chars(name), kept));
        return default;
    }

    [UnmanagedCallersOnly]
    private static CMPIData ArgsAt(CMPIArgs* args, uint index, CMPIString** name, CMPIStatus* status) => At(Kept<KeptArgs>(args).Arguments, index, name);

    [UnmanagedCallersOnly]
    private static uint ArgsCount(CMPIArgs* args, CMPIStatus* status) => (uint)Kept<KeptArgs>(args).Arguments.Count;

    [UnmanagedCallersOnly]
    private static CMPIStatus ReturnData(CMPIResult* result, CMPIValue* value, CMPIType type) => Return(result, Take(value, type));

    [UnmanagedCallersOnly]
    private static CMPIStatus ReturnInstance(CMPIResult* result, CMPIInstance* instance) => Return(result, Kept(instance));

    [UnmanagedCallersOnly]
    private static CMPIStatus ReturnPath(CMPIResult* result, CMPIObjectPath* path) => Return(result, Kept(path));

    [UnmanagedCallersOnly]
    private static CMPIStatus ReturnDone(CMPIResult* result)
    {
        Kept<KeptResult>(result).Done = true;
        return default;
    }

    private static CMPIStatus Return(CMPIResult* result, object? value)
    {
        var kept = Kept<KeptResult>(result);
        if (kept.Done)
            return Status(CMPIrc.Failed);
        kept.Returned.Add(value);
        return default;
    }
}
