using System.Text;

namespace Xen.Cim.Server.Tests.Abuse;

/// <summary>A request that a client could send, before it is changed at random.</summary>
/// <param name="Name">Operation or method.</param>
internal sealed record FuzzSeed(string Name, string Object, byte[] Body);

/// <summary>Requests of every operation of DSP0200 and DSP0210, each of which the server understands or refuses.</summary>
internal static class FuzzSeeds
{
    private const string Instance = """
        <INSTANCE CLASSNAME="Test_Canned"><QUALIFIER NAME="Description" TYPE="string"><VALUE>x</VALUE></QUALIFIER><PROPERTY NAME="InstanceID" TYPE="string"><VALUE>fuzz</VALUE></PROPERTY>
        <PROPERTY NAME="Weight" TYPE="uint32"><VALUE>12</VALUE></PROPERTY><PROPERTY NAME="TimeOfLastStateChange" TYPE="datetime"><VALUE>20240229123456.000000+060</VALUE></PROPERTY>
        <PROPERTY NAME="Load" TYPE="real64"><VALUE>1.5E3</VALUE></PROPERTY><PROPERTY NAME="Letter" TYPE="char16"><VALUE>x</VALUE></PROPERTY>
        <PROPERTY.ARRAY NAME="OperationalStatus" TYPE="uint16"><VALUE.ARRAY><VALUE>2</VALUE><VALUE>5</VALUE></VALUE.ARRAY></PROPERTY.ARRAY>
        <PROPERTY NAME="Setting" TYPE="string" EmbeddedObject="instance"><VALUE>&lt;INSTANCE CLASSNAME="Test_Canned"&gt;&lt;PROPERTY NAME="Small" TYPE="sint16"&gt;&lt;VALUE&gt;-3&lt;/VALUE&gt;&lt;/PROPERTY&gt;&lt;/INSTANCE&gt;</VALUE></PROPERTY></INSTANCE>
        """;

    private const string Class = """
        <CLASS NAME="Test_Fuzz" SUPERCLASS="Test_Canned"><QUALIFIER NAME="Description" TYPE="string" TRANSLATABLE="true"><VALUE>A class</VALUE></QUALIFIER>
        <PROPERTY NAME="More" TYPE="uint8"><QUALIFIER NAME="Key" TYPE="boolean"><VALUE>TRUE</VALUE></QUALIFIER></PROPERTY>
        <METHOD NAME="Do" TYPE="uint32"><PARAMETER NAME="What" TYPE="string"/><PARAMETER.REFERENCE NAME="Which" REFERENCECLASS="Test_Canned"/><PARAMETER.ARRAY NAME="All" TYPE="sint64"/></METHOD></CLASS>
        """;

    private static readonly string s_name = Requests.Name("Test:00001");

    public static IReadOnlyList<FuzzSeed> All { get; } =
    [
        Intrinsic("GetClass", Requests.ClassName() + Requests.Flag("LocalOnly", false) + Requests.Flag("IncludeQualifiers", true) + Requests.PropertyList("InstanceID")),
        Intrinsic("EnumerateClasses", Requests.ClassName() + Requests.Flag("DeepInheritance", true)),
        Intrinsic("EnumerateClassNames", Requests.Flag("DeepInheritance", true)),
        Intrinsic("CreateClass", Requests.Parameter("NewClass", Class)),
        Intrinsic("ModifyClass", Requests.Parameter("ModifiedClass", Class)),
        Intrinsic("DeleteClass", Requests.ClassName("Test_Fuzz")),
        Intrinsic("GetQualifier", Requests.Parameter("QualifierName", "<VALUE>Key</VALUE>")),
        Intrinsic("EnumerateQualifiers", ""),
        Intrinsic("SetQualifier", Requests.Parameter("QualifierDeclaration", "<QUALIFIER.DECLARATION NAME=\"Fuzz\" TYPE=\"string\" ISARRAY=\"false\"><SCOPE CLASS=\"true\"/><VALUE>x</VALUE></QUALIFIER.DECLARATION>")),
        Intrinsic("DeleteQualifier", Requests.Parameter("QualifierName", "<VALUE>Fuzz</VALUE>")),
        Intrinsic("GetInstance", Requests.InstanceName("Test:00001") + Requests.PropertyList("Weight", "Notes") + Requests.Flag("IncludeClassOrigin", true)),
        Intrinsic("EnumerateInstances", Requests.ClassName() + Requests.Flag("LocalOnly", true)),
        Intrinsic("EnumerateInstanceNames", Requests.ClassName()),
        Intrinsic("CreateInstance", Requests.Parameter("NewInstance", Instance)),
        Intrinsic("ModifyInstance", Requests.Parameter("ModifiedInstance", $"<VALUE.NAMEDINSTANCE>{s_name}{Instance}</VALUE.NAMEDINSTANCE>") + Requests.PropertyList("Weight")),
        Intrinsic("DeleteInstance", Requests.InstanceName("fuzz")),
        Intrinsic("GetProperty", Requests.InstanceName("Test:00001") + Requests.Parameter("PropertyName", "<VALUE>Notes</VALUE>")),
        Intrinsic("SetProperty", Requests.InstanceName("Test:00001") + Requests.Parameter("PropertyName", "<VALUE>Notes</VALUE>") + Requests.Parameter("NewValue", "<VALUE.ARRAY><VALUE>a</VALUE><VALUE.NULL/></VALUE.ARRAY>")),
        Intrinsic("Associators", Requests.Parameter("ObjectName", s_name) + Requests.ClassName("Test_CannedLink", "AssocClass") + Requests.Parameter("Role", "<VALUE>Antecedent</VALUE>")),
        Intrinsic("AssociatorNames", Requests.Parameter("ObjectName", s_name) + Requests.ClassName("Test_Canned", "ResultClass")),
        Intrinsic("References", Requests.Parameter("ObjectName", s_name) + Requests.Flag("IncludeQualifiers", true)),
        Intrinsic("ReferenceNames", Requests.ClassName("Test_Canned", "ObjectName")),
        Intrinsic("ExecQuery", Requests.Parameter("QueryLanguage", "<VALUE>WQL</VALUE>") + Requests.Parameter("Query", "<VALUE>SELECT InstanceID, Weight FROM Test_Canned WHERE Weight &gt;= 10 AND NOT (ElementName LIKE 'g_%' OR InstanceID = \"x\")</VALUE>")),
        Intrinsic("OpenQueryInstances", Requests.Parameter("FilterQueryLanguage", "<VALUE>DMTF:CQL</VALUE>") + Requests.Parameter("FilterQuery", "<VALUE>SELECT * FROM Test_Canned WHERE OperationalStatus[0] = 2</VALUE>") + Number("MaxObjectCount", 2)),
        Intrinsic("OpenEnumerateInstances", Requests.ClassName() + Requests.Parameter("FilterQueryLanguage", "<VALUE>DMTF:FQL</VALUE>") + Requests.Parameter("FilterQuery", "<VALUE>Weight &gt; 1 AND ElementName LIKE \"guest.*\"</VALUE>") + Number("OperationTimeout", 1) + Number("MaxObjectCount", 2)),
        Intrinsic("OpenEnumerateInstancePaths", Requests.ClassName() + Number("MaxObjectCount", 0)),
        Intrinsic("OpenAssociatorInstances", Requests.InstanceName("Test:00001") + Number("MaxObjectCount", 100)),
        Intrinsic("OpenReferenceInstancePaths", Requests.InstanceName("Test:00001") + Requests.Flag("ContinueOnError", false)),
        Intrinsic("PullInstancesWithPath", Requests.Parameter("EnumerationContext", "<VALUE>1</VALUE>") + Number("MaxObjectCount", 2)),
        Intrinsic("PullInstancePaths", Requests.Parameter("EnumerationContext", "<VALUE>0</VALUE>") + Number("MaxObjectCount", 2)),
        Intrinsic("CloseEnumeration", Requests.Parameter("EnumerationContext", "<VALUE>1</VALUE>")),
        Intrinsic("EnumerationCount", Requests.Parameter("EnumerationContext", "<VALUE>1</VALUE>")),
        Method("Echo", $"""
            <PARAMVALUE NAME="Number" PARAMTYPE="uint16"><VALUE>5</VALUE></PARAMVALUE><PARAMVALUE NAME="Flag"><VALUE>TRUE</VALUE></PARAMVALUE><PARAMVALUE NAME="Texts" PARAMTYPE="string"><VALUE.ARRAY><VALUE>a</VALUE><VALUE.NULL/></VALUE.ARRAY></PARAMVALUE>
            <PARAMVALUE NAME="When"><VALUE>00000001000000.000000:000</VALUE></PARAMVALUE><PARAMVALUE NAME="Ref" PARAMTYPE="reference"><VALUE.REFERENCE>{s_name}</VALUE.REFERENCE></PARAMVALUE>
            <PARAMVALUE NAME="Refs"><VALUE.REFARRAY><VALUE.REFERENCE><LOCALINSTANCEPATH><LOCALNAMESPACEPATH><NAMESPACE NAME="root"/><NAMESPACE NAME="virt"/></LOCALNAMESPACEPATH>{s_name}</LOCALINSTANCEPATH></VALUE.REFERENCE></VALUE.REFARRAY></PARAMVALUE>
            <PARAMVALUE NAME="Setting"><VALUE>instance of Test_Canned {"{"} InstanceID = "abc"; OperationalStatus = {"{"}1, 2{"}"}; {"}"};</VALUE></PARAMVALUE>
            <PARAMVALUE NAME="Settings" EmbeddedObject="instance"><VALUE.ARRAY><VALUE>&lt;INSTANCE CLASSNAME="Test_Canned"/&gt;</VALUE></VALUE.ARRAY></PARAMVALUE>
            """),
        new("Count", "root%2Fvirt%3ATest_Canned", Encoding.UTF8.GetBytes(Requests.Method("Count", Requests.ClassTarget("Test_Canned")))),
        new("GetClass", "root%2Fvirt", Encoding.UTF8.GetBytes("""
            <?xml version="1.0"?><CIM CIMVERSION="2.0" DTDVERSION="2.0"><MESSAGE ID="1" PROTOCOLVERSION="1.0"><MULTIREQ>
            <SIMPLEREQ><IMETHODCALL NAME="GetClass"><LOCALNAMESPACEPATH><NAMESPACE NAME="root"/><NAMESPACE NAME="virt"/></LOCALNAMESPACEPATH><IPARAMVALUE NAME="ClassName"><CLASSNAME NAME="Test_Canned"/></IPARAMVALUE></IMETHODCALL></SIMPLEREQ>
            <SIMPLEREQ><IMETHODCALL NAME="EnumerateInstanceNames"><LOCALNAMESPACEPATH><NAMESPACE NAME="root"/><NAMESPACE NAME="virt"/></LOCALNAMESPACEPATH><IPARAMVALUE NAME="ClassName"><CLASSNAME NAME="Test_Canned"/></IPARAMVALUE></IMETHODCALL></SIMPLEREQ>
            </MULTIREQ></MESSAGE></CIM>
            """)),
    ];

    private static string Number(string name, int value) => Requests.Parameter(name, $"<VALUE>{value}</VALUE>");

    private static FuzzSeed Intrinsic(string name, string parameters) => new(name, "root%2Fvirt", Encoding.UTF8.GetBytes(Requests.Intrinsic(name, parameters)));

    private static FuzzSeed Method(string name, string parameters) =>
        new(name, "root%2Fvirt%3ATest_Canned.InstanceID%3D%22Test%3A00001%22", Encoding.UTF8.GetBytes(Requests.Method(name, Requests.Target("Test:00001"), parameters)));
}
