using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace Xen.Cim.Server.Security;

/// <summary>Linux-PAM (pam(8)): asks the system's own modules whether a password is a user's and his account is in order.</summary>
/// <param name="Service">The file of /etc/pam.d that says which modules are asked.</param>
/// <param name="Folder">Where that file is instead; null for the system's own folders.</param>
internal sealed unsafe partial record PamLibrary(string Service = PamLibrary.DefaultService, string? Folder = null)
{
    public const string DefaultService = "xen-cim";

    private const int Success = 0;
    private const int BufferError = 5;
    private const int ConversationError = 19;
    private const int RemoteHost = 4;
    private const int FailDelay = 10;
    private const int Silent = 0x8000;
    private const int NoEmptyPassword = 1;
    private const int PromptHidden = 1;
    private const int PromptShown = 2;

    /// <returns>Null when the password is right and the account may be used; else PAM's own reason.</returns>
    public string? Check(string user, string password, string address)
    {
        var answers = new Answers(user, password);
        var self = GCHandle.Alloc(answers);
        nint handle = 0;
        var result = Success;
        try
        {
            var conversation = new Conversation { Function = &Converse, Data = (void*)GCHandle.ToIntPtr(self) };
            result = Folder is null ? pam_start(Service, user, &conversation, &handle) : pam_start_confdir(Service, user, &conversation, Folder, &handle);
            if (result != Success)
                return $"PAM does not start for the service {Service} (error {result}).";
            // Whoever asks us slows guessing down itself, without a thread of ours that sleeps.
            delegate* unmanaged<int, uint, void*, void> delay = &NoDelay;
            _ = pam_set_item(handle, FailDelay, delay);
            fixed (byte* host = Encoding.UTF8.GetBytes(address + "\0"))
                _ = pam_set_item(handle, RemoteHost, host);
            result = pam_authenticate(handle, Silent | NoEmptyPassword);
            if (result == Success)
                result = pam_acct_mgmt(handle, Silent | NoEmptyPassword);
            return result == Success ? null : Marshal.PtrToStringUTF8(pam_strerror(handle, result)) ?? $"PAM error {result}";
        }
        finally
        {
            if (handle != 0)
                _ = pam_end(handle, result);
            self.Free();
        }
    }

    private sealed record Answers(string User, string Password);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Converse(int count, Message** messages, Response** responses, void* data)
    {
        if (count is <= 0 or > 32 || GCHandle.FromIntPtr((nint)data).Target is not Answers answers)
            return ConversationError;
        // PAM frees them.
        var list = (Response*)NativeMemory.AllocZeroed((nuint)count, (nuint)sizeof(Response));
        if (list is null)
            return BufferError;
        for (var i = 0; i < count; i++)
        {
            var text = messages[i]->Style switch { PromptHidden => answers.Password, PromptShown => answers.User, _ => null };
            if (text is not null)
                list[i].Text = Copy(text);
        }
        *responses = list;
        return Success;
    }

    private static byte* Copy(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        var copy = (byte*)NativeMemory.AllocZeroed((nuint)bytes.Length + 1);
        bytes.CopyTo(new Span<byte>(copy, bytes.Length));
        Array.Clear(bytes);
        return copy;
    }

    [UnmanagedCallersOnly]
    private static void NoDelay(int result, uint microseconds, void* data)
    {
    }

    // struct pam_message, pam_response and pam_conv of Linux-PAM.
    [StructLayout(LayoutKind.Sequential)]
    private struct Message
    {
        public int Style;
        public byte* Text;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct Response
    {
        public byte* Text;
        public int Code;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct Conversation
    {
        public delegate* unmanaged[Cdecl]<int, Message**, Response**, void*, int> Function;
        public void* Data;
    }

    private const string Library = "libpam.so.0";

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int pam_start(string service, string user, Conversation* conversation, nint* handle);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int pam_start_confdir(string service, string user, Conversation* conversation, string folder, nint* handle);

    [LibraryImport(Library)]
    private static partial int pam_set_item(nint handle, int item, void* value);

    [LibraryImport(Library)]
    private static partial int pam_authenticate(nint handle, int flags);

    [LibraryImport(Library)]
    private static partial int pam_acct_mgmt(nint handle, int flags);

    [LibraryImport(Library)]
    private static partial nint pam_strerror(nint handle, int error);

    [LibraryImport(Library)]
    private static partial int pam_end(nint handle, int status);
}
