using System.Runtime.CompilerServices;

namespace SpotifyClientCredentials.Tests.Support;

/// <summary>Keeps the tests, and the processes that they start, from using the machine's proxy: everything that they call is on loopback.</summary>
internal static class NoProxy
{
#pragma warning disable CA2255 // .NET reads these variables once, when the first HttpClient sends, and no xunit fixture runs before that.
    [ModuleInitializer]
#pragma warning restore CA2255
    internal static void RemoveVariables()
    {
        foreach (string name in (string[])["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"])
        {
            Environment.SetEnvironmentVariable(name, null);
            Environment.SetEnvironmentVariable(name.ToLowerInvariant(), null);
        }
    }
}
