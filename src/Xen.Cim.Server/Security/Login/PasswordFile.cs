using System.Security.Cryptography;
using System.Text;

namespace Xen.Cim.Server.Security;

/// <summary>The password of an installed server: the first line of a file that only its user and root can read.</summary>
public static class PasswordFile
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode Others = UnixFileMode.OtherRead | UnixFileMode.OtherWrite;

    /// <summary>Reads the password; where there is no file yet, makes one with a password of 128 random bits.</summary>
    /// <exception cref="IOException">It cannot be read or made, has no password, or can be read by everyone.</exception>
    public static string ReadOrMake(string file)
    {
        if (File.Exists(file))
            return Read(file);
        try
        {
            return Make(file);
        }
        catch (IOException) when (File.Exists(file))
        {
            // Another server was quicker.
            return Read(file);
        }
    }

    private static string Make(string file)
    {
        var password = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        // Whole or not at all, also when two servers start at once or the disk is full.
        var unfinished = $"{file}.{Environment.ProcessId}";
        try
        {
            using (var stream = new FileStream(unfinished, new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, UnixCreateMode = OwnerOnly }))
                stream.Write(Encoding.ASCII.GetBytes(password + "\n"));
            File.Move(unfinished, file, overwrite: false);
        }
        finally
        {
            File.Delete(unfinished);
        }
        return password;
    }

    private static string Read(string file)
    {
        if ((File.GetUnixFileMode(file) & Others) != 0)
            throw new IOException($"{file} can be read or written by everyone; its password is no secret. chmod 600 it, and change it.");
        var password = File.ReadLines(file).FirstOrDefault()?.Trim();
        return string.IsNullOrEmpty(password) ? throw new IOException($"{file} has no password in its first line. Write one, or delete the file to have one made.") : password;
    }
}
