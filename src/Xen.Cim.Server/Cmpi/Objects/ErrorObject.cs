using System.Runtime.InteropServices;
using Xen.Cim.Cmpi.Abi;

namespace Xen.Cim.Server.Cmpi.Objects;

/// <summary>CMPIError: an instance of CIM_Error in the making (CMPI 2.0, extended errors).</summary>
internal sealed unsafe class ErrorObject() : CmpiObject(CmpiKind.Error), ICmpiObject<ErrorObject>
{
    private static readonly CMPIErrorFT* s_table = MakeTable();

    private Fields _fields = new();

    static CmpiKind ICmpiObject<ErrorObject>.Kind => CmpiKind.Error;

    static void* ICmpiObject<ErrorObject>.FunctionTable => s_table;

    static ErrorObject ICmpiObject<ErrorObject>.Create() => new();

    /// <summary>The error in a line: message id, message, probable cause.</summary>
    public string Text => string.Join(": ", new[] { _fields.MessageId, _fields.Message, _fields.ProbableCauseDescription }.Where(t => !string.IsNullOrEmpty(t)));

    public static CMPIError* New(Arena arena, string? owner, string? messageId, string? message, CMPIErrorSeverity severity, int cause, CMPIrc status)
    {
        var made = arena.New<ErrorObject>();
        made._fields = new()
        {
            OwningEntity = owner,
            MessageId = messageId,
            Message = message,
            Severity = severity,
            ProbableCause = cause,
            StatusCode = status,
        };
        return (CMPIError*)made.Block;
    }

    internal override void Clear() => _fields = new();

    private static CMPIErrorFT* MakeTable()
    {
        var table = FunctionTable.Allocate<CMPIErrorFT>();
        *table = new()
        {
            FtVersion = FunctionTable.Version,
            Release = &Release,
            Clone = &Clone,
            GetErrorType = &GetErrorType,
            GetPerceivedSeverity = &GetPerceivedSeverity,
            GetProbableCause = &GetProbableCause,
            GetErrorSourceFormat = &GetErrorSourceFormat,
            GetCIMStatusCode = &GetCimStatusCode,
            GetOtherErrorType = &GetOtherErrorType,
            GetOwningEntity = &GetOwningEntity,
            GetMessageID = &GetMessageId,
            GetMessage = &GetMessage,
            GetProbableCauseDescription = &GetProbableCauseDescription,
            GetErrorSource = &GetErrorSource,
            GetOtherErrorSourceFormat = &GetOtherErrorSourceFormat,
            GetCIMStatusCodeDescription = &GetCimStatusCodeDescription,
            GetRecommendedActions = &GetRecommendedActions,
            GetMessageArguments = &GetMessageArguments,
            SetErrorType = &SetErrorType,
            SetErrorSourceFormat = &SetErrorSourceFormat,
            SetOtherErrorType = &SetOtherErrorType,
            SetProbableCauseDescription = &SetProbableCauseDescription,
            SetErrorSource = &SetErrorSource,
            SetOtherErrorSourceFormat = &SetOtherErrorSourceFormat,
            SetCIMStatusCodeDescription = &SetCimStatusCodeDescription,
            SetRecommendedActions = &SetRecommendedActions,
            SetMessageArguments = &SetMessageArguments,
        };
        return table;
    }

    [UnmanagedCallersOnly]
    private static CMPIStatus Release(CMPIError* self) => FunctionTable.Release<ErrorObject>(self);

    [UnmanagedCallersOnly]
    private static CMPIError* Clone(CMPIError* self, CMPIStatus* rc)
    {
        if (FunctionTable.BeginClone<ErrorObject>(self, rc, out var clone) is not { } source)
            return null;
        clone._fields = source._fields with { };
        return (CMPIError*)clone.Block;
    }

    [UnmanagedCallersOnly]
    private static CMPIErrorType GetErrorType(CMPIError* self, CMPIStatus* rc) => FunctionTable.Self<ErrorObject>(self, rc) is { } error ? error._fields.ErrorType : default;

    [UnmanagedCallersOnly]
    private static CMPIErrorSeverity GetPerceivedSeverity(CMPIError* self, CMPIStatus* rc) => FunctionTable.Self<ErrorObject>(self, rc) is { } error ? error._fields.Severity : default;

    [UnmanagedCallersOnly]
    private static int GetProbableCause(CMPIError* self, CMPIStatus* rc) => FunctionTable.Self<ErrorObject>(self, rc) is { } error ? error._fields.ProbableCause : default;

    [UnmanagedCallersOnly]
    private static CMPIErrorSrcFormat GetErrorSourceFormat(CMPIError* self, CMPIStatus* rc) => FunctionTable.Self<ErrorObject>(self, rc) is { } error ? error._fields.SourceFormat : default;

    [UnmanagedCallersOnly]
    private static CMPIrc GetCimStatusCode(CMPIError* self, CMPIStatus* rc) => FunctionTable.Self<ErrorObject>(self, rc) is { } error ? error._fields.StatusCode : default;

    [UnmanagedCallersOnly]
    private static CMPIString* GetOtherErrorType(CMPIError* self, CMPIStatus* rc) => Get(self, rc, static fields => fields.OtherErrorType);

    [UnmanagedCallersOnly]
    private static CMPIString* GetOwningEntity(CMPIError* self, CMPIStatus* rc) => Get(self, rc, static fields => fields.OwningEntity);

    [UnmanagedCallersOnly]
    private static CMPIString* GetMessageId(CMPIError* self, CMPIStatus* rc) => Get(self, rc, static fields => fields.MessageId);

    [UnmanagedCallersOnly]
    private static CMPIString* GetMessage(CMPIError* self, CMPIStatus* rc) => Get(self, rc, static fields => fields.Message);

    [UnmanagedCallersOnly]
    private static CMPIString* GetProbableCauseDescription(CMPIError* self, CMPIStatus* rc) => Get(self, rc, static fields => fields.ProbableCauseDescription);

    [UnmanagedCallersOnly]
    private static CMPIString* GetErrorSource(CMPIError* self, CMPIStatus* rc) => Get(self, rc, static fields => fields.ErrorSource);

    [UnmanagedCallersOnly]
    private static CMPIString* GetOtherErrorSourceFormat(CMPIError* self, CMPIStatus* rc) => Get(self, rc, static fields => fields.OtherSourceFormat);

    [UnmanagedCallersOnly]
    private static CMPIString* GetCimStatusCodeDescription(CMPIError* self, CMPIStatus* rc) => Get(self, rc, static fields => fields.StatusCodeDescription);

    [UnmanagedCallersOnly]
    private static CMPIArray* GetRecommendedActions(CMPIError* self, CMPIStatus* rc) => Get(self, rc, static fields => fields.RecommendedActions);

    [UnmanagedCallersOnly]
    private static CMPIArray* GetMessageArguments(CMPIError* self, CMPIStatus* rc) => Get(self, rc, static fields => fields.MessageArguments);

    [UnmanagedCallersOnly]
    private static CMPIStatus SetErrorType(CMPIError* self, CMPIErrorType value)
    {
        if (From<ErrorObject>(self) is not { } error)
            return Status.Of(CMPIrc.InvalidHandle);
        error._fields.ErrorType = value;
        return Status.Ok;
    }

    [UnmanagedCallersOnly]
    private static CMPIStatus SetErrorSourceFormat(CMPIError* self, CMPIErrorSrcFormat value)
    {
        if (From<ErrorObject>(self) is not { } error)
            return Status.Of(CMPIrc.InvalidHandle);
        error._fields.SourceFormat = value;
        return Status.Ok;
    }

    [UnmanagedCallersOnly]
    private static CMPIStatus SetOtherErrorType(CMPIError* self, byte* text) => Set(self, text, static (fields, value) => fields.OtherErrorType = value);

    [UnmanagedCallersOnly]
    private static CMPIStatus SetProbableCauseDescription(CMPIError* self, byte* text) => Set(self, text, static (fields, value) => fields.ProbableCauseDescription = value);

    [UnmanagedCallersOnly]
    private static CMPIStatus SetErrorSource(CMPIError* self, byte* text) => Set(self, text, static (fields, value) => fields.ErrorSource = value);

    [UnmanagedCallersOnly]
    private static CMPIStatus SetOtherErrorSourceFormat(CMPIError* self, byte* text) => Set(self, text, static (fields, value) => fields.OtherSourceFormat = value);

    [UnmanagedCallersOnly]
    private static CMPIStatus SetCimStatusCodeDescription(CMPIError* self, byte* text) => Set(self, text, static (fields, value) => fields.StatusCodeDescription = value);

    [UnmanagedCallersOnly]
    private static CMPIStatus SetRecommendedActions(CMPIError* self, CMPIArray* texts) => Set(self, texts, static (fields, value) => fields.RecommendedActions = value);

    [UnmanagedCallersOnly]
    private static CMPIStatus SetMessageArguments(CMPIError* self, CMPIArray* texts) => Set(self, texts, static (fields, value) => fields.MessageArguments = value);

    private static CMPIString* Get(CMPIError* self, CMPIStatus* rc, Func<Fields, string?> field)
    {
        try
        {
            return FunctionTable.Self<ErrorObject>(self, rc) is { } error ? StringObject.NewOrNull(Arena.Current, field(error._fields)) : null;
        }
        catch (Exception e)
        {
            Status.Set(rc, e);
            return null;
        }
    }

    private static CMPIArray* Get(CMPIError* self, CMPIStatus* rc, Func<Fields, string?[]?> field)
    {
        try
        {
            return FunctionTable.Self<ErrorObject>(self, rc) is { } error && field(error._fields) is { } texts
                ? ArrayObject.New(Arena.Current, CMPIType.String, texts)
                : null;
        }
        catch (Exception e)
        {
            Status.Set(rc, e);
            return null;
        }
    }

    private static CMPIStatus Set(CMPIError* self, byte* text, Action<Fields, string?> set)
    {
        try
        {
            if (From<ErrorObject>(self) is not { } error)
                return Status.Of(CMPIrc.InvalidHandle);
            set(error._fields, Utf8Text.Read(text));
            return Status.Ok;
        }
        catch (Exception e)
        {
            return Status.Of(e);
        }
    }

    private static CMPIStatus Set(CMPIError* self, CMPIArray* texts, Action<Fields, string?[]> set)
    {
        try
        {
            if (From<ErrorObject>(self) is not { } error)
                return Status.Of(CMPIrc.InvalidHandle);
            if (From<ArrayObject>(texts) is not { ElementType: CMPIType.String } array)
                return Status.Of(CMPIrc.InvalidParameter);
            set(error._fields, array.Elements.Cast<string?>().ToArray());
            return Status.Ok;
        }
        catch (Exception e)
        {
            return Status.Of(e);
        }
    }

    private sealed record Fields
    {
        public CMPIErrorType ErrorType { get; set; }

        public CMPIErrorSeverity Severity { get; init; }

        public int ProbableCause { get; init; }

        public CMPIErrorSrcFormat SourceFormat { get; set; }

        public CMPIrc StatusCode { get; init; }

        public string? OwningEntity { get; init; }

        public string? MessageId { get; init; }

        public string? Message { get; init; }

        public string? OtherErrorType { get; set; }

        public string? ProbableCauseDescription { get; set; }

        public string? ErrorSource { get; set; }

        public string? OtherSourceFormat { get; set; }

        public string? StatusCodeDescription { get; set; }

        public string?[]? RecommendedActions { get; set; }

        public string?[]? MessageArguments { get; set; }
    }
}
