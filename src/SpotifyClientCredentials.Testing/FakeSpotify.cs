using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;
using SpotifyClientCredentials.Testing.Catalogue;
using SpotifyClientCredentials.Testing.Server;

namespace SpotifyClientCredentials.Testing;

/// <summary>
/// A real HTTP server on loopback that behaves like Spotify's token endpoint and Web API, for tests that need neither the internet nor
/// credentials. It issues tokens to one app of its own, asks for them on every call, refuses what Spotify refuses, in Spotify's words,
/// and serves a small, invented catalogue of tracks, albums, artists, shows and episodes, in which <c>4cOdK2wGLETKBW3PvgPWqT</c> is a track.
/// Playlists, audiobooks and chapters are not in it and answer 404.
/// </summary>
/// <remarks>
/// <para>It is honest until a test scripts it: enqueued answers come first, in their order, then the standing one, then its own.</para>
/// <para>Every member is thread-safe. Instances are independent of each other and of the application's configuration.</para>
/// <para>https://developer.spotify.com/documentation/web-api</para>
/// </remarks>
[DebuggerDisplay("{ToString(),nq}")]
public sealed partial class FakeSpotify : IAsyncDisposable
{
    private readonly TimeProvider _timeProvider;
    private readonly IssuedTokens _tokens;
    private readonly ScriptedEndpoint _token;
    private readonly ScriptedEndpoint _api;
    private LoopbackServer _server = null!; // set by StartAsync before anyone has the instance
    private Task? _stopped;
    private long _tokenLifetimeTicks = TimeSpan.TicksPerHour;

    private FakeSpotify(TimeProvider timeProvider)
    {
        _timeProvider = timeProvider;
        _tokens = new IssuedTokens(timeProvider);
        DefaultTokenEndpoint tokenEndpoint = new(ClientId, ClientSecret, _tokens);
        DefaultWebApi webApi = new(_tokens);
        _token = new ScriptedEndpoint(timeProvider, request => tokenEndpoint.Response(request, TokenLifetime));
        _api = new ScriptedEndpoint(timeProvider, request => webApi.Response(request, ApiBaseAddress));
    }

    /// <summary>The id of the one app that this instance knows.</summary>
    /// <value>32 random hexadecimal digits.</value>
    public string ClientId { get; } = RandomNumberGenerator.GetHexString(32, lowercase: true);

    /// <summary>The secret of the one app that this instance knows.</summary>
    /// <value>32 random hexadecimal digits.</value>
    /// <remarks>Left out of debugger views and of JSON written by <see cref="System.Text.Json"/>.</remarks>
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    [JsonIgnore]
    public string ClientSecret { get; } = RandomNumberGenerator.GetHexString(32, lowercase: true);

    /// <summary>Where this instance issues tokens, e.g. <c>http://127.0.0.1:5000/api/token</c>.</summary>
    public Uri TokenEndpoint => new(_server.Address, DefaultTokenEndpoint.Path);

    /// <summary>The base address of this instance's Web API, e.g. <c>http://127.0.0.1:5000/v1/</c>.</summary>
    public Uri ApiBaseAddress => new(_server.Address, DefaultWebApi.BasePath);

    /// <summary>Starts a server on a free port of 127.0.0.1.</summary>
    /// <param name="timeProvider">The server's clock: the life of tokens, delays, <see cref="RecordedRequest.ReceivedAt"/>. Null means
    /// <see cref="TimeProvider.System"/>.</param>
    /// <param name="cancellationToken">Cancels the start.</param>
    /// <returns>The running server; dispose it to stop it.</returns>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public static async Task<FakeSpotify> StartAsync(TimeProvider? timeProvider = null, CancellationToken cancellationToken = default)
    {
        FakeSpotify fake = new(timeProvider ?? TimeProvider.System);
        fake._server = await LoopbackServer.StartAsync(fake.RespondAsync, cancellationToken).ConfigureAwait(false);
        return fake;
    }

    /// <summary>Fills in this instance's credentials and addresses: <c>services.AddSpotifyClientCredentials(fake.Configure)</c>.</summary>
    /// <param name="options">The options to fill; other settings stay.</param>
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
    /// Stops the server at once: open requests, those that hang too, end with a closed connection. What was recorded can still be read.
    /// Disposing again waits for the same end.
    /// </summary>
    /// <returns>A task that is complete when the port is free.</returns>
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
            stopped.SetResult();
        }
    }

    /// <summary>The server's address; no secret.</summary>
    /// <returns>E.g. <c>FakeSpotify at http://127.0.0.1:5000/</c>.</returns>
    public override string ToString() => $"{nameof(FakeSpotify)} at {_server.Address}";

    private async Task RespondAsync(HttpContext context)
    {
        RecordedRequest request = await RequestReader.ReadAsync(context, _timeProvider).ConfigureAwait(false);
        string path = request.RequestUri.AbsolutePath;
        FakeResponse response = path.StartsWith(CoverArt.BasePath, StringComparison.Ordinal)
            ? CoverArt.Response(path)
            : await (path == DefaultTokenEndpoint.Path ? _token : _api).RespondAsync(request, context.RequestAborted).ConfigureAwait(false);
        await ResponseSender.SendAsync(context, response).ConfigureAwait(false);
    }
}
