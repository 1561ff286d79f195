using System.Diagnostics;
using System.Security.Cryptography;

namespace SpotifyClientCredentials.Benchmarks.Fleet;

/// <summary>One Spotify app of the server: each case has its own, so that nothing of an earlier one is left in the store or in a count.</summary>
internal sealed class FleetApp(TimeSpan life)
{
    private readonly Lock _gate = new();
    private readonly List<(long At, string Secret)> _tokenRequests = [];
    private readonly List<FleetToken> _tokens = [];
    private int _staleTokens;

    public string ClientId { get; } = RandomNumberGenerator.GetHexString(32, lowercase: true);

    public string Secret { get; } = RandomNumberGenerator.GetHexString(32, lowercase: true);

    /// <summary>Is accepted too: a secret that is rotated leaves some time for it.</summary>
    public string NewSecret { get; } = RandomNumberGenerator.GetHexString(32, lowercase: true);

    public TimeSpan Life => life;

    /// <summary>Calls with a token whose life was over. A client that keeps its margin makes none.</summary>
    public int StaleTokens => Volatile.Read(ref _staleTokens);

    public int TokenRequests
    {
        get
        {
            lock (_gate)
            {
                return _tokenRequests.Count;
            }
        }
    }

    /// <param name="secret">Those with that secret, which have a token of their own.</param>
    /// <returns>How many in a row came together. Between the lives of a shared token nobody asks, for more than half of a life.</returns>
    public IReadOnlyList<int> TokenRequestsByLife(string secret)
    {
        lock (_gate)
        {
            return Lives.Of(_tokenRequests.Where(request => request.Secret == secret).Select(request => Stopwatch.GetElapsedTime(0, request.At).TotalSeconds), life / 4);
        }
    }

    /// <returns>When it came, from which the token's life counts.</returns>
    public long CountTokenRequest(string secret)
    {
        lock (_gate)
        {
            long now = Stopwatch.GetTimestamp();
            _tokenRequests.Add((now, secret));
            return now;
        }
    }

    public FleetToken Issue(long issuedAt)
    {
        FleetToken token = new(this, issuedAt);
        lock (_gate)
        {
            _tokens.Add(token);
        }

        return token;
    }

    public void CountStaleToken() => Interlocked.Increment(ref _staleTokens);

    /// <summary>Makes the Web API answer 401 to every token issued so far.</summary>
    public void RevokeTokens()
    {
        lock (_gate)
        {
            _tokens.ForEach(token => token.IsRevoked = true);
        }
    }
}

/// <param name="App">Whose it is.</param>
/// <param name="IssuedAt">The moment from which its life counts.</param>
internal sealed record FleetToken(FleetApp App, long IssuedAt)
{
    private volatile bool _isRevoked;

    public bool IsRevoked
    {
        get => _isRevoked;
        set => _isRevoked = value;
    }
}
