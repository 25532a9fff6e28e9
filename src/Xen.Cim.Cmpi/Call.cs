using Xen.Cim.Cmpi.Abi;
using Xen.Cim.Model;

namespace Xen.Cim.Cmpi;

/// <summary>The pointers of one call from the server; which of them are there depends on the function.</summary>
internal unsafe struct Call
{
    public CMPIContext* Context;
    public CMPIResult* Result;
    public CMPIObjectPath* Path;
    public byte** Properties;
    public CMPIInstance* Instance;
    public byte* AssociationClass;
    public byte* ResultClass;
    public byte* Role;
    public byte* ResultRole;
    public byte* Name;
    public CMPIArgs* Input;
    public CMPIArgs* Output;
    public CMPIData Value;

    public readonly CimObjectPath ReadPath() => Broker.ReadPath(Path);

    public readonly CimRequest Request(CimObjectPath path, CancellationToken cancellation) => new()
    {
        Namespace = path.Namespace ?? "",
        PropertyList = Broker.ReadNames(Properties),
        Principal = Entry(CMPIContextEntry.Principal) as string ?? "",
        Answer = Entry(CMPIContextEntry.Answer) as ulong? ?? 0,
        Cancellation = cancellation,
    };

    public readonly AssociationFilter Filter() => new(
        Broker.Text(AssociationClass), Broker.Text(ResultClass), Broker.Text(Role), Broker.Text(ResultRole));

    public readonly void Return(CMPIObjectPath* path) => Check(Result->Ft->ReturnObjectPath(Result, path));

    public readonly void Return(CMPIInstance* instance) => Check(Result->Ft->ReturnInstance(Result, instance));

    public readonly void Return(CMPIValue value, CMPIType type) => Check(Result->Ft->ReturnData(Result, &value, type));

    public readonly void Done() => Check(Result->Ft->ReturnDone(Result));

    private static void Check(CMPIStatus status)
    {
        if (status.Rc != CMPIrc.Ok)
            throw new CimException(CimStatus.Failed, $"The CIM server refused a result: CMPI code {(int)status.Rc} {Broker.Read(status.Message)}");
    }

    private readonly object? Entry(ReadOnlySpan<byte> name)
    {
        if (Context is null)
            return null;
        CMPIStatus status = default;
        CMPIData data;
        fixed (byte* p = name)
            data = Context->Ft->GetEntry(Context, p, &status);
        return status.Rc == CMPIrc.Ok ? Broker.ReadValue(data) : null;
    }
}
