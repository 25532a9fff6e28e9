using System.Globalization;
using Xen.Cim.Hypervisor;
using Xen.Cim.Model;
using Xen.Cim.Schema;
using Error = Xen.Cim.Schema.CIM_Error;

namespace Xen.Cim.Providers;

/// <summary>Why a job failed: for people, and libvirt's error domain and code (virErrorDomain, virErrorNumber) where it was libvirt's.</summary>
internal sealed record JobError(CimStatus Status, string Message)
{
    private const string LibvirtOwner = "libvirt";

    public int? LibvirtDomain { get; init; }

    public int? LibvirtCode { get; init; }

    public static JobError Of(Exception error) => error switch
    {
        HypervisorException hypervisor => new(hypervisor.ToCim().Status, hypervisor.Message)
        {
            LibvirtDomain = hypervisor.Libvirt?.Domain,
            LibvirtCode = hypervisor.Libvirt?.Code,
        },
        CimException cim => new(cim.Status, cim.Message),
        var other => new(CimStatus.Failed, other.Message),
    };

    /// <summary>The error as GetErrors hands it out.</summary>
    /// <param name="source">The job.</param>
    public CIM_Error ToInstance(CimObjectPath source)
    {
        var error = new Error
        {
            ErrorType = Status switch
            {
                CimStatus.NotSupported => Error.ErrorTypeValue.Unsupported_Operation_Error,
                CimStatus.AccessDenied => Error.ErrorTypeValue.Security_Error,
                CimStatus.NotFound => Error.ErrorTypeValue.Unavailable_Resource_Error,
                _ => Error.ErrorTypeValue.Software_Error,
            },
            PerceivedSeverity = Error.PerceivedSeverityValue.Major,
            ProbableCause = Error.ProbableCauseValue.Software_Error,
            CIMStatusCode = (Error.CIMStatusCodeValue)(uint)Status,
            Message = Message,
            OwningEntity = "Xen.Cim",
            MessageID = $"XENCIM-{(int)Status}",
            ErrorSource = source.ToString(),
            ErrorSourceFormat = Error.ErrorSourceFormatValue.CIMObjectPath,
        };
        if (LibvirtDomain is { } domain && LibvirtCode is { } code)
        {
            error.OwningEntity = LibvirtOwner;
            error.MessageID = string.Create(CultureInfo.InvariantCulture, $"LIBVIRT-{domain}-{code}");
            error.MessageArguments = [domain.ToString(CultureInfo.InvariantCulture), code.ToString(CultureInfo.InvariantCulture)];
            error.ProbableCauseDescription = string.Create(CultureInfo.InvariantCulture, $"libvirt's error domain {domain}, code {code}");
        }
        return error;
    }
}
