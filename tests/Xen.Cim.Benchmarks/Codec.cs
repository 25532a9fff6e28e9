using System.Globalization;
using System.Text;
using System.Xml;
using Xen.Cim.Model;
using Xen.Cim.Server.CimXml;
using Xen.Cim.Server.Providers;

namespace Xen.Cim.Benchmarks;

/// <summary>
/// The embedded server's CIM-XML against System.Xml doing the same bytes with no model behind: one reader that looks at
/// every name and value, one writer that is told every one of them.
/// </summary>
internal sealed class Codec : IDisposable
{
    private const int Instances = 1000;
    private const int WarmUps = 30;

    private readonly List<CimInstance> _instances = [];
    private readonly Utf8Buffer _written = new();
    private readonly byte[] _answer;
    private readonly List<Token> _tokens = [];
    private readonly byte[][] _requests;

    private readonly record struct Token(XmlNodeType Kind, string Text, string Value = "");

    public Codec()
    {
        new CannedProvider(Instances).EnumerateInstances(new CimRequest { Namespace = "root/virt" }, new CimObjectPath(CannedProvider.ClassName, "root/virt"), _instances.Add);
        Write();
        _answer = [.. "<ALL>"u8, .. _written.Written.Span, .. "</ALL>"u8];
        Read(_answer, _tokens.Add);
        _requests = [.. _instances.Select(i =>
        {
            _written.Truncate(0);
            new CimXmlWriter(_written).Instance(i);
            var request = CimXmlClient.Call("CreateInstance", $"<IPARAMVALUE NAME=\"NewInstance\">{Encoding.UTF8.GetString(_written.Written.Span)}</IPARAMVALUE>");
            return Encoding.UTF8.GetBytes(request.Body);
        })];
    }

    public void Measure(Report report, int rounds)
    {
        var times = Timing.Medians(WarmUps, rounds, Write, WriteBare, ReadRequests, ReadBare);
        Add("Writing", _answer.Length, times[0], times[1], "XmlWriter");
        Add("Reading", _requests.Sum(r => r.Length), times[2], times[3], "XmlReader");

        void Add(string what, int bytes, double ours, double bare, string name)
        {
            report.Targets.Add(new(string.Create(CultureInfo.InvariantCulture, $"{what} {Instances} instances of 25 properties as CIM-XML ({bytes / 1024} KiB, {Report.Ms(ours)} ms), against {name} ({Report.Ms(bare)} ms)"),
                Report.Ratio(ours / bare), "3×", ours <= 3 * bare));
        }
    }

    public void Dispose() => _written.Dispose();

    private void Write()
    {
        _written.Truncate(0);
        var writer = new CimXmlWriter(_written);
        foreach (var instance in _instances)
            writer.NamedInstance(instance.Path!, instance);
    }

    private void WriteBare()
    {
        using var xml = XmlWriter.Create(new MemoryStream(_answer.Length), new XmlWriterSettings { Encoding = new UTF8Encoding(false), OmitXmlDeclaration = true });
        foreach (var token in _tokens)
        {
            switch (token.Kind)
            {
                case XmlNodeType.Element:
                    xml.WriteStartElement(token.Text);
                    break;
                case XmlNodeType.Attribute:
                    xml.WriteAttributeString(token.Text, token.Value);
                    break;
                case XmlNodeType.EndElement:
                    xml.WriteFullEndElement();
                    break;
                default:
                    xml.WriteString(token.Text);
                    break;
            }
        }
    }

    private void ReadRequests()
    {
        foreach (var request in _requests)
            CimXmlReader.ReadRequest(new MemoryStream(request));
    }

    private void ReadBare()
    {
        var characters = 0L;
        foreach (var request in _requests)
            Read(request, token => characters += token.Text.Length + token.Value.Length);
        if (characters == 0)
            throw new InvalidOperationException("Nothing was read.");
    }

    private static void Read(byte[] xml, Action<Token> take)
    {
        using var reader = XmlReader.Create(new MemoryStream(xml), new XmlReaderSettings { IgnoreComments = true, IgnoreProcessingInstructions = true });
        while (reader.Read())
        {
            switch (reader.NodeType)
            {
                case XmlNodeType.Element:
                    var isEmpty = reader.IsEmptyElement;
                    take(new(XmlNodeType.Element, reader.Name));
                    while (reader.MoveToNextAttribute())
                        take(new(XmlNodeType.Attribute, reader.Name, reader.Value));
                    if (isEmpty)
                        take(new(XmlNodeType.EndElement, ""));
                    break;
                case XmlNodeType.EndElement:
                    take(new(XmlNodeType.EndElement, ""));
                    break;
                case XmlNodeType.Text or XmlNodeType.Whitespace or XmlNodeType.SignificantWhitespace:
                    take(new(XmlNodeType.Text, reader.Value));
                    break;
            }
        }
    }
}
