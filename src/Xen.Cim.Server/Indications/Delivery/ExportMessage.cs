using System.Globalization;
using Xen.Cim.Model;
using Xen.Cim.Server.CimXml;

namespace Xen.Cim.Server.Indications.Delivery;

/// <summary>The CIM-XML message that takes an indication to its listener (DSP0200 5.4, DSP0201 EXPMETHODCALL).</summary>
internal static class ExportMessage
{
    /// <summary>Writes the whole message.</summary>
    public static void Write(Utf8Buffer output, CimInstance indication, long id)
    {
        output.Raw("<?xml version=\"1.0\" encoding=\"utf-8\" ?>\n<CIM CIMVERSION=\"2.0\" DTDVERSION=\"2.0\">\n<MESSAGE ID=\""u8);
        output.Attribute(id.ToString(CultureInfo.InvariantCulture));
        output.Raw("\" PROTOCOLVERSION=\"1.0\">\n<SIMPLEEXPREQ>\n<EXPMETHODCALL NAME=\"ExportIndication\">\n<EXPPARAMVALUE NAME=\"NewIndication\">\n"u8);
        new CimXmlWriter(output).Instance(indication);
        output.Raw("</EXPPARAMVALUE>\n</EXPMETHODCALL>\n</SIMPLEEXPREQ>\n</MESSAGE>\n</CIM>\n"u8);
    }

    /// <summary>An indication of its own for one listener: with its place in that listener's sequence (CIM_Indication).</summary>
    public static CimInstance Numbered(CimInstance indication, string context, long number, string filterName)
    {
        var numbered = indication.Copy();
        numbered.Set("SequenceContext", CimType.String, false, context);
        numbered.Set("SequenceNumber", CimType.SInt64, false, number);
        numbered.Set("IndicationFilterName", CimType.String, false, filterName);
        return numbered;
    }
}
