using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;
using SpotifyClientCredentials.Testing.Catalogue;
using SpotifyClientCredentials.Testing.Server;

namespace SpotifyClientCredentials.Testing;

/// <summary>
/// A real HTTP server on loopback that behaves like Spotify's token endpoint and Web API. Use it in tests without internet access or
/// credentials.
/// </summary>
/// <remarks>
/// <para>The server knows one app, issues tokens to it and requires a token on every Web API call. It rejects what Spotify rejects, with
/// Spotify's error messages. It serves a small, invented catalogue of tracks, albums, artists, shows, episodes, audiobooks, chapters and
/// playlists, in which <c>4cOdK2wGLETKBW3PvgPWqT</c> is a track. <see cref="QuotaMode"/> selects which endpoints and fields there are.</para>
/// <para>Script its responses to test failures. A request gets the next enqueued response; if there is none, the response that
/// <see cref="TokenResponder"/> or <see cref="ApiResponder"/> returns; if that is null, <see cref="TokenResponse"/> or
/// <see cref="ApiResponse"/>; and if that is null, the default response: the one that Spotify would send.</para>
/// <para>All members are thread-safe. Instances are independent of each other and of the application's configuration.</para>
/// <para>https://developer.spotify.com/documentation/web-api</para>
/// </remarks>
[DebuggerDisplay("{ToString(),nq}")]
public sealed partial class FakeSpotify : IAsyncDisposable
{
    private readonly TimeProvider _timeProvider;
    private readonly IssuedTokens _issuedTokens;
    private readonly DefaultTokenEndpoint _defaultTokenEndpoint;
    private readonly ApiFaults _apiFaults;
    private readonly ScriptedEndpoint _tokenEndpoint;
    private readonly ScriptedEndpoint _webApi;
    private LoopbackServer _server = null!; // set by StartAsync before it returns the instance
    private Task? _stopped;
    private volatile QuotaMode _quotaMode;
    private long _tokenLifetimeTicks = TimeSpan.TicksPerHour;

    private FakeSpotify(TimeProvider timeProvider)
    {
        _timeProvider = timeProvider;
        _issuedTokens = new IssuedTokens(timeProvider);
        _defaultTokenEndpoint = new DefaultTokenEndpoint(ClientId, ClientSecret, _issuedTokens, timeProvider);
        _apiFaults = new ApiFaults(timeProvider);
        DefaultWebApi webApi = new(_issuedTokens, _apiFaults);
        object scriptLock = new();
        _tokenEndpoint = new ScriptedEndpoint(
            scriptLock, timeProvider, request => _defaultTokenEndpoint.GetResponse(request, TokenLifetime));
        _webApi = new ScriptedEndpoint(scriptLock, timeProvider, request => webApi.GetResponse(request, ApiBaseAddress, QuotaMode));
    }

    /// <summary>Gets the client id of the only app that this instance knows.</summary>
    /// <value>32 random hexadecimal digits.</value>
    public string ClientId { get; } = RandomNumberGenerator.GetHexString(32, lowercase: true);

    /// <summary>Gets the client secret of the only app that this instance knows.</summary>
    /// <value>32 random hexadecimal digits.</value>
    /// <remarks>Debugger views and JSON written by <see cref="System.Text.Json"/> omit it.</remarks>
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    [JsonIgnore]
    public string ClientSecret { get; } = RandomNumberGenerator.GetHexString(32, lowercase: true);

    /// <summary>Gets the address of this instance's token endpoint, for example <c>http://127.0.0.1:5000/api/token</c>.</summary>
    public Uri TokenEndpoint => new(_server.Address, DefaultTokenEndpoint.Path);

    /// <summary>Gets the base address of this instance's Web API, for example <c>http://127.0.0.1:5000/v1/</c>.</summary>
    public Uri ApiBaseAddress => new(_server.Address, DefaultWebApi.BasePath);

    /// <summary>Starts a server on a free port of 127.0.0.1.</summary>
    /// <param name="timeProvider">The server's clock, used for token lifetimes, delays and <see cref="RecordedRequest.ReceivedAt"/>. The
    /// default is <see cref="TimeProvider.System"/>.</param>
    /// <param name="cancellationToken">Cancels the start of the server.</param>
    /// <returns>The running server. Dispose it to stop it.</returns>
    /// <remarks>
    /// If the machine's proxy, for example the one of the environment variable <c>HTTP_PROXY</c>, would get the requests to this server, the
    /// server's address is exempted in <see cref="HttpClient.DefaultProxy"/> until the server is disposed. Handlers with a proxy of their own
    /// aren't affected.
    /// </remarks>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public static async Task<FakeSpotify> StartAsync(TimeProvider? timeProvider = null, CancellationToken cancellationToken = default)
    {
        FakeSpotify fake = new(timeProvider ?? TimeProvider.System);
        fake._server = await LoopbackServer.StartAsync(fake.RespondAsync, cancellationToken).ConfigureAwait(false);
        ProxyBypass.Add(fake._server.Address);
        return fake;
    }

    /// <summary>Sets the credentials and addresses of this instance: <c>services.AddSpotifyClientCredentials(fake.Configure)</c>.</summary>
    /// <param name="options">The options to set. Other settings are left unchanged.</param>
    /// <exception cref="ArgumentNullException"><paramref name="options"/> is null.</exception>
    public void Configure(SpotifyClientCredentialsOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.ClientId = ClientId;
        options.ClientSecret = ClientSecret;
        options.TokenEndpoint = TokenEndpoint;
        options.ApiBaseAddress = ApiBaseAddress;
    }

    /// <summary>
    /// Stops the server at once and closes all connections, including those of requests that wait for a response. Recorded requests remain
    /// available. Later calls wait for the same shutdown.
    /// </summary>
    /// <returns>A task that completes when the port is free.</returns>
    public async ValueTask DisposeAsync()
    {
        TaskCompletionSource stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
        if (Interlocked.CompareExchange(ref _stopped, stopped.Task, null) is { } stopping)
        {
            await stopping.ConfigureAwait(false);
            return;
        }

        try
        {
            await _server.StopAsync().ConfigureAwait(false);
            _server.Dispose();
        }
        finally
        {
            ProxyBypass.Remove(_server.Address);
            stopped.SetResult();
        }
    }

    /// <summary>Returns the server's address. It contains no secret.</summary>
    /// <returns>For example, <c>FakeSpotify at http://127.0.0.1:5000/</c>.</returns>
    public override string ToString() => $"{nameof(FakeSpotify)} at {_server.Address}";

    private async Task RespondAsync(HttpContext context)
    {
        RecordedRequest request = await RequestReader.ReadAsync(context, _timeProvider).ConfigureAwait(false);
        string path = request.RequestUri.AbsolutePath;
        FakeResponse response = path.StartsWith(CoverArt.BasePath, StringComparison.Ordinal)
            ? CoverArt.GetResponse(path)
            : await GetEndpoint(path).RespondAsync(request, context.RequestAborted).ConfigureAwait(false);
        await ResponseSender.SendAsync(context, response).ConfigureAwait(false);
    }

    private ScriptedEndpoint GetEndpoint(string path) => path == DefaultTokenEndpoint.Path ? _tokenEndpoint : _webApi;
}
