namespace Xen.Cim.Model.Mof.Syntax;

/// <summary>A place in a MOF text; line and column count from 1, the column in UTF-16 units.</summary>
public readonly record struct MofLocation(string File, int Line, int Column)
{
    /// <summary><c>file(line,column)</c>, which editors and build logs turn into a link.</summary>
    public override string ToString() => $"{File}({Line},{Column})";
}
