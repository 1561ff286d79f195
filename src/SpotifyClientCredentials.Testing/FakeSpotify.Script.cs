

namespace SpotifyClientCredentials.Testing;

public sealed partial class FakeSpotify
{
    /// <summary>How long tokens issued from now on live; <c>expires_in</c> says it in seconds, with a fraction if need be.</summary>
    /// <value>1 hour</value>
    /// <remarks>A token's life begins when its request has been read, not when the answer is sent.</remarks>
    /// <exception cref="ArgumentOutOfRangeException">The value is zero or negative.</exception>
    public TimeSpan TokenLifetime
    {
        get => TimeSpan.FromTicks(Interlocked.Read(ref _tokenLifetimeTicks));
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(value, TimeSpan.Zero);
            _ = Interlocked.Exchange(ref _tokenLifetimeTicks, value.Ticks);
        }
    }

    /// <summary>How long the token endpoint holds honest answers back; scripted ones have their own <see cref="FakeResponse.Delay"/>.</summary>
    /// <value>Zero</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public TimeSpan TokenLatency
    {
        get => _token.Latency;
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, TimeSpan.Zero);
            _token.Latency = value;
        }
    }

    /// <summary>While set, the answer to every token request that no enqueued answer is left for.</summary>
    /// <value>Null: the token endpoint answers honestly.</value>
    public FakeResponse? TokenResponse
    {
        get => _token.StandingResponse;
        set => _token.StandingResponse = value;
    }

    /// <summary>While set, the answer to every request of <see cref="ApiRequests"/> that no enqueued answer is left for.</summary>
    /// <value>Null: the Web API answers honestly.</value>
    public FakeResponse? ApiResponse
    {
        get => _api.StandingResponse;
        set => _api.StandingResponse = value;
    }

    /// <summary>Every request to <see cref="TokenEndpoint"/>, of any method, whatever the answer, in order of arrival: a copy.</summary>
    /// <remarks>A request is recorded when it has been read, before its answer is waited for.</remarks>
    public IReadOnlyList<RecordedRequest> TokenRequests => _token.Requests;

    /// <summary>
    /// Every request to any other address of this server, in the order of arrival: a copy. Cover images, under <c>/covers/</c>, are not
    /// recorded and never scripted.
    /// </summary>
    /// <remarks>A request is recorded when it has been read, before its answer is waited for.</remarks>
    public IReadOnlyList<RecordedRequest> ApiRequests => _api.Requests;

    /// <summary>Scripts the answer to the next token requests, after those enqueued earlier and before all else.</summary>
    /// <param name="response">The answer.</param>
    /// <param name="times">For how many requests; 1 unless given.</param>
    /// <exception cref="ArgumentNullException"><paramref name="response"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="times"/> is zero or negative.</exception>
    public void EnqueueTokenResponse(FakeResponse response, int times = 1) => _token.Enqueue(response, times);

    /// <summary>
    /// Scripts the answer to the next requests of <see cref="ApiRequests"/>, after those enqueued earlier and before all else.
    /// </summary>
    /// <param name="response">The answer.</param>
    /// <param name="times">For how many requests; 1 unless given.</param>
    /// <exception cref="ArgumentNullException"><paramref name="response"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="times"/> is zero or negative.</exception>
    public void EnqueueApiResponse(FakeResponse response, int times = 1) => _api.Enqueue(response, times);

    /// <summary>Makes the Web API answer 401 to every token issued so far. Tokens issued later are good.</summary>
    public void RevokeTokens() => _tokens.Revoke();
}
