using Xen.Cim.Cmpi.Abi;
using Xen.Cim.Model;
using Xen.Cim.Server.Cmpi.Broker;
using Xen.Cim.Server.Cmpi.Objects;

namespace Xen.Cim.Server.Cmpi;

/// <summary>An indication provider as the server's indication service drives it (CMPI indication interface).</summary>
public interface ICmpiIndications
{
    /// <exception cref="CimException">The provider refuses the filter, with its reason.</exception>
    void AuthorizeFilter(CimRequest request, string query, string language, string indicationClass, CimObjectPath source, string owner);

    /// <summary>Whether the server should poll instead of waiting for the provider to deliver.</summary>
    bool MustPoll(CimRequest request, string query, string language, string indicationClass, CimObjectPath source);

    void ActivateFilter(CimRequest request, string query, string language, string indicationClass, CimObjectPath source, bool first);

    void DeactivateFilter(CimRequest request, string query, string language, string indicationClass, CimObjectPath source, bool last);

    /// <summary>From now on the provider may deliver; its deliveries reach the server's <c>DeliverIndication</c>.</summary>
    void EnableIndications();

    void DisableIndications();
}

internal sealed unsafe partial class CmpiProvider : ICmpiIndications
{
    // enableIndications and disableIndications came with this version of the function table.
    private const int EnableVersion = 86;

    public void AuthorizeFilter(CimRequest request, string query, string language, string indicationClass, CimObjectPath source, string owner)
    {
        var mi = interfaces.Indication;
        Require(mi->Ft->AuthorizeFilter is not null, "AuthorizeFilter");
        using var call = new Call(broker, request, source, new(request));
        call.End(mi->Ft->AuthorizeFilter(mi, call.Context, Filter(call, query, language), call.Chars(indicationClass), call.Path, call.Chars(owner)));
    }

    public bool MustPoll(CimRequest request, string query, string language, string indicationClass, CimObjectPath source)
    {
        var mi = interfaces.Indication;
        if (mi->Ft->MustPoll is null)
            return false;
        var says = false;
        using var call = new Call(broker, request, source, new(request) { OnData = value => says = value.Value is true });
        var filter = Filter(call, query, language);
        // CMPI 2.1 put a result into the middle of the same slot's parameters, and in it stands what the provider says. Before
        // that it could say nothing: many answer OK, and mean that they were asked.
        var status = mi->Ft->FtVersion >= CMPIVersion.V210
            ? ((delegate* unmanaged<CMPIIndicationMI*, CMPIContext*, CMPIResult*, CMPISelectExp*, byte*, CMPIObjectPath*, CMPIStatus>)mi->Ft->MustPoll)(
                mi, call.Context, call.Result, filter, call.Chars(indicationClass), call.Path)
            : mi->Ft->MustPoll(mi, call.Context, filter, call.Chars(indicationClass), call.Path);
        return status.Rc == CMPIrc.Ok && says;
    }

    public void ActivateFilter(CimRequest request, string query, string language, string indicationClass, CimObjectPath source, bool first)
    {
        var mi = interfaces.Indication;
        Require(mi->Ft->ActivateFilter is not null, "ActivateFilter");
        using var call = new Call(broker, request, source, new(request));
        call.End(mi->Ft->ActivateFilter(mi, call.Context, Filter(call, query, language), call.Chars(indicationClass), call.Path, first ? (byte)1 : (byte)0));
    }

    public void DeactivateFilter(CimRequest request, string query, string language, string indicationClass, CimObjectPath source, bool last)
    {
        var mi = interfaces.Indication;
        Require(mi->Ft->DeActivateFilter is not null, "DeActivateFilter");
        using var call = new Call(broker, request, source, new(request));
        call.End(mi->Ft->DeActivateFilter(mi, call.Context, Filter(call, query, language), call.Chars(indicationClass), call.Path, last ? (byte)1 : (byte)0));
    }

    public void EnableIndications()
    {
        var mi = interfaces.Indication;
        broker.IndicationsEnabled = true;
        if (mi->Ft->FtVersion < EnableVersion || mi->Ft->EnableIndications is null)
            return;
        using var call = new Call(broker, CmpiBroker.Anonymous, new CimObjectPath(""), new(CmpiBroker.Anonymous));
        call.End(mi->Ft->EnableIndications(mi, call.Context));
    }

    public void DisableIndications()
    {
        var mi = interfaces.Indication;
        try
        {
            if (mi->Ft->FtVersion < EnableVersion || mi->Ft->DisableIndications is null)
                return;
            using var call = new Call(broker, CmpiBroker.Anonymous, new CimObjectPath(""), new(CmpiBroker.Anonymous));
            call.End(mi->Ft->DisableIndications(mi, call.Context));
        }
        finally
        {
            broker.IndicationsEnabled = false;
        }
    }

    private static CMPISelectExp* Filter(Call call, string query, string language) =>
        (CMPISelectExp*)SelectExpObject.New(call.Arena, query, language).Block;
}
