using System.Text;
using System.Xml.Linq;
using Xen.Cim.Model;
using Xen.Cim.Server.CimXml;

namespace Xen.Cim.Server.Tests.CimXml;

/// <summary>Every type's edges on the wire, in both directions.</summary>
public class ValueTests
{
    public static TheoryData<CimType, object, string> Scalars() => new()
    {
        { CimType.Boolean, true, "TRUE" },
        { CimType.Boolean, false, "FALSE" },
        { CimType.UInt8, byte.MaxValue, "255" },
        { CimType.SInt8, sbyte.MinValue, "-128" },
        { CimType.UInt16, ushort.MaxValue, "65535" },
        { CimType.SInt16, short.MinValue, "-32768" },
        { CimType.UInt32, uint.MaxValue, "4294967295" },
        { CimType.SInt32, int.MinValue, "-2147483648" },
        { CimType.UInt64, ulong.MaxValue, "18446744073709551615" },
        { CimType.SInt64, long.MinValue, "-9223372036854775808" },
        { CimType.Real32, float.PositiveInfinity, "INF" },
        { CimType.Real64, double.NaN, "NaN" },
        { CimType.Real64, double.NegativeInfinity, "-INF" },
        { CimType.Real64, 0.1, "0.1" },
        { CimType.Real64, 2.0, "2.0" },
        { CimType.Char16, '<', "<" },
        { CimType.Char16, '\u20AC', "\u20AC" },
        { CimType.String, "", "" },
        { CimType.String, "  spaces kept  ", "  spaces kept  " },
        { CimType.String, "a<b>&\"c\" 'd' ]]>", "a<b>&\"c\" 'd' ]]>" },
        { CimType.String, "tab\tline\nreturn\rend", "tab\tline\nreturn\rend" },
        { CimType.String, "\U0001F600 plane 1", "\U0001F600 plane 1" },
        { CimType.DateTime, CimDateTime.Parse("20240229235959.999999-300"), "20240229235959.999999-300" },
        { CimType.DateTime, CimDateTime.Parse("99999999235959.999999:000"), "99999999235959.999999:000" },
        { CimType.DateTime, CimDateTime.Parse("2024**********.******+000"), "2024**********.******+000" },
    };

    [Theory]
    [MemberData(nameof(Scalars))]
    public void AScalarIsWrittenAsItsTextAndReadBack(CimType type, object value, string text)
    {
        var instance = new CimInstance("C");
        instance.Set("P", type, isArray: false, value);

        var (xml, back) = RoundTrip(instance);

        var property = xml.Element("PROPERTY")!;
        Assert.Equal(CimValue.Name(type), property.Attribute("TYPE")!.Value);
        Assert.Equal(text, property.Element("VALUE")!.Value);
        Assert.Equal(value, back["P"]);
        Assert.Equal(type, back.Layout.Properties[0].Type);
    }

    [Theory]
    [MemberData(nameof(Scalars))]
    public void AnArrayIsWrittenAsTheTextsOfItsElementsAndReadBack(CimType type, object value, string text)
    {
        var instance = new CimInstance("C");
        var array = CimValue.ToArray(type, [value, value]);
        instance.Set("P", type, isArray: true, array);

        var (xml, back) = RoundTrip(instance);

        Assert.Equal([text, text], xml.Element("PROPERTY.ARRAY")!.Element("VALUE.ARRAY")!.Elements("VALUE").Select(v => v.Value));
        Assert.Equal(array, back["P"]);
    }

    [Fact]
    public void NullIsAPropertyWithoutValueAndEmptyIsOneWithAnEmptyValue()
    {
        var instance = new CimInstance("C");
        instance.Set("Null", CimType.String, isArray: false, null);
        instance.Set("Empty", CimType.String, isArray: false, "");
        instance.Set("NullArray", CimType.UInt16, isArray: true, null);
        instance.Set("EmptyArray", CimType.UInt16, isArray: true, Array.Empty<ushort>());

        var (xml, back) = RoundTrip(instance);

        Assert.Empty(Named(xml, "Null").Elements());
        Assert.Equal("", Named(xml, "Empty").Element("VALUE")!.Value);
        Assert.Empty(Named(xml, "NullArray").Elements());
        Assert.Empty(Named(xml, "EmptyArray").Element("VALUE.ARRAY")!.Elements());
        Assert.True(back.Has("Null"));
        Assert.Null(back["Null"]);
        Assert.Equal("", back["Empty"]);
        Assert.Null(back["NullArray"]);
        Assert.Equal(Array.Empty<ushort>(), back["EmptyArray"]);
    }

    [Fact]
    public void AnArrayMayHaveNullElements()
    {
        var instance = new CimInstance("C");
        instance.Set("Numbers", CimType.UInt16, isArray: true, new ushort?[] { 1, null, 3 });
        instance.Set("Texts", CimType.String, isArray: true, new[] { "a", null, "" });

        var (xml, back) = RoundTrip(instance);

        Assert.Equal(["VALUE", "VALUE.NULL", "VALUE"], Named(xml, "Numbers").Element("VALUE.ARRAY")!.Elements().Select(e => e.Name.LocalName));
        Assert.Equal(new ushort?[] { 1, null, 3 }, back["Numbers"]);
        Assert.Equal(new[] { "a", null, "" }, back["Texts"]);
    }

    [Fact]
    public void OldClientsGetAnEmptyValueForANullElement()
    {
        var instance = new CimInstance("C");
        instance.Set("Texts", CimType.String, isArray: true, new[] { "a", null });

        var xml = Write(w => w.Instance(instance), CimXmlDialect.Dtd20);

        Assert.Equal(["a", ""], Named(xml, "Texts").Element("VALUE.ARRAY")!.Elements("VALUE").Select(e => e.Value));
        Assert.Empty(xml.Descendants("VALUE.NULL"));
    }

    [Theory]
    [InlineData("a\0b", "a\uFFFDb")]
    [InlineData("\u0001\u001F\uFFFE\uFFFF", "\uFFFD\uFFFD\uFFFD\uFFFD")]
    public void WhatXmlCannotCarryIsReplaced(string value, string text)
    {
        var instance = new CimInstance("C");
        instance.Set("P", CimType.String, isArray: false, value);

        Assert.Equal(text, Named(Write(w => w.Instance(instance)), "P").Value);
    }

    [Fact]
    public void ALoneSurrogateIsReplaced()
    {
        var instance = new CimInstance("C");
        instance.Set("P", CimType.String, isArray: false, new string(['a', (char)0xD800, 'b']));

        Assert.Equal("a\uFFFDb", Named(Write(w => w.Instance(instance)), "P").Value);
    }

    [Fact]
    public void AttributesKeepTheirWhiteSpace()
    {
        var xml = Write(w => w.Error(CimStatus.Failed, "two\nlines\tand \"quotes\" & 'more' \r<x>"));

        Assert.Equal("two\nlines\tand \"quotes\" & 'more' \r<x>", xml.Attribute("DESCRIPTION")!.Value);
        Assert.Equal("1", xml.Attribute("CODE")!.Value);
    }

    [Fact]
    public void AnEmbeddedInstanceTravelsAsEscapedText()
    {
        var inner = new CimInstance("Inner");
        inner.Set("Text", CimType.String, isArray: false, "<&\">");
        inner.Set("Again", CimType.String, isArray: false, new CimInstance("Innermost"));
        var instance = new CimInstance("C");
        instance.Set("One", CimType.String, isArray: false, inner);
        instance.Set("Many", CimType.String, isArray: true, new[] { inner, new CimInstance("Other") });
        instance.Set("None", CimType.String, isArray: false, null, CimPropertyFlags.EmbeddedObject);

        var (xml, back) = RoundTrip(instance);

        Assert.Equal("instance", Named(xml, "One").Attribute("EmbeddedObject")!.Value);
        Assert.Equal("instance", Named(xml, "Many").Attribute("EmbeddedObject")!.Value);
        Assert.Equal("object", Named(xml, "None").Attribute("EmbeddedObject")!.Value);
        Assert.Equal("INSTANCE", XElement.Parse(Named(xml, "One").Value).Name.LocalName);
        var one = Assert.IsType<CimInstance>(back["One"]);
        Assert.Equal("<&\">", one["Text"]);
        Assert.Equal("Innermost", Assert.IsType<CimInstance>(one["Again"]).ClassName);
        Assert.Equal(["Inner", "Other"], Assert.IsType<CimInstance[]>(back["Many"]).Select(i => i.ClassName));
    }

    [Fact]
    public void OldClientsGetNoEmbeddedObjectAttributeOnArraysAndParameters()
    {
        var instance = new CimInstance("C");
        instance.Set("One", CimType.String, isArray: false, new CimInstance("Inner"));
        instance.Set("Many", CimType.String, isArray: true, new[] { new CimInstance("Inner") });

        var xml = Write(w => w.Instance(instance), CimXmlDialect.Dtd20);
        var parameter = Write(w => w.ParamValue(new("P", CimType.String, false, new CimInstance("Inner"))), CimXmlDialect.Dtd20);

        Assert.NotNull(Named(xml, "One").Attribute("EmbeddedObject"));
        Assert.Null(Named(xml, "Many").Attribute("EmbeddedObject"));
        Assert.Null(parameter.Attribute("EmbeddedObject"));
        Assert.Equal("instance", Write(w => w.ParamValue(new("P", CimType.String, false, new CimInstance("Inner")))).Attribute("EmbeddedObject")!.Value);
    }

    [Fact]
    public void ReferencesKeepHostNamespaceAndKeyTypes()
    {
        var inner = new CimObjectPath("Far", "root/virt", new CimKey("Id", "x\"<"));
        var path = new CimObjectPath("Near", "root/virt", new CimKey("Ref", inner), new("Flag", true), new("Number", ulong.MaxValue), new("Small", (ushort)3))
            .WithHost("host.example:5988");
        var instance = new CimInstance("C");
        instance.Set("P", CimType.Reference, isArray: false, path);
        instance.Set("Nothing", CimType.Reference, isArray: false, null);

        var (xml, back) = RoundTrip(instance);

        Assert.Equal("PROPERTY.REFERENCE", Named(xml, "P").Name.LocalName);
        var read = Assert.IsType<CimObjectPath>(back["P"]);
        Assert.Equal(path, read);
        Assert.Equal("host.example:5988", read.Host);
        Assert.Equal(ulong.MaxValue, read["Number"]);
        Assert.Equal((ushort)3, read["Small"]);
        Assert.Equal("root/virt", Assert.IsType<CimObjectPath>(read["Ref"]).Namespace);
        Assert.Null(back["Nothing"]);
    }

    [Fact]
    public void AClassKeepsWhatItDeclares()
    {
        var cimClass = new CimClass("Test_C", "Test_B")
        {
            Qualifiers = [new("Association", CimType.Boolean, false, true, CimFlavor.ToSubclass), new("Description", CimType.String, false, "a <class>") { IsPropagated = true }],
            Properties =
            [
                new("Id", CimType.String) { Qualifiers = [new("Key", CimType.Boolean, false, true, CimFlavor.ToSubclass)], ClassOrigin = "Test_B", IsPropagated = true },
                new("State", CimType.UInt16) { DefaultValue = (ushort)5, Qualifiers = [new("ValueMap", CimType.String, true, new[] { "5", ".." })] },
                new("Names", CimType.String, true) { ArraySize = 4 },
                new("Ref", CimType.Reference) { ReferenceClass = "Test_B" },
            ],
            Methods = [new("Do", CimType.UInt32) { Parameters = [new("In", CimType.UInt64), new("Refs", CimType.Reference, true) { ReferenceClass = "Test_B" }] }],
        };

        var text = Text(w => w.Class(cimClass, new ClassSelection { IncludeClassOrigin = true }), CimXmlDialect.Full);
        var back = Assert.IsType<CimClass>(CimXmlReader.ReadEmbedded(text));

        Assert.Equal("Test_B", back.SuperclassName);
        Assert.True(back.IsAssociation);
        Assert.True(back.Qualifiers[1].IsPropagated);
        Assert.True(back.Property("Id") is { IsKey: true, IsPropagated: true, ClassOrigin: "Test_B" });
        Assert.Equal((ushort)5, back.Property("State")!.DefaultValue);
        Assert.Equal(new[] { "5", ".." }, back.Property("State")!.Qualifier("ValueMap")!.Value);
        Assert.Equal(4, back.Property("Names")!.ArraySize);
        Assert.Equal("Test_B", back.Property("Ref")!.ReferenceClass);
        Assert.Equal("Test_B", back.Method("Do")!.Parameter("Refs")!.ReferenceClass);
        Assert.DoesNotContain("/>", text, StringComparison.Ordinal);
    }

    [Fact]
    public void ADeclarationSaysWhatIsEmbeddedInItsProperties()
    {
        var cimClass = new CimClass("Test_C", null)
        {
            Properties =
            [
                new("One", CimType.String) { Qualifiers = [new("EmbeddedInstance", CimType.String, false, "Test_C")] },
                new("Many", CimType.String, true) { Qualifiers = [new("EmbeddedObject", CimType.Boolean, false, true)] },
                new("Text", CimType.String),
            ],
        };

        // Whether or not the client wants the qualifiers that say the same.
        var xml = Write(w => w.Class(cimClass, new ClassSelection { IncludeQualifiers = false }));
        var old = Write(w => w.Class(cimClass, new ClassSelection()), CimXmlDialect.Dtd20);
        var back = Assert.IsType<CimClass>(CimXmlReader.ReadEmbedded(xml.ToString()));

        Assert.Equal(["instance", "object", null], xml.Elements().Select(p => (string?)p.Attribute("EmbeddedObject")));
        Assert.All(old.Elements(), p => Assert.Null(p.Attribute("EmbeddedObject")));
        Assert.Equal(["One", "Many", "Text"], back.Properties.Select(p => p.Name));
    }

    [Fact]
    public void LocalOnlyLeavesInheritedPartsOut()
    {
        var cimClass = new CimClass("C", "B")
        {
            Properties = [new("Inherited", CimType.String) { IsPropagated = true }, new("Own", CimType.String)],
            Methods = [new("InheritedToo", CimType.UInt32) { IsPropagated = true }],
            Qualifiers = [new("Q", CimType.Boolean, false, true)],
        };

        var xml = Write(w => w.Class(cimClass, new ClassSelection { LocalOnly = true, IncludeQualifiers = false }));

        Assert.Equal(["Own"], xml.Elements().Select(e => e.Attribute("NAME")!.Value));
    }

    private static XElement Named(XElement xml, string name) => xml.Elements().Single(e => e.Attribute("NAME")?.Value == name);

    private static (XElement Xml, CimInstance Back) RoundTrip(CimInstance instance)
    {
        var text = Text(w => w.Instance(instance), CimXmlDialect.Full);
        return (XElement.Parse(text, LoadOptions.PreserveWhitespace), Assert.IsType<CimInstance>(CimXmlReader.ReadEmbedded(text)));
    }

    private static XElement Write(Action<CimXmlWriter> write, CimXmlDialect dialect = CimXmlDialect.Full) =>
        XElement.Parse(Text(write, dialect), LoadOptions.PreserveWhitespace);

    private static string Text(Action<CimXmlWriter> write, CimXmlDialect dialect)
    {
        using var buffer = new Utf8Buffer();
        write(new CimXmlWriter(buffer, dialect));
        return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(buffer.Written.Span);
    }
}
