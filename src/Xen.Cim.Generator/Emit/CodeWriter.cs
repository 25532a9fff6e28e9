using System;
using System.Text;

namespace Xen.Cim.Generator.Emit;

/// <summary>Writes indented C#.</summary>
internal sealed class CodeWriter
{
    private readonly StringBuilder _text = new();
    private int _depth;

    public void Line(string line = "")
    {
        if (line.Length > 0)
            _text.Append(' ', _depth * 4).Append(line);
        _text.Append('\n');
    }

    public void Open(string head)
    {
        Line(head);
        Line("{");
        _depth++;
    }

    public void Close(string tail = "}")
    {
        _depth--;
        Line(tail);
    }

    public void Indented(Action write)
    {
        _depth++;
        write();
        _depth--;
    }

    /// <summary>A documentation comment; nothing for null.</summary>
    public void Summary(string? text)
    {
        if (string.IsNullOrWhiteSpace(text))
            return;
        Line($"/// <summary>{XmlText(text!)}</summary>");
    }

    public override string ToString() => _text.ToString();

    private static string XmlText(string text)
    {
        var result = new StringBuilder(text.Length);
        foreach (var c in text)
        {
            _ = c switch
            {
                '&' => result.Append("&amp;"),
                '<' => result.Append("&lt;"),
                '>' => result.Append("&gt;"),
                < ' ' or '\u0085' or '\u2028' or '\u2029' => result.Append(' '),
                _ => result.Append(c),
            };
        }
        return result.ToString().Trim();
    }
}
