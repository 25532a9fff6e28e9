namespace Xen.Cim.Server.CimXml;

/// <summary>What a client's parser can take.</summary>
public enum CimXmlDialect
{
    /// <summary>DSP0201 as it stands.</summary>
    Full,

    /// <summary>
    /// The DTD 2.0 subset that wbemcli 1.6 parses: a NULL array element is an empty VALUE, and neither arrays nor output
    /// parameters carry the EmbeddedObject attribute, and an array of references comes as one parameter for each.
    /// </summary>
    Dtd20,
}
