using System.Text;
using System.Xml.Linq;
using Xen.Cim.Model;
using Xen.Cim.Server.CimXml;
using Xen.Cim.Server.Http;

namespace Xen.Cim.Server.Tests.Http;

public class CimResponseTests
{
    private readonly CimXmlMessage _message = Requests.Read(Requests.Intrinsic("EnumerateClassNames", id: "a&quot;&lt;&amp;"));

    [Fact]
    public void AnErrorReplacesResultsThatAreNotSentYet()
    {
        using var response = new CimResponse(_message, returns: true, CimXmlDialect.Full, "h");
        response.Add(w => w.ClassName("C"));

        Assert.True(response.Fail(CimStatus.AccessDenied, "no <entry>"));

        var xml = XElement.Parse(response.ToString());
        Assert.Equal("a\"<&", xml.Element("MESSAGE")!.Attribute("ID")!.Value);
        Assert.Equal(("2", "no <entry>"), ServerFixture.ErrorOf(xml));
        Assert.Throws<OperationCanceledException>(() => response.Add(w => w.ClassName("D")));
    }

    [Fact]
    public void AfterTheFirstPartIsSentAnErrorIsTheTransportsMatter()
    {
        var sent = new StringBuilder();
        using var response = new CimResponse(_message, returns: true, CimXmlDialect.Full, "h", threshold: 100, part => sent.Append(Encoding.UTF8.GetString(part.Span)));
        response.Add(w => w.ClassName("C"));

        Assert.True(response.IsCommitted);
        Assert.Contains("<CLASSNAME NAME=\"C\">", sent.ToString(), StringComparison.Ordinal);
        Assert.False(response.Fail(CimStatus.Failed, "late"));
        Assert.Equal(CimStatus.Failed, response.Status);
    }

    [Fact]
    public void HalfAResultNeverLooksWhole()
    {
        using var response = new CimResponse(_message, returns: true, CimXmlDialect.Full, "h");
        Assert.Throws<CimException>(() => response.Add(w =>
        {
            w.ClassName("Half");
            throw CimException.InvalidParameter("a key is missing");
        }));

        // The provider that called back may have swallowed it.
        Assert.Equal(CimStatus.InvalidParameter, Assert.Throws<CimException>(response.Complete).Status);
    }
}
