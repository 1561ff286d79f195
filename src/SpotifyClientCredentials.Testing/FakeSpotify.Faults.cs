namespace SpotifyClientCredentials.Testing;

// Faults are part of the default responses: a scripted response takes precedence over them.
public sealed partial class FakeSpotify
{
    /// <summary>
    /// Gets or sets n, where every n-th Web API request gets 401 "Access token missing", whatever token it carries. Gateways in front of
    /// Spotify's Web API have been seen to do this for minutes.
    /// </summary>
    /// <value>The default is 0: no request gets it. Setting the value starts counting again.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public int UnauthorizedInterval
    {
        get => _apiFaults.UnauthorizedInterval;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            _apiFaults.UnauthorizedInterval = value;
        }
    }

    /// <summary>Gets or sets the age from which the Web API accepts a token. It rejects a newer one with 401.</summary>
    /// <value>The default is zero: a token is accepted as soon as it is issued.</value>
    /// <remarks>Applies to all tokens, including those issued before the value was set.</remarks>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public TimeSpan TokenActivationDelay
    {
        get => _issuedTokens.ActivationDelay;
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, TimeSpan.Zero);
            _issuedTokens.ActivationDelay = value;
        }
    }

    /// <summary>
    /// Gets or sets the time until which the Web API sends 429 with <c>Retry-After</c>, the seconds that are left, to requests with a valid
    /// token, on the clock passed to <see cref="StartAsync"/>. The 429 is for every path, or for <see cref="RateLimitedPath"/> if that is set.
    /// </summary>
    /// <value>The default is <see cref="DateTimeOffset.MinValue"/>: no request is limited.</value>
    /// <remarks>https://developer.spotify.com/documentation/web-api/concepts/rate-limits</remarks>
    public DateTimeOffset RateLimitedUntil
    {
        get => _apiFaults.RateLimitedUntil;
        set => _apiFaults.RateLimitedUntil = value;
    }

    /// <summary>Gets or sets the only path that <see cref="RateLimitedUntil"/> applies to, for example <c>/v1/search</c>.</summary>
    /// <value>The default is null: every path.</value>
    public string? RateLimitedPath
    {
        get => _apiFaults.RateLimitedPath;
        set => _apiFaults.RateLimitedPath = value;
    }

    /// <summary>
    /// Gets or sets the delay of the Web API's default responses. Scripted responses have a <see cref="FakeResponse.Delay"/> of their own.
    /// </summary>
    /// <value>The default is zero.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public TimeSpan ApiLatency
    {
        get => _webApi.Latency;
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, TimeSpan.Zero);
            _webApi.Latency = value;
        }
    }

    /// <summary>
    /// Gets or sets the time until which the token endpoint is down: it sends <see cref="FakeResponse.ServiceUnavailableHtml"/>. The time is
    /// that of the clock passed to <see cref="StartAsync"/>.
    /// </summary>
    /// <value>The default is <see cref="DateTimeOffset.MinValue"/>: the token endpoint is up.</value>
    public DateTimeOffset TokenEndpointDownUntil
    {
        get => _defaultTokenEndpoint.DownUntil;
        set => _defaultTokenEndpoint.DownUntil = value;
    }
}
