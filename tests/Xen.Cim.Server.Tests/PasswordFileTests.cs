using Xen.Cim.Server.Security;

namespace Xen.Cim.Server.Tests;

public class PasswordFileTests
{
    [Fact]
    public void AMissingFileIsMadeForItsUserOnlyAndReadFromThenOn()
    {
        using var file = new TemporaryFile();
        var made = PasswordFile.ReadOrMake(file.Path);
        Assert.Equal(32, made.Length);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file.Path));
        Assert.Equal(made, PasswordFile.ReadOrMake(file.Path));
        Assert.Equal([file.Path], Directory.GetFiles(Path.GetDirectoryName(file.Path)!));
    }

    [Fact]
    public void TheFirstLineIsThePassword()
    {
        using var file = new TemporaryFile("of my own \nsecond\n");
        File.SetUnixFileMode(file.Path, UnixFileMode.UserRead | UnixFileMode.GroupRead);
        Assert.Equal("of my own", PasswordFile.ReadOrMake(file.Path));
    }

    [Fact]
    public void AFileThatEveryoneCanReadIsRefused()
    {
        using var file = new TemporaryFile("secret\n");
        File.SetUnixFileMode(file.Path, UnixFileMode.UserRead | UnixFileMode.OtherRead);
        var error = Assert.Throws<IOException>(() => PasswordFile.ReadOrMake(file.Path));
        Assert.Contains(file.Path, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret\n", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AnEmptyFileIsNotAnEmptyPassword()
    {
        using var file = new TemporaryFile("\nsecond\n");
        File.SetUnixFileMode(file.Path, UnixFileMode.UserRead);
        Assert.Contains("no password", Assert.Throws<IOException>(() => PasswordFile.ReadOrMake(file.Path)).Message, StringComparison.Ordinal);
    }
}
