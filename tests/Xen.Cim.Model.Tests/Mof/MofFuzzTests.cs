using System.Text;
using Xen.Cim.Model.Mof;
using Xen.Cim.Model.Mof.Syntax;
using Xunit;

namespace Xen.Cim.Model.Tests.Mof;

/// <summary>Whatever the text, the reader either reads it or says what is wrong with it.</summary>
public sealed class MofFuzzTests
{
    private const int Rounds = 20_000;

    private const string Seed = """
        #pragma namespace ("root/virt")
        Qualifier Key : boolean = false, Scope(property, reference), Flavor(DisableOverride);
        Qualifier Values : string[], Scope(any);
        /* A class. */
        [Values { "a", "b\x41" }] class A { [Key] uint16 Id = 0x1F; string S[2] = {"x", NULL}; real64 R = -1.5e3;
          uint32 M([Values{"z"}] A REF Ref[], datetime T); };
        class B : A { A REF Link; boolean F = TRUE; char16 C = '\''; };
        instance of A as $One { Id = 017; S = {"quo\"te" " joined"}; };
        instance of B { Id = 101b; Link = $One; };
        """;

    private static readonly string[] s_pieces =
    [
        "\"", "\\", "'", "{", "}", "[", "]", "(", ")", ";", ",", ":", "=", "$", "#", "/*", "*/", "//", "class ", "instance of ", "REF ",
        "NULL", "TRUE", "0x", "1e", ".", "-", "+", "b", "\n", "\r", "\0", "\uD800", "\uFFFF", "18446744073709551616", "as $x ",
        "Qualifier ", "#pragma include (\"x\")", "\\x", "é",
    ];

    [Fact]
    public void Nothing_but_MofException_comes_out_of_the_compiler()
    {
        var random = new Random(20260301);
        var (read, refused) = (0, 0);
        for (var round = 0; round < Rounds; round++)
        {
            try
            {
                MofCompiler.CompileText(Mutate(Seed, random), "fuzz.mof", new MofDeclarations());
                read++;
            }
            catch (MofException error)
            {
                Assert.True(error.Location.Line >= 1 && error.Location.Column >= 1);
                refused++;
            }
        }
        Assert.Equal(Rounds, read + refused);
        // A mutation that always breaks the text, or never does, would test nothing.
        Assert.InRange(read, 100, Rounds - 100);
    }

    [Fact]
    public void Nothing_but_CimException_comes_out_of_the_instance_reader()
    {
        const string Text = """instance of Xen_DiskRASD { Address = \"/dev/x y\"; HostResource = {\"a\", \"b\"}; VirtualQuantity = 512 } instance of B {};""";
        var random = new Random(7);
        var (read, refused) = (0, 0);
        for (var round = 0; round < Rounds; round++)
        {
            try
            {
                Assert.All(MofInstanceReader.Parse(Mutate(Text, random)), i => Assert.NotEmpty(i.ClassName));
                read++;
            }
            catch (CimException error)
            {
                Assert.Equal(CimStatus.InvalidParameter, error.Status);
                refused++;
            }
        }
        Assert.InRange(read, 100, Rounds - 100);
        Assert.Equal(Rounds, read + refused);
    }

    private static string Mutate(string seed, Random random)
    {
        var text = new StringBuilder(seed);
        for (var i = random.Next(1, 4); i > 0; i--)
        {
            if (text.Length == 0)
                break;
            var at = random.Next(text.Length);
            var length = Math.Min(random.Next(1, 12), text.Length - at);
            switch (random.Next(5))
            {
                case 0:
                    text.Remove(at, length);
                    break;
                case 1:
                    text.Insert(at, s_pieces[random.Next(s_pieces.Length)]);
                    break;
                case 2:
                    text[at] = (char)random.Next(1, 0x180);
                    break;
                case 3:
                    text.Insert(random.Next(text.Length), text.ToString(at, length));
                    break;
                default:
                    text.Length = Math.Max(1, at);
                    break;
            }
        }
        return text.ToString();
    }
}
