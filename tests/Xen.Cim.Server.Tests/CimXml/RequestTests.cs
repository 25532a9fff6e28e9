using System.Text;
using Xen.Cim.Model;
using Xen.Cim.Server.CimXml;

namespace Xen.Cim.Server.Tests.CimXml;

public class RequestTests
{
    [Fact]
    public void AnIntrinsicCallIsReadWithItsParameters()
    {
        var message = Requests.Read(Requests.Intrinsic("EnumerateInstances",
            Requests.ClassName("Test_Canned") + Requests.Flag("LocalOnly", false) + Requests.PropertyList("A", "B"), id: "77"));

        Assert.Equal("77", message.Id);
        var call = Assert.IsType<IntrinsicCall>(message.Call);
        Assert.Equal("EnumerateInstances", call.Name);
        Assert.Equal("root/virt", call.Namespace);
        Assert.Equal("Test_Canned", Assert.IsType<XmlClassPath>(call.Arguments[0].Value).Path.ClassName);
        Assert.Equal("FALSE", call.Arguments[1].Value);
        Assert.Equal(new object?[] { "A", "B" }, call.Arguments[2].Value);
    }

    [Fact]
    public void AMethodCallIsReadWithTypedAndUntypedParameters()
    {
        var call = Assert.IsType<ExtrinsicCall>(Requests.Read(Requests.Method("Do", Requests.Target("Test:1"),
            """
            <PARAMVALUE NAME="Typed" PARAMTYPE="uint16"><VALUE>5</VALUE></PARAMVALUE>
            <PARAMVALUE NAME="Untyped"><VALUE.ARRAY><VALUE>a</VALUE><VALUE.NULL/><VALUE></VALUE></VALUE.ARRAY></PARAMVALUE>
            <PARAMVALUE NAME="Null"/>
            <PARAMVALUE NAME="Null2"></PARAMVALUE>
            <PARAMVALUE NAME="Ref"><VALUE.REFERENCE><INSTANCEPATH><NAMESPACEPATH><HOST>far</HOST><LOCALNAMESPACEPATH><NAMESPACE NAME="root"/><NAMESPACE NAME="x"/></LOCALNAMESPACEPATH></NAMESPACEPATH><INSTANCENAME CLASSNAME="C"><KEYVALUE>only</KEYVALUE></INSTANCENAME></INSTANCEPATH></VALUE.REFERENCE></PARAMVALUE>
            """)).Call);

        Assert.False(call.TargetIsClass);
        Assert.Equal(new CimObjectPath("Test_Canned", "root/virt", new CimKey("InstanceID", "Test:1")), call.Target);
        Assert.Equal((CimType.UInt16, "5"), (call.Arguments[0].Type, call.Arguments[0].Value));
        Assert.Equal(new object?[] { "a", null, "" }, call.Arguments[1].Value);
        Assert.Null(call.Arguments[2].Value);
        Assert.Null(call.Arguments[3].Value);
        var path = Assert.IsType<CimObjectPath>(call.Arguments[4].Value);
        Assert.Equal(("far", "root/x", "only"), (path.Host, path.Namespace, path[""]));
    }

    [Theory]
    [InlineData("EmbeddedObject=\"instance\"")]
    [InlineData("EMBEDDEDOBJECT=\"object\"")]
    public void AnEmbeddedParameterBecomesAnInstance(string attribute)
    {
        var call = Requests.Read(Requests.Method("Do", Requests.Target("1"),
            $"<PARAMVALUE NAME=\"P\" PARAMTYPE=\"string\" {attribute}><VALUE>&lt;INSTANCE CLASSNAME=\"C\"&gt;&lt;PROPERTY NAME=\"N\" TYPE=\"uint8\"&gt;&lt;VALUE&gt;7&lt;/VALUE&gt;&lt;/PROPERTY&gt;&lt;/INSTANCE&gt;</VALUE></PARAMVALUE>")).Call;

        Assert.Equal((byte)7, Assert.IsType<CimInstance>(call.Arguments[0].Value)["N"]);
    }

    [Fact]
    public void MofTextStaysText()
    {
        var call = Requests.Read(Requests.Method("Do", Requests.Target("1"),
            "<PARAMVALUE NAME=\"P\" EmbeddedObject=\"instance\"><VALUE>instance of C { N = 7; };</VALUE></PARAMVALUE>")).Call;

        Assert.Equal("instance of C { N = 7; };", call.Arguments[0].Value);
    }

    [Fact]
    public void AnInstanceThatIsNotEscapedIsReadAllTheSame()
    {
        var call = Requests.Read(Requests.Method("Do", Requests.Target("1"),
            "<PARAMVALUE NAME=\"P\"><VALUE> <INSTANCE CLASSNAME=\"C\"><PROPERTY NAME=\"N\" TYPE=\"uint8\"><VALUE>7</VALUE></PROPERTY></INSTANCE>;</VALUE></PARAMVALUE>")).Call;

        Assert.Equal((byte)7, Assert.IsType<CimInstance>(call.Arguments[0].Value)["N"]);
    }

    public static TheoryData<string, int, string> BadMessages() => new()
    {
        { "", 400, "request-not-well-formed" },
        { "no XML", 400, "request-not-well-formed" },
        { "<CIM", 400, "request-not-well-formed" },
        { "<!DOCTYPE CIM [<!ENTITY a \"b\">]><CIM CIMVERSION=\"2.0\" DTDVERSION=\"2.0\"/>", 400, "request-not-well-formed" },
        { "<CIM CIMVERSION=\"2.0\" DTDVERSION=\"2.0\">&a;</CIM>", 400, "request-not-well-formed" },
        { "<CIM CIMVERSION=\"2.0\" DTDVERSION=\"2.0\">&#0;</CIM>", 400, "request-not-well-formed" },
        { "<HTML/>", 400, "request-not-valid" },
        { "<CIM/>", 400, "request-not-valid" },
        { "<CIM CIMVERSION=\"2.0\" DTDVERSION=\"2.0\"/>", 400, "request-not-valid" },
        { "<CIM CIMVERSION=\"3.0\" DTDVERSION=\"2.0\"/>", 501, "unsupported-cim-version" },
        { "<CIM CIMVERSION=\"2.0\" DTDVERSION=\"1.0\"/>", 501, "unsupported-dtd-version" },
        { Requests.Intrinsic("X").Replace("PROTOCOLVERSION=\"1.0\"", "PROTOCOLVERSION=\"2.0\"", StringComparison.Ordinal), 501, "unsupported-protocol-version" },
        { Requests.Intrinsic("X").Replace("SIMPLEREQ", "MULTIREQ", StringComparison.Ordinal), 400, "request-not-valid" },
        { Requests.Batch(Enumerable.Repeat(Requests.Intrinsic("X"), 101)), 501, "multiple-requests-unsupported" },
        { Requests.Intrinsic("X").Replace("SIMPLEREQ", "SIMPLERSP", StringComparison.Ordinal), 400, "request-not-valid" },
        { Requests.Intrinsic("X", "<PARAMVALUE NAME=\"A\"/>"), 400, "request-not-valid" },
        { Requests.Intrinsic("X", "text"), 400, "request-not-valid" },
        { Requests.Intrinsic("X", Requests.Parameter("P", "<VALUE><B/></VALUE>")), 400, "request-not-valid" },
        { Requests.Intrinsic("X", Requests.Parameter("P", "<INSTANCE CLASSNAME=\"C\"><PROPERTY NAME=\"N\" TYPE=\"uint8\"><VALUE>256</VALUE></PROPERTY></INSTANCE>")), 400, "request-not-valid" },
        { Requests.Intrinsic("X", Requests.Parameter("P", "<INSTANCE CLASSNAME=\"C\"><PROPERTY NAME=\"N\" TYPE=\"uint9\"/></INSTANCE>")), 400, "request-not-valid" },
        { Requests.Intrinsic("X", Requests.Parameter("P", "<INSTANCE CLASSNAME=\"C\"><PROPERTY NAME=\"N\" TYPE=\"uint8\"/><PROPERTY NAME=\"n\" TYPE=\"uint8\"/></INSTANCE>")), 400, "request-not-valid" },
        { Requests.Intrinsic("X", Requests.Parameter("P", "<INSTANCE/>")), 400, "request-not-valid" },
        { Requests.Intrinsic("X") + "<MORE/>", 400, "request-not-well-formed" },
        { Requests.Intrinsic("X", Requests.Parameter("P", Nested(100))), 400, "request-not-valid" },
        { Requests.Method("X", "<LOCALNAMESPACEPATH/>"), 400, "request-not-valid" },
    };

    [Theory]
    [MemberData(nameof(BadMessages))]
    public void ABadMessageIsRefusedWithItsReason(string message, int status, string cimError)
    {
        var refused = Assert.Throws<CimXmlException>(() => Requests.Read(message));

        Assert.Equal((status, cimError), (refused.HttpStatus, refused.CimError));
        Assert.NotEmpty(refused.Message);
    }

    [Fact]
    public void BytesThatAreNotUtf8AreRefused()
    {
        var bytes = Encoding.UTF8.GetBytes(Requests.Intrinsic("GetClass", Requests.Parameter("P", "<VALUE>?</VALUE>")));
        bytes[Array.IndexOf(bytes, (byte)'?', 30)] = 0xFF;

        using var stream = new MemoryStream(bytes);
        Assert.Equal("request-not-well-formed", Assert.Throws<CimXmlException>(() => CimXmlReader.ReadRequest(stream)).CimError);
    }

    [Fact]
    public void EmbeddedObjectsNestOnlySoDeep()
    {
        var text = "<INSTANCE CLASSNAME=\"C\"></INSTANCE>";
        for (var i = 0; i < 9; i++)
        {
            text = $"<INSTANCE CLASSNAME=\"C\"><PROPERTY NAME=\"P\" TYPE=\"string\" EmbeddedObject=\"instance\"><VALUE>{System.Security.SecurityElement.Escape(text)}"
                + "</VALUE></PROPERTY></INSTANCE>";
        }

        Assert.Equal("request-not-valid", Assert.Throws<CimXmlException>(() => CimXmlReader.ReadEmbedded(text)).CimError);
    }

    /// <summary>Valid requests with bytes changed, cut, doubled and swapped: each is read, or refused in the defined way.</summary>
    [Fact]
    public void MutatedRequestsEndInARequestOrADefinedError()
    {
        var random = new Random(20240229);
        var seeds = new[]
        {
            Requests.Intrinsic("EnumerateInstances", Requests.ClassName() + Requests.Flag("DeepInheritance", true) + Requests.PropertyList("A", "B")),
            Requests.Intrinsic("ModifyInstance", Requests.Parameter("ModifiedInstance",
                $"<VALUE.NAMEDINSTANCE>{Requests.Name("1")}<INSTANCE CLASSNAME=\"C\"><QUALIFIER NAME=\"Q\" TYPE=\"boolean\"><VALUE>true</VALUE></QUALIFIER>"
                + "<PROPERTY NAME=\"N\" TYPE=\"uint8\"><VALUE>255</VALUE></PROPERTY><PROPERTY.ARRAY NAME=\"A\" TYPE=\"string\" EmbeddedObject=\"instance\">"
                + "<VALUE.ARRAY><VALUE>&lt;INSTANCE CLASSNAME=\"I\"&gt;&lt;/INSTANCE&gt;</VALUE></VALUE.ARRAY></PROPERTY.ARRAY></INSTANCE></VALUE.NAMEDINSTANCE>")),
            Requests.Method("Echo", Requests.Target("1"), "<PARAMVALUE NAME=\"Number\"><VALUE>5</VALUE></PARAMVALUE>"
                + $"<PARAMVALUE NAME=\"Refs\"><VALUE.REFARRAY><VALUE.REFERENCE>{Requests.Target("2")}</VALUE.REFERENCE></VALUE.REFARRAY></PARAMVALUE>"),
            Requests.Intrinsic("CreateClass", Requests.Parameter("NewClass", "<CLASS NAME=\"C\" SUPERCLASS=\"B\"><PROPERTY NAME=\"P\" TYPE=\"real64\"><VALUE>1.5</VALUE></PROPERTY>"
                + "<METHOD NAME=\"M\" TYPE=\"uint32\"><PARAMETER.ARRAY NAME=\"A\" TYPE=\"char16\" ARRAYSIZE=\"4\"/></METHOD></CLASS>")),
        }.Select(Encoding.UTF8.GetBytes).ToArray();
        int read = 0, refused = 0;

        for (var i = 0; i < 20_000; i++)
        {
            var bytes = Mutate(random, seeds);
            using var stream = new MemoryStream(bytes);
            try
            {
                Assert.NotNull(CimXmlReader.ReadRequest(stream).Call);
                read++;
            }
            catch (CimXmlException e)
            {
                Assert.True(e.HttpStatus is 400 or 501, e.Message);
                refused++;
            }
        }

        Assert.True(read > 100, $"{read} of 20,000 were still requests");
        Assert.True(refused > 5000, $"{refused} of 20,000 were refused");
    }

    private static byte[] Mutate(Random random, byte[][] seeds)
    {
        var bytes = seeds[random.Next(seeds.Length)].ToList();
        for (var n = random.Next(1, 3); n > 0; n--)
        {
            var at = random.Next(bytes.Count);
            var length = Math.Min(random.Next(1, 40), bytes.Count - at);
            switch (random.Next(6))
            {
                case 0:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 1:
                    bytes.RemoveRange(at, length);
                    break;
                case 2:
                    bytes.InsertRange(at, bytes.GetRange(at, length));
                    break;
                case 3:
                    bytes[at] = "<>&\"'/= 09AZaz-"u8[random.Next(15)];
                    break;
                case 4:
                    var other = seeds[random.Next(seeds.Length)];
                    bytes.InsertRange(at, other.Skip(random.Next(other.Length)).Take(length));
                    break;
                default:
                    if (bytes.Count > 200 && random.Next(10) == 0)
                        bytes.RemoveRange(at, bytes.Count - at);
                    else
                        bytes[at] = (byte)(bytes[at] ^ 0x20);
                    break;
            }
            if (bytes.Count == 0)
                break;
        }
        return bytes.ToArray();
    }

    private static string Nested(int depth)
    {
        var name = "<INSTANCENAME CLASSNAME=\"C\"><KEYBINDING NAME=\"K\"><KEYVALUE>1</KEYVALUE></KEYBINDING></INSTANCENAME>";
        for (var i = 0; i < depth; i++)
            name = $"<INSTANCENAME CLASSNAME=\"C\"><KEYBINDING NAME=\"K\"><VALUE.REFERENCE>{name}</VALUE.REFERENCE></KEYBINDING></INSTANCENAME>";
        return name;
    }
}
