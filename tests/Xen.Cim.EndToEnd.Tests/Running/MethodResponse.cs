using System.Globalization;
using System.Xml.Linq;

namespace Xen.Cim.EndToEnd.Tests.Running;

/// <summary>An answer to a method call as <c>wbemcli cmx</c> prints it: METHODRESPONSE of DSP0201.</summary>
internal static class MethodResponse
{
    public static PrintedAnswer Read(string xml)
    {
        var response = XElement.Parse(xml);
        var output = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var parameter in response.Elements("PARAMVALUE"))
        {
            var values = parameter.Descendants("VALUE.REFERENCE").Select(Path).Concat(parameter.Descendants("VALUE").Select(v => v.Value)).ToList();
            if (values.Count > 0)
                output[parameter.Attribute("NAME")!.Value] = string.Join('\n', values);
        }
        return new PrintedAnswer(uint.Parse(response.Element("RETURNVALUE")!.Element("VALUE")!.Value, CultureInfo.InvariantCulture), output);
    }

    // A reference with or without host and namespace; the namespace asked is meant where there is none.
    private static string Path(XElement reference)
    {
        var @namespace = string.Join('/', reference.Descendants("NAMESPACE").Select(n => n.Attribute("NAME")!.Value));
        var name = reference.Descendants("INSTANCENAME").First();
        var keys = name.Elements("KEYBINDING").Select(k => $"{k.Attribute("NAME")!.Value}=\"{k.Element("KEYVALUE")!.Value}\"");
        return $"{(@namespace.Length > 0 ? @namespace : Wbemcli.Namespace)}:{name.Attribute("CLASSNAME")!.Value}.{string.Join(',', keys)}";
    }
}
