using System.Diagnostics;
using System.Security.Cryptography;

namespace SpotifyClientCredentials.Benchmarks.Fleet;

/// <summary>One Spotify app of the server. Each case has its own, so that earlier cases don't affect its counts or its entry in the store.</summary>
internal sealed class FleetApp(TimeSpan tokenLifetime)
{
    private readonly Lock _lock = new();
    private readonly List<(long At, string Secret)> _tokenRequests = [];
    private readonly List<FleetToken> _tokens = [];
    private int _staleTokens;

    public string ClientId { get; } = RandomNumberGenerator.GetHexString(32, lowercase: true);

    public string Secret { get; } = RandomNumberGenerator.GetHexString(32, lowercase: true);

    /// <summary>A second secret. Both are accepted, as during a rotation.</summary>
    public string NewSecret { get; } = RandomNumberGenerator.GetHexString(32, lowercase: true);

    public TimeSpan TokenLifetime => tokenLifetime;

    /// <summary>Calls with an expired token. A client that respects the margin makes none.</summary>
    public int StaleTokens => Volatile.Read(ref _staleTokens);

    public int TokenRequests
    {
        get
        {
            lock (_lock)
            {
                return _tokenRequests.Count;
            }
        }
    }

    /// <param name="secret">The secret of the token requests to count. Each secret has its own token.</param>
    /// <returns>The number of token requests for each lifetime, told apart by the time without a request, which exceeds half a lifetime.</returns>
    public IReadOnlyList<int> TokenRequestsByLifetime(string secret)
    {
        lock (_lock)
        {
            return TokenLifetimes.CountRequests(_tokenRequests.Where(request => request.Secret == secret).Select(request => Stopwatch.GetElapsedTime(0, request.At).TotalSeconds), tokenLifetime / 4);
        }
    }

    /// <returns>When the request arrived, which is when the lifetime of its token begins.</returns>
    public long CountTokenRequest(string secret)
    {
        lock (_lock)
        {
            long now = Stopwatch.GetTimestamp();
            _tokenRequests.Add((now, secret));
            return now;
        }
    }

    public FleetToken Issue(long issuedAt)
    {
        FleetToken token = new(this, issuedAt);
        lock (_lock)
        {
            _tokens.Add(token);
        }

        return token;
    }

    public void CountStaleToken() => Interlocked.Increment(ref _staleTokens);

    /// <summary>Makes the Web API return 401 for every token issued so far.</summary>
    public void RevokeTokens()
    {
        lock (_lock)
        {
            _tokens.ForEach(token => token.IsRevoked = true);
        }
    }
}

/// <param name="App">The app that the token was issued to.</param>
/// <param name="IssuedAt">When its lifetime begins.</param>
internal sealed record FleetToken(FleetApp App, long IssuedAt)
{
    private volatile bool _isRevoked;

    public bool IsRevoked
    {
        get => _isRevoked;
        set => _isRevoked = value;
    }
}
