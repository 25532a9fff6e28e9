// What the compiler needs from the framework for records, and netstandard2.0 does not have.
namespace System.Runtime.CompilerServices;

internal static class IsExternalInit;
