using System.Diagnostics;
using System.Net.Http.Headers;

namespace SpotifyClientCredentials.Attach;

/// <summary>
/// The Authorization header of one token, built once. Its type tells a header that this library set from one that the caller set.
/// </summary>
[DebuggerDisplay("Bearer [redacted]")]
[DebuggerTypeProxy(typeof(DebuggerView))]
internal sealed class BearerHeaderValue(AccessToken token) : AuthenticationHeaderValue("Bearer", token.Value)
{
    public AccessToken Token { get; } = token;

    private sealed class DebuggerView(BearerHeaderValue header)
    {
        public AccessToken Token { get; } = header.Token;
    }
}
