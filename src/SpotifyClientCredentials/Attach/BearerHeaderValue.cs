using System.Diagnostics;
using System.Net.Http.Headers;
using SpotifyClientCredentials.Cache;

namespace SpotifyClientCredentials.Attach;

/// <summary>
/// The Authorization header of one token, created once. Its type distinguishes a header that this library set from one that the caller set.
/// </summary>
[DebuggerDisplay("Bearer [redacted]")]
[DebuggerTypeProxy(typeof(DebuggerView))]
internal sealed class BearerHeaderValue : AuthenticationHeaderValue
{
    private BearerHeaderValue(AccessToken token, TokenCache cache)
        : base("Bearer", token.Value)
    {
        Token = token;
        Cache = cache;
    }

    public AccessToken Token { get; }

    /// <summary>The cache of the app that the token belongs to.</summary>
    public TokenCache Cache { get; }

    public static BearerHeaderValue GetOrCreate(AccessToken token, TokenCache cache)
    {
        // Two threads may both create it; the headers are equal.
        if (token.Header is not BearerHeaderValue header || header.Cache != cache)
        {
            token.Header = header = new BearerHeaderValue(token, cache);
        }

        return header;
    }

    /// <summary>
    /// Whether a header carries the current token or the one before it. An outer handler may send a copy of a message, as Kiota's retry does,
    /// with the header copied as text.
    /// </summary>
    public static bool IsKnown(AuthenticationHeaderValue authorization, TokenCache cache) =>
        authorization.Scheme.Equals("Bearer", StringComparison.OrdinalIgnoreCase) && cache.State.Knows(authorization.Parameter);

    private sealed class DebuggerView(BearerHeaderValue header)
    {
        public AccessToken Token { get; } = header.Token;
    }
}
