using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using Libvirt.Native;

namespace Libvirt;

/// <summary>One thing that a server wants to know from a client (<c>virConnectCredential</c>).</summary>
/// <param name="Type">What it is.</param>
/// <param name="Prompt">The question for a person.</param>
/// <param name="Challenge">The challenge of the authentication mechanism, if it has one.</param>
/// <param name="DefaultAnswer">What the server suggests.</param>
public sealed record CredentialRequest(CredentialType Type, string? Prompt, string? Challenge, string? DefaultAnswer);

/// <summary>Answers a server's question; null gives up and the connection fails.</summary>
public delegate string? CredentialProvider(CredentialRequest request);

/// <summary>Ready made answers to a server's questions.</summary>
public static class Credentials
{
    private static readonly int[] Answerable =
    [
        (int)CredentialType.Username, (int)CredentialType.AuthName, (int)CredentialType.Language, (int)CredentialType.Cnonce,
        (int)CredentialType.Passphrase, (int)CredentialType.EchoPrompt, (int)CredentialType.NoEchoPrompt, (int)CredentialType.Realm,
    ];

    /// <summary>A user name and a password; every other question gets the server's own suggestion.</summary>
    public static CredentialProvider UserPassword(string user, string password)
    {
        ArgumentNullException.ThrowIfNull(user);
        ArgumentNullException.ThrowIfNull(password);
        return request => request.Type switch
        {
            CredentialType.Username or CredentialType.AuthName or CredentialType.EchoPrompt => user,
            CredentialType.Passphrase or CredentialType.NoEchoPrompt => password,
            _ => request.DefaultAnswer ?? "",
        };
    }

    /// <summary>virConnectOpenAuth asks during the call and on its thread only, so everything lives on its stack.</summary>
    internal static unsafe ConnectionHandle Open(string? uri, ConnectFlags flags, CredentialProvider provider)
    {
        var question = new Question(provider);
        var pin = GCHandle.Alloc(question);
        try
        {
            fixed (int* types = Answerable)
            {
                VirConnectAuth auth = new()
                {
                    CredentialTypes = types,
                    CredentialTypeCount = (uint)Answerable.Length,
                    Callback = &Ask,
                    CallbackData = GCHandle.ToIntPtr(pin),
                };
                var handle = NativeMethods.virConnectOpenAuth(uri, &auth, (uint)flags);
                return handle.IsInvalid ? throw LibvirtException.TakeLast(question.Failure) : handle;
            }
        }
        finally
        {
            pin.Free();
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static unsafe int Ask(VirConnectCredential* credentials, uint count, nint data)
    {
        Question? question = null;
        try
        {
            question = (Question)GCHandle.FromIntPtr(data).Target!;
            for (var i = 0; i < count; i++)
            {
                var asked = credentials + i;
                var request = new CredentialRequest((CredentialType)asked->Type, Answers.Text(asked->Prompt), Answers.Text(asked->Challenge), Answers.Text(asked->DefaultResult));
                if (question.Provider(request) is not { } answer)
                    return -1;
                var length = Encoding.UTF8.GetByteCount(answer);
                // libvirt frees it.
                asked->Result = (byte*)NativeMemory.Alloc((nuint)length + 1);
                Encoding.UTF8.GetBytes(answer, new Span<byte>(asked->Result, length));
                asked->Result[length] = 0;
                asked->ResultLength = (uint)length;
            }
            return 0;
        }
        catch (Exception e)
        {
            if (question is not null)
                question.Failure = e;
            return -1;
        }
    }

    private sealed class Question(CredentialProvider provider)
    {
        public CredentialProvider Provider { get; } = provider;

        public Exception? Failure { get; set; }
    }
}
