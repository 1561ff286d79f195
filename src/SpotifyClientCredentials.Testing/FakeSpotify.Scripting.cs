namespace SpotifyClientCredentials.Testing;

public sealed partial class FakeSpotify
{
    /// <summary>Gets or sets what Spotify offers to the app: which endpoints, fields and page sizes the Web API has.</summary>
    /// <value>The default is <see cref="QuotaMode.Development"/>.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value isn't defined.</exception>
    public QuotaMode QuotaMode
    {
        get => _quotaMode;
        set => _quotaMode = Enum.IsDefined(value) ? value : throw new ArgumentOutOfRangeException(nameof(value), value, message: null);
    }

    /// <summary>
    /// Gets or sets the lifetime of tokens issued from now on. Token responses state it in seconds as <c>expires_in</c>, with a fraction if
    /// needed.
    /// </summary>
    /// <value>The default is 1 hour.</value>
    /// <remarks>A token's lifetime starts when its request has been read, not when the response is sent.</remarks>
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

    /// <summary>
    /// Gets or sets the delay of the token endpoint's default responses. Scripted responses have a <see cref="FakeResponse.Delay"/> of their
    /// own.
    /// </summary>
    /// <value>The default is zero.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public TimeSpan TokenLatency
    {
        get => _tokenEndpoint.Latency;
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, TimeSpan.Zero);
            _tokenEndpoint.Latency = value;
        }
    }

    /// <summary>
    /// Gets or sets a function that selects the response to a token request for which no enqueued response is left. If it returns null,
    /// the request gets the response that it would get without the function.
    /// </summary>
    /// <value>The default is null.</value>
    /// <remarks>
    /// The function is called before the request is recorded, and never concurrently with itself or with <see cref="ApiResponder"/>. It
    /// mustn't wait: to delay a response, return one that does (<see cref="FakeResponse.WithDelay"/>). If it throws, the server sends a 500
    /// response that names the type of the exception.
    /// </remarks>
    public Func<RecordedRequest, FakeResponse?>? TokenResponder
    {
        get => _tokenEndpoint.Responder;
        set => _tokenEndpoint.Responder = value;
    }

    /// <summary>
    /// Gets or sets a function that selects the response to a request recorded in <see cref="ApiRequests"/> for which no enqueued response
    /// is left, for example by its path. If it returns null, the request gets the response that it would get without the function.
    /// </summary>
    /// <value>The default is null.</value>
    /// <remarks>
    /// The function is called before the request is recorded, and never concurrently with itself or with <see cref="TokenResponder"/>. It
    /// mustn't wait: to delay a response, return one that does (<see cref="FakeResponse.WithDelay"/>). If it throws, the server sends a 500
    /// response that names the type of the exception.
    /// </remarks>
    /// <example><c>fake.ApiResponder = request => request.RequestUri.AbsolutePath == "/v1/me" ? FakeResponse.Json("{}") : null;</c></example>
    public Func<RecordedRequest, FakeResponse?>? ApiResponder
    {
        get => _webApi.Responder;
        set => _webApi.Responder = value;
    }

    /// <summary>
    /// Gets or sets the response to every token request for which no enqueued response is left and <see cref="TokenResponder"/> returns null.
    /// </summary>
    /// <value>The default is null: the token endpoint sends its default responses.</value>
    public FakeResponse? TokenResponse
    {
        get => _tokenEndpoint.Response;
        set => _tokenEndpoint.Response = value;
    }

    /// <summary>
    /// Gets or sets the response to every request recorded in <see cref="ApiRequests"/> for which no enqueued response is left and
    /// <see cref="ApiResponder"/> returns null.
    /// </summary>
    /// <value>The default is null: the Web API sends its default responses.</value>
    public FakeResponse? ApiResponse
    {
        get => _webApi.Response;
        set => _webApi.Response = value;
    }

    /// <summary>
    /// Gets a snapshot of the requests to <see cref="TokenEndpoint"/>, with any method and any response, in order of arrival.
    /// </summary>
    /// <remarks>A request is recorded once it has been read, before any delay of its response.</remarks>
    public IReadOnlyList<RecordedRequest> TokenRequests => _tokenEndpoint.Requests;

    /// <summary>
    /// Gets a snapshot of the requests to all other addresses of this server, in order of arrival. Requests for cover images, under
    /// <c>/covers/</c>, are neither recorded nor scripted.
    /// </summary>
    /// <remarks>A request is recorded once it has been read, before any delay of its response.</remarks>
    public IReadOnlyList<RecordedRequest> ApiRequests => _webApi.Requests;

    /// <summary>Enqueues a response to the next token requests, after responses enqueued earlier.</summary>
    /// <param name="response">The response.</param>
    /// <param name="times">The number of requests that get the response. The default is 1.</param>
    /// <remarks>Enqueued responses take precedence over all other responses.</remarks>
    /// <exception cref="ArgumentNullException"><paramref name="response"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="times"/> is zero or negative.</exception>
    public void EnqueueTokenResponse(FakeResponse response, int times = 1) => _tokenEndpoint.Enqueue(response, times);

    /// <summary>Enqueues a response to the next requests recorded in <see cref="ApiRequests"/>, after responses enqueued earlier.</summary>
    /// <param name="response">The response.</param>
    /// <param name="times">The number of requests that get the response. The default is 1.</param>
    /// <remarks>Enqueued responses take precedence over all other responses.</remarks>
    /// <exception cref="ArgumentNullException"><paramref name="response"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="times"/> is zero or negative.</exception>
    public void EnqueueApiResponse(FakeResponse response, int times = 1) => _webApi.Enqueue(response, times);

    /// <summary>Revokes all tokens issued so far: the Web API rejects them with 401. Tokens issued later are valid.</summary>
    public void RevokeTokens() => _issuedTokens.Revoke();
}
